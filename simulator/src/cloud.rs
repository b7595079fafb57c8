//! The simulated cloud: its resources, services and backups, and the operations on them. It has no HTTP and no clock.

mod activities;
mod backup;
mod billing;
mod inspection;
mod key;
mod metrics;
mod notifications;
mod operations;
mod permissions;
mod quotas;
mod service;
mod services;
mod snapshots;

use std::{mem, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

pub(crate) use inspection::{find_refused_setting, inspect};
pub(crate) use key::{Credentials, NewKey, SecretHash, find_invalid_hash};
pub(crate) use operations::{carry_out, known_refusal};
pub(crate) use service::{Location, Provider, Service};

use billing::{Balance, MeteredService, Report};
use service::Event;
use services::Services;

use crate::{
    call::Path,
    caller::Caller,
    identity::{Identity, derived},
    kinds::{member, organization, role},
    resources::{Making, Models, Resource, Scope, Store},
};

/// The number of deleted services whose usage an organization keeps.
const MAX_DELETED_SERVICES: usize = 10_000;

/// The number of events of deleted services that are not recorded yet.
const MAX_EVENTS: usize = 1_000;

/// The state that is kept across restarts.
#[derive(Serialize, Deserialize)]
pub(crate) struct Cloud {
    identity: Identity,
    resources: Store,
    /// By the ids of their organizations.
    services: IndexMap<Uuid, Services>,
    /// By the ids of their organizations.
    #[serde(default)]
    deleted_services: IndexMap<Uuid, DeletedServices>,
}

/// The deleted services of an organization, as far as something still shows them.
#[derive(Default, Serialize, Deserialize)]
struct DeletedServices {
    /// Their usage, which reports of costs have.
    services: Vec<MeteredService>,
    /// Their changes of state without a call that are not recorded yet.
    events: Vec<Event>,
}

impl DeletedServices {
    fn add(&mut self, service: &Service, now: DateTime<Utc>) {
        self.services.push(service.metered(now));
        self.events.extend(service.events().iter().cloned());
        self.services.drain(..self.services.len().saturating_sub(MAX_DELETED_SERVICES));
        self.events.drain(..self.events.len().saturating_sub(MAX_EVENTS));
    }
}

/// What the cloud knows of the ids in the path of a call.
#[derive(Default)]
pub(crate) struct Lookup {
    /// The thing that was created last, unless all are there from the start.
    pub(crate) newest: Option<Newest>,
    /// The first id that does not exist.
    pub(crate) unknown: Option<UnknownId>,
}

/// A thing, and the time since its creation.
pub(crate) struct Newest {
    pub(crate) thing: &'static str,
    pub(crate) age: TimeDelta,
}

/// What an id in a path stands for.
struct Found {
    thing: &'static str,
    exists: bool,
    /// The time since its creation, unless it is there from the start.
    age: Option<TimeDelta>,
}

/// An id that does not exist.
pub(crate) struct UnknownId {
    pub(crate) thing: &'static str,
    pub(crate) id: String,
}

impl Cloud {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            identity: Identity::from(seed),
            resources: Store::default(),
            services: IndexMap::new(),
            deleted_services: IndexMap::new(),
        }
    }

    /// Adds an organization with its roles and its members, unless they exist. Without an id, generates one.
    pub(crate) fn add_organization(&mut self, models: &Models, id: Option<Uuid>, now: DateTime<Utc>) -> Uuid {
        let id = id.unwrap_or_else(|| self.identity.uuid());
        if let Some(model) = models.named(organization::KIND.name) {
            let mut start = model.example().clone();
            start.extend(organization::KIND.id_field().map(|field| (field.to_owned(), json!(id))));
            let making = &mut Making { identity: &mut self.identity, now, path: &Path::default() };
            self.resources.seed(model, &Scope::default(), start, making);
        }
        let path = organization_path(id);
        let scope = Scope::of(&path.0);
        let mut identity = derived(id, self.resources.created());
        let making = &mut Making { identity: &mut identity, now, path: &path };
        // The roles of the system cannot be deleted.
        let is_new = self.resources.ids(&role::KIND, &scope).next().is_none();
        role::seed(&mut self.resources, models, &scope, making);
        if is_new {
            member::seed(&mut self.resources, models, &scope, making);
        }
        id
    }

    /// Sets fields of an organization, without a check.
    pub(crate) fn set_organization_fields(&mut self, id: Uuid, fields: impl IntoIterator<Item = (String, Value)>) {
        let id = id.to_string();
        if let Some(organization) = self.resources.get_mut(&organization::KIND, &Scope::default(), &id) {
            organization.fields.extend(fields);
        }
    }

    /// Looks up the ids in a path, as far as the caller may see them.
    pub(crate) fn look_up(&mut self, models: &Models, caller: &Caller, path: &Path, now: DateTime<Utc>) -> Lookup {
        let mut lookup = Lookup::default();
        for (index, (parameter, id)) in path.0.iter().enumerate() {
            let parents = &path.0[..index];
            let making = &mut Making { identity: &mut self.identity, now, path };
            self.resources.seed_below(models, parents, making);
            let found = match models.identified_by(&path.0[..=index]) {
                Some(model) => {
                    let scope = Scope::of(parents);
                    let resource =
                        self.resources.get(model.kind(), &scope, id, now).map(|resource| Arc::clone(resource));
                    let is_visible = model.kind().is_visible;
                    let visible = resource.filter(|resource| is_visible(resource, &scope, caller, &self.resources));
                    let age = visible.as_ref().and_then(|resource| resource.age(now));
                    Some(Found { thing: model.kind().name, exists: visible.is_some(), age })
                }
                None => self.look_up_special(path, parameter, now),
            };
            let Some(Found { thing, exists, age }) = found else { continue };
            if !exists {
                lookup.unknown = Some(UnknownId { thing, id: id.clone() });
                return lookup;
            }
            if let Some(age) = age
                && lookup.newest.as_ref().is_none_or(|newest| age < newest.age)
            {
                lookup.newest = Some(Newest { thing, age });
            }
        }
        let making = &mut Making { identity: &mut self.identity, now, path };
        self.resources.seed_below(models, &path.0, making);
        lookup
    }

    /// Looks up a service or a backup.
    fn look_up_special(&mut self, path: &Path, parameter: &str, now: DateTime<Utc>) -> Option<Found> {
        let services = path.uuid("organizationId").and_then(|id| self.services.get_mut(&id));
        let service = services.and_then(|services| services.get(path.uuid("serviceId")?, now).ok());
        match parameter {
            "serviceId" => {
                let age = service.as_ref().map(|service| service.age(now));
                Some(Found { thing: "service", exists: service.is_some(), age })
            }
            "backupId" => {
                let backup = service.and_then(|service| service.backups().get(path.uuid("backupId")?));
                Some(Found { thing: "backup", exists: backup.is_some(), age: None })
            }
            _ => None,
        }
    }

    /// Returns the ids of the organizations, in the order in which they were added.
    pub(crate) fn organizations(&self) -> impl Iterator<Item = Uuid> {
        self.resources.ids(&organization::KIND, &Scope::default()).filter_map(|id| id.parse().ok())
    }

    /// Returns the name of an organization. It is `null` if there is none.
    pub(crate) fn organization_name(&self, id: Uuid) -> &Value {
        let organization = self.resources.peek(&organization::KIND, &Scope::default(), &id.to_string());
        organization.and_then(|organization| organization.fields.get("name")).unwrap_or(&Value::Null)
    }

    /// Returns all resources, without services and backups.
    pub(crate) fn resources(&self) -> &Store {
        &self.resources
    }

    /// Returns all resources, to bring them up to date.
    pub(crate) fn resources_mut(&mut self) -> &mut Store {
        &mut self.resources
    }

    /// Returns all services, each with the id of its organization and the id that it is stored under.
    pub(crate) fn services(&self) -> impl Iterator<Item = (Uuid, Uuid, &Service)> {
        let organizations = self.services.iter();
        organizations.flat_map(|(id, services)| services.by_id().map(|(key, service)| (*id, key, service)))
    }

    /// Returns the services of an organization as they are now.
    pub(crate) fn services_of(&mut self, organization: Uuid, now: DateTime<Utc>) -> &Services {
        let services = self.services.entry(organization).or_default();
        let gone = services.catch_up(now);
        if !gone.is_empty() {
            let deleted = self.deleted_services.entry(organization).or_default();
            deleted.services.retain(|service| !service.is_outdated(now));
            for service in gone {
                deleted.add(&service, now);
                let scope = Self::scope_of(organization).below("serviceId", &service.id().to_string());
                self.resources.remove_below(&scope);
            }
        }
        services
    }

    /// Returns the scope of the resources directly below an organization.
    fn scope_of(organization: Uuid) -> Scope {
        Scope::default().below("organizationId", &organization.to_string())
    }

    /// Returns the usage of all services of an organization, also of deleted ones.
    fn metered_services(&mut self, organization: Uuid, now: DateTime<Utc>) -> Vec<MeteredService> {
        let present: Vec<_> = self.services_of(organization, now).iter().map(|service| service.metered(now)).collect();
        let deleted = self.deleted_services.get(&organization).into_iter().flat_map(|deleted| &deleted.services);
        deleted.cloned().chain(present).collect()
    }

    /// Returns the balances of an organization that are active.
    fn balances(&mut self, organization: Uuid, now: DateTime<Utc>) -> Vec<Balance> {
        let (services, start) = (self.metered_services(organization, now), self.start_of(organization, now));
        billing::active_balances(organization, start, &Report::new(&services, now), now)
    }

    /// Returns the balances of an organization that were active at a notice before their expiration.
    fn expiring_balances(&mut self, organization: Uuid, notice: TimeDelta, now: DateTime<Utc>) -> Vec<Balance> {
        let (services, start) = (self.metered_services(organization, now), self.start_of(organization, now));
        billing::expiring_balances(organization, start, &services, notice, now)
    }

    /// Returns the time since when an organization exists here.
    fn start_of(&self, organization: Uuid, now: DateTime<Utc>) -> DateTime<Utc> {
        let found = self.resources.peek(&organization::KIND, &Scope::default(), &organization.to_string());
        found.map_or(now, Resource::since)
    }

    /// Returns the changes of state of services without a call since the last time, in their order.
    fn take_events(&mut self, organization: Uuid, now: DateTime<Utc>) -> Vec<Event> {
        self.services_of(organization, now);
        let deleted = self.deleted_services.get_mut(&organization);
        let mut events = deleted.map(|deleted| mem::take(&mut deleted.events)).unwrap_or_default();
        events.extend(self.services.get_mut(&organization).map(Services::take_events).unwrap_or_default());
        events.sort_by_key(|event| event.at);
        events
    }
}

/// Returns the path of an organization.
fn organization_path(id: Uuid) -> Path {
    Path(vec![("organizationId".to_owned(), id.to_string())])
}
