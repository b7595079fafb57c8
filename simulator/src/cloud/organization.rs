mod settings;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub(super) use settings::SettingsUpdate;

use settings::Settings;

use super::{
    Refusal,
    service::{Location, Service},
};

/// The settings of an organization, and its services in the order in which they were created.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Organization {
    /// State files of earlier versions have none.
    #[serde(default)]
    settings: Settings,
    services: IndexMap<Uuid, Arc<Service>>,
}

impl Organization {
    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    pub(super) fn update(&mut self, update: SettingsUpdate) {
        self.settings.update(update);
    }

    /// Registers the private endpoints that a service gets.
    pub(super) fn register_private_endpoints(&mut self, ids: &[String], location: &Location) {
        self.settings.register_private_endpoints(ids, location);
    }

    /// Returns the organization as the API shows it.
    pub(super) fn to_json(&self, id: Uuid) -> Value {
        self.settings.to_json(id)
    }

    pub(crate) fn services(&self) -> impl ExactSizeIterator<Item = &Service> {
        self.services.values().map(Arc::as_ref)
    }

    /// Returns the services, each with the id that it is stored under.
    pub(super) fn services_by_id(&self) -> impl Iterator<Item = (Uuid, &Service)> {
        self.services.iter().map(|(id, service)| (*id, service.as_ref()))
    }

    /// Returns the services as they are now, which later changes do not affect.
    pub(super) fn snapshot(&self) -> Vec<Arc<Service>> {
        self.services.values().cloned().collect()
    }

    /// Applies all changes that are due by `now`, and removes services whose deletion is complete.
    pub(super) fn catch_up(&mut self, now: DateTime<Utc>) {
        self.services.retain(|_, service| {
            if service.is_due(now) {
                Arc::make_mut(service).catch_up(now);
            }
            !service.is_gone()
        });
    }

    /// Returns a service as it is now.
    pub(super) fn service(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<&mut Service, Refusal> {
        let service = Arc::make_mut(self.services.get_mut(&id).ok_or_else(no_such_service)?);
        service.catch_up(now);
        if service.is_gone() { Err(no_such_service()) } else { Ok(service) }
    }

    pub(super) fn add(&mut self, service: Service) -> &Service {
        self.services.entry(service.id()).insert_entry(Arc::new(service)).into_mut()
    }
}

fn no_such_service() -> Refusal {
    Refusal::not_found("there is no such service")
}
