use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Refusal, service::Service};

/// The services of an organization, in the order in which they were created.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Organization {
    services: IndexMap<Uuid, Service>,
}

impl Organization {
    pub(crate) fn services(&self) -> impl ExactSizeIterator<Item = &Service> {
        self.services.values()
    }

    /// Brings every service up to date, and lets go of those whose deletion is complete.
    pub(super) fn settle(&mut self, now: DateTime<Utc>) {
        self.services.retain(|_, service| {
            service.settle(now);
            !service.is_gone()
        });
    }

    /// The service as it is now.
    pub(super) fn service(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<&mut Service, Refusal> {
        let service = self.services.get_mut(&id).ok_or_else(no_such_service)?;
        service.settle(now);
        if service.is_gone() { Err(no_such_service()) } else { Ok(service) }
    }

    pub(super) fn add(&mut self, service: Service) -> &Service {
        self.services.entry(service.id()).insert_entry(service).into_mut()
    }
}

fn no_such_service() -> Refusal {
    Refusal::not_found("there is no such service")
}
