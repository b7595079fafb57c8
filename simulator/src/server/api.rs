use std::{error::Error, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Extension, State},
    http::{HeaderName, Method, Response, header, request::Parts},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    Server, access, body,
    connection::Connection,
    damage::{damage, damages_fields},
    delivery::deliver,
    reply::{Content, Reply, envelope},
    request,
};
use crate::{
    call::{Call, Items, Origin, Output, Path},
    caller::Caller,
    cloud::{self, Lookup, UnknownId},
    document::{Operation, Route, Schema},
    fault::{Fault, FaultRule},
    hosts::Hosts,
    identity,
    refusal::Refusal,
    request_log::LogEntry,
    simulation::Simulation,
};

const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Responds to requests to the API, and to those to unknown paths.
pub(super) async fn respond(
    State(Server { simulation, hosts, .. }): State<Server>,
    Extension(connection): Extension<Connection>,
    request: axum::extract::Request,
) -> Response<Body> {
    let (head, mut body) = request.into_parts();
    let request_id = identity::request_id();
    let entry = LogEntry::new(simulation.clock.now(), head.method.as_str(), head.uri.path(), request_id);
    let mut entry = simulation.log.begin(entry);

    let origin = request::origin(&head, &connection);
    let exchange = Exchange { simulation: &simulation, hosts: &hosts, head: &head, origin, entry: &mut entry };
    let Outcome { reply, fault } = exchange.handle(&mut body).await;
    let resets = matches!(entry.fault, Some(Fault::ResetBefore | Fault::ResetAfter));
    entry.status = (!resets).then_some(reply.status.as_u16());
    drop(entry);

    if fault.as_ref().is_some_and(|rule| rule.fault() == Fault::ResetBefore) {
        connection.reset().await;
    }
    body::discard(&mut body).await;
    deliver(reply, fault.as_ref(), &connection).await
}

/// A request that is being handled.
struct Exchange<'a> {
    simulation: &'a Arc<Simulation>,
    hosts: &'a Hosts,
    head: &'a Parts,
    origin: Origin,
    entry: &'a mut LogEntry,
}

/// The reply to a request, and the fault that applies to it.
struct Outcome {
    reply: Reply,
    fault: Option<FaultRule>,
}

/// A request that may be carried out.
struct Admitted<'a> {
    operation: &'a Operation,
    path: Result<Path, Refusal>,
    caller: Caller,
}

impl Exchange<'_> {
    async fn handle(mut self, body: &mut Body) -> Outcome {
        let admitted = match self.admit() {
            Ok(admitted) => admitted,
            Err(reply) => return Outcome { reply, fault: None },
        };
        let lookup = self.look_up(&admitted);
        let fault = self.simulation.faults.apply_to(admitted.operation.id(), &lookup);
        self.entry.fault = fault.as_ref().map(FaultRule::fault);
        let reply = match fault.as_ref().and_then(|rule| self.faulty_reply(rule, &lookup)) {
            Some(reply) => reply,
            None => self.carry_out(&admitted, body, fault.as_ref()).await,
        };
        Outcome { reply, fault }
    }

    /// Looks up the ids in the path, if a fault depends on them. Otherwise the call itself does, when its body is there.
    /// Nothing is known of a path without valid ids.
    fn look_up(&self, call: &Admitted<'_>) -> Lookup {
        let now = self.simulation.clock.now();
        match &call.path {
            Ok(path) if self.simulation.faults.depend_on_ids() => {
                self.simulation.cloud.lock().look_up(self.simulation.models, &call.caller, path, now)
            }
            _ => Lookup::default(),
        }
    }

    /// Checks what the head of the request tells: access, operation, key and rate limit.
    fn admit(&mut self) -> Result<Admitted<'static>, Reply> {
        let request_id = self.entry.request_id;
        access::check(self.hosts, self.head).map_err(|refusal| Reply::refusal(&refusal, request_id))?;
        let (operation, parameters) = match self.simulation.document.route(&self.head.method, self.head.uri.path()) {
            Route::Operation(operation, parameters) => (operation, parameters),
            Route::OtherMethods(methods) => {
                let allowed = methods.into_iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
                let refusal = Refusal::method_not_allowed(format_args!("this path takes {allowed}"));
                return Err(Reply::refusal(&refusal, request_id).header(header::ALLOW, allowed));
            }
            Route::NotSimulated => {
                let simulated = self.simulation.document.operations().map(Operation::id).collect::<Vec<_>>().join(", ");
                let refusal = Refusal::not_found(format_args!(
                    "the simulator does not have this path of the API: it simulates {simulated}"
                ));
                return Err(Reply::refusal(&refusal, request_id));
            }
            Route::UnknownPath => return Err(Reply::unknown_path(&self.head.method, self.head.uri.path())),
        };
        self.entry.operation = Some(operation.id().to_owned());

        let (key, caller) = self.sign_in().map_err(|refusal| {
            let challenge = "Basic realm=\"ClickHouse Cloud simulator\"";
            Reply::refusal(&refusal, request_id).header(header::WWW_AUTHENTICATE, challenge)
        })?;
        let admission = self.simulation.admit(&key);
        self.entry.key = Some(key);
        if let Err((limit, wait)) = admission {
            return Err(too_many_requests(&format!("more than {limit}"), wait.as_secs_f64(), request_id));
        }
        Ok(Admitted { operation, path: request::path(operation, &parameters), caller })
    }

    /// Returns the id that the request signs in with, and the caller.
    fn sign_in(&self) -> Result<(String, Caller), Refusal> {
        let given = request::credentials(&self.head.headers);
        let given = given.ok_or_else(|| Refusal::unauthorized("the API key is missing"))?;
        let caller = self.simulation.sign_in(given.username(), given.password(), self.origin.address)?;
        Ok((given.username().to_owned(), caller))
    }

    /// Returns the reply of a fault that keeps the call from being carried out.
    fn faulty_reply(&self, rule: &FaultRule, lookup: &Lookup) -> Option<Reply> {
        let request_id = self.entry.request_id;
        let simulated = Refusal::internal_error("this failure is simulated");
        match rule.fault() {
            Fault::InternalError | Fault::ResetBefore => Some(Reply::refusal(&simulated, request_id)),
            Fault::BadGateway => Some(Reply::bad_gateway()),
            Fault::TooManyRequests => {
                Some(too_many_requests("this refusal is simulated", rule.seconds_or_default(), request_id))
            }
            Fault::NotYetFound => {
                lookup.newest.as_ref().map(|newest| Reply::refusal(&Refusal::no_such(newest.thing), request_id))
            }
            Fault::InvalidId => lookup.unknown.as_ref().map(|UnknownId { thing, id }| {
                // The API's message.
                let refusal = Refusal::bad_request(format_args!("Invalid {thing} id string:\"{id}\""));
                Reply::refusal(&refusal, request_id)
            }),
            _ => None,
        }
    }

    async fn carry_out(&mut self, call: &Admitted<'static>, body: &mut Body, fault: Option<&FaultRule>) -> Reply {
        let request_id = self.entry.request_id;
        let headers = &self.head.headers;
        let read = async {
            let path = call.path.as_ref().map_err(Refusal::clone)?;
            let query = request::query(call.operation, &self.head.uri)?;
            Ok::<_, Refusal>((path, query, request::body(call.operation, headers, body).await?))
        };
        let (reply, schema) = match read.await {
            // Operations do not declare all refusals of invalid requests, and then the schema of all refusals is used.
            Err(mut refusal) => {
                let declared = call.operation.response(refusal.status);
                let schema = declared.unwrap_or_else(|| self.simulation.document.refusal());
                if schema.shape().property("issues").is_none() {
                    refusal.issues.clear();
                }
                (Reply::refusal(&refusal, request_id), Some(schema))
            }
            Ok((path, query, body)) => match self.carry_out_and_save(call, path, &query, &body, fault).await {
                Ok(Output::List { items, page }) if !fault.is_some_and(damages_fields) => {
                    return match write_list(call.operation, items, page, request_id) {
                        Ok(bytes) => Reply::written(call.operation.success(), bytes),
                        Err(violations) => self.invalid_reply(call.operation, &violations),
                    };
                }
                Ok(output) => self.with_schema(call, Reply::success(output, call.operation.success(), request_id)),
                Err(refusal) => self.with_schema(call, Reply::refusal(&refusal, request_id)),
            },
        };
        self.check_and_damage(call.operation, reply, schema, fault)
    }

    /// Carries out the call in the cloud, and saves a change.
    async fn carry_out_and_save(
        &mut self,
        call: &Admitted<'static>,
        path: &Path,
        query: &Value,
        body: &Value,
        fault: Option<&FaultRule>,
    ) -> Result<Output, Refusal> {
        // A field that the operation does not have may hold anything.
        let takes_command =
            call.operation.body().is_some_and(|schema| schema.shape().names().any(|name| name == "command"));
        self.entry.command = body["command"].as_str().filter(|_| takes_command).map(str::to_owned);
        let now = self.simulation.clock.now();
        let stale = fault.filter(|rule| rule.fault() == Fault::StaleState).map(FaultRule::seconds_or_default);
        let seen_at = now - Duration::from_secs_f64(stale.unwrap_or_default());
        let (caller, origin, operation) = (&call.caller, &self.origin, call.operation);
        let call_of_cloud = Call { caller, origin, operation, path, query, body, now, seen_at };
        let (output, has_unsaved) = {
            let cloud = &mut self.simulation.cloud.lock();
            let output = cloud::carry_out(cloud, self.simulation.models, &call_of_cloud)?;
            (output, cloud.resources_mut().take_unsaved())
        };
        self.entry.carried_out = true;
        if (has_unsaved || call.operation.method() != Method::GET)
            && let Err(error) = self.simulation.save().await
        {
            tracing::error!(error = &error as &dyn Error, "the state is not saved");
            return Err(Refusal::internal_error("the state file cannot be written: see the simulator's log"));
        }
        Ok(output)
    }

    /// Returns a reply with its schema. Not all operations declare the 404 of an unknown organization.
    fn with_schema(&self, call: &Admitted<'static>, reply: Reply) -> (Reply, Option<&'static Schema>) {
        let declared = call.operation.response(reply.status.as_u16());
        let schema = declared.or_else(|| (reply.status == 404).then(|| self.simulation.document.refusal()));
        (reply, schema)
    }

    /// Checks a reply against the document, so that no client relies on a bug of the simulator. Then applies a fault.
    fn check_and_damage(
        &self,
        operation: &Operation,
        mut reply: Reply,
        schema: Option<&Schema>,
        fault: Option<&FaultRule>,
    ) -> Reply {
        let violations = match (&reply.content, schema) {
            (_, None) => Some("the document does not declare the status".to_owned()),
            (Content::Json(json), Some(schema)) => schema.describe_violations(json),
            (Content::Text(text), Some(schema)) => schema.describe_violations(&Value::String(text.clone())),
            (Content::File { text, .. }, Some(schema)) => schema.describe_violations(&Value::from(*text)),
            (Content::Written(_) | Content::Html(_), Some(_)) => None,
        };
        if let Some(violations) = violations {
            return self.invalid_reply(operation, &violations);
        }
        if let (Content::Json(json), Some(schema), Some(rule)) = (&mut reply.content, schema, fault) {
            damage(json, schema, rule, &self.simulation.faults);
        }
        reply
    }

    /// Returns the reply in place of one that breaks the document.
    fn invalid_reply(&self, operation: &Operation, violations: &str) -> Reply {
        tracing::error!(operation = operation.id(), violations, "the simulator broke the document");
        let refusal = Refusal::internal_error(format_args!("the simulator broke the document: {violations}"));
        Reply::refusal(&refusal, self.entry.request_id)
    }
}

fn too_many_requests(message: &str, seconds: f64, request_id: Uuid) -> Reply {
    let reply = Reply::refusal(&Refusal::too_many_requests(message), request_id);
    // Rounded up, so that a retry at that time is admitted.
    reply.header(RATE_LIMIT_RESET, format!("{:.3}", (seconds * 1000.0).ceil() / 1000.0))
}

/// Writes a successful response with a list, or returns where it breaks the document. Checks and writes each item by
/// itself: all at once take ten times the memory.
fn write_list(
    operation: &Operation,
    items: Items,
    page: Map<String, Value>,
    request_id: Uuid,
) -> Result<Vec<u8>, String> {
    let status = operation.success();
    let (Some(whole), Some(each)) = (operation.response(status), operation.items()) else {
        return Err("the document does not say that this is a list".to_owned());
    };
    let empty = envelope(status, request_id, page, Value::Array(Vec::new()));
    if let Some(violations) = whole.describe_violations(&empty) {
        return Err(violations);
    }
    let mut written = serde_json::to_vec(&empty).map_err(|error| error.to_string())?;
    // The items are inserted before the end of the empty list.
    let end = written.split_off(written.len() - 2);
    for (index, item) in items.enumerate() {
        if let Some(violations) = each.describe_violations(&item) {
            return Err(format!("result[{index}]: {violations}"));
        }
        if index > 0 {
            written.push(b',');
        }
        serde_json::to_writer(&mut written, &item).map_err(|error| error.to_string())?;
    }
    written.extend(end);
    Ok(written)
}
