//! When the snapshots of a service are made. They are resources of a [kind](snapshot::KIND).

use std::{collections::VecDeque, mem};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Cloud, backup::Bucket};
use crate::{
    call::Call,
    clock::timestamp,
    kinds::snapshot,
    refusal::Refusal,
    resources::{Making, Models, Scope},
};

/// The minutes between two snapshots, and those for which they are kept.
const CADENCES: [(i64, i64); 2] = [(30, 1440), (60, 2880)];

/// The number of snapshots of which one is throttled.
const THROTTLED_EVERY: u64 = 5;

/// The schedule of the snapshots of one service.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Snapshots {
    configuration: Configuration,
    /// The time when the next one is due. If the service is not up then, it is made as soon as the service is.
    next: Option<DateTime<Utc>>,
    made: u64,
    /// Those that are no resources yet, the oldest first.
    new: VecDeque<Snapshot>,
}

/// A snapshot when it is made.
#[derive(Clone, Serialize, Deserialize)]
struct Snapshot {
    started_at: DateTime<Utc>,
    is_throttled: bool,
    /// The bucket that the service has then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bucket: Option<Map<String, Value>>,
}

/// Whether snapshots are made, and when, with the API's names.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Configuration {
    enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gap: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_frame: Option<i64>,
}

/// Changes to a configuration.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConfigurationUpdate {
    enabled: Option<bool>,
    gap: Option<i64>,
    time_frame: Option<i64>,
}

impl Snapshots {
    /// Returns whether a snapshot is due by `now`.
    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    /// Makes the snapshots that were due by `until` of a service that has been up since `since`, without those that would
    /// be dropped at once.
    pub(super) fn make(&mut self, since: DateTime<Utc>, until: DateTime<Utc>, bucket: Option<&Bucket>) {
        let (Some(gap), Some(horizon)) = (self.configuration.gap(), self.horizon(until)) else { return };
        while let Some(next) = self.next
            && next <= until
        {
            // The clock may have advanced by years.
            let started_at = next.max(since).max(horizon).trunc_subsecs(0);
            let is_throttled = self.made % THROTTLED_EVERY == THROTTLED_EVERY - 1;
            let bucket = bucket.map(|bucket| bucket.fields().clone());
            self.new.push_back(Snapshot { started_at, is_throttled, bucket });
            self.made += 1;
            self.next = Some(started_at + gap);
        }
        self.new.retain(|snapshot| snapshot.started_at >= horizon);
    }

    pub(super) fn configure(&mut self, update: &ConfigurationUpdate, now: DateTime<Utc>) -> Result<(), Refusal> {
        let ConfigurationUpdate { enabled, gap, time_frame } = *update;
        if enabled.is_none() && gap.is_none() && time_frame.is_none() {
            return Err(Refusal::bad_request("at least one of enabled, gap and timeFrame has to be there"));
        }
        let changed = Configuration {
            enabled: enabled.unwrap_or(self.configuration.enabled),
            gap: gap.or(self.configuration.gap),
            time_frame: time_frame.or(self.configuration.time_frame),
        };
        changed.check()?;
        self.configuration = changed;
        self.next = self.configuration.gap().filter(|_| self.configuration.enabled).map(|gap| now + gap);
        Ok(())
    }

    /// Refuses a configuration that the API would refuse.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.configuration.check()
    }

    /// Returns the number of snapshots that were made, whether or not they are still kept.
    pub(crate) fn made(&self) -> u64 {
        self.made
    }

    /// Returns the configuration as the API shows it.
    pub(super) fn configuration(&self) -> Value {
        json!(self.configuration)
    }

    /// Returns the time before which snapshots are dropped, if there may be any.
    fn horizon(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Some(now.trunc_subsecs(0) - TimeDelta::minutes(self.configuration.time_frame?))
    }
}

impl Configuration {
    fn gap(&self) -> Option<TimeDelta> {
        self.gap.map(TimeDelta::minutes)
    }

    fn check(&self) -> Result<(), Refusal> {
        let is_set = self.gap.is_some() || self.time_frame.is_some();
        let cadence = self.gap.zip(self.time_frame);
        if (self.enabled || is_set) && cadence.is_none_or(|cadence| !CADENCES.contains(&cadence)) {
            return Err(Refusal::bad_request("gap, timeFrame: these have to be 30 and 1440, or 60 and 2880"));
        }
        Ok(())
    }
}

/// Adds the snapshots of a service that were made since the last time, and drops those that are kept no longer.
pub(super) fn catch_up(cloud: &mut Cloud, models: &Models, call: &Call<'_>) {
    let Some(model) = models.named(snapshot::KIND.name) else { return };
    let &Call { path, now, .. } = call;
    let services = path.uuid("organizationId").and_then(|id| cloud.services.get_mut(&id));
    let service = services.and_then(|services| services.get(path.uuid("serviceId")?, now).ok());
    let Some(service) = service else { return };
    let snapshots = service.snapshots_mut();
    let Some(horizon) = snapshots.horizon(now) else { return };
    let scope = Scope::new(path.0.iter().take(2).map(|(parameter, id)| (parameter.as_str(), id.as_str())));
    for Snapshot { started_at, is_throttled, bucket } in mem::take(&mut snapshots.new) {
        let mut start = model.example().clone();
        start.insert("startedAt".to_owned(), timestamp(started_at).into());
        if let Some(bucket) = bucket {
            let name = format!("snapshot-{}", started_at.format("%Y-%m-%d-%H-%M"));
            start.extend([("backupName".to_owned(), name.into()), ("bucket".to_owned(), bucket.into())]);
        }
        let making = &mut Making { identity: &mut cloud.identity, now: started_at, path };
        let id = cloud.resources.seed(model, &scope, start, making);
        if let Some(snapshot) = cloud.resources.get_mut(&snapshot::KIND, &scope, &id).filter(|_| is_throttled) {
            snapshot.enter(&snapshot::STATES, "throttled", started_at);
        }
    }
    cloud.resources.drop_created_before(&snapshot::KIND, &scope, horizon);
}
