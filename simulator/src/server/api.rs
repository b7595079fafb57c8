use std::{error::Error, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Extension, State},
    http::{HeaderName, Method, Response, header, request::Parts},
};
use serde_json::Value;
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
    cloud::{self, Answer, Call, Caller, Items, Named, Refusal, Target, UnknownId},
    document::{Operation, Route, Schema},
    fault::{Fault, FaultRule},
    hosts::Hosts,
    identity,
    request_log::LogEntry,
    simulation::Simulation,
};

const RATE_LIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Answers any request that is for the API, or for nothing that exists.
pub(super) async fn answer(
    State(Server { simulation, hosts, .. }): State<Server>,
    Extension(connection): Extension<Connection>,
    request: axum::extract::Request,
) -> Response<Body> {
    let (head, mut body) = request.into_parts();
    let request_id = identity::request_id();
    let entry = LogEntry::new(simulation.clock.now(), head.method.as_str(), head.uri.path(), request_id);
    let mut entry = simulation.log.begin(entry);

    let exchange = Exchange { simulation: &simulation, hosts: &hosts, head: &head, entry: &mut entry };
    let Outcome { reply, fault } = exchange.conclude(&mut body).await;
    let resets = matches!(entry.fault, Some(Fault::ResetBefore | Fault::ResetAfter));
    entry.status = (!resets).then_some(reply.status.as_u16());
    drop(entry);

    if fault.as_ref().is_some_and(|rule| rule.fault() == Fault::ResetBefore) {
        connection.reset().await;
    }
    body::discard(&mut body).await;
    deliver(reply, fault.as_ref(), &connection).await
}

/// One request, on its way to an answer.
struct Exchange<'a> {
    simulation: &'a Arc<Simulation>,
    hosts: &'a Hosts,
    head: &'a Parts,
    entry: &'a mut LogEntry,
}

struct Outcome {
    reply: Reply,
    fault: Option<FaultRule>,
}

/// What a request that may be carried out turned out to be.
struct Admitted<'a> {
    operation: &'a Operation,
    parameters: Vec<(&'a str, String)>,
    caller: Caller,
}

impl Exchange<'_> {
    async fn conclude(mut self, body: &mut Body) -> Outcome {
        let admitted = match self.admit() {
            Ok(admitted) => admitted,
            Err(reply) => return Outcome { reply, fault: None },
        };
        let named = self.named(&admitted);
        let fault = self.simulation.faults.strike(admitted.operation.id(), &named);
        self.entry.fault = fault.as_ref().map(FaultRule::fault);
        let reply = match fault.as_ref().and_then(|rule| self.instead(rule, &named)) {
            Some(reply) => reply,
            None => self.carry_out(&admitted, body, fault.as_ref()).await,
        };
        Outcome { reply, fault }
    }

    /// What is known of the things that the path names. Nothing is, where they are not named by ids.
    fn named(&self, call: &Admitted<'_>) -> Named {
        let now = self.simulation.clock.now();
        let target = request::target(&call.parameters).ok();
        target.map(|target| self.simulation.cloud.lock().look_up(call.caller, target, now)).unwrap_or_default()
    }

    /// What is asked, by whom, and whether it is too often: all that can be told from the head.
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
                    "the simulator does not have this path of the API: what it simulates is {simulated}"
                ));
                return Err(Reply::refusal(&refusal, request_id));
            }
            Route::Nowhere => return Err(Reply::cannot(&self.head.method, self.head.uri.path())),
        };
        self.entry.operation = Some(operation.id().to_owned());

        let given = request::credentials(&self.head.headers);
        // The words of the API, where these are known.
        let reason = if given.is_some() { "Key is not found" } else { "the API key is missing" };
        let found = given.and_then(|given| {
            let caller = self.simulation.caller(given.username(), given.password())?;
            Some((given.username().to_owned(), caller))
        });
        let Some((key, caller)) = found else {
            let refusal = Refusal::unauthorized(reason);
            let challenge = "Basic realm=\"ClickHouse Cloud simulator\"";
            return Err(Reply::refusal(&refusal, request_id).header(header::WWW_AUTHENTICATE, challenge));
        };
        let admission = self.simulation.admit(&key);
        self.entry.key = Some(key);
        if let Err((limit, wait)) = admission {
            return Err(too_many_requests(&format!("more than {limit}"), wait.as_secs_f64(), request_id));
        }
        Ok(Admitted { operation, parameters, caller })
    }

    /// What is answered instead of carrying out the call, if the fault is of that kind.
    fn instead(&self, rule: &FaultRule, named: &Named) -> Option<Reply> {
        let request_id = self.entry.request_id;
        let simulated = Refusal::internal_error("this failure is simulated");
        match rule.fault() {
            Fault::InternalError | Fault::ResetBefore => Some(Reply::refusal(&simulated, request_id)),
            Fault::BadGateway => Some(Reply::bad_gateway()),
            Fault::TooManyRequests => {
                Some(too_many_requests("this refusal is simulated", rule.seconds_or_default(), request_id))
            }
            Fault::NotYetFound => Some(Reply::refusal(&Refusal::not_found("there is no such service"), request_id)),
            Fault::InvalidId => named.unknown.as_ref().map(|UnknownId { thing, id }| {
                // The words of the API.
                let refusal = Refusal::bad_request(format_args!("Invalid {thing} id string:\"{id}\""));
                Reply::refusal(&refusal, request_id)
            }),
            _ => None,
        }
    }

    async fn carry_out(&mut self, call: &Admitted<'static>, body: &mut Body, fault: Option<&FaultRule>) -> Reply {
        let request_id = self.entry.request_id;
        let headers = &self.head.headers;
        let read =
            async { Ok((request::target(&call.parameters)?, request::body(call.operation, headers, body).await?)) };
        let (reply, schema) = match read.await {
            // The document does not list all that can be wrong with a request: what a refusal looks like will do.
            Err(refusal) => (Reply::refusal(&refusal, request_id), Some(self.simulation.document.refusal())),
            Ok((target, body)) => match self.change(call, target, &body, fault).await {
                Ok(Answer::List(items)) if !fault.is_some_and(damages_fields) => {
                    return match write_list(call.operation, items, request_id) {
                        Ok(bytes) => Reply::written(bytes),
                        Err(found) => self.broken(call.operation, &found),
                    };
                }
                Ok(answer) => self.with_schema(call, Reply::success(answer, request_id)),
                Err(refusal) => self.with_schema(call, Reply::refusal(&refusal, request_id)),
            },
        };
        self.proof(call.operation, reply, schema, fault)
    }

    /// Carries the call out in the cloud, and sees to it that a change is kept.
    async fn change(
        &mut self,
        call: &Admitted<'static>,
        target: Target,
        body: &Value,
        fault: Option<&FaultRule>,
    ) -> Result<Answer, Refusal> {
        let now = self.simulation.clock.now();
        let stale = fault.filter(|rule| rule.fault() == Fault::StaleState).map(FaultRule::seconds_or_default);
        let seen_at = now - Duration::from_secs_f64(stale.unwrap_or_default());
        let (caller, operation) = (call.caller, call.operation.id());
        let call_of_cloud = Call { caller, operation, target, body, now, seen_at };
        let outcome = cloud::carry_out(&mut self.simulation.cloud.lock(), &call_of_cloud);
        let answer = outcome?;
        self.entry.carried_out = true;
        if call.operation.method() != Method::GET
            && let Err(error) = self.simulation.save().await
        {
            tracing::error!(error = &error as &dyn Error, "the state is not saved");
            return Err(Refusal::internal_error("the state file cannot be written: see the simulator's log"));
        }
        Ok(answer)
    }

    /// An answer, and what the document says it looks like. An organization that is not there is the one thing that the
    /// document does not foresee everywhere.
    fn with_schema(&self, call: &Admitted<'static>, reply: Reply) -> (Reply, Option<&'static Schema>) {
        let declared = call.operation.answer(reply.status.as_u16());
        let schema = declared.or_else(|| (reply.status == 404).then(|| self.simulation.document.refusal()));
        (reply, schema)
    }

    /// Checks an answer against the document, so that no client learns to live with a mistake of the simulator; then
    /// damages it, if it is to be damaged.
    fn proof(
        &self,
        operation: &Operation,
        mut reply: Reply,
        schema: Option<&Schema>,
        fault: Option<&FaultRule>,
    ) -> Reply {
        let found = match (&reply.content, schema) {
            (_, None) => Some("the document does not declare the status".to_owned()),
            (Content::Json(json), Some(schema)) => schema.complaint(json),
            (Content::Text(text), Some(schema)) => schema.complaint(&Value::String(text.clone())),
            (Content::Written(_) | Content::Html(_), Some(_)) => None,
        };
        if let Some(found) = found {
            return self.broken(operation, &found);
        }
        if let (Content::Json(json), Some(schema), Some(rule)) = (&mut reply.content, schema, fault) {
            damage(json, schema, rule, &self.simulation.faults);
        }
        reply
    }

    /// What is answered in place of an answer that does not fit the document.
    fn broken(&self, operation: &Operation, found: &str) -> Reply {
        tracing::error!(operation = operation.id(), found, "the simulator broke the document");
        let refusal = Refusal::internal_error(format_args!("the simulator broke the document: {found}"));
        Reply::refusal(&refusal, self.entry.request_id)
    }
}

fn too_many_requests(message: &str, seconds: f64, request_id: Uuid) -> Reply {
    let reply = Reply::refusal(&Refusal::too_many_requests(message), request_id);
    // Rounded up: who comes back at that time is let in.
    reply.header(RATE_LIMIT_RESET, format!("{:.3}", (seconds * 1000.0).ceil() / 1000.0))
}

/// A successful answer with a list as its result, or where it does not fit the document. Each item is checked and written
/// by itself: all of them at once take ten times the memory.
fn write_list(operation: &Operation, items: Items, request_id: Uuid) -> Result<Vec<u8>, String> {
    let (Some(whole), Some(each)) = (operation.answer(200), operation.items()) else {
        return Err("the document does not say that this is a list".to_owned());
    };
    let empty = envelope(Value::Array(Vec::new()), request_id);
    if let Some(complaint) = whole.complaint(&empty) {
        return Err(complaint);
    }
    let mut written = serde_json::to_vec(&empty).map_err(|error| error.to_string())?;
    // The items go where the empty list ends.
    let end = written.split_off(written.len() - 2);
    for (index, item) in items.enumerate() {
        if let Some(complaint) = each.complaint(&item) {
            return Err(format!("result[{index}]: {complaint}"));
        }
        if index > 0 {
            written.push(b',');
        }
        serde_json::to_writer(&mut written, &item).map_err(|error| error.to_string())?;
    }
    written.extend(end);
    Ok(written)
}
