use std::collections::HashMap;

use serde_json::Value;

use super::{
    check_error_messages,
    result::{readable_properties, result_schema},
    unknown_operation,
};
use crate::{
    check::{
        operations::CLIENT_METHODS,
        outline::{Node, Operation, Outline},
    },
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{described, quoted},
    },
    names::value_name,
    openapi::extensions::{NOT_FOUND, Waiter, WaiterField},
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
            let has_messages = rule.get("gone").is_some_and(Value::is_array);
            diagnostics.extend(has_messages.then(|| check_error_messages(outline, "gone", &at.key("gone"))).flatten());
            diagnostics.append(&mut check_polled(outline, &waiter, &at));
        }
    }
    diagnostics
}

/// Returns the names of the client's methods, each with its operation in words.
fn method_names(outline: &Outline<'_>) -> HashMap<String, String> {
    let of_client = CLIENT_METHODS.map(|method| (method.to_owned(), format!("`{method}` of every client")));
    let of_operations = outline.operation_ids().map(|id| (value_name(id), format!("the operation {}", quoted(id))));
    of_client.into_iter().chain(of_operations).collect()
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

/// Checks that a waiter's operation can be polled, and that its field has the waiter's states.
fn check_polled(outline: &Outline<'_>, waiter: &Waiter, at: &Pointer) -> Vec<NodeDiagnostic> {
    if waiter.operation.is_empty() {
        return Vec::new();
    }
    let Some(polled) = outline.operation_with_id(&waiter.operation) else {
        return vec![unknown_operation(
            outline,
            &waiter.operation,
            "write the `operationId` of a GET",
            &at.key("operation"),
        )];
    };
    let properties = match polled_properties(outline, &polled, &waiter.operation) {
        Ok(properties) => properties,
        Err(message) => {
            return vec![NodeDiagnostic::value(
                at.key("operation"),
                message,
                "name a GET that always returns an object",
            )];
        }
    };
    let fields = waiter.fields.iter().filter(|field| !field.name.is_empty());
    fields.flat_map(|field| check_field(outline, field, &properties, &waiter.operation)).collect()
}

/// Checks that a field of a waiter can show a state, and has the waiter's states.
fn check_field(
    outline: &Outline<'_>,
    field: &WaiterField,
    properties: &[&Node<'_>],
    operation: &str,
) -> Vec<NodeDiagnostic> {
    let property = match state_property(outline, &field.name, properties, operation) {
        Ok(property) => property,
        Err((message, help)) => return vec![field.diagnostic(message, help)],
    };
    let keys = [("target", &field.target), ("failure", &field.failure)];
    let states = keys.into_iter().flat_map(|(key, states)| states.iter().map(move |state| (key, state)));
    let errors = states.filter_map(|(key, state)| {
        let (message, help) = problem(outline, property, key, state, field)?;
        let at = field.states_at.key(key);
        // Elements that are no texts are left out of the states.
        let index = outline.tree().pointer(at.as_str())?.as_array()?.iter().position(|element| element == state)?;
        Some(NodeDiagnostic::value(at.index(index), message, help))
    });
    errors.collect()
}

/// Returns the error of a state under `target` or `failure`, as a message and a help.
fn problem(
    outline: &Outline<'_>,
    property: &Node<'_>,
    key: &str,
    state: &str,
    field: &WaiterField,
) -> Option<(String, String)> {
    let is_target = || key == "failure" && field.target.iter().any(|target| target == state);
    unlisted_state(outline, property, state).or_else(|| {
        is_target().then(|| (format!("{} is also under `target`", quoted(state)), "remove one of the two".to_owned()))
    })
}

/// Returns the error of a state that is not a value of its property, as a message and a help.
pub(super) fn unlisted_state(outline: &Outline<'_>, property: &Node<'_>, state: &str) -> Option<(String, String)> {
    let listed = outline.parts(property).iter().find_map(|part| part.get("enum")?.as_array())?;
    (!listed.iter().any(|value| value == state)).then(|| {
        let help = did_you_mean(state, listed.iter().filter_map(Value::as_str), "write one of its values");
        (format!("{} is not in the `enum` of the field", quoted(state)), help)
    })
}

/// Returns the properties of the result of an operation that can be polled, or an error message.
pub(super) fn polled_properties<'o, 'a>(
    outline: &'o Outline<'a>,
    polled: &Operation<'o, 'a>,
    id: &str,
) -> Result<Vec<&'o Node<'a>>, String> {
    let id = quoted(id);
    if polled.method != "get" {
        return Err(format!("{id} cannot be polled: it is a {}", polled.method.to_uppercase()));
    }
    if polled.node.get("requestBody").is_some() {
        return Err(format!("{id} cannot be polled: it takes a body"));
    }
    if polled.node.get(NOT_FOUND).is_some() {
        return Err(format!("{id} cannot be polled: with `x-not-found`, it may return nothing"));
    }
    if has_several_response_types(outline, polled.node) {
        return Err(format!("{id} has several response types"));
    }
    let result = result_schema(outline, polled.node);
    let properties = result.map(|result| readable_properties(outline, result)).unwrap_or_default();
    if properties.is_empty() {
        return Err(format!("{id} does not return an object with properties"));
    }
    Ok(properties)
}

/// Returns the property that shows the state, or an error as a message and a help.
pub(super) fn state_property<'o, 'a>(
    outline: &Outline<'a>,
    field: &str,
    properties: &[&'o Node<'a>],
    operation: &str,
) -> Result<&'o Node<'a>, (String, String)> {
    let name = quoted(field);
    let Some(property) = properties.iter().copied().find(|property| property.name == Some(field)) else {
        let names = properties.iter().filter_map(|property| property.name);
        let help = did_you_mean(field, names, "write the name of a property");
        return Err((format!("the result of {} has no {name}", quoted(operation)), help));
    };
    let parts = outline.parts(property);
    let is_text = parts.iter().any(|part| part.text("type") == Some("string"));
    if !is_text || parts.iter().any(|part| part.get("format").is_some()) {
        let help = "name a property of the type `string` without a `format`";
        return Err((format!("{name} is not plain text"), help.to_owned()));
    }
    Ok(property)
}

impl WaiterField {
    /// Makes an error of the field's name, which is a key under `fields`.
    fn diagnostic(&self, message: String, help: String) -> NodeDiagnostic {
        if self.at == self.states_at {
            NodeDiagnostic::key(self.at.clone(), message, help)
        } else {
            NodeDiagnostic::value(self.at.clone(), message, help)
        }
    }
}

/// Returns whether the success responses of an operation have different schemas, or only some of them have one.
pub(super) fn has_several_response_types<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> bool {
    let schema = |response: &'o Node<'a>| outline.children(response, "content").next()?.get("schema");
    let mut schemas = outline.success_responses(operation).map(schema);
    let first = schemas.next();
    schemas.any(|other| Some(other) != first)
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
    fn each_of_several_fields_is_checked() {
        let waiters = "
            a: {operation: getThing, fields: {state: {target: [raedy]}, stat: {target: [ready]}, age: {failure: ['5']}}}
        ";
        insta::assert_snapshot!(run_on(waiters), @r"
        4:54 `raedy` is not in the `enum` of the field
        4:63 the result of `getThing` has no `stat`
        4:88 `age` is not plain text
        ");
    }

    #[test]
    fn a_state_after_an_element_that_is_no_text_keeps_its_location() {
        let waiters = "a: {operation: getThing, field: state, target: [5, raedy]}";
        insta::assert_snapshot!(run_on(waiters), @"
            4:51 an element of `target` must be text, but is the number 5
            4:54 `raedy` is not in the `enum` of the field
        ");
    }

    #[test]
    fn a_waiter_has_a_method_of_its_own() {
        let waiters = "
            get_thing: {operation: getThing, field: state, target: [ready]}
            '-': {operation: getThing, field: state, target: [ready]}
            new: {operation: getThing, field: state, target: [ready]}
        ";
        insta::assert_snapshot!(run_on(waiters), @r"
        4:3 `get_thing` and the operation `getThing` would both become the method `get_thing`
        5:3 `-` cannot be the name of a method
        6:3 `new` and `new` of every client would both become the method `new`
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
