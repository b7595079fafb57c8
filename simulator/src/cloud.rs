//! The simulated cloud: what there is, and how it changes. It knows neither HTTP nor what time it is.

mod backup;
mod inspection;
mod key;
mod operations;
mod organization;
mod refusal;
mod service;

use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use inspection::{find_refused_setting, inspect};
pub(crate) use key::{Caller, Role, SecretHash};
pub(crate) use operations::{Answer, Call, Items, Target, carry_out, known_refusal};
pub(crate) use organization::Organization;
pub(crate) use refusal::Refusal;
pub(crate) use service::Service;

use key::Key;

use crate::identity::Identity;

/// Everything that is kept across restarts.
#[derive(Serialize, Deserialize)]
pub(crate) struct Cloud {
    identity: Identity,
    organizations: IndexMap<Uuid, Organization>,
    keys: IndexMap<String, Key>,
}

/// What is known of the things that the path of a call names.
#[derive(Default)]
pub(crate) struct Named {
    /// How long the service has been there.
    pub(crate) age: Option<TimeDelta>,
    /// The first id that nobody has.
    pub(crate) unknown: Option<UnknownId>,
}

/// An id that nobody has.
pub(crate) struct UnknownId {
    pub(crate) thing: &'static str,
    pub(crate) id: Uuid,
}

impl Cloud {
    pub(crate) fn new(seed: u64) -> Self {
        Self { identity: Identity::from(seed), organizations: IndexMap::new(), keys: IndexMap::new() }
    }

    /// Adds an organization if it is not there yet; without an id, one with an id of its own.
    pub(crate) fn add_organization(&mut self, id: Option<Uuid>) -> Uuid {
        let id = id.unwrap_or_else(|| self.identity.uuid());
        self.organizations.entry(id).or_default();
        id
    }

    /// Adds a key, or changes the one of this id.
    pub(crate) fn add_key(&mut self, id: &str, secret: &str, caller: Caller) {
        self.keys.insert(id.to_owned(), Key::new(id, secret, caller, false));
    }

    /// Adds a key that nobody asked for. It stays valid for the starts to come, but not for all of them.
    pub(crate) fn add_made_up_key(&mut self, id: &str, secret: &str, caller: Caller) {
        self.keys.shift_remove(id);
        self.keys.insert(id.to_owned(), Key::new(id, secret, caller, true));
        key::drop_oldest(&mut self.keys, caller.organization);
    }

    /// Who it is that has this key and this secret.
    pub(crate) fn caller(&self, id: &str, secret: &str) -> Option<Caller> {
        self.keys.get(id)?.caller(id, secret)
    }

    /// The ids of all keys, each with the organization that it belongs to.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, Uuid)> {
        self.keys.iter().map(|(id, key)| (id.as_str(), key.organization()))
    }

    /// Looks up what a path names, as far as the caller may see it.
    pub(crate) fn look_up(&mut self, caller: Caller, target: Target, now: DateTime<Utc>) -> Named {
        let unknown = |thing, id| Named { unknown: Some(UnknownId { thing, id }), ..Named::default() };
        let found = self.organizations.get_mut(&target.organization);
        let Some(organization) = found.filter(|_| target.organization == caller.organization) else {
            return unknown("organization", target.organization);
        };
        let Some(id) = target.service else { return Named::default() };
        let Ok(service) = organization.service(id, now) else { return unknown("service", id) };
        let backup = target.backup.filter(|&id| service.backups().get(id).is_none());
        Named { age: Some(service.age(now)), unknown: backup.map(|id| UnknownId { thing: "backup", id }) }
    }

    /// The ids of the organizations, in the order in which they were added.
    pub(crate) fn organizations(&self) -> impl Iterator<Item = Uuid> {
        self.organizations.keys().copied()
    }

    /// All services, each with the id that it is filed under and the id of its organization.
    pub(crate) fn services(&self) -> impl Iterator<Item = (Uuid, Uuid, &Service)> {
        let organizations = self.organizations.iter();
        organizations.flat_map(|(id, organization)| organization.filed().map(|(key, service)| (*id, key, service)))
    }

    /// An organization as it is now, for people to look at.
    pub(crate) fn inspect(&mut self, id: Uuid, now: DateTime<Utc>) -> Option<&Organization> {
        let organization = self.organizations.get_mut(&id)?;
        organization.settle(now);
        Some(organization)
    }
}
