use serde_json::Value;

use super::{
    errors,
    same_path::parameter_problems,
    unknown_operation,
    waiters::{polled_properties, state_property, unlisted_state},
};
use crate::{
    check::{
        bodies::body_schema,
        outline::{Node, Outline},
    },
    diagnostic::{NodeDiagnostic, suggestion::did_you_mean, wording::quoted},
    openapi::extensions::{NEEDS, Need, WAKE, Wake},
    source::Pointer,
};

/// Checks that the state can be read and has the states of the rule, and that the command takes the body. Rules for
/// examples check that the body fits.
pub(super) fn check(outline: &Outline<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let wake = match Wake::read(value, at) {
        Ok(wake) => wake,
        Err(errors) => return errors,
    };
    let mut diagnostics = check_read(outline, &wake, at);
    diagnostics.extend(check_command(outline, &wake, &at.key("wake")));
    if !outline.operations().any(|operation| operation.node.get(NEEDS).is_some()) {
        let help = "add `x-needs: wake` to the operations that need it, or leave `x-wake` out";
        diagnostics.push(NodeDiagnostic::key(at.clone(), "no operation has `x-needs: wake`", help));
    }
    diagnostics
}

/// Checks that the operations of `x-wake` are called with the parameters of an operation's path.
pub(super) fn check_needs(outline: &Outline<'_>, node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut diagnostics = errors(Need::read(value, at));
    if outline.tree().get(WAKE).is_none() {
        let message = "`x-needs: wake` has no effect without `x-wake` at the root, which says how";
        diagnostics.push(NodeDiagnostic::key(at.clone(), message, "add `x-wake` to the document, or leave it out"));
    }
    let (Some(wake), Some(caller)) = (Wake::of(outline.tree()), outline.operation(node)) else { return diagnostics };
    let operations = [&wake.read, &wake.command.operation].into_iter().filter_map(|id| outline.operation_with_id(id));
    let problems = operations.flat_map(|operation| parameter_problems(outline, &caller, &operation));
    diagnostics.extend(problems.map(|(message, help)| NodeDiagnostic::key(at.clone(), message, help)));
    diagnostics
}

/// Checks that the operation that reads the state returns a property with the states.
fn check_read(outline: &Outline<'_>, wake: &Wake, at: &Pointer) -> Vec<NodeDiagnostic> {
    let read_at = at.key("read");
    let Some(read) = outline.operation_with_id(&wake.read) else {
        return vec![unknown_operation(outline, &wake.read, "write the `operationId` of a GET", &read_at)];
    };
    let properties = match polled_properties(outline, &read, &wake.read) {
        Ok(properties) => properties,
        Err(message) => {
            return vec![NodeDiagnostic::value(read_at, message, "name a GET that always returns an object")];
        }
    };
    let property = match state_property(outline, &wake.field, &properties, &wake.read) {
        Ok(property) => property,
        Err((message, help)) => return vec![NodeDiagnostic::value(at.key("field"), message, help)],
    };
    let states = wake.states().into_iter();
    let states =
        states.flat_map(|(key, states)| states.iter().enumerate().map(move |(index, state)| (key, index, state)));
    let unlisted = states.filter_map(|(key, index, state)| {
        let (message, help) = unlisted_state(outline, property, state)?;
        Some(NodeDiagnostic::value(at.key(key).index(index), message, help))
    });
    unlisted.collect()
}

/// Checks that there is a command, which takes the properties of the body.
fn check_command(outline: &Outline<'_>, wake: &Wake, at: &Pointer) -> Vec<NodeDiagnostic> {
    let (id, operation_at) = (&wake.command.operation, at.key("operation"));
    let Some(command) = outline.operation_with_id(id) else {
        return vec![unknown_operation(outline, id, "write the `operationId` of the command", &operation_at)];
    };
    if command.method == "get" {
        let message = format!("{} wakes nothing: it is a GET", quoted(id));
        return vec![NodeDiagnostic::value(operation_at, message, "name an operation that changes the state")];
    }
    match (&wake.command.body, body_schema(outline, command.node)) {
        (Some(_), None) => {
            let message = format!("{} takes no JSON, or not always", quoted(id));
            vec![NodeDiagnostic::key(at.key("body"), message, "leave `body` out, or name another operation")]
        }
        (None, Some(_)) => {
            let message = format!("{} takes a body", quoted(id));
            vec![NodeDiagnostic::value(operation_at, message, "add the `body` that it is to have")]
        }
        (Some(body), Some(schema)) => {
            let names: Vec<_> = outline.properties(schema).filter_map(|property| property.name).collect();
            let unknown = body.as_object().into_iter().flatten().filter(|(key, _)| !names.contains(&key.as_str()));
            let errors = unknown.map(|(key, _)| {
                let help = did_you_mean(key, names.iter().copied(), "leave it out");
                let message = format!("the request body of {} has no {}", quoted(id), quoted(key));
                NodeDiagnostic::key(at.key("body").key(key), message, help)
            });
            errors.collect()
        }
        (None, None) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{examples, extensions::check, tests::run};

    /// An API with a thing, a command, and operations under two paths, of which one has `x-needs`.
    const DOCUMENT: &str = "
        x-wake: WAKE
        paths:
          /things/{thing}:
            parameters: [{name: thing, in: path, required: true, schema: {type: string}}]
            get:
              operationId: getThing
              responses: {'200': {content: {application/json: {schema: {properties: {state: {type: string, enum: [idle, up]}, age: {type: integer}}}}}}}
            patch:
              operationId: wakeThing
              requestBody: {content: {application/json: {schema: {type: object, required: [command], properties: {command: {type: string, enum: [awake]}}}}}}
              responses: {}
            delete: {operationId: deleteThing, responses: {}}
          /things/{thing}/parts:
            parameters: [{name: thing, in: path, required: true, schema: {type: string}}]
            get: {operationId: listParts, NEEDS, responses: {}}
          /parts:
            get: {operationId: searchParts, OTHER, responses: {}}
          /numbers/{thing}:
            parameters: [{name: thing, in: path, required: true, schema: {type: integer}}]
            get: {operationId: listNumbers, NUMBERS, responses: {}}
    ";
    const WAKE: &str = "{status: 424, read: getThing, field: state, wakeFrom: [idle], wake: {operation: wakeThing, \
                        body: {command: awake}}, target: [up], within: 10m}";

    fn run_on(wake: &str, needs: [&str; 3]) -> String {
        let document = DOCUMENT.replace("WAKE", wake);
        let places = ["NEEDS", "OTHER", "NUMBERS"].into_iter().zip(needs);
        run(check, &places.fold(document, |document, (place, needs)| document.replace(place, needs)))
    }

    /// Returns the diagnostics of a rule in which one part is replaced.
    fn run_with(part: &str, by: &str) -> String {
        assert!(WAKE.contains(part));
        run_on(&WAKE.replace(part, by), ["x-needs: wake", "deprecated: true", "deprecated: true"])
    }

    #[test]
    fn an_operation_has_the_parameters_of_both_others_in_its_path() {
        assert_eq!(run_on(WAKE, ["x-needs: wake", "deprecated: true", "deprecated: true"]), "");
        insta::assert_snapshot!(run_on(WAKE, ["x-needs: wakes", "x-needs: wake", "x-needs: wake"]), @"
            17:44 `x-needs` must be `wake`, but is the text `wakes`
            19:37 `getThing` needs `thing`, which this path does not have
            19:37 `wakeThing` needs `thing`, which this path does not have
            22:37 `getThing` needs `thing` of another type than this path has: the schemas differ
            22:37 `wakeThing` needs `thing` of another type than this path has: the schemas differ
        ");
    }

    #[test]
    fn neither_extension_is_without_the_other() {
        insta::assert_snapshot!(run_on(WAKE, ["deprecated: true"; 3]), @"3:1 no operation has `x-needs: wake`");
        let document = "paths: {/a: {get: {operationId: getA, x-needs: wake, responses: {}}}}";
        insta::assert_snapshot!(run(check, document), @"3:39 `x-needs: wake` has no effect without `x-wake` at the root, which says how");
    }

    #[test]
    fn the_state_is_read_with_a_get_and_is_a_value_of_its_enum() {
        insta::assert_snapshot!(
            [
                run_with("getThing", "getThings"),
                run_with("getThing", "deleteThing"),
                run_with("getThing", "listParts"),
                run_with("field: state", "field: stat"),
                run_with("field: state", "field: age"),
                run_with("[idle]", "[idle, asleep]"),
                run_with("[up]", "[upp]"),
            ]
            .join("\n"),
            @"
            3:29 there is no operation `getThings`
            3:29 `deleteThing` cannot be polled: it is a DELETE
            3:29 `listParts` does not return an object with properties
            3:46 the result of `getThing` has no `stat`
            3:46 `age` is not plain text
            3:70 `asleep` is not in the `enum` of the field
            3:134 `upp` is not in the `enum` of the field
        "
        );
    }

    #[test]
    fn the_command_takes_the_body() {
        insta::assert_snapshot!(
            [
                run_with("operation: wakeThing", "operation: wakeThings"),
                run_with("operation: wakeThing", "operation: getThing"),
                run_with("operation: wakeThing", "operation: deleteThing"),
                run_with(", body: {command: awake}", ""),
                run_with("{command: awake}", "{comand: awake}"),
            ]
            .join("\n"),
            @"
            3:89 there is no operation `wakeThings`
            3:89 `getThing` wakes nothing: it is a GET
            3:102 `deleteThing` takes no JSON, or not always
            3:89 `wakeThing` takes a body
            3:107 the request body of `wakeThing` has no `comand`
        "
        );
        let fits =
            |body: &str| run(examples::check, &DOCUMENT.replace("WAKE", &WAKE.replace("{command: awake}", body)));
        assert_eq!(fits("{command: awake}"), "");
        insta::assert_snapshot!([fits("{command: awaken}"), fits("{}"), fits("awake")].join("\n"), @"
            3:116 this body does not fit its schema: `awaken` is not one of `awake`: it is left out
            3:100 this body does not fit its schema: it has no `command`, which is required: it is left out
            3:106 this body does not fit its schema: expected an object, but this is the text `awake`: it is left out
        ");
    }
}
