use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The time for which usage is kept. It is longer than any balance is active.
const RETENTION: TimeDelta = TimeDelta::days(400);

/// The memory that a service had over time.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Meter {
    read_at: Option<DateTime<Utc>>,
    /// The oldest one first. Between them the service had no memory.
    spans: VecDeque<Span>,
}

/// A time in which the memory did not change.
#[derive(Clone, Serialize, Deserialize)]
struct Span {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    memory_gb: u32,
}

/// A service as far as its usage is charged. It stays when the service is deleted.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct MeteredService {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) data_warehouse_id: Uuid,
    pub(crate) tags: Value,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) deleted_at: Option<DateTime<Utc>>,
    pub(crate) meter: Meter,
}

impl Meter {
    /// Adds the memory that the service had from the previous reading until `at`.
    pub(crate) fn read(&mut self, at: DateTime<Utc>, memory_gb: u32) {
        let from = self.read_at.unwrap_or(at);
        self.read_at = Some(from.max(at));
        if memory_gb > 0 && from < at {
            match self.spans.back_mut() {
                Some(last) if last.until == from && last.memory_gb == memory_gb => last.until = at,
                _ => self.spans.push_back(Span { from, until: at, memory_gb }),
            }
        }
        while self.spans.front().is_some_and(|first| first.until < at - RETENTION) {
            self.spans.pop_front();
        }
    }

    /// Returns the time of the last reading.
    pub(crate) fn read_at(&self) -> Option<DateTime<Utc>> {
        self.read_at
    }

    /// Returns the memory in a time, in gigabytes times milliseconds.
    pub(super) fn gb_milliseconds(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> u64 {
        let spans = self.spans.iter().map(|span| {
            u64::from(span.memory_gb).saturating_mul(milliseconds(span.from.max(from), span.until.min(until)))
        });
        spans.fold(0, u64::saturating_add)
    }
}

impl MeteredService {
    /// Returns whether the usage is too old to be shown.
    pub(crate) fn is_outdated(&self, now: DateTime<Utc>) -> bool {
        self.deleted_at.is_some_and(|deleted_at| deleted_at < now - RETENTION)
    }
}

/// Returns the time between two times, or zero if the second one comes first.
pub(super) fn milliseconds(from: DateTime<Utc>, until: DateTime<Utc>) -> u64 {
    u64::try_from((until - from).num_milliseconds()).unwrap_or_default()
}
