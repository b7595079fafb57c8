//! Upgrades of states in earlier formats.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{cloud::SecretHash, kinds::role::SystemRole};

/// The keys in a state of format 1 to 3, by their ids.
#[derive(Deserialize)]
pub(super) struct WithKeys {
    pub(super) cloud: Keys,
}

#[derive(Deserialize)]
pub(super) struct Keys {
    pub(super) keys: IndexMap<String, Key>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    pub(super) secret_hash: SecretHash,
    /// The organizations that it belongs to, each with its role there.
    pub(super) roles: IndexMap<Uuid, Role>,
    #[serde(default, rename = "made_up")]
    pub(super) is_generated: bool,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Role {
    Admin,
    Developer,
}

impl From<Role> for SystemRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::Developer => Self::Developer,
        }
    }
}

/// Replaces the secrets of the keys in a state of format 1 by their hashes.
pub(super) fn hash_secrets(state: &mut Value) {
    let keys = state.pointer_mut("/cloud/keys").and_then(Value::as_object_mut);
    for (id, key) in keys.into_iter().flatten() {
        let Some(key) = key.as_object_mut() else { continue };
        if let Some(Value::String(secret)) = key.shift_remove("secret") {
            key.insert("secret_hash".to_owned(), String::from(SecretHash::new(id, &secret)).into());
        }
    }
}

/// Takes the organizations out of a state of format 1 or 2, and leaves their services. Returns the organizations, each
/// with the fields that the file has of it. A key gets a list of its organizations.
pub(super) fn split_organizations(state: &mut Value) -> Vec<(Uuid, Map<String, Value>)> {
    let Some(cloud) = state.get_mut("cloud").and_then(Value::as_object_mut) else { return Vec::new() };
    let Some(Value::Object(organizations)) = cloud.shift_remove("organizations") else { return Vec::new() };
    let mut services = Map::new();
    let mut split = Vec::new();
    for (id, mut organization) in organizations {
        services.insert(id.clone(), organization["services"].take());
        // The earliest files have no settings.
        let settings =
            [("name", "name"), ("private_endpoints", "privateEndpoints"), ("enable_core_dumps", "enableCoreDumps")];
        let fields = settings.into_iter().filter_map(|(stored, field)| {
            Some((field.to_owned(), organization.pointer_mut(&format!("/settings/{stored}"))?.take()))
        });
        let fields = fields.collect();
        split.extend(id.parse().ok().map(|id| (id, fields)));
    }
    cloud.insert("services".to_owned(), services.into());
    cloud.insert("resources".to_owned(), json!({ "created": 0, "by_kind": {} }));
    for key in cloud.get_mut("keys").and_then(Value::as_object_mut).into_iter().flat_map(|keys| keys.values_mut()) {
        let Some(key) = key.as_object_mut() else { continue };
        if let (Some(Value::String(organization)), Some(role)) =
            (key.shift_remove("organization"), key.shift_remove("role"))
        {
            key.insert("roles".to_owned(), Map::from_iter([(organization, role)]).into());
        }
    }
    split
}
