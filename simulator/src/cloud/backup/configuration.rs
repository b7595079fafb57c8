use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::cloud::Refusal;

const DEFAULT_PERIOD_IN_HOURS: i32 = 24;
const DEFAULT_RETENTION_PERIOD_IN_HOURS: i32 = 24;

/// A year. The document has no upper bound, but the backups are kept in memory.
const MAX_HOURS: i32 = 24 * 365;

/// When backups are made and how long they are kept.
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

/// A time of day, as `HH:MM`.
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
    /// Makes all the changes, or none.
    pub(super) fn update(&mut self, update: &ConfigurationUpdate) -> Result<(), Refusal> {
        let mut changed = Self {
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
        // A start time makes it one backup a day, whatever the period was or is asked to be.
        if changed.start_time.is_some() {
            changed.period_in_hours = 24;
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

    pub(super) fn has_start_time(&self) -> bool {
        self.start_time.is_some()
    }

    /// When the backup is due that follows one made at `at`.
    pub(super) fn following(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let Some(StartTime(time)) = self.start_time else { return at + self.period() };
        let that_day = at.date_naive().and_time(time).and_utc();
        if that_day > at { that_day } else { that_day + Days::new(1) }
    }

    /// The configuration as the API shows it.
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

fn check(field: &str, hours: i32) -> Result<(), Refusal> {
    if (1..=MAX_HOURS).contains(&hours) {
        Ok(())
    } else {
        Err(Refusal::bad_request(format_args!("{field}: it has to be between 1 and {MAX_HOURS}")))
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
    type Error = chrono::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        NaiveTime::parse_from_str(&text, "%H:%M").map(Self)
    }
}

impl From<StartTime> for String {
    fn from(StartTime(time): StartTime) -> Self {
        time.format("%H:%M").to_string()
    }
}
