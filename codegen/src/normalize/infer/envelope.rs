use std::collections::HashMap;

use heck::ToSnakeCase;
use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use super::{Agreement, places::operations};
use crate::{
    diagnostic::NodeDiagnostic,
    json::{elements, fields, text},
    openapi::{extensions::ENVELOPE, operation::Operation, reference::resolve, schema},
    source::{
        Pointer,
        config::{Entries, Envelope, Members},
    },
};

/// Fewer answers can be alike by chance.
const ENOUGH: usize = 5;

/// What is called so in all answers is the id of the request.
const REQUEST_IDS: [&str; 5] = ["correlation_id", "req_id", "request_id", "trace_id", "x_request_id"];

/// What says in words why a call was refused, the likeliest first.
const ERRORS: [&str; 8] =
    ["error", "message", "error_message", "error_description", "detail", "title", "msg", "reason"];

/// So many parts of a schema are put together: more are a circle.
const MAX_PARTS: usize = 500;

/// Operations that are named in a note.
const NAMED: usize = 20;

/// Says with `x-envelope` that every JSON answer is wrapped in the same object, where (nearly) all of them are. An
/// answer that is not, or has more in it, is returned whole: its operation gets `x-envelope: false`.
pub(super) fn agree(agreement: &mut Agreement<'_>, entries: &Entries) {
    match &entries.envelope {
        None if agreement.root().get(ENVELOPE).is_some() => {}
        None => {
            let answers = answers(agreement.root());
            if let Some(members) = find(agreement.root(), &answers) {
                let whole = whole(&answers, &members);
                agreement.warnings.push(note(&answers, &members, &whole));
                write(agreement, &members, &whole);
            }
        }
        Some(Envelope::None) => {
            let is_found = || find(agreement.root(), &answers(agreement.root())).is_some();
            if agreement.root().get(ENVELOPE).is_none() && !is_found() {
                let message = "answers would not be taken out of an envelope without this, either";
                agreement.report_unused(&["envelope"], message, "leave it out");
            }
            agreement.object(&Pointer::default()).and_then(|root| root.shift_remove(ENVELOPE));
        }
        Some(Envelope::Members(members)) => configured(agreement, members),
    }
}

/// What a successful call returns as JSON.
struct Answer<'a> {
    operation: Pointer,
    name: String,
    /// The schema of each property; none for what is no object with properties.
    members: Option<IndexMap<&'a str, &'a Value>>,
}

fn configured(agreement: &mut Agreement<'_>, members: &Members) {
    let answers = answers(agreement.root());
    let has = |name: &str| answers.iter().any(|answer| has(answer, name));
    let request_id = members.request_id.as_deref().map(|name| ("request-id", name));
    let missing: Vec<_> = [Some(("result", members.result.as_str())), request_id]
        .into_iter()
        .flatten()
        .filter(|(_, name)| !has(name))
        .map(|(key, name)| (key, format!("no answer has `{name}`")))
        .collect();
    let whole = whole(&answers, members);
    let note = (!whole.is_empty()).then(|| note(&answers, members, &whole));
    for (key, message) in missing {
        agreement.report_unused(&["envelope", key], message, "write the name of a property that answers have");
    }
    agreement.warnings.extend(note);
    write(agreement, members, &whole);
}

fn write(agreement: &mut Agreement<'_>, members: &Members, whole: &[(Pointer, String)]) {
    let Members { result, error, request_id } = members;
    let mut envelope = Map::from_iter([("result".to_owned(), json!(result))]);
    envelope.extend(error.as_ref().map(|error| ("error".to_owned(), json!(error))));
    envelope.extend(request_id.as_ref().map(|request_id| ("requestId".to_owned(), json!(request_id))));
    agreement.write(&Pointer::default(), ENVELOPE, Value::Object(envelope), &["envelope"]);
    for (operation, _) in whole {
        agreement.write(operation, ENVELOPE, json!(false), &["envelope"]);
    }
}

/// The envelope that (nearly) all answers have: the member that differs between operations is the result.
fn find(root: &Value, answers: &[Answer<'_>]) -> Option<Members> {
    if answers.len() < ENOUGH {
        return None;
    }
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    for name in answers.iter().filter_map(|answer| answer.members.as_ref()).flat_map(IndexMap::keys) {
        *counts.entry(name).or_default() += 1;
    }
    let often = |share: usize| counts.iter().filter(move |(_, count)| **count * 10 >= answers.len() * share);
    let common: IndexSet<_> = often(9).map(|(name, _)| *name).filter(|name| is_scalar(answers, name)).collect();
    let request_id = common.iter().find(|name| REQUEST_IDS.contains(&name.to_snake_case().as_str()));
    let error = error(root);
    let fits = often(5).filter_map(|(result, _)| {
        let members = Members {
            result: (*result).to_owned(),
            error: error.clone(),
            request_id: request_id.map(|name| (*name).to_owned()),
        };
        let alike = alike(answers, &members, &common)?;
        Some((alike, members))
    });
    // The first of those that fit equally well.
    fits.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, members)| members)
}

/// How many answers are just this envelope; none if those are too few, or their results are all the same.
fn alike(answers: &[Answer<'_>], members: &Members, common: &IndexSet<&str>) -> Option<usize> {
    let result = members.result.as_str();
    let (mut alike, mut wrapped) = (0, 0);
    let mut results = IndexSet::new();
    for found in answers.iter().filter_map(|answer| answer.members.as_ref()) {
        let is_alike = found.keys().all(|name| *name == result || common.contains(name));
        let has_all = common.iter().all(|name| *name == result || found.contains_key(name));
        if has_all && (is_alike && !found.is_empty() || found.contains_key(result)) {
            wrapped += 1;
            alike += usize::from(is_alike);
            results.extend(found.get(result).map(|schema| shape(schema)));
        }
    }
    let fits = wrapped * 10 >= answers.len() * 9 && alike * 2 >= answers.len() && results.len() > 1;
    fits.then_some(alike)
}

/// What makes a schema another one, as far as it matters here.
fn shape(schema: &Value) -> String {
    let mut schema = schema.clone();
    if let Some(schema) = schema.as_object_mut() {
        schema.retain(|key, _| !matches!(key.as_str(), "description" | "title" | "example" | "examples" | "nullable"));
    }
    schema.to_string()
}

/// Whether a member is one value wherever it is: a status, an id.
fn is_scalar(answers: &[Answer<'_>], name: &str) -> bool {
    let mut schemas = answers.iter().filter_map(|answer| answer.members.as_ref()?.get(name));
    schemas.all(|schema| schema::is_scalar(schema))
}

/// The operations whose answers are not just the envelope, and so would lose something.
fn whole(answers: &[Answer<'_>], members: &Members) -> Vec<(Pointer, String)> {
    let Members { result, error, request_id } = members;
    let counts = |name: &str| answers.iter().filter(|answer| has(answer, name)).count();
    let mut is_common = HashMap::new();
    let whole = answers.iter().filter(|answer| {
        let Some(found) = &answer.members else { return true };
        if request_id.as_ref().is_some_and(|name| !found.contains_key(name.as_str())) {
            return true;
        }
        let own = |name: &str| name == result || Some(name) == error.as_deref() || Some(name) == request_id.as_deref();
        let mut others = found.iter().filter(|(name, _)| !own(name));
        // What (nearly) all have says nothing of this one.
        !others.all(|(name, _)| *is_common.entry(*name).or_insert_with(|| counts(name) * 10 >= answers.len() * 9))
    });
    whole.map(|answer| (answer.operation.clone(), answer.name.clone())).collect()
}

fn has(answer: &Answer<'_>, name: &str) -> bool {
    answer.members.as_ref().is_some_and(|members| members.contains_key(name))
}

fn note(answers: &[Answer<'_>], members: &Members, whole: &[(Pointer, String)]) -> NodeDiagnostic {
    let Members { result, error, request_id } = members;
    let named: Vec<_> = [("the reason of a refusal", error), ("the id of the request", request_id)]
        .into_iter()
        .filter_map(|(what, name)| Some(format!("`{}` is {what}", name.as_ref()?)))
        .collect();
    let rest = if named.is_empty() { String::new() } else { format!("; {}", named.join(", and ")) };
    let extent = match whole.len() {
        0 => "every JSON answer is an envelope".to_owned(),
        several => format!("{} of {} JSON answers are envelopes", answers.len() - several, answers.len()),
    };
    let message = format!("{extent}: a call returns what is in `{result}`{rest}");
    let mut help = "say `envelope = false` in the config to have answers as they are".to_owned();
    if !whole.is_empty() {
        let operations: Vec<_> = whole.iter().take(NAMED).map(|(_, name)| name.as_str()).collect();
        let more = whole.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        help = format!("{help}; these are, because they hold something else: {}{more}", operations.join(", "));
    }
    NodeDiagnostic::key(Pointer::default().key("paths"), message, help).warning()
}

fn answers(root: &Value) -> Vec<Answer<'_>> {
    let answers = contents(root, |status| status.starts_with('2'));
    let answers = answers.map(|(name, operation, schema)| {
        let members = members(root, schema);
        Answer { operation, name, members: (!members.is_empty()).then_some(members) }
    });
    answers.collect()
}

/// The member that says in words why a call was refused, where most refusals have it.
fn error(root: &Value) -> Option<String> {
    let mut counts: IndexMap<&str, usize> = IndexMap::new();
    let mut all = 0;
    for (_, _, schema) in contents(root, |status| !status.starts_with('2')) {
        all += 1;
        for (name, schema) in members(root, schema) {
            *counts.entry(name).or_default() += usize::from(text(schema, "type") == Some("string"));
        }
    }
    let frequent = || counts.iter().filter(|(_, count)| **count * 2 > all).map(|(name, _)| *name);
    ERRORS.iter().find_map(|wanted| frequent().find(|name| name.to_snake_case() == *wanted)).map(ToOwned::to_owned)
}

/// The schemas of the JSON that operations give with these statuses.
fn contents(root: &Value, statuses: fn(&str) -> bool) -> impl Iterator<Item = (String, Pointer, &Value)> {
    operations(root).flat_map(move |(name, Operation { at, value, .. })| {
        let responses = fields(value.get("responses")).filter(move |(status, _)| statuses(status));
        responses.filter_map(move |(_, response)| {
            let schema = resolve(response, root).get("content")?.get("application/json")?.get("schema")?;
            Some((name.clone(), at.clone(), schema))
        })
    })
}

/// The properties of a schema, with those that `allOf` puts into it.
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
