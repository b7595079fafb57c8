use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{call::Call, refusal::Refusal};

/// The time that a call asks about, up to now.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
}

impl Window {
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let time = |name: &str| call.query[name].as_str().and_then(|text| text.parse().ok()).unwrap_or_default();
        let Self { from, to } = Self { from: time("from_date"), to: time("to_date") };
        if to <= from {
            return Err(Refusal::bad_request("to_date: this has to be after from_date"));
        }
        Ok(Self { from, to })
    }

    /// Returns the time that a call asks about in milliseconds, the only form that some operations take.
    pub(super) fn in_milliseconds(call: &Call<'_>) -> Result<Self, Refusal> {
        for name in ["from_date", "to_date"] {
            let fraction = call.query[name].as_str().and_then(|text| text.split_once('.')).map(|(_, end)| end);
            if !fraction.is_some_and(|end| end.len() == "000Z".len() && end.ends_with('Z')) {
                return Err(Refusal::bad_request(format_args!(
                    "{name}: this has to be a time in UTC with milliseconds, like 2024-06-05T09:00:00.000Z"
                )));
            }
        }
        Self::of(call)
    }
}

/// Returns the items that `offset` and `limit` select.
pub(super) fn page(call: &Call<'_>, items: impl IntoIterator<Item = Value>) -> Vec<Value> {
    let parameters = call.operation.query().shape();
    let number = |name: &str| {
        let default = || parameters.property(name).and_then(|parameter| parameter.default().cloned());
        let number = call.query.get(name).cloned().or_else(default).unwrap_or_default();
        // Numbers that are too large select nothing, or everything.
        usize::try_from(number.as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX)
    };
    items.into_iter().skip(number("offset")).take(number("limit")).collect()
}

/// Returns whether the last items come first.
pub(super) fn is_descending(call: &Call<'_>) -> bool {
    call.query["sort_order"] != "asc"
}
