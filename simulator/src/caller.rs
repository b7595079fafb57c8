//! Who makes a call.

use std::fmt;

use indexmap::IndexMap;
use uuid::Uuid;

/// Who makes a call, in each organization that the key of the request belongs to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    actors: IndexMap<Uuid, Actor>,
}

/// Somebody to whom roles are assigned, by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    User(String),
    ApiKey(String),
}

impl Caller {
    pub(crate) fn new(actors: IndexMap<Uuid, Actor>) -> Self {
        Self { actors }
    }

    /// Returns the organizations that the caller belongs to, each with the actor that the caller is there.
    pub(crate) fn actors(&self) -> impl ExactSizeIterator<Item = (Uuid, &Actor)> {
        self.actors.iter().map(|(organization, actor)| (*organization, actor))
    }

    /// Returns the actor that the caller is in an organization, if the caller belongs to it.
    pub(crate) fn actor_in(&self, organization: Uuid) -> Option<&Actor> {
        self.actors.get(&organization)
    }
}

impl fmt::Display for Actor {
    /// Writes the actor as roles have it.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(formatter, "user/{id}"),
            Self::ApiKey(id) => write!(formatter, "apiKey/{id}"),
        }
    }
}
