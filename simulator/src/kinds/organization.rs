use serde_json::json;

use crate::{
    cloud::Location,
    resources::{Action, Id, Kind, Operation, Scope, Store, make},
};

/// The organizations, which are there from the start.
pub(crate) const KIND: Kind = Kind {
    name: "organization",
    title: "Organizations",
    id: Some(Id { parameter: "organizationId", field: "id" }),
    operations: &[
        Operation::new("listOrganizations", Action::List),
        Operation::new("getOrganization", Action::Get),
        Operation::new("updateOrganization", Action::Update),
    ],
    made: &[("byocConfig", make::empty_list)],
    defaults: &[("privateEndpoints", make::empty_list)],
    entries: &[("privateEndpoints", "id")],
    max_page_size: 250,
    is_visible: |caller, id| id.parse().is_ok_and(|id| caller.actor_in(id).is_some()),
    ..Kind::PLAIN
};

/// Registers the private endpoints that a service gets, unless they are registered.
pub(crate) fn register_private_endpoints(store: &mut Store, id: &str, endpoints: &[String], location: &Location) {
    let Some(organization) = store.get_mut(&KIND, &Scope::default(), id) else { return };
    let Some(list) = organization.fields.get_mut("privateEndpoints").and_then(|list| list.as_array_mut()) else {
        return;
    };
    for id in endpoints {
        if list.iter().all(|endpoint| endpoint["id"] != *id) {
            let (provider, region) = (location.provider().as_str(), location.region());
            list.push(json!({ "id": id, "cloudProvider": provider, "region": region }));
        }
    }
}
