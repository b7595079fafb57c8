//! Who makes a call.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The permissions of a key in an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Everything.
    Admin,
    /// Everything that the document does not reserve for admins.
    Developer,
}

/// The organizations that the key of a request belongs to, each with the role of the key there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    roles: IndexMap<Uuid, Role>,
}

impl Caller {
    pub(crate) fn new(roles: IndexMap<Uuid, Role>) -> Self {
        Self { roles }
    }

    /// Returns the role in an organization, if the key belongs to it.
    pub(crate) fn role_in(&self, organization: Uuid) -> Option<Role> {
        self.roles.get(&organization).copied()
    }
}
