use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const DURATION_HOURS: u8 = 6;

/// The hours of the week in which a service may be upgraded.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpgradeWindow {
    weekday: u8,
    start_hour_utc: u8,
}

impl UpgradeWindow {
    pub(crate) fn to_json(self) -> Value {
        json!({ "weekday": self.weekday, "startHourUtc": self.start_hour_utc, "duration": DURATION_HOURS })
    }
}
