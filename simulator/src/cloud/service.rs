//! A service: its settings, its states and its JSON.

mod access;
mod event;
mod lifecycle;
mod location;
mod options;
mod profile;
mod representation;
mod scaling;
mod schedule;
mod update;
mod upgrade_window;

use std::mem;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub(super) use access::IpAccessEntry;
pub(super) use event::Event;
pub(crate) use lifecycle::State;
pub(super) use lifecycle::{Command, Lifecycle};
pub(crate) use location::{Location, Provider};
pub(super) use options::{Options, Tag};
pub(super) use profile::PROFILES;
pub(super) use representation::CLICKHOUSE_VERSION;
pub(super) use scaling::{Scaling, ScalingUpdate, Tier};
pub(super) use schedule::{NewEntry, Schedule};
pub(super) use update::{EndpointSetting, Update};
pub(super) use upgrade_window::UpgradeWindow;

use super::{
    backup::{Backups, Bucket},
    billing::{Meter, MeteredService},
    snapshots::Snapshots,
};
use crate::{identity::Identity, list_update::ListUpdate, refusal::Refusal};

/// The number of events of a service that are not recorded yet.
const MAX_EVENTS: usize = 100;

/// A service and its backups.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Service {
    id: Uuid,
    name: String,
    /// State files have the name `place`.
    #[serde(rename = "place")]
    location: Location,
    tier: Option<Tier>,
    scaling: Scaling,
    #[serde(default)]
    schedule: Option<Schedule>,
    #[serde(default)]
    upgrade_window: Option<UpgradeWindow>,
    lifecycle: Lifecycle,
    ip_access_list: Vec<IpAccessEntry>,
    private_endpoint_ids: Vec<String>,
    created_at: DateTime<Utc>,
    encryption: Encryption,
    /// State files have the name `has_mysql_password`.
    #[serde(rename = "has_mysql_password")]
    has_mysql_endpoint: bool,
    data_warehouse_id: Uuid,
    /// Whether it shares the data of another service.
    #[serde(default)]
    is_secondary: bool,
    #[serde(default)]
    options: Options,
    backups: Backups,
    #[serde(default)]
    snapshots: Snapshots,
    /// The bucket of the organization for backups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bucket: Option<Bucket>,
    #[serde(default)]
    meter: Meter,
    /// What happened without a call and is not recorded yet.
    #[serde(default)]
    events: Vec<Event>,
}

/// The customer's own keys.
#[derive(Clone, Serialize, Deserialize)]
struct Encryption {
    /// The key for the disks.
    key: Option<String>,
    assumed_role_identifier: Option<String>,
    /// The key for the data.
    #[serde(default)]
    data_key_id: Option<String>,
}

/// The settings of a new service, without [`Options`] and scaling.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Settings {
    name: String,
    pub(super) provider: Provider,
    pub(super) region: String,
    pub(super) tier: Option<Tier>,
    ip_access_list: Vec<IpAccessEntry>,
    #[serde(default)]
    private_endpoint_ids: Vec<String>,
    encryption_key: Option<String>,
    encryption_assumed_role_identifier: Option<String>,
    #[serde(default)]
    endpoints: Vec<EndpointSetting>,
}

impl Service {
    /// Returns a new service, which shares the data of another one if there is a primary.
    pub(super) fn create(
        settings: Settings,
        mut options: Options,
        scaling: &ScalingUpdate,
        primary: Option<&Self>,
        identity: &mut Identity,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        let location = Location::new(settings.provider, settings.region, identity.host_label())?;
        if settings.tier == Some(Tier::Development) && settings.provider == Provider::Azure {
            return Err(Refusal::bad_request("tier: development services are not offered on azure"));
        }
        access::check(&settings.ip_access_list, "ipAccessList")?;
        if let Some(Self { options: shared, .. }) = primary {
            options.release_channel.clone_from(&shared.release_channel);
        }
        update::check_release_channel(settings.tier, &options.release_channel)?;
        let tags = mem::take(&mut options.tags);
        let data_key_id = options.has_transparent_data_encryption.then(|| location.data_key_id());
        let mut service = Self {
            id: identity.uuid(),
            name: settings.name,
            location,
            tier: settings.tier,
            scaling: Scaling::new(settings.tier, scaling)?,
            schedule: None,
            upgrade_window: None,
            lifecycle: Lifecycle::new(now),
            ip_access_list: settings.ip_access_list,
            private_endpoint_ids: settings.private_endpoint_ids,
            created_at: now,
            encryption: Encryption {
                key: settings.encryption_key,
                assumed_role_identifier: settings.encryption_assumed_role_identifier,
                data_key_id,
            },
            has_mysql_endpoint: false,
            data_warehouse_id: primary.map_or_else(|| identity.uuid(), |primary| primary.data_warehouse_id),
            is_secondary: primary.is_some(),
            options,
            backups: Backups::new(now),
            snapshots: Snapshots::default(),
            bucket: None,
            meter: Meter::default(),
            events: Vec::new(),
        };
        service.set_endpoints(&settings.endpoints)?;
        service.update_tags(ListUpdate { add: tags, remove: Vec::new() })?;
        Ok(service)
    }

    /// Returns whether a change is due by `now`.
    pub(super) fn is_due(&self, now: DateTime<Utc>) -> bool {
        let idle_timeout = self.scaling_in_effect().idle_timeout();
        let changes_state = self.lifecycle.next(idle_timeout).is_some_and(|(_, at)| at <= now);
        let changes_scaling = self.next_change_of_scaling().is_some_and(|at| at <= now);
        let makes_backup = self.backups.is_due(now) || self.snapshots.is_due(now);
        changes_state || changes_scaling || (self.backed_up_since().is_some() && makes_backup)
    }

    /// Applies all changes that are due by `now`.
    pub(super) fn catch_up(&mut self, now: DateTime<Utc>) {
        while let Some(at) = self.next_change_of_scaling()
            && at <= now
        {
            self.catch_up_without_schedule(at);
        }
        self.catch_up_without_schedule(now);
    }

    /// Applies all changes that are due by `now`, until when the scaling stays the same.
    fn catch_up_without_schedule(&mut self, now: DateTime<Utc>) {
        let scaling = self.scaling_in_effect();
        while let Some((state, at)) = self.lifecycle.next(scaling.idle_timeout())
            && at <= now
        {
            // An entry that has ended may have kept the service awake for longer than its timeout.
            let at = at.max(self.caught_up_at());
            self.make_backups(at);
            self.meter.read(at, self.memory_in_use_gb(scaling));
            self.lifecycle.enter(state, at);
            self.note(state, at);
        }
        self.make_backups(now);
        self.meter.read(now, self.memory_in_use_gb(scaling));
    }

    /// Returns the scaling at the time that the service is caught up with.
    fn scaling_in_effect(&self) -> Scaling {
        self.scaling_at(self.caught_up_at())
    }

    fn scaling_at(&self, at: DateTime<Utc>) -> Scaling {
        match self.schedule.as_ref().and_then(|schedule| schedule.active(at)) {
            Some(entry) => self.scaling.during(entry.scaling()),
            None => self.scaling,
        }
    }

    fn next_change_of_scaling(&self) -> Option<DateTime<Utc>> {
        self.schedule.as_ref()?.next_change(self.caught_up_at())
    }

    fn caught_up_at(&self) -> DateTime<Utc> {
        self.meter.read_at().unwrap_or(self.created_at)
    }

    fn note(&mut self, state: State, at: DateTime<Utc>) {
        if self.events.len() == MAX_EVENTS {
            self.events.remove(0);
        }
        self.events.push(Event { service: self.id, name: self.name.clone(), state, at });
    }

    /// Returns whether the service is running, idle or awaking.
    pub(super) fn is_up(&self) -> bool {
        self.lifecycle.up_since().is_some()
    }

    /// Returns the memory of all replicas that are running, in gigabytes.
    fn memory_in_use_gb(&self, scaling: Scaling) -> u32 {
        match self.state() {
            State::Running => scaling.replicas().saturating_mul(scaling.replica_memory_gb()),
            _ => 0,
        }
    }

    /// Returns the number of replicas of a running service.
    pub(super) fn replicas(&self) -> u32 {
        self.scaling_in_effect().replicas()
    }

    /// Returns the memory of each replica of a running service, in gigabytes.
    pub(super) fn replica_memory_gb(&self) -> u32 {
        self.scaling_in_effect().replica_memory_gb()
    }

    /// Returns what happened without a call and is not recorded yet.
    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    /// Returns what happened without a call since the last time.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        mem::take(&mut self.events)
    }

    /// Returns the usage of the service.
    pub(super) fn metered(&self, now: DateTime<Utc>) -> MeteredService {
        let mut meter = self.meter.clone();
        meter.read(now, self.memory_in_use_gb(self.scaling_in_effect()));
        MeteredService {
            id: self.id,
            name: self.name.clone(),
            data_warehouse_id: self.data_warehouse_id,
            tags: self.to_json(now)["tags"].take(),
            created_at: self.created_at,
            deleted_at: self.is_gone().then(|| self.lifecycle.since()),
            meter,
        }
    }

    fn make_backups(&mut self, until: DateTime<Utc>) {
        if let Some(since) = self.backed_up_since() {
            self.backups.make(self.id, since, until, self.bucket.as_ref());
            self.snapshots.make(since, until, self.bucket.as_ref());
        }
    }

    /// Returns the time since when backups and snapshots are made, if they are. Those of shared data belong to the primary service.
    fn backed_up_since(&self) -> Option<DateTime<Utc>> {
        self.lifecycle.up_since().filter(|_| !self.is_secondary)
    }

    pub(super) fn is_gone(&self) -> bool {
        self.lifecycle.state() == State::Terminated
    }

    pub(super) fn command(&mut self, command: Command, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.lifecycle.command(command, now)
    }

    pub(super) fn delete(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.lifecycle.delete(now)
    }

    pub(super) fn scale(&mut self, update: &ScalingUpdate) -> Result<(), Refusal> {
        self.scaling.update(self.tier, update)
    }

    pub(super) fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_ref()
    }

    /// Sets the schedule, or removes it.
    pub(super) fn set_schedule(&mut self, schedule: Option<Schedule>) {
        self.schedule = schedule;
    }

    /// Returns the schedule as the API shows it, if there is one.
    pub(super) fn schedule_to_json(&self, at: DateTime<Utc>) -> Option<Value> {
        self.schedule.as_ref().map(|schedule| schedule.to_json(&self.scaling, at))
    }

    pub(super) fn upgrade_window(&self) -> Option<UpgradeWindow> {
        self.upgrade_window
    }

    /// Sets the upgrade window, or removes it.
    pub(super) fn set_upgrade_window(&mut self, window: Option<UpgradeWindow>) {
        self.upgrade_window = window;
    }

    /// Adds the MySQL endpoint, which a service has once there is a password for it.
    pub(super) fn set_mysql_password(&mut self) {
        self.has_mysql_endpoint = true;
    }

    /// Records activity, which keeps the service from idling. Refuses it while the service is deleted.
    pub(super) fn touch(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.lifecycle.touch(now)
    }

    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn private_endpoint_ids(&self) -> &[String] {
        &self.private_endpoint_ids
    }

    pub(super) fn data_warehouse_id(&self) -> Uuid {
        self.data_warehouse_id
    }

    pub(super) fn is_secondary(&self) -> bool {
        self.is_secondary
    }

    pub(super) fn has_transparent_data_encryption(&self) -> bool {
        self.options.has_transparent_data_encryption
    }

    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    pub(super) fn tier(&self) -> Option<Tier> {
        self.tier
    }

    pub(crate) fn state(&self) -> State {
        self.lifecycle.state()
    }

    /// Returns the state without changes after `seen_at`.
    pub(super) fn state_seen_at(&self, seen_at: DateTime<Utc>) -> State {
        self.lifecycle.state_seen_at(seen_at)
    }

    /// Returns the time since the creation.
    pub(super) fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        now - self.created_at
    }

    pub(crate) fn backups(&self) -> &Backups {
        &self.backups
    }

    pub(super) fn backups_mut(&mut self) -> &mut Backups {
        &mut self.backups
    }

    pub(crate) fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    pub(super) fn snapshots_mut(&mut self) -> &mut Snapshots {
        &mut self.snapshots
    }

    pub(super) fn bucket(&self) -> Option<&Bucket> {
        self.bucket.as_ref()
    }

    pub(super) fn set_bucket(&mut self, bucket: Option<Bucket>) {
        self.bucket = bucket;
    }

    /// Returns whether it is in an environment that lets nothing out.
    pub(super) fn is_regulated(&self) -> bool {
        self.options.compliance_type.is_some()
    }

    pub(super) fn private_endpoint_config(&self) -> Value {
        self.location.private_endpoint_config(self.id)
    }
}
