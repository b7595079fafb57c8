use serde_json::Value;

use super::{
    result::{readable_properties, result_schema},
    same_path::parameter_problems,
    unknown_operation,
};
use crate::{
    check::{
        bodies::body_schema,
        outline::{Node, Operation, Outline},
    },
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{listed, quoted},
    },
    openapi::extensions::{Find, RETRY},
    source::Pointer,
};

/// Checks that an operation names a list with items that it can create, which is called with the parameters of its
/// path.
pub(super) fn check(outline: &Outline<'_>, node: &Node<'_>, value: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let find = match Find::read(value, at) {
        Ok(find) => find,
        Err(errors) => return errors,
    };
    let Some(list) = outline.operation_with_id(&find.operation) else {
        return vec![unknown_operation(
            outline,
            &find.operation,
            "write the `operationId` of a list",
            &at.key("operation"),
        )];
    };
    let Some(creation) = outline.operation(node) else { return Vec::new() };
    if node.text(RETRY) == Some("always") {
        let message = "`x-find` has no effect beside `x-retry: always`: such a call is made again";
        return vec![NodeDiagnostic::key(at.clone(), message, "remove one of the two")];
    }
    let wrong = |message: String, help: &str| NodeDiagnostic::value(at.key("operation"), message, help);
    let Some(item) = item_schema(outline, &list) else {
        let message = format!("{} does not return a list of objects", quoted(&find.operation));
        return vec![wrong(message, "name a GET that returns a list")];
    };
    let problems = parameter_problems(outline, &creation, &list).into_iter();
    let mut errors: Vec<_> = problems.map(|(message, help)| wrong(message, help)).collect();
    let Some(body) = body_schema(outline, node) else {
        errors.push(NodeDiagnostic::key(at.clone(), "this operation takes no JSON object", "leave `x-find` out"));
        return errors;
    };
    let sent: Vec<_> = outline.properties(body).filter(|property| !property.flag("readOnly")).collect();
    let items = readable_properties(outline, item);
    let places = [("the request body", &sent), ("an item of the list", &items)];
    for (index, name) in find.by.iter().enumerate() {
        let problem = places.iter().find_map(|(place, properties)| problem(outline, name, place, properties));
        let problem = problem.or_else(|| difference(outline, name, &sent, &items));
        errors.extend(problem.map(|(message, help)| NodeDiagnostic::value(at.key("by").index(index), message, help)));
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

/// Returns the error of a property whose value in a request never equals the one in an item, as a message and a help.
fn difference(outline: &Outline<'_>, name: &str, sent: &[&Node<'_>], items: &[&Node<'_>]) -> Option<(String, String)> {
    let type_in = |properties: &[&Node<'_>]| {
        let property = properties.iter().find(|property| property.name == Some(name))?;
        outline.parts(property).iter().find_map(|part| part.text("type")).map(ToOwned::to_owned)
    };
    let (sent, item) = (type_in(sent)?, type_in(items)?);
    (sent != item).then(|| {
        let name = quoted(name);
        let message =
            format!("{name} is of the type `{sent}` in the request body, but `{item}` in an item of the list");
        (message, "name a property that has the same type in both".to_owned())
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

#[cfg(test)]
mod tests {
    use crate::{
        check::{extensions::check, outline::Outline, tests::run},
        source::Document,
    };

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
    fn properties_of_other_types_are_never_equal() {
        let of_types = |sent: &str, item: &str| {
            let document = DOCUMENT.replacen("PROPERTIES", &format!("{{name: {item}}}"), 1);
            let document = document.replace("PROPERTIES", &format!("{{name: {sent}}}"));
            run(check, &document.replace("FIND", "{operation: listThings, by: [name]}").replace("RETRY", ""))
        };
        for (sent, item) in [
            ("{type: string, enum: [a]}", "{type: string, format: uuid}"),
            ("{type: integer, format: int32}", "{allOf: [{type: integer}], nullable: true}"),
            ("{}", "{type: string}"),
        ] {
            assert_eq!(of_types(sent, item), "", "{sent}, {item}");
        }
        insta::assert_snapshot!(
            [
                of_types("{type: string}", "{type: integer}"),
                of_types("{type: integer}", "{type: number}"),
            ]
            .join("\n"),
            @"
            11:44 `name` is of the type `string` in the request body, but `integer` in an item of the list
            11:44 `name` is of the type `integer` in the request body, but `number` in an item of the list
        "
        );
    }

    #[test]
    fn a_parameter_has_the_same_type_in_both_paths() {
        let with_other = |other: &str| {
            let own = format!("parameters: [{{name: shelf, in: path, required: true, schema: {other}}}]");
            let document = DOCUMENT.replace("RETRY", &own).replace("PROPERTIES", PROPERTIES);
            run(check, &document.replace("FIND", "{operation: listThings, by: [name]}"))
        };
        assert_eq!(with_other("{type: string}"), "");
        insta::assert_snapshot!(with_other("{type: integer}"), @"11:27 `listThings` needs `shelf` of another type than this path has: the schemas differ");
        let of_lists =
            DOCUMENT.replace("schema: {type: string}}]\n            get", "schema: {type: array}}]\n            get");
        let of_lists = of_lists.replace("RETRY", "").replace("PROPERTIES", PROPERTIES);
        insta::assert_snapshot!(run(check, &of_lists.replace("FIND", "{operation: listThings, by: [name]}")), @"11:27 `listThings` needs `shelf`, which is a list or an object");
    }

    #[test]
    fn a_call_that_is_made_again_needs_no_list() {
        insta::assert_snapshot!(run_on("{operation: listThings, by: [name]}", "x-retry: always"), @r"11:7 `x-find` has no effect beside `x-retry: always`: such a call is made again");
        let get = "paths: {/a: {get: {x-find: {operation: a, by: [b]}, responses: {}}}}";
        insta::assert_snapshot!(run(check, get), @"3:20 `x-find` has no meaning on this GET");
    }

    #[test]
    fn it_belongs_on_a_post() {
        let document = "x-type-names: {}\npaths: {/a: {put: {x-find: {operation: a, by: [b]}, responses: {}}}}";
        let document = Document::parse("api.yaml", document).unwrap();
        let diagnostic = check(&Outline::new(&document)).remove(0);
        assert_eq!(diagnostic.message, "`x-find` has no meaning on this PUT");
        assert!(diagnostic.help.starts_with("it belongs on a POST"), "{}", diagnostic.help);
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
