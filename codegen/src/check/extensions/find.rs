use serde_json::Value;

use super::result::{readable_properties, result_schema};
use crate::{
    check::{
        bodies::format,
        outline::{Node, Operation, Outline},
        parameters::parameters,
    },
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{listed, quoted},
    },
    openapi::{
        extensions::{Find, RETRY},
        media_type::Format,
    },
    source::Pointer,
};

/// Checks that an operation names a list with items that it can create, which is called with the parameters of its path.
pub(super) fn check(outline: &Outline<'_>, node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let find = match Find::read(value, at) {
        Ok(find) => find,
        Err(errors) => return errors,
    };
    let is = |operation: &Operation<'_, '_>, id| operation.node.text("operationId") == Some(id);
    let Some(list) = outline.operations().find(|operation| is(operation, &find.operation)) else {
        let help = did_you_mean(&find.operation, outline.operation_ids(), "write the `operationId` of a list");
        let message = format!("there is no operation {}", quoted(&find.operation));
        return vec![NodeDiagnostic::value(at.key("operation"), message, help)];
    };
    let Some(creation) = outline.operations().find(|operation| operation.node.number == node.number) else {
        return Vec::new();
    };
    if node.text(RETRY) == Some("always") {
        let message = "`x-find` has no effect beside `x-retry: always`: such a call is made again";
        return vec![NodeDiagnostic::key(at.clone(), message, "remove one of the two")];
    }
    let wrong = |message: String, help: &str| NodeDiagnostic::value(at.key("operation"), message, help);
    let Some(item) = item_schema(outline, &list) else {
        let message = format!("{} does not return a list of objects", quoted(&find.operation));
        return vec![wrong(message, "name a GET that returns a list")];
    };
    let mut errors: Vec<_> = missing_parameters(outline, &creation, &list)
        .map(|name| {
            let message = format!("{} needs {}, which this path does not have", quoted(&find.operation), quoted(name));
            wrong(message, "name a list that takes the same parameters in its path, and no other required ones")
        })
        .collect();
    let Some(body) = body_schema(outline, node) else {
        errors.push(NodeDiagnostic::key(at.clone(), "this operation takes no JSON object", "leave `x-find` out"));
        return errors;
    };
    let sent: Vec<_> = outline.properties(body).filter(|property| !property.flag("readOnly")).collect();
    let items = readable_properties(outline, item);
    let places = [("the request body", &sent), ("an item of the list", &items)];
    for (index, name) in find.by.iter().enumerate() {
        errors.extend(places.iter().find_map(|(place, properties)| {
            let (message, help) = problem(outline, name, place, properties)?;
            Some(NodeDiagnostic::value(at.key("by").index(index), message, help))
        }));
    }
    let parts = outline.parts(body);
    let is_required = |name: &String| parts.iter().any(|part| part.list("required").iter().any(|other| other == name));
    if errors.is_empty() && !find.by.iter().any(is_required) {
        let names = listed(find.by.iter().map(String::as_str));
        let message = format!("a request may have none of these properties, since it requires none of {names}");
        errors.push(NodeDiagnostic::value(at.key("by"), message, "add a property that every request has"));
    }
    errors
}

/// Returns the error of a property that cannot be compared, as a message and a help.
fn problem(outline: &Outline<'_>, name: &str, place: &str, properties: &[&Node<'_>]) -> Option<(String, String)> {
    let Some(property) = properties.iter().find(|property| property.name == Some(name)) else {
        let names = properties.iter().filter_map(|property| property.name);
        let help = did_you_mean(name, names, "write the name of a property that both have");
        return Some((format!("{place} has no {}", quoted(name)), help));
    };
    let is_secret = outline.parts(property).iter().any(|part| part.text("format") == Some("password"));
    is_secret.then(|| {
        let message = format!("{} is a secret in {place}, which is not compared", quoted(name));
        (message, "name a property that is no secret".to_owned())
    })
}

/// Returns the schema of the items that a GET lists, if they are objects.
fn item_schema<'o, 'a>(outline: &'o Outline<'a>, list: &Operation<'o, 'a>) -> Option<&'o Node<'a>> {
    let result = result_schema(outline, list.node).filter(|_| list.method == "get")?;
    let is_list = |part: &&&Node<'_>| part.text("type") == Some("array");
    let parts = outline.parts(result);
    let item = outline.child(parts.iter().find(is_list)?, "items")?;
    outline.properties(item).next().map(|_| item)
}

/// Returns the schema of the JSON object that an operation takes.
fn body_schema<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> Option<&'o Node<'a>> {
    let body = outline.target(outline.child(operation, "requestBody")?)?;
    let content = outline.children(body, "content").find(|content| format(content) == Some(Format::Json))?;
    outline.child(content, "schema").filter(|_| !(body.get("required") == Some(&Value::Bool(false))))
}

/// Returns the names of the parameters that the list needs, and that the path of the creation does not have as they are.
fn missing_parameters<'o, 'a>(
    outline: &'o Outline<'a>,
    creation: &Operation<'o, 'a>,
    list: &Operation<'o, 'a>,
) -> impl Iterator<Item = &'a str> {
    let given: Vec<_> =
        parameters(outline, creation).into_iter().filter(|given| given.text("in") == Some("path")).collect();
    let is_given = move |needed: &&Node<'a>| {
        let name = needed.text("name");
        let is_list = outline.child(needed, "schema").is_some_and(|schema| {
            outline.parts(schema).iter().any(|part| matches!(part.text("type"), Some("array" | "object")))
        });
        !is_list && given.iter().any(|given| given.text("name") == name && given.get("schema") == needed.get("schema"))
    };
    let needed = parameters(outline, list)
        .into_iter()
        .filter(|needed| needed.flag("required") || needed.text("in") == Some("path"));
    needed.filter(move |needed| !is_given(needed)).filter_map(|needed| needed.text("name"))
}

#[cfg(test)]
mod tests {
    use crate::check::{extensions::check, tests::run};

    /// An API with a list, an object, and a list that takes a query.
    const DOCUMENT: &str = "
        paths:
          /things/{shelf}:
            parameters: [{name: shelf, in: path, required: true, schema: {type: string}}]
            get:
              operationId: listThings
              responses: {'200': {content: {application/json: {schema: {type: array, items: {properties: PROPERTIES}}}}}}
            post:
              operationId: createThing
              x-find: FIND
              RETRY
              requestBody: {content: {application/json: {schema: {allOf: [{properties: PROPERTIES}], required: [name], properties: {mode: {}}}}}}
              responses: {}
          /thing:
            get: {operationId: getThing, responses: {'200': {content: {application/json: {schema: {properties: PROPERTIES}}}}}}
          /things:
            get:
              operationId: searchThings
              parameters: [{name: q, in: query, required: true, schema: {type: string}}]
              responses: {'200': {content: {application/json: {schema: {type: array, items: {properties: PROPERTIES}}}}}}
    ";
    const PROPERTIES: &str = "{name: {type: string}, size: {type: integer}, key: {type: string, format: password}}";

    /// Returns the diagnostics of `x-find` on the POST.
    fn run_on(find: &str, retry: &str) -> String {
        let document = DOCUMENT.replace("PROPERTIES", PROPERTIES).replace("FIND", find).replace("RETRY", retry);
        run(check, &document)
    }

    #[test]
    fn it_names_a_list_that_is_called_with_the_same_path() {
        assert_eq!(run_on("{operation: listThings, by: [name, size]}", ""), "");
        insta::assert_snapshot!(
            ["{operation: listThing, by: [name]}", "{operation: getThing, by: [name]}", "{operation: searchThings, by: [name]}"]
                .map(|find| run_on(find, ""))
                .join("\n"),
            @r"
        11:27 there is no operation `listThing`
        11:27 `getThing` does not return a list of objects
        11:27 `searchThings` needs `q`, which this path does not have
        "
        );
    }

    #[test]
    fn it_compares_properties_that_both_have_and_a_request_has_one_of() {
        insta::assert_snapshot!(
            ["[nam]", "[mode]", "[key]", "[size]", "[]"]
                .map(|by| run_on(&format!("{{operation: listThings, by: {by}}}"), ""))
                .join("\n"),
            @r"
        11:44 the request body has no `nam`
        11:44 an item of the list has no `mode`
        11:44 `key` is a secret in the request body, which is not compared
        11:43 a request may have none of these properties, since it requires none of `size`
        11:43 `by` is empty
        "
        );
    }

    #[test]
    fn a_call_that_is_made_again_needs_no_list() {
        insta::assert_snapshot!(run_on("{operation: listThings, by: [name]}", "x-retry: always"), @r"11:7 `x-find` has no effect beside `x-retry: always`: such a call is made again");
        let get = "paths: {/a: {get: {x-find: {operation: a, by: [b]}, responses: {}}}}";
        insta::assert_snapshot!(run(check, get), @"3:20 `x-find` has no meaning on an operation");
    }

    #[test]
    fn refusals_are_told_by_their_messages_so_there_is_an_envelope() {
        let get =
            "paths: {/a: {put: {x-retry-refused: [{status: 200, messageStarts: No, within: 1m}], responses: {}}}}";
        insta::assert_snapshot!(run(check, get), @r"
        3:20 `x-retry-refused` needs the message of an error, but no `x-envelope` says where that is
        3:47 `status` must be from 400 to 499, except 408, 425 and 429, but is the number 200
        ");
    }
}
