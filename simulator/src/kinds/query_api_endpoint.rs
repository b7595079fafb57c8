use serde_json::json;

use crate::{
    refusal::Refusal,
    resources::{Action, Attempt, Completion, Id, Kind, Operation, Resource, States, make},
};

/// The endpoints that run one query each. Those of the state `user` belong to a user of the SQL console.
pub(crate) const KIND: Kind = Kind {
    name: "query API endpoint",
    title: "Query API endpoints",
    id: Some(Id { parameter: "endpointId", field: "id" }),
    operations: &[
        Operation::new("listQueryApiEndpoints", Action::List),
        Operation::new("createQueryApiEndpoint", Action::Create),
        Operation::new("getQueryApiEndpoint", Action::Get),
        Operation::new("replaceQueryApiEndpoint", Action::Replace),
        Operation::new("deleteQueryApiEndpoint", Action::Delete),
    ],
    made: &[("id", make::uuid)],
    defaults: &[("parameters", |_| json!({})), ("allowedOrigins", make::empty_list)],
    states: Some(States { field: "ownerType", first: "queryApiEndpoint", transitions: &[], deletion: None }),
    check,
    complete,
    ..Kind::PLAIN
};

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let changes = matches!(attempt.action, Action::Replace | Action::Delete);
    if changes && attempt.field("ownerType") == "user" {
        return Err(Refusal::conflict("the query belongs to a user"));
    }
    Ok(())
}

fn complete(endpoint: &mut Resource, _: &mut Completion<'_, '_>) {
    let id = KIND.id_of(&endpoint.fields).unwrap_or_default();
    let url = format!("https://queries.clickhouse.cloud/run/{id}");
    endpoint.fields.insert("url".to_owned(), url.into());
}
