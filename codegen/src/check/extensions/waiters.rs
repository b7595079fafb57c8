use std::collections::HashMap;

use serde_json::Value;

use crate::{
    check::{
        bodies::format,
        outline::{Node, Operation, Outline},
    },
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{described, quoted},
    },
    names::value_name,
    openapi::{
        extensions::{ENVELOPE, Envelope, Waiter},
        media_type::Format,
    },
    source::Pointer,
};

/// Checks that each waiter has a method of its own, and polls an operation that returns the states it waits for.
pub(super) fn check(outline: &Outline<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let Some(rules) = value.as_object() else {
        let message = format!("`x-waiters` must be an object, but is {}", described(value));
        return vec![NodeDiagnostic::value(at.clone(), message, "write a rule under the name of each waiter")];
    };
    let mut names = method_names(outline);
    let mut diagnostics = Vec::new();
    for (name, rule) in rules {
        let at = at.key(name);
        diagnostics.extend(check_name(name, &mut names, &at));
        let (waiter, mut errors) = Waiter::read(name, rule, &at);
        diagnostics.append(&mut errors);
        if rule.is_object() {
            diagnostics.extend(check_gone(outline, rule, &at));
            diagnostics.append(&mut check_polled(outline, &waiter, rule, &at));
        }
    }
    diagnostics
}

/// Returns the names of the client's methods, each with its operation in words.
fn method_names(outline: &Outline<'_>) -> HashMap<String, String> {
    outline.operation_ids().map(|id| (value_name(id), format!("the operation {}", quoted(id)))).collect()
}

fn check_name(name: &str, names: &mut HashMap<String, String>, at: &Pointer) -> Option<NodeDiagnostic> {
    if !name.contains(char::is_alphanumeric) {
        let message = format!("{} cannot be the name of a method", quoted(name));
        return Some(NodeDiagnostic::key(at.clone(), message, "write a name, like `waitUntilThingReady`"));
    }
    let method = value_name(name);
    let other = names.insert(method.clone(), format!("the waiter {}", quoted(name)))?;
    let message = format!("{} and {other} would both become the method `{method}`", quoted(name));
    Some(NodeDiagnostic::key(at.clone(), message, "give the waiter another name, like `waitUntilThingReady`"))
}

/// Checks that the document has an envelope with errors: `gone` compares their messages.
fn check_gone(outline: &Outline<'_>, rule: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    rule.get("gone").filter(|gone| gone.is_array())?;
    let envelope = Envelope::of(outline.tree());
    envelope.is_none_or(|envelope| envelope.error.is_none()).then(|| {
        let message = "`gone` needs the message of an error, but no `x-envelope` says where that is";
        NodeDiagnostic::key(at.key("gone"), message, "add `x-envelope` with `error` to the document")
    })
}

/// Checks that a waiter's operation can be polled, and that its field has the waiter's states.
fn check_polled(outline: &Outline<'_>, waiter: &Waiter, rule: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    if waiter.operation.is_empty() {
        return Vec::new();
    }
    let mut operations = outline.operations();
    let polled = operations.find(|operation| operation.node.text("operationId") == Some(&*waiter.operation));
    let Some(polled) = polled else { return vec![unknown_operation(outline, waiter, at)] };
    let listed = match state_field(outline, &polled, waiter, at) {
        Ok(field) => outline.parts(field).iter().find_map(|part| part.get("enum")?.as_array()),
        Err(errors) => return errors,
    };
    let keys = [("target", &waiter.target), ("failure", &waiter.failure)];
    let states = keys.into_iter().flat_map(|(key, states)| states.iter().map(move |state| (key, state)));
    let errors = states.filter_map(|(key, state)| {
        let (message, help) = problem(key, state, listed, waiter)?;
        let index = rule.get(key)?.as_array()?.iter().position(|value| value == state)?;
        Some(NodeDiagnostic::value(at.key(key).index(index), message, help))
    });
    errors.collect()
}

/// Returns the error of a state under `target` or `failure`, as a message and a help.
fn problem(key: &str, state: &str, listed: Option<&Vec<Value>>, waiter: &Waiter) -> Option<(String, String)> {
    if listed.is_some_and(|listed| !listed.iter().any(|value| value == state)) {
        let names = listed.into_iter().flatten().filter_map(Value::as_str);
        let help = did_you_mean(state, names, "write one of its values");
        return Some((format!("{} is not in the `enum` of the field", quoted(state)), help));
    }
    (key == "failure" && waiter.target.iter().any(|target| target == state))
        .then(|| (format!("{} is also under `target`", quoted(state)), "remove one of the two".to_owned()))
}

fn unknown_operation(outline: &Outline<'_>, waiter: &Waiter, at: &Pointer) -> NodeDiagnostic {
    let help = did_you_mean(&waiter.operation, outline.operation_ids(), "write the `operationId` of a GET");
    NodeDiagnostic::value(at.key("operation"), format!("there is no operation {}", quoted(&waiter.operation)), help)
}

/// Returns the property that shows the state; or the errors, except those that are reported already.
fn state_field<'o, 'a>(
    outline: &'o Outline<'a>,
    operation: &Operation<'o, 'a>,
    waiter: &Waiter,
    at: &Pointer,
) -> Result<&'o Node<'a>, Vec<NodeDiagnostic>> {
    let id = quoted(&waiter.operation);
    let wrong = |message: String| {
        vec![NodeDiagnostic::value(at.key("operation"), message, "name a GET that returns an object")]
    };
    if operation.method != "get" {
        return Err(wrong(format!("{id} cannot be polled: it is a {}", operation.method.to_uppercase())));
    }
    if operation.node.get("requestBody").is_some() {
        return Err(wrong(format!("{id} cannot be polled: it takes a body")));
    }
    if has_several_response_types(outline, operation.node) {
        return Err(wrong(format!("{id} has several response types")));
    }
    let properties = result_properties(outline, operation.node);
    if properties.is_empty() {
        return Err(wrong(format!("{id} does not return an object with properties")));
    }
    if waiter.field.is_empty() {
        return Err(Vec::new());
    }
    let (at, name) = (at.key("field"), quoted(&waiter.field));
    let Some(property) = properties.iter().find(|property| property.name == Some(&*waiter.field)) else {
        let names = properties.iter().filter_map(|property| property.name);
        let help = did_you_mean(&waiter.field, names, "write the name of a property");
        return Err(vec![NodeDiagnostic::value(at, format!("the result of {id} has no {name}"), help)]);
    };
    let parts = outline.parts(property);
    let is_text = parts.iter().any(|part| part.text("type") == Some("string"));
    if !is_text || parts.iter().any(|part| part.get("format").is_some()) {
        let help = "name a property of the type `string` without a `format`";
        return Err(vec![NodeDiagnostic::value(at, format!("{name} is not plain text"), help)]);
    }
    Ok(property)
}

/// Returns whether the success responses of an operation have different schemas, or only some of them have one.
fn has_several_response_types<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> bool {
    let schema = |response: &'o Node<'a>| outline.children(response, "content").next()?.get("schema");
    let mut schemas = outline.success_responses(operation).map(schema);
    let first = schemas.next();
    schemas.any(|other| Some(other) != first)
}

/// Returns the properties of an operation's result, without the envelope.
fn result_properties<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> Vec<&'o Node<'a>> {
    let contents = outline.success_responses(operation).flat_map(|response| outline.children(response, "content"));
    let schema = contents
        .filter(|content| format(content) == Some(Format::Json))
        .find_map(|content| outline.child(content, "schema"));
    let response = schema.map(|schema| readable_properties(outline, schema)).unwrap_or_default();
    let envelope = Envelope::of(outline.tree()).filter(|_| operation.get(ENVELOPE).is_none());
    let Some(envelope) = envelope else { return response };
    let result = response.into_iter().find(|property| property.name == Some(&*envelope.result));
    result.map(|result| readable_properties(outline, result)).unwrap_or_default()
}

fn readable_properties<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Vec<&'o Node<'a>> {
    outline.properties(schema).filter(|property| !property.flag("writeOnly")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::run;

    /// Returns the diagnostics of waiters, from line 4 on, for an API with three operations.
    fn run_on(waiters: &str) -> String {
        let check = |outline: &Outline<'_>| {
            let waiters = outline.tree().get("x-waiters").unwrap();
            super::check(outline, waiters, &Pointer::default().key("x-waiters"))
        };
        let thing = "{properties: {state: {type: string, enum: [new, ready]}, age: {type: integer}}}";
        let content = format!("{{content: {{application/json: {{schema: {thing}}}}}}}");
        let get = format!("get: {{operationId: getThing, responses: {{'200': {content}}}}}");
        let put = format!("put: {{operationId: putThing, responses: {{'200': {content}}}}}");
        let other = format!("get: {{operationId: seeThing, responses: {{'200': {content}, '202': {{}}}}}}");
        let waiters = textwrap::indent(textwrap::dedent(waiters).trim(), "  ");
        run(check, &format!("x-waiters:\n{waiters}\npaths: {{/a: {{{get}, {put}}}, /b: {{{other}}}}}"))
    }

    #[test]
    fn a_waiter_polls_a_get_with_one_response_type() {
        let waiters = "
            a: {operation: getThing, field: state, target: [ready]}
            b: {operation: putThing, field: state, target: [ready]}
            c: {operation: seeThing, field: state, target: [ready]}
            d: {operation: getThings, field: state, target: [ready]}
        ";
        insta::assert_snapshot!(run_on(waiters), @r"
        5:18 `putThing` cannot be polled: it is a PUT
        6:18 `seeThing` has several response types
        7:18 there is no operation `getThings`
        ");
    }

    #[test]
    fn a_state_is_a_value_of_a_text_field() {
        let waiters = "
            a: {operation: getThing, field: stat, target: [ready]}
            b: {operation: getThing, field: age, target: [ready]}
            c: {operation: getThing, field: state, target: [raedy, new], failure: [new]}
        ";
        insta::assert_snapshot!(run_on(waiters), @r"
        4:35 the result of `getThing` has no `stat`
        5:35 `age` is not plain text
        6:51 `raedy` is not in the `enum` of the field
        6:74 `new` is also under `target`
        ");
    }

    #[test]
    fn a_waiter_has_a_method_of_its_own() {
        let waiters = "
            get_thing: {operation: getThing, field: state, target: [ready]}
            '-': {operation: getThing, field: state, target: [ready]}
        ";
        insta::assert_snapshot!(run_on(waiters), @r"
        4:3 `get_thing` and the operation `getThing` would both become the method `get_thing`
        5:3 `-` cannot be the name of a method
        ");
    }

    #[test]
    fn gone_needs_the_messages_of_an_envelope() {
        let waiters = "
            a: {operation: getThing, field: state, notFound: done, gone: [{status: 400, messageStarts: No}]}
        ";
        insta::assert_snapshot!(
            run_on(waiters),
            @"4:58 `gone` needs the message of an error, but no `x-envelope` says where that is"
        );
    }
}
