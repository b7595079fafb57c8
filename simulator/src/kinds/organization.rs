use serde_json::{Value, json};
use uuid::Uuid;

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
    is_visible: |organization, _, caller, _| {
        let id = KIND.id_of(&organization.fields).and_then(|id| id.parse().ok());
        id.is_some_and(|id| caller.actor_in(id).is_some())
    },
    ..Kind::PLAIN
};

/// Registers a private endpoint of a service, unless it is registered, and returns it.
pub(crate) fn register_private_endpoint(
    store: &mut Store,
    organization: &str,
    id: &str,
    description: Option<&str>,
    location: &Location,
) -> Value {
    let organization = store.get_mut(&KIND, &Scope::default(), organization);
    let list = organization.and_then(|organization| organization.fields.get_mut("privateEndpoints")?.as_array_mut());
    let Some(list) = list else { return Value::Null };
    let registered = list.iter().position(|endpoint| endpoint["id"] == id);
    let index = registered.unwrap_or_else(|| {
        let (provider, region) = (location.provider().as_str(), location.region());
        list.push(json!({ "id": id, "cloudProvider": provider, "region": region }));
        list.len() - 1
    });
    if let Some(description) = description {
        list[index]["description"] = description.into();
    }
    list[index].clone()
}

/// Returns the private endpoints that an organization has registered.
pub(crate) fn private_endpoints<'a>(store: &'a Store, organization: &str) -> &'a [Value] {
    list(store, organization, "privateEndpoints")
}

/// Returns whether an organization has infrastructure in a cloud account of its own.
pub(crate) fn has_infrastructure(store: &Store, organization: &str, id: Uuid) -> bool {
    list(store, organization, "byocConfig").iter().any(|infrastructure| infrastructure["id"] == id.to_string())
}

fn list<'a>(store: &'a Store, organization: &str, field: &str) -> &'a [Value] {
    let organization = store.peek(&KIND, &Scope::default(), organization);
    organization.and_then(|organization| organization.fields.get(field)?.as_array()).map_or(&[], Vec::as_slice)
}
