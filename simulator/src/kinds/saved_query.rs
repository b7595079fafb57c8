use serde_json::json;

use crate::{
    refusal::Refusal,
    resources::{Action, Attempt, Id, Kind, Operation, make},
};

/// The queries that are saved for the SQL console. Each has a name of its own.
pub(crate) const KIND: Kind = Kind {
    name: "saved query",
    title: "Saved queries",
    id: Some(Id { parameter: "queryId", field: "id" }),
    operations: &[
        Operation::new("listSavedQueries", Action::List),
        Operation::new("createSavedQuery", Action::Create),
        Operation::new("getSavedQuery", Action::Get),
        Operation::new("replaceSavedQuery", Action::Replace),
        Operation::new("deleteSavedQuery", Action::Delete),
    ],
    made: &[("id", make::uuid)],
    defaults: &[("parameters", |_| json!({}))],
    check,
    ..Kind::PLAIN
};

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let writes = matches!(attempt.action, Action::Create | Action::Replace);
    if writes && attempt.siblings(&KIND).any(|other| other.fields["name"] == attempt.call.body["name"]) {
        return Err(Refusal::conflict("there already is a saved query of this name"));
    }
    Ok(())
}
