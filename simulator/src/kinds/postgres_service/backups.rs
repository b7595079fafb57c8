//! The base backups of a primary: the first some minutes after it is there, then one a day.

use chrono::{DateTime, TimeDelta, Utc};

use super::time_of;
use crate::{clock::timestamp, resources::Resource};

const UNTIL_FIRST: TimeDelta = TimeDelta::minutes(10);
const EVERY: TimeDelta = TimeDelta::days(1);
const KEPT: TimeDelta = TimeDelta::days(7);

/// The hidden field with the time of the first backup.
const FIRST: &str = "firstBackupAt";

/// Notes that a service is a primary from now on.
pub(super) fn begin(service: &mut Resource, now: DateTime<Utc>) {
    service.hidden.insert(FIRST.to_owned(), timestamp(now + UNTIL_FIRST).into());
}

/// Returns the backups that are kept at a time, each with its number, the oldest first. A read replica has none.
pub(crate) fn backups(service: &Resource, at: DateTime<Utc>) -> impl Iterator<Item = (i32, DateTime<Utc>)> + use<> {
    let first = time_of(&service.hidden, FIRST);
    let age = first.map_or(-EVERY, |first| at - first);
    let days = |span: TimeDelta| i32::try_from(span.num_days()).unwrap_or(i32::MAX);
    let numbers = if age < TimeDelta::zero() { 0..0 } else { days(age - KEPT + EVERY).max(0)..days(age) + 1 };
    numbers.map(move |number| (number, first.unwrap_or(at) + EVERY * number))
}
