//! The simulated cloud: organizations, services and backups, and the operations on them. It has no HTTP and no clock.

mod backup;
mod inspection;
mod key;
mod list_update;
mod operations;
mod organization;
mod refusal;
mod service;

use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use inspection::{find_refused_setting, inspect};
pub(crate) use key::{Caller, Role, SecretHash};
pub(crate) use operations::{Call, Items, Output, Target, carry_out, known_refusal};
pub(crate) use organization::Organization;
pub(crate) use refusal::Refusal;
pub(crate) use service::Service;

use key::Key;

use crate::identity::Identity;

/// The state that is kept across restarts.
#[derive(Serialize, Deserialize)]
pub(crate) struct Cloud {
    identity: Identity,
    organizations: IndexMap<Uuid, Organization>,
    keys: IndexMap<String, Key>,
}

/// What the cloud knows of the ids in the path of a call.
#[derive(Default)]
pub(crate) struct Lookup {
    /// The time since the creation of the service.
    pub(crate) age: Option<TimeDelta>,
    /// The first id that does not exist.
    pub(crate) unknown: Option<UnknownId>,
}

/// An id that does not exist.
pub(crate) struct UnknownId {
    pub(crate) thing: &'static str,
    pub(crate) id: Uuid,
}

impl Cloud {
    pub(crate) fn new(seed: u64) -> Self {
        Self { identity: Identity::from(seed), organizations: IndexMap::new(), keys: IndexMap::new() }
    }

    /// Adds an organization unless it exists. Without an id, generates one.
    pub(crate) fn add_organization(&mut self, id: Option<Uuid>) -> Uuid {
        let id = id.unwrap_or_else(|| self.identity.uuid());
        self.organizations.entry(id).or_default();
        id
    }

    /// Adds a key, or replaces the one of this id.
    pub(crate) fn add_key(&mut self, id: &str, secret: &str, caller: Caller) {
        self.keys.insert(id.to_owned(), Key::new(id, secret, caller, false));
    }

    /// Adds a generated key. It stays valid for some restarts.
    pub(crate) fn add_generated_key(&mut self, id: &str, secret: &str, caller: Caller) {
        self.keys.shift_remove(id);
        self.keys.insert(id.to_owned(), Key::new(id, secret, caller, true));
        key::drop_oldest(&mut self.keys, caller.organization);
    }

    /// Returns the caller with this key and this secret.
    pub(crate) fn caller(&self, id: &str, secret: &str) -> Option<Caller> {
        self.keys.get(id)?.caller(id, secret)
    }

    /// Returns the ids of all keys, each with its organization.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, Uuid)> {
        self.keys.iter().map(|(id, key)| (id.as_str(), key.organization()))
    }

    /// Looks up the ids in a path, as far as the caller may see them.
    pub(crate) fn look_up(&mut self, caller: Caller, target: Target, now: DateTime<Utc>) -> Lookup {
        let unknown = |thing, id| Lookup { unknown: Some(UnknownId { thing, id }), ..Lookup::default() };
        let found = self.organizations.get_mut(&target.organization);
        let Some(organization) = found.filter(|_| target.organization == caller.organization) else {
            return unknown("organization", target.organization);
        };
        let Some(id) = target.service else { return Lookup::default() };
        let Ok(service) = organization.service(id, now) else { return unknown("service", id) };
        let backup = target.backup.filter(|&id| service.backups().get(id).is_none());
        Lookup { age: Some(service.age(now)), unknown: backup.map(|id| UnknownId { thing: "backup", id }) }
    }

    /// Returns the ids of the organizations, in the order in which they were added.
    pub(crate) fn organizations(&self) -> impl Iterator<Item = Uuid> {
        self.organizations.keys().copied()
    }

    /// Returns the organizations as the API shows them, each with its id.
    pub(crate) fn shown_organizations(&self) -> impl Iterator<Item = (Uuid, Value)> {
        self.organizations.iter().map(|(id, organization)| (*id, organization.to_json(*id)))
    }

    /// Returns all services, each with the id of its organization and the id that it is stored under.
    pub(crate) fn services(&self) -> impl Iterator<Item = (Uuid, Uuid, &Service)> {
        let organizations = self.organizations.iter();
        organizations
            .flat_map(|(id, organization)| organization.services_by_id().map(|(key, service)| (*id, key, service)))
    }

    /// Returns an organization as it is now.
    pub(crate) fn inspect(&mut self, id: Uuid, now: DateTime<Utc>) -> Option<&Organization> {
        let organization = self.organizations.get_mut(&id)?;
        organization.catch_up(now);
        Some(organization)
    }
}
