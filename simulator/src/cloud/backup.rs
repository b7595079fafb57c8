//! The backups of a service, and when they are made.

mod bucket;
mod configuration;

use std::collections::VecDeque;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) use bucket::Bucket;
pub(super) use configuration::{Configuration, ConfigurationUpdate, refusal};

use crate::{clock::timestamp, identity, refusal::Refusal};

/// The number of backups of which one is full. The others are incremental.
const FULL_EVERY: u64 = 7;

/// The backups of one service.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Backups {
    configuration: Configuration,
    /// The time when the next one is due. If the service is not up then, it is made as soon as the service is.
    next: DateTime<Utc>,
    made: u64,
    /// The most recent one first.
    kept: VecDeque<Backup>,
}

/// A backup, which is in progress until `finished_at`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Backup {
    id: Uuid,
    is_full: bool,
    started_at: DateTime<Utc>,
    finished_at: DateTime<Utc>,
    size_in_bytes: u64,
    /// The bucket of the organization that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bucket: Option<bucket::Fields>,
}

impl Backups {
    /// Returns no backups, with the first one due at once.
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self { configuration: Configuration::default(), next: now, made: 0, kept: VecDeque::new() }
    }

    /// Returns whether a backup is due by `now`.
    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.next <= now
    }

    /// Makes the backups that were due by `until` of a service that has been up since `since`, and drops those
    /// that have been kept for long enough.
    pub(super) fn make(&mut self, service: Uuid, since: DateTime<Utc>, until: DateTime<Utc>, bucket: Option<&Bucket>) {
        let horizon = until - self.configuration.retention();
        self.skip_to(horizon);
        while self.next <= until {
            let started_at = self.next.max(since);
            self.kept.push_front(Backup::new(service, self.made, started_at, bucket));
            self.made += 1;
            self.next = self.configuration.following(started_at);
        }
        while self.kept.back().is_some_and(|backup| backup.finished_at < horizon) {
            self.kept.pop_back();
        }
    }

    /// Skips backups that would be dropped at once, because the clock may have advanced by years.
    fn skip_to(&mut self, horizon: DateTime<Utc>) {
        let period = self.configuration.period();
        let periods = (horizon - self.next).num_seconds() / period.num_seconds();
        if let (Ok(skipped @ 2..), Ok(factor)) = (u64::try_from(periods), i32::try_from(periods)) {
            self.made += skipped - 1;
            self.next += period * (factor - 1);
        }
    }

    pub(super) fn configure(&mut self, update: &ConfigurationUpdate, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.configuration.update(update)?;
        if let Some(last) = self.kept.front() {
            self.next = self.configuration.following(last.started_at).max(now);
        }
        if let Some(at_start_time) = self.configuration.first_start_after(now) {
            self.next = at_start_time;
        }
        Ok(())
    }

    /// Returns the number of backups that were made, whether or not they are still kept.
    pub(crate) fn made(&self) -> u64 {
        self.made
    }

    pub(super) fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&Backup> {
        self.kept.iter().find(|backup| backup.id == id)
    }

    /// Returns all backups, the most recent one first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Backup> {
        self.kept.iter()
    }
}

impl Backup {
    fn new(service: Uuid, number: u64, due: DateTime<Utc>, bucket: Option<&Bucket>) -> Self {
        let mut identity = identity::derived(service, number);
        let is_full = bucket.is_some() || number.is_multiple_of(FULL_EVERY);
        let seconds = identity.between(20, 120) * if is_full { 2 } else { 1 };
        let megabytes = identity.between(50, 500) * if is_full { 100 } else { 1 };
        let started_at = due.trunc_subsecs(0);
        Self {
            id: identity.uuid(),
            is_full,
            started_at,
            finished_at: started_at + TimeDelta::seconds(i64::from(seconds)),
            size_in_bytes: u64::from(megabytes) * 1024 * 1024,
            bucket: bucket.map(|bucket| bucket.fields().clone()),
        }
    }

    pub(super) fn is_done(&self, now: DateTime<Utc>) -> bool {
        self.finished_at <= now
    }

    /// Returns whether it is in a bucket of the organization.
    pub(super) fn is_in_bucket(&self) -> bool {
        self.bucket.is_some()
    }

    /// Returns the backup as the API shows it.
    pub(super) fn to_json(&self, service: Uuid, now: DateTime<Utc>) -> Value {
        let mut shown = json!({
            "id": self.id,
            "status": if self.is_done(now) { "done" } else { "in_progress" },
            "serviceId": service,
            "startedAt": timestamp(self.started_at),
            "sizeInBytes": if self.is_done(now) { self.size_in_bytes } else { 0 },
            "durationInSeconds": (self.finished_at.min(now) - self.started_at).as_seconds_f64(),
            "type": if self.is_full { "full" } else { "incremental" },
        });
        if self.is_done(now) {
            shown["finishedAt"] = timestamp(self.finished_at).into();
        }
        if let Some(bucket) = &self.bucket {
            shown["backupName"] = format!("backup-{}", self.started_at.format("%Y-%m-%d-%H-%M")).into();
            shown["bucket"] = json!(bucket);
        }
        shown
    }
}
