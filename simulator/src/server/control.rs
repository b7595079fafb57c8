use std::time::Duration;

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Server;
use crate::{
    fault::FaultRule,
    resources::{Model, Scope, Store},
};

/// The number of services on the page.
const MAX_SHOWN_SERVICES: usize = 500;
/// The number of resources of each other kind on the page.
const MAX_SHOWN_RESOURCES: usize = 100;
/// The number of requests on the page.
const MAX_SHOWN_REQUESTS: usize = 20;

/// The bound on one advance of the clock: a hundred years.
const MAX_ADVANCE_SECONDS: f64 = 100.0 * 365.0 * 24.0 * 60.0 * 60.0;

/// The body of a request is invalid.
pub(super) struct Rejected(String);

impl IntoResponse for Rejected {
    fn into_response(self) -> Response {
        let status = StatusCode::BAD_REQUEST;
        (status, Json(json!({ "status": status.as_u16(), "error": self.0 }))).into_response()
    }
}

impl From<JsonRejection> for Rejected {
    fn from(rejection: JsonRejection) -> Self {
        Self(rejection.body_text())
    }
}

pub(super) async fn faults(State(Server { simulation, .. }): State<Server>) -> Json<Vec<FaultRule>> {
    Json(simulation.faults.list())
}

pub(super) async fn add_fault(
    State(Server { simulation, .. }): State<Server>,
    rule: Result<Json<FaultRule>, JsonRejection>,
) -> Result<Json<Vec<FaultRule>>, Rejected> {
    let Json(rule) = rule?;
    simulation.faults.add(rule).map_err(|error| Rejected(error.to_string()))?;
    Ok(Json(simulation.faults.list()))
}

pub(super) async fn clear_faults(State(Server { simulation, .. }): State<Server>) -> StatusCode {
    simulation.faults.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn log(State(Server { simulation, .. }): State<Server>) -> Json<Value> {
    Json(json!({ "total": simulation.log.total(), "requests": simulation.log.entries() }))
}

pub(super) async fn clear_log(State(Server { simulation, .. }): State<Server>) -> StatusCode {
    simulation.log.clear();
    StatusCode::NO_CONTENT
}

pub(super) async fn clock(State(Server { simulation, .. }): State<Server>) -> Json<Value> {
    Json(json!({ "now": simulation.clock.now(), "speed": simulation.clock.speed() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    seconds: f64,
}

pub(super) async fn advance_clock(
    State(server): State<Server>,
    by: Result<Json<Advance>, JsonRejection>,
) -> Result<Json<Value>, Rejected> {
    let Json(Advance { seconds }) = by?;
    if !(0.0..=MAX_ADVANCE_SECONDS).contains(&seconds) {
        return Err(Rejected(format!("seconds: this has to be between 0 and {MAX_ADVANCE_SECONDS}")));
    }
    server.simulation.clock.advance(Duration::from_secs_f64(seconds));
    Ok(clock(State(server)).await)
}

/// A resource, and the state to give it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetState {
    id: Uuid,
    state: String,
}

pub(super) async fn set_state(
    State(Server { simulation, .. }): State<Server>,
    change: Result<Json<SetState>, JsonRejection>,
) -> Result<StatusCode, Rejected> {
    let Json(SetState { id, state }) = change?;
    simulation.set_state(id, &state).map_err(|error| Rejected(error.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the data of the page.
pub(super) async fn status(State(Server { simulation, .. }): State<Server>) -> Json<Value> {
    let now = simulation.clock.now();
    let mut cloud = simulation.cloud.lock();
    let mut left = MAX_SHOWN_SERVICES;
    let ids: Vec<_> = cloud.organizations().collect();
    let mut organizations = Vec::new();
    for id in ids {
        let all = cloud.services_of(id, now);
        let count = all.iter().len();
        let services: Vec<Value> = all
            .iter()
            .take(left)
            .map(|service| {
                json!({
                    "id": service.id(),
                    "name": service.name(),
                    "provider": service.location().provider().as_str(),
                    "region": service.location().region(),
                    "state": service.state().as_str(),
                })
            })
            .collect();
        left -= services.len();
        organizations
            .push(json!({ "id": id, "name": cloud.organization_name(id), "count": count, "services": services }));
    }
    let nested = simulation.models.iter().filter(|model| model.is_nested());
    let resources: Vec<Value> = nested.filter_map(|model| shown_kind(cloud.resources_mut(), model, now)).collect();
    Json(json!({
        "now": now,
        "speed": simulation.clock.speed(),
        "rateLimit": simulation.rate_limit.map(|limit| limit.to_string()),
        "organizations": organizations,
        "resources": resources,
        "faults": simulation.faults.list(),
        "requests": { "total": simulation.log.total(), "last": simulation.log.last(MAX_SHOWN_REQUESTS) },
    }))
}

/// Returns the resources of a kind for the page, if there are any.
fn shown_kind(store: &mut Store, model: &Model, now: DateTime<Utc>) -> Option<Value> {
    let kind = model.kind();
    let scopes: Vec<Scope> = store.scopes(kind).cloned().collect();
    let (mut count, mut items) = (0, Vec::new());
    for scope in scopes {
        for resource in store.list(kind, &scope, now) {
            count += 1;
            if items.len() < MAX_SHOWN_RESOURCES {
                items.push(json!({
                    "id": kind.id_of(&resource.fields),
                    "name": resource.fields.get("name"),
                    "state": kind.states.as_ref().map(|states| resource.state(states)),
                    "in": scope.as_str(),
                }));
            }
        }
    }
    (count > 0).then(|| json!({ "title": kind.title, "count": count, "items": items }))
}
