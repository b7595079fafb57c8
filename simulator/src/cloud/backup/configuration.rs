use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::cloud::Refusal;

const DEFAULT_PERIOD_IN_HOURS: i32 = 24;
const DEFAULT_RETENTION_PERIOD_IN_HOURS: i32 = 24;

/// A year. The document has no upper bound, but the backups are kept in memory.
const MAX_HOURS: i32 = 24 * 365;

/// When backups are made and how long they are kept.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Configuration {
    backup_period_in_hours: i32,
    backup_retention_period_in_hours: i32,
    backup_start_time: Option<StartTime>,
}

/// Changes to a configuration: for each field nothing, back to the default, or a value.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConfigurationUpdate {
    #[serde(default, deserialize_with = "present")]
    backup_period_in_hours: Option<Option<i32>>,
    #[serde(default, deserialize_with = "present")]
    backup_retention_period_in_hours: Option<Option<i32>>,
    #[serde(default, deserialize_with = "present")]
    backup_start_time: Option<Option<StartTime>>,
}

/// A time of day, as `HH:MM`.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct StartTime(NaiveTime);

impl Default for Configuration {
    fn default() -> Self {
        Self {
            backup_period_in_hours: DEFAULT_PERIOD_IN_HOURS,
            backup_retention_period_in_hours: DEFAULT_RETENTION_PERIOD_IN_HOURS,
            backup_start_time: None,
        }
    }
}

impl Configuration {
    /// Makes all the changes, or none.
    pub(super) fn update(&mut self, update: &ConfigurationUpdate) -> Result<(), Refusal> {
        let mut changed = self.clone();
        if let Some(hours) = update.backup_period_in_hours {
            changed.backup_period_in_hours = checked("backupPeriodInHours", hours.unwrap_or(DEFAULT_PERIOD_IN_HOURS))?;
        }
        if let Some(hours) = update.backup_retention_period_in_hours {
            changed.backup_retention_period_in_hours =
                checked("backupRetentionPeriodInHours", hours.unwrap_or(DEFAULT_RETENTION_PERIOD_IN_HOURS))?;
        }
        if let Some(start_time) = update.backup_start_time {
            changed.backup_start_time = start_time;
        }
        // A start time makes it one backup a day, whatever the period was or is asked to be.
        if changed.backup_start_time.is_some() {
            changed.backup_period_in_hours = 24;
        }
        *self = changed;
        Ok(())
    }

    pub(super) fn period(&self) -> TimeDelta {
        TimeDelta::hours(self.backup_period_in_hours.into())
    }

    pub(super) fn retention(&self) -> TimeDelta {
        TimeDelta::hours(self.backup_retention_period_in_hours.into())
    }

    pub(super) fn has_start_time(&self) -> bool {
        self.backup_start_time.is_some()
    }

    /// When the backup is due that follows one made at `at`.
    pub(super) fn following(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let Some(StartTime(time)) = self.backup_start_time else { return at + self.period() };
        let that_day = at.date_naive().and_time(time).and_utc();
        if that_day > at { that_day } else { that_day + Days::new(1) }
    }

    /// The configuration as the API shows it.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = Map::new();
        shown.insert("backupPeriodInHours".to_owned(), self.backup_period_in_hours.into());
        shown.insert("backupRetentionPeriodInHours".to_owned(), self.backup_retention_period_in_hours.into());
        if let Some(start_time) = self.backup_start_time {
            shown.insert("backupStartTime".to_owned(), String::from(start_time).into());
        }
        Value::Object(shown)
    }
}

fn checked(field: &str, hours: i32) -> Result<i32, Refusal> {
    if (1..=MAX_HOURS).contains(&hours) {
        Ok(hours)
    } else {
        Err(Refusal::bad_request(format_args!("{field}: it has to be between 1 and {MAX_HOURS}")))
    }
}

/// Tells a field that is `null` from one that is absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
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
