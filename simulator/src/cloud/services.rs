use std::sync::Arc;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::service::{Event, Service};
use crate::refusal::Refusal;

/// The services of an organization, in the order in which they were created.
#[derive(Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Services(IndexMap<Uuid, Arc<Service>>);

impl Services {
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Service> {
        self.0.values().map(Arc::as_ref)
    }

    /// Returns the services, each with the id that it is stored under.
    pub(super) fn by_id(&self) -> impl Iterator<Item = (Uuid, &Service)> {
        self.0.iter().map(|(id, service)| (*id, service.as_ref()))
    }

    /// Returns the services as they are now, which later changes do not affect.
    pub(super) fn snapshot(&self) -> Vec<Arc<Service>> {
        self.0.values().cloned().collect()
    }

    /// Applies all changes that are due by `now`, and removes the services whose deletion is complete. Returns those.
    pub(super) fn catch_up(&mut self, now: DateTime<Utc>) -> Vec<Arc<Service>> {
        let mut gone = Vec::new();
        self.0.retain(|_, service| {
            if service.is_due(now) {
                Arc::make_mut(service).catch_up(now);
            }
            gone.extend(service.is_gone().then(|| Arc::clone(service)));
            !service.is_gone()
        });
        gone
    }

    /// Returns what happened without a call since the last time.
    pub(super) fn take_events(&mut self) -> Vec<Event> {
        let eventful = self.0.values_mut().filter(|service| !service.events().is_empty());
        eventful.flat_map(|service| Arc::make_mut(service).take_events()).collect()
    }

    /// Returns a service as it is now.
    pub(super) fn get(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<&mut Service, Refusal> {
        let service = Arc::make_mut(self.0.get_mut(&id).ok_or_else(|| Refusal::no_such("service"))?);
        service.catch_up(now);
        if service.is_gone() { Err(Refusal::no_such("service")) } else { Ok(service) }
    }

    /// Returns the service that the data of a warehouse belongs to.
    pub(super) fn primary(&self, data_warehouse: Uuid) -> Option<&Service> {
        self.iter().find(|service| service.data_warehouse_id() == data_warehouse && !service.is_secondary())
    }

    /// Returns all services of a warehouse.
    pub(super) fn sharing(&mut self, data_warehouse: Uuid) -> impl Iterator<Item = &mut Service> {
        self.0.values_mut().filter(move |one| one.data_warehouse_id() == data_warehouse).map(Arc::make_mut)
    }

    pub(super) fn add(&mut self, service: Service) -> &Service {
        self.0.entry(service.id()).insert_entry(Arc::new(service)).into_mut()
    }
}
