use chrono::TimeDelta;
use serde_json::Value;

use super::{api_key, elements};
use crate::{
    refusal::Refusal,
    resources::{Action, Attempt, Kind, Operation, Scope, make},
};

/// The time until a new API key is known to query endpoints.
const KEY_UNKNOWN: TimeDelta = TimeDelta::seconds(5);

/// The endpoint at which keys run SQL on a service. A deleted key stays in its list.
pub(crate) const KIND: Kind = Kind {
    name: "query endpoint",
    title: "Query endpoints of services",
    operations: &[
        Operation::new("getServiceQueryEndpoint", Action::Get),
        Operation::new("setServiceQueryEndpoint", Action::Set),
        Operation::new("deleteServiceQueryEndpoint", Action::Delete),
    ],
    made: &[("id", make::uuid)],
    check,
    ..Kind::PLAIN
};

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let organization = attempt.scope.organization().unwrap_or_default().to_string();
    let keys = Scope::new([("organizationId", organization.as_str())]);
    let is_known = |id: &str| {
        let key = attempt.store.peek(&api_key::KIND, &keys, id);
        key.is_some_and(|key| key.age(attempt.call.now).is_none_or(|age| age > KEY_UNKNOWN))
    };
    let named = elements(&attempt.call.body["openApiKeys"]).iter().filter_map(Value::as_str);
    match named.map(str::to_lowercase).find(|id| !is_known(id)) {
        None => Ok(()),
        // The API's message.
        Some(id) => Err(Refusal::bad_request(format_args!("OpenAPI key {id} does not belong to the organization"))),
    }
}
