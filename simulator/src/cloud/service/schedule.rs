use chrono::{DateTime, Datelike, DurationRound, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Scaling, ScalingUpdate, scaling::ScheduledScaling};
use crate::{identity::Identity, refusal::Refusal};

const HOURS_IN_DAY: i64 = 24;
const HOURS_IN_WEEK: i64 = 7 * HOURS_IN_DAY;

/// The times of the week at which a service scales differently.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Schedule(Vec<Entry>);

/// Some hours of the week, and the scaling in them.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    id: Uuid,
    name: String,
    /// From 0 for Sunday on.
    weekdays: Vec<u8>,
    start_hour_utc: u8,
    end_hour_utc: u8,
    scaling: ScheduledScaling,
}

/// An entry of a new schedule.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewEntry {
    name: String,
    weekdays: Vec<u8>,
    start_hour_utc: u8,
    end_hour_utc: u8,
    #[serde(flatten)]
    scaling: ScalingUpdate,
}

impl Schedule {
    pub(crate) fn new(entries: Vec<NewEntry>, identity: &mut Identity) -> Result<Self, Refusal> {
        let entries = entries.into_iter().enumerate().map(|(index, entry)| {
            Ok(Entry {
                id: identity.uuid(),
                name: entry.name,
                weekdays: entry.weekdays,
                start_hour_utc: entry.start_hour_utc,
                end_hour_utc: entry.end_hour_utc,
                scaling: ScheduledScaling::new(&entry.scaling).map_err(|refusal| of_entry(index, &refusal))?,
            })
        });
        let schedule = Self(entries.collect::<Result<_, _>>()?);
        schedule.check()?;
        Ok(schedule)
    }

    pub(crate) fn check(&self) -> Result<(), Refusal> {
        for (index, entry) in self.0.iter().enumerate() {
            entry.scaling.check().map_err(|refusal| of_entry(index, &refusal))?;
            if entry.start_hour_utc == entry.end_hour_utc {
                let message = format!("entries[{index}].endHourUtc: this has to differ from startHourUtc");
                return Err(Refusal::bad_request(message));
            }
            if let Some(other) = self.0[..index].iter().position(|other| entry.overlaps(other)) {
                return Err(Refusal::bad_request(format_args!("entries[{index}]: this overlaps entries[{other}]")));
            }
        }
        Ok(())
    }

    /// Returns the entry that is active at a time.
    pub(super) fn active(&self, at: DateTime<Utc>) -> Option<&Entry> {
        let hour = i64::from(at.weekday().num_days_from_sunday()) * HOURS_IN_DAY + i64::from(at.hour());
        self.0.iter().find(|entry| entry.covers(hour))
    }

    /// Returns the next time at which another entry is active, or none.
    pub(super) fn next_change(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let active = self.active(after).map(Entry::id);
        let hour = after.duration_trunc(TimeDelta::hours(1)).ok()?;
        let mut hours = (1..=HOURS_IN_WEEK).map(|hours| hour + TimeDelta::hours(hours));
        hours.find(|at| self.active(*at).map(Entry::id) != active)
    }

    pub(super) fn to_json(&self, base: &Scaling, at: DateTime<Utc>) -> Value {
        let active = self.active(at).map(Entry::id);
        let entries: Vec<_> = self.0.iter().map(|entry| entry.to_json(active == Some(entry.id))).collect();
        let mut shown = json!({ "entries": entries, "baseConfig": base.to_json_as_base() });
        if let Some(active) = active {
            shown["activeEntryId"] = json!(active);
        }
        shown
    }
}

impl Entry {
    pub(super) fn id(&self) -> Uuid {
        self.id
    }

    pub(super) fn scaling(&self) -> &ScheduledScaling {
        &self.scaling
    }

    /// Returns whether an hour of the week, which begins on Sunday, is one of the entry's.
    fn covers(&self, hour: i64) -> bool {
        let (start, end) = (i64::from(self.start_hour_utc), i64::from(self.end_hour_utc));
        let hours = (end - start - 1).rem_euclid(HOURS_IN_DAY) + 1;
        self.weekdays.iter().any(|weekday| {
            let start = i64::from(*weekday) * HOURS_IN_DAY + start;
            (hour - start).rem_euclid(HOURS_IN_WEEK) < hours
        })
    }

    fn overlaps(&self, other: &Self) -> bool {
        (0..HOURS_IN_WEEK).any(|hour| self.covers(hour) && other.covers(hour))
    }

    fn to_json(&self, is_active: bool) -> Value {
        let mut shown = self.scaling.to_json();
        shown["id"] = json!(self.id);
        shown["name"] = self.name.as_str().into();
        shown["weekdays"] = json!(self.weekdays);
        shown["startHourUtc"] = self.start_hour_utc.into();
        shown["endHourUtc"] = self.end_hour_utc.into();
        shown["isActiveNow"] = is_active.into();
        shown
    }
}

/// Names the entry in a refusal.
fn of_entry(index: usize, refusal: &Refusal) -> Refusal {
    let problem = refusal.message.split_once(": ").map_or("", |(_, problem)| problem);
    Refusal::bad_request(format_args!("entries[{index}].{problem}"))
}
