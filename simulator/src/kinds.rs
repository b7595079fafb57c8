//! The kinds of resources that the simulator has, one file for each. Services and backups have code of their own in
//! [`cloud`](crate::cloud).

pub(crate) mod activity;
pub(crate) mod api_key;
pub(crate) mod assignment;
pub(crate) mod cdc_scaling;
pub(crate) mod click_pipe;
pub(crate) mod clickhouse_settings;
pub(crate) mod invitation;
pub(crate) mod member;
pub(crate) mod notification;
pub(crate) mod organization;
pub(crate) mod postgres_backup;
pub(crate) mod postgres_service;
pub(crate) mod query_api_endpoint;
pub(crate) mod quota;
pub(crate) mod replica_aware_routing;
pub(crate) mod reverse_private_endpoint;
pub(crate) mod role;
pub(crate) mod saved_query;
pub(crate) mod service_query_endpoint;
pub(crate) mod snapshot;

use std::sync::LazyLock;

use serde_json::Value;

use crate::{
    document::{Document, DocumentError},
    resources::{Kind, Models},
};

static KINDS: [Kind; 19] = [
    organization::KIND,
    role::KIND,
    api_key::KIND,
    member::KIND,
    invitation::KIND,
    quota::KIND,
    activity::KIND,
    notification::KIND,
    clickhouse_settings::KIND,
    replica_aware_routing::KIND,
    click_pipe::KIND,
    cdc_scaling::KIND,
    reverse_private_endpoint::KIND,
    service_query_endpoint::KIND,
    query_api_endpoint::KIND,
    saved_query::KIND,
    snapshot::KIND,
    postgres_service::KIND,
    postgres_backup::KIND,
];

static EMBEDDED: LazyLock<Result<Models, &'static DocumentError>> = LazyLock::new(|| {
    let document = Document::embedded()?;
    // A bug of this package, which is found once in each process.
    Models::new(&KINDS, document).map_err(|error| &*Box::leak(Box::new(error)))
});

/// Returns the kinds of the document of this package.
pub(crate) fn embedded() -> Result<&'static Models, &'static DocumentError> {
    EMBEDDED.as_ref().map_err(|error| *error)
}

/// Adds the fields to a body that the API assumes.
pub(crate) fn assume(operation: &str, body: &mut Value) {
    let Some(body) = body.as_object_mut() else { return };
    let of_all = KINDS.iter().flat_map(|kind| kind.assumed);
    for assumed in of_all.filter(|assumed| assumed.operation == operation) {
        body.entry(assumed.field).or_insert_with(assumed.value);
    }
}

/// Returns the elements of a list, and none of anything else.
fn elements(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}
