//! The simulated cloud: what there is, and how it changes. It knows neither HTTP nor what time it is.

mod backup;
mod operations;
mod organization;
mod refusal;
mod service;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use operations::{Answer, Items, Target, carry_out};
pub(crate) use organization::Organization;
pub(crate) use refusal::Refusal;

use crate::identity::Identity;

/// Everything that is kept across restarts.
#[derive(Serialize, Deserialize)]
pub(crate) struct Cloud {
    identity: Identity,
    organizations: IndexMap<Uuid, Organization>,
    keys: IndexMap<String, Key>,
}

/// An API key, apart from its id.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Key {
    secret: String,
    organization: Uuid,
    role: Role,
}

/// What a key may do.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Everything.
    Admin,
    /// Everything but what the document keeps for admins.
    Developer,
}

/// Who makes a request.
#[derive(Clone, Copy)]
pub(crate) struct Caller {
    pub(crate) organization: Uuid,
    pub(crate) role: Role,
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

    /// Adds a key, or changes the one of this id; without an id and a secret, one with its own.
    pub(crate) fn add_key(&mut self, organization: Uuid, role: Role, key: Option<(String, String)>) {
        let (id, secret) = key.unwrap_or_else(|| (self.identity.key_id(), self.identity.key_secret()));
        self.keys.insert(id, Key { secret, organization, role });
    }

    /// Who it is that has this key and this secret.
    pub(crate) fn caller(&self, id: &str, secret: &str) -> Option<Caller> {
        let key = self.keys.get(id).filter(|key| key.secret == secret)?;
        Some(Caller { organization: key.organization, role: key.role })
    }

    /// The ids of the organizations, in the order in which they were added.
    pub(crate) fn organizations(&self) -> impl Iterator<Item = Uuid> {
        self.organizations.keys().copied()
    }

    /// The ids and secrets of an organization's keys, those of admins first.
    pub(crate) fn keys_of(&self, organization: Uuid) -> Vec<(&str, &str)> {
        let mut keys: Vec<_> = self.keys.iter().filter(|(_, key)| key.organization == organization).collect();
        keys.sort_by_key(|(_, key)| key.role != Role::Admin);
        keys.into_iter().map(|(id, key)| (id.as_str(), key.secret.as_str())).collect()
    }

    /// An organization as it is now, for people to look at.
    pub(crate) fn inspect(&mut self, id: Uuid, now: DateTime<Utc>) -> Option<&Organization> {
        let organization = self.organizations.get_mut(&id)?;
        organization.settle(now);
        Some(organization)
    }
}
