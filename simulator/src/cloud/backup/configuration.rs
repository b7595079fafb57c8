use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::refusal::Refusal;

const DEFAULT_PERIOD_IN_HOURS: i32 = 24;
const DEFAULT_RETENTION_PERIOD_IN_HOURS: i32 = 24;

/// The periods that are allowed with a start time.
const PERIODS_WITH_START_TIME_IN_HOURS: [i32; 2] = [24, 48];

/// The API's message for an invalid start time.
const INVALID_START_TIME: &str = "customBackupStartTime must be a valid time (HH:00)";

/// The bound on periods and retention: a year. The document has none, but the backups are kept in memory.
const MAX_HOURS: i32 = 24 * 365;

/// The schedule of backups and their retention.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Configuration {
    period_in_hours: i32,
    retention_period_in_hours: i32,
    start_time: Option<StartTime>,
}

/// Changes to a configuration.
#[derive(Deserialize)]
pub(crate) struct ConfigurationUpdate {
    #[serde(default, rename = "backupPeriodInHours")]
    period_in_hours: Change<i32>,
    #[serde(default, rename = "backupRetentionPeriodInHours")]
    retention_period_in_hours: Change<i32>,
    #[serde(default, rename = "backupStartTime")]
    start_time: Change<StartTime>,
}

/// A field that is absent, `null`, or has a value.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(from = "Option<T>")]
enum Change<T> {
    #[default]
    Keep,
    Reset,
    Set(T),
}

/// A time of day on the hour, as `HH:00`.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct StartTime(NaiveTime);

impl Default for Configuration {
    fn default() -> Self {
        Self {
            period_in_hours: DEFAULT_PERIOD_IN_HOURS,
            retention_period_in_hours: DEFAULT_RETENTION_PERIOD_IN_HOURS,
            start_time: None,
        }
    }
}

impl Configuration {
    /// Makes all changes, or none.
    pub(super) fn update(&mut self, update: &ConfigurationUpdate) -> Result<(), Refusal> {
        let changed = Self {
            period_in_hours: update.period_in_hours.apply(self.period_in_hours, DEFAULT_PERIOD_IN_HOURS),
            retention_period_in_hours: update
                .retention_period_in_hours
                .apply(self.retention_period_in_hours, DEFAULT_RETENTION_PERIOD_IN_HOURS),
            start_time: match update.start_time {
                Change::Keep => self.start_time,
                Change::Reset => None,
                Change::Set(start_time) => Some(start_time),
            },
        };
        check("backupPeriodInHours", changed.period_in_hours)?;
        check("backupRetentionPeriodInHours", changed.retention_period_in_hours)?;
        if changed.start_time.is_some() && !PERIODS_WITH_START_TIME_IN_HOURS.contains(&changed.period_in_hours) {
            // The API's message.
            let message = "customBackupPeriod must be 24 or 48 hours when customBackupStartTime is set";
            return Err(Refusal::bad_request(message));
        }
        *self = changed;
        Ok(())
    }

    pub(super) fn period(&self) -> TimeDelta {
        TimeDelta::hours(self.period_in_hours.into())
    }

    pub(super) fn retention(&self) -> TimeDelta {
        TimeDelta::hours(self.retention_period_in_hours.into())
    }

    /// Returns the next start time after `at`, if there is a start time.
    pub(super) fn first_start_after(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let StartTime(time) = self.start_time?;
        let that_day = at.date_naive().and_time(time).and_utc();
        Some(if that_day > at { that_day } else { that_day + Days::new(1) })
    }

    /// Returns when the backup after one at `at` is due.
    pub(super) fn following(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        // With a start time, a period is a whole number of days.
        let further_days = self.period() - TimeDelta::days(1);
        self.first_start_after(at).map_or(at + self.period(), |start| start + further_days)
    }

    /// Returns the configuration as the API shows it.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("backupPeriodInHours".to_owned(), self.period_in_hours.into());
        shown.insert("backupRetentionPeriodInHours".to_owned(), self.retention_period_in_hours.into());
        if let Some(start_time) = self.start_time {
            shown.insert("backupStartTime".to_owned(), String::from(start_time).into());
        }
        Value::Object(shown)
    }
}

/// Returns the API's own refusal of a body that breaks the document, if it is known.
pub(crate) fn refusal(body: &Value) -> Option<Refusal> {
    let start_time = body.get("backupStartTime")?.as_str()?;
    StartTime::try_from(start_time.to_owned()).err().map(Refusal::bad_request)
}

fn check(field: &str, hours: i32) -> Result<(), Refusal> {
    if (1..=MAX_HOURS).contains(&hours) {
        Ok(())
    } else {
        Err(Refusal::bad_request(format_args!("{field}: this has to be between 1 and {MAX_HOURS}")))
    }
}

impl<T> Change<T> {
    fn apply(self, current: T, default: T) -> T {
        match self {
            Self::Keep => current,
            Self::Reset => default,
            Self::Set(value) => value,
        }
    }
}

impl<T> From<Option<T>> for Change<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Reset, Self::Set)
    }
}

impl TryFrom<String> for StartTime {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_hour = |hour: &&str| hour.len() == 2 && hour.bytes().all(|digit| digit.is_ascii_digit());
        let hour = text.strip_suffix(":00").filter(is_hour).and_then(|hour| hour.parse().ok());
        let time = hour.and_then(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
        time.map(Self).ok_or(INVALID_START_TIME)
    }
}

impl From<StartTime> for String {
    fn from(StartTime(time): StartTime) -> Self {
        time.format("%H:%M").to_string()
    }
}
