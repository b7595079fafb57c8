use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::cloud::{
    list_update::ListUpdate,
    service::{Location, Provider},
};

/// The settings of an organization. The defaults follow the examples of the document, without private endpoints.
#[derive(Serialize, Deserialize)]
pub(super) struct Settings {
    pub(super) name: String,
    private_endpoints: Vec<PrivateEndpoint>,
    enable_core_dumps: bool,
}

/// A private endpoint that is registered for the organization.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PrivateEndpoint {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cloud_provider: Option<Provider>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
}

/// Changes to settings.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingsUpdate {
    name: Option<String>,
    private_endpoints: Option<ListUpdate<PrivateEndpoint>>,
    enable_core_dumps: Option<bool>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { name: "Example Corporation".to_owned(), private_endpoints: Vec::new(), enable_core_dumps: true }
    }
}

impl Settings {
    pub(super) fn update(&mut self, update: SettingsUpdate) {
        if let Some(name) = update.name {
            self.name = name;
        }
        if let Some(endpoints) = update.private_endpoints {
            endpoints.apply(&mut self.private_endpoints, |one, other| one.id == other.id);
        }
        self.enable_core_dumps = update.enable_core_dumps.unwrap_or(self.enable_core_dumps);
    }

    /// Adds the private endpoints that are not there yet.
    pub(super) fn register_private_endpoints(&mut self, ids: &[String], location: &Location) {
        for id in ids {
            if self.private_endpoints.iter().all(|endpoint| endpoint.id != *id) {
                self.private_endpoints.push(PrivateEndpoint {
                    id: id.clone(),
                    description: None,
                    cloud_provider: Some(location.provider()),
                    region: Some(location.region().to_owned()),
                });
            }
        }
    }

    /// Returns the organization as JSON. `createdAt`, `byocConfig` and `capabilities` are constant.
    pub(super) fn to_json(&self, id: Uuid) -> Value {
        json!({
            "id": id,
            "createdAt": "2023-11-02T10:41:07Z",
            "name": self.name,
            "privateEndpoints": self.private_endpoints,
            "byocConfig": [],
            "enableCoreDumps": self.enable_core_dumps,
            "capabilities": { "snapshots": true },
        })
    }
}
