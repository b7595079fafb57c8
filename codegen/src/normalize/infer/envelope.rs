use std::collections::HashMap;

use heck::ToSnakeCase;
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use super::{Inference, config_names::operations, names_for_warning};
use crate::{
    diagnostic::NodeDiagnostic,
    json::{elements, fields, text},
    openapi::{
        extensions::ENVELOPE,
        media_type::{Format, is_success},
        operation::Operation,
        reference::resolve,
        schema,
    },
    source::{
        Pointer,
        config::{Entries, Envelope, Members},
    },
};

/// How many responses must have members in common: those of fewer can be alike by chance.
const MIN_RESPONSES: usize = 5;

/// The names of members that hold the id of the request.
const REQUEST_ID_NAMES: [&str; 5] = ["correlation_id", "req_id", "request_id", "trace_id", "x_request_id"];

/// The names of members that hold the error message, the likeliest first.
const ERROR_NAMES: [&str; 8] =
    ["error", "message", "error_message", "error_description", "detail", "title", "msg", "reason"];

/// How many parts of a schema are merged. More are a cycle.
const MAX_PARTS: usize = 500;

/// Writes `x-envelope` if nine in ten JSON responses are the same object around a result, or if the config has it. The
/// operations whose response is none, or has other members, get `x-envelope: false`, and return it whole.
pub(super) fn infer_envelope(inference: &mut Inference<'_>, entries: &Entries) {
    match &entries.envelope {
        None if inference.root().get(ENVELOPE).is_some() => {}
        None => {
            let bodies = response_bodies(inference.root());
            if let Some(members) = infer_members(inference.root(), &bodies) {
                let whole = whole_responses(&bodies, &members);
                inference.warnings.push(warning(&bodies, &members, &whole));
                write(inference, &members, &whole);
            }
        }
        Some(Envelope::None) => {
            let is_inferred = || infer_members(inference.root(), &response_bodies(inference.root())).is_some();
            if inference.root().get(ENVELOPE).is_none() && !is_inferred() {
                let message = "this has no effect: no envelope is inferred from the responses";
                inference.report_unused(&["envelope"], message, "leave it out");
            }
            inference.object(&Pointer::default()).and_then(|root| root.shift_remove(ENVELOPE));
        }
        Some(Envelope::Members(members)) => override_members(inference, members),
    }
}

/// The JSON body of a successful response.
struct ResponseBody<'a> {
    operation: Pointer,
    name: String,
    /// The schema of each property; none if it is not an object with properties.
    members: Option<IndexMap<&'a str, &'a Value>>,
}

fn override_members(inference: &mut Inference<'_>, members: &Members) {
    let bodies = response_bodies(inference.root());
    let has = |name: &str| bodies.iter().any(|body| has(body, name));
    let request_id = members.request_id.as_deref().map(|name| ("request-id", name));
    let missing: Vec<_> = [Some(("result", members.result.as_str())), request_id]
        .into_iter()
        .flatten()
        .filter(|(_, name)| !has(name))
        .map(|(key, name)| (key, format!("no response has `{name}`")))
        .collect();
    let whole = whole_responses(&bodies, members);
    let warning = (!whole.is_empty()).then(|| warning(&bodies, members, &whole));
    for (key, message) in missing {
        inference.report_unused(&["envelope", key], message, "write the name of a property that responses have");
    }
    inference.warnings.extend(warning);
    write(inference, members, &whole);
}

fn write(inference: &mut Inference<'_>, members: &Members, whole: &[(Pointer, String)]) {
    let Members { result, error, request_id } = members;
    let mut envelope = Map::from_iter([("result".to_owned(), json!(result))]);
    envelope.extend(error.as_ref().map(|error| ("error".to_owned(), json!(error))));
    envelope.extend(request_id.as_ref().map(|request_id| ("requestId".to_owned(), json!(request_id))));
    inference.write(&Pointer::default(), ENVELOPE, Value::Object(envelope), &["envelope"]);
    for (operation, _) in whole {
        inference.write(operation, ENVELOPE, json!(false), &["envelope"]);
    }
}

/// Returns the members of the envelope of nine in ten responses: the one that differs between operations is the result.
fn infer_members(root: &Value, bodies: &[ResponseBody<'_>]) -> Option<Members> {
    if bodies.len() < MIN_RESPONSES {
        return None;
    }
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    for name in bodies.iter().filter_map(|body| body.members.as_ref()).flat_map(IndexMap::keys) {
        *counts.entry(name).or_default() += 1;
    }
    let often = |share: usize| counts.iter().filter(move |(_, count)| **count * 10 >= bodies.len() * share);
    let common: IndexSet<_> = often(9).map(|(name, _)| *name).filter(|name| is_scalar(bodies, name)).collect();
    let request_id = common.iter().find(|name| REQUEST_ID_NAMES.contains(&name.to_snake_case().as_str()));
    let error = error_member(root);
    let fits = often(5).filter_map(|(result, _)| {
        let members = Members {
            result: (*result).to_owned(),
            error: error.clone(),
            request_id: request_id.map(|name| (*name).to_owned()),
        };
        let alike = count_alike(bodies, &members, &common)?;
        Some((alike, members))
    });
    // Of those that fit equally well, the first.
    fits.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, members)| members)
}

/// Returns how many responses are this envelope without other members; none if those are too few, or all have the same
/// result.
fn count_alike(bodies: &[ResponseBody<'_>], members: &Members, common: &IndexSet<&str>) -> Option<usize> {
    let result = members.result.as_str();
    let (mut alike, mut wrapped) = (0, 0);
    let mut results = IndexSet::new();
    for found in bodies.iter().filter_map(|body| body.members.as_ref()) {
        let is_alike = found.keys().all(|name| *name == result || common.contains(name));
        let has_all = common.iter().all(|name| *name == result || found.contains_key(name));
        if has_all && (is_alike && !found.is_empty() || found.contains_key(result)) {
            wrapped += 1;
            alike += usize::from(is_alike);
            results.extend(found.get(result).map(|schema| shape(schema)));
        }
    }
    let fits = wrapped * 10 >= bodies.len() * 9 && alike * 2 >= bodies.len() && results.len() > 1;
    fits.then_some(alike)
}

/// Returns a schema without descriptions, as text.
fn shape(schema: &Value) -> String {
    let mut schema = schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|key, _| !matches!(key.as_str(), "description" | "title" | "example" | "examples" | "nullable"));
    }
    schema.to_string()
}

/// Returns whether a member is a scalar in all responses: a status, an id.
fn is_scalar(bodies: &[ResponseBody<'_>], name: &str) -> bool {
    let mut schemas = bodies.iter().filter_map(|body| body.members.as_ref()?.get(name));
    schemas.all(|schema| schema::is_scalar(schema))
}

/// Returns the operations whose responses are not this envelope, or have other members.
fn whole_responses(bodies: &[ResponseBody<'_>], members: &Members) -> Vec<(Pointer, String)> {
    let Members { result, error, request_id } = members;
    let counts = |name: &str| bodies.iter().filter(|body| has(body, name)).count();
    let mut is_common = HashMap::new();
    let whole = bodies.iter().filter(|body| {
        let Some(found) = &body.members else { return true };
        if request_id.as_ref().is_some_and(|name| !found.contains_key(name.as_str())) {
            return true;
        }
        let own = |name: &str| name == result || Some(name) == error.as_deref() || Some(name) == request_id.as_deref();
        let mut others = found.iter().filter(|(name, _)| !own(name));
        // A member of nine in ten responses is no reason to return this one whole.
        !others.all(|(name, _)| *is_common.entry(*name).or_insert_with(|| counts(name) * 10 >= bodies.len() * 9))
    });
    whole.map(|body| (body.operation.clone(), body.name.clone())).collect()
}

fn has(body: &ResponseBody<'_>, name: &str) -> bool {
    body.members.as_ref().is_some_and(|members| members.contains_key(name))
}

fn warning(bodies: &[ResponseBody<'_>], members: &Members, whole: &[(Pointer, String)]) -> NodeDiagnostic {
    let Members { result, error, request_id } = members;
    let named: Vec<_> = [("the error message", error), ("the request id", request_id)]
        .into_iter()
        .filter_map(|(what, name)| Some(format!("`{}` is {what}", name.as_ref()?)))
        .collect();
    let rest = if named.is_empty() { String::new() } else { format!("; {}", named.join(", and ")) };
    let extent = match whole.len() {
        0 => "every JSON response is an envelope".to_owned(),
        several => format!("{} of {} JSON responses are envelopes", bodies.len() - several, bodies.len()),
    };
    let message = format!("{extent}: a call returns its `{result}`{rest}");
    let mut help = "set `envelope = false` in the config to return responses as they are".to_owned();
    if !whole.is_empty() {
        let operations: Vec<_> = whole.iter().map(|(_, name)| name.as_str()).collect();
        help = format!(
            "{help}; these operations return theirs so already, because they have other members: {}",
            names_for_warning(&operations)
        );
    }
    NodeDiagnostic::key(Pointer::default().key("paths"), message, help).warning()
}

fn response_bodies(root: &Value) -> Vec<ResponseBody<'_>> {
    let schemas = json_schemas(root, true);
    let bodies = schemas.map(|(name, operation, schema)| {
        let members = members(root, schema);
        ResponseBody { operation, name, members: (!members.is_empty()).then_some(members) }
    });
    bodies.collect()
}

/// Returns the member with the error message, if most error responses have it.
fn error_member(root: &Value) -> Option<String> {
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    let mut all = 0;
    for (_, _, schema) in json_schemas(root, false) {
        all += 1;
        for (name, schema) in members(root, schema) {
            *counts.entry(name).or_default() += usize::from(text(schema, "type") == Some("string"));
        }
    }
    let frequent = || counts.iter().filter(|(_, count)| **count * 2 > all).map(|(name, _)| *name);
    ERROR_NAMES.iter().find_map(|wanted| frequent().find(|name| name.to_snake_case() == *wanted)).map(ToOwned::to_owned)
}

/// Returns the schemas of the JSON responses that mean success, or of the others.
fn json_schemas(root: &Value, success: bool) -> impl Iterator<Item = (String, Pointer, &Value)> {
    operations(root).flat_map(move |(name, Operation { at, value, .. })| {
        let responses = value.get("responses").and_then(Value::as_object);
        let wanted = responses.into_iter().flat_map(move |all| {
            all.iter().filter(move |(status, _)| is_success(status, all) == success).map(|(_, response)| response)
        });
        wanted.filter_map(move |response| {
            let mut contents = fields(resolve(response, root).get("content"));
            let json =
                contents.find(|(media_type, content)| Format::of(media_type, content.get("schema")) == Format::Json);
            Some((name.clone(), at.clone(), json?.1.get("schema")?))
        })
    })
}

/// Returns the properties of a schema, and of the parts of its `allOf`.
fn members<'a>(root: &'a Value, schema: &'a Value) -> IndexMap<&'a str, &'a Value> {
    let mut members = IndexMap::new();
    let mut open = vec![schema];
    for _ in 0..MAX_PARTS {
        let Some(schema) = open.pop().map(|schema| resolve(schema, root)) else { break };
        members.extend(fields(schema.get("properties")).map(|(name, schema)| (name.as_str(), schema)));
        open.extend(elements(schema.get("allOf")).rev());
    }
    members
}

#[cfg(test)]
mod tests {
    use crate::normalize::infer::tests::run;

    /// Returns the paths of a document whose operations return these schemas.
    fn paths(schemas: &[&str]) -> String {
        let paths = schemas.iter().enumerate().map(|(index, schema)| {
            format!(
                "  /{index}: {{get: {{responses: {{'200': {{content: {{application/json: {{schema: {schema}}}}}}}}}}}}}\n"
            )
        });
        format!("paths:\n{}", paths.collect::<String>())
    }

    const STRING: &str = "{properties: {data: {type: string}, requestId: {type: string}}}";
    const INTEGER: &str = "{properties: {data: {type: integer}, requestId: {type: string}}}";

    #[test]
    fn five_responses_that_are_alike_are_envelopes() {
        insta::assert_snapshot!(run(&paths(&[STRING, INTEGER, STRING, STRING, STRING]), ""), @"
            #/x-envelope: {result:data,requestId:requestId}
            warning: every JSON response is an envelope: a call returns its `data`; `requestId` is the request id
        ");
        insta::assert_snapshot!(run(&paths(&[STRING, INTEGER, STRING, STRING]), ""), @"");
    }

    #[test]
    fn a_successful_json_response_counts_whatever_its_status_and_media_type() {
        let paths = paths(&[STRING, INTEGER, STRING, STRING, STRING]);
        let other = [("'200'", "default"), ("'200'", "2XX"), ("application/json", "application/vnd.api+json")];
        for (from, to) in other {
            insta::allow_duplicates! {
                insta::assert_snapshot!(run(&paths.replace(from, to), ""), @"
                    #/x-envelope: {result:data,requestId:requestId}
                    warning: every JSON response is an envelope: a call returns its `data`; `requestId` is the request id
                ");
            }
        }
    }

    #[test]
    fn a_response_with_other_members_is_returned_whole() {
        let page = "{properties: {data: {type: string}, requestId: {type: string}, next: {type: string}}}";
        insta::assert_snapshot!(run(&paths(&[STRING, INTEGER, STRING, STRING, STRING, page]), ""), @"
            #/x-envelope: {result:data,requestId:requestId}
            #/paths/~15/get/x-envelope: false
            warning: 5 of 6 JSON responses are envelopes: a call returns its `data`; `requestId` is the request id
        ");
    }

    #[test]
    fn a_config_overrides_the_envelope() {
        insta::assert_snapshot!(run(&paths(&[STRING]), "envelope = {result = 'data', request-id = 'id'}"), @"
            #/x-envelope: {result:data,requestId:id}
            #/paths/~10/get/x-envelope: false
            warning: 0 of 1 JSON responses are envelopes: a call returns its `data`; `id` is the request id
            error 1:30: no response has `id`
        ");
        insta::assert_snapshot!(run(&paths(&[STRING]), "envelope = false"), @"error 1:1: this has no effect: no envelope is inferred from the responses");
    }
}
