mod repair;

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use serde_path_to_error::Segment;

use super::outline::{Node, Outline};
use crate::{
    diagnostic::{
        NodeDiagnostic,
        suggestion::{did_you_mean, nearest},
        wording::{described, listed},
    },
    openapi::grammar::{Form, Kind},
    source::{Dialect, Pointer},
};
use repair::Repair;

/// Checks that each object has the fields that OpenAPI requires, that all of its fields have the form that OpenAPI
/// gives them, and that none is misspelt.
pub(super) fn check(outline: &Outline<'_>) -> Vec<NodeDiagnostic> {
    let mut diagnostics = Vec::new();
    for node in outline.nodes().filter(|node| node.reference().is_none()) {
        diagnostics.append(&mut check_required(outline, node));
        diagnostics.extend(check_schema_or_content(outline, node));
        diagnostics.append(&mut check_security_scheme(outline, node));
        diagnostics.append(&mut check_flow(outline, node));
        diagnostics.extend(check_link(outline, node));
        let named_type = check_named_type(outline, node);
        let is_checked = |key: &str| !(key.starts_with("x-") || key == "type" && named_type.is_some());
        for (key, value) in node.object().iter().filter(|(key, _)| is_checked(key)) {
            check_key(node, key, value, &|| outline.pointer(node).key(key), &mut diagnostics);
        }
        diagnostics.extend(named_type);
    }
    diagnostics
}

/// Checks the name of a type that has a format in OpenAPI, such as `file`.
fn check_named_type(outline: &Outline<'_>, node: &Node<'_>) -> Option<NodeDiagnostic> {
    let schema = repair::with_named_format(node.object()).filter(|_| node.kind == Kind::Schema)?;
    let (written, read) = (node.get("type")?, |key| schema.get(key).and_then(Value::as_str).unwrap_or_default());
    let effect = format!("it is taken as `{}` with the format `{}`", read("type"), read("format"));
    let at = outline.pointer(node);
    let mismatch = mismatch(Kind::Schema.field("type")?.form, &"`type`", written, &|| at.key("type"))?;
    Some(mismatch.fixed_by_replacing(at, schema, effect))
}

/// Checks that serde can read the document, too: so it is read after this.
pub(super) fn check_readable(root: &Value, dialect: Dialect) -> Option<NodeDiagnostic> {
    // Only once there is an error: to keep track of the path takes long.
    openapiv3::OpenAPI::deserialize(root).err()?;
    let error = serde_path_to_error::deserialize::<_, openapiv3::OpenAPI>(root).err()?;
    let at = error.path().iter().fold(Pointer::default(), |at, segment| match segment {
        Segment::Seq { index } => at.index(*index),
        Segment::Map { key } => at.key(key),
        _ => at,
    });
    let message = format!("this cannot be read: {}", error.inner());
    Some(NodeDiagnostic::key(at, message, format!("see {}", dialect.specification())))
}

fn check_required(outline: &Outline<'_>, node: &Node<'_>) -> Vec<NodeDiagnostic> {
    let (kind, at) = (node.kind, || outline.pointer(node));
    // A misspelt field is reported as such.
    let is_misspelt =
        |name| node.object().keys().any(|key| kind.field(key).is_none() && nearest(key, [name]).is_some());
    let required = kind.fields().iter().filter(|field| field.required && node.get(field.name).is_none());
    let missing = required.filter(|field| !is_misspelt(field.name));
    let diagnostics = missing.map(|field| {
        let message = format!("{} must have `{}`", kind.name(), field.name);
        let diagnostic = NodeDiagnostic::key(at(), message, format!("add `{}`", field.name));
        without_required(kind, field.name, diagnostic, at())
    });
    diagnostics.collect()
}

fn check_schema_or_content(outline: &Outline<'_>, node: &Node<'_>) -> Option<NodeDiagnostic> {
    let (has_schema, has_content) = (node.get("schema").is_some(), node.get("content").is_some());
    (matches!(node.kind, Kind::Parameter | Kind::Header) && has_schema == has_content).then(|| {
        let at = outline.pointer(node);
        let message = format!("{} must have either `schema` or `content`", node.kind.name());
        let diagnostic = NodeDiagnostic::key(at.clone(), message, "describe its values with `schema`");
        if has_schema {
            let effect = "`content` is left out";
            return diagnostic.fixed_by_replacing(at, without(node.object(), "content"), effect);
        }
        diagnostic.fixed_by_inserting(at.key("schema"), repair::schema_of_parameter(node.object()))
    })
}

fn without(object: &Map<String, Value>, key: &str) -> Map<String, Value> {
    object.iter().filter(|(other, _)| *other != key).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Checks that a security scheme has the fields that its type requires.
fn check_security_scheme(outline: &Outline<'_>, node: &Node<'_>) -> Vec<NodeDiagnostic> {
    let required: &[_] = match node.text("type").filter(|_| node.kind == Kind::SecurityScheme) {
        Some("apiKey") => &["name", "in"],
        Some("http") => &["scheme"],
        Some("oauth2") => &["flows"],
        Some("openIdConnect") => &["openIdConnectUrl"],
        _ => &[],
    };
    let missing = required.iter().filter(|field| node.get(field).is_none());
    let diagnostics = missing.map(|field| {
        let message = format!("a security scheme of this type must have `{field}`");
        let diagnostic = NodeDiagnostic::key(outline.pointer(node), message, format!("add `{field}`"));
        match *field {
            "flows" => diagnostic.fixed_by_inserting(outline.pointer(node).key(field), json!({})),
            "openIdConnectUrl" => diagnostic.fixed_by_inserting(outline.pointer(node).key(field), ""),
            _ => diagnostic.fixed_by_removing(outline.pointer(node)),
        }
    });
    diagnostics.collect()
}

/// Checks that a flow of OAuth 2 has the URLs that its type requires.
fn check_flow(outline: &Outline<'_>, node: &Node<'_>) -> Vec<NodeDiagnostic> {
    if node.kind != Kind::OauthFlow {
        return Vec::new();
    }
    let required: &[_] = match outline.pointer(node).last().as_str() {
        "implicit" => &["authorizationUrl"],
        "authorizationCode" => &["authorizationUrl", "tokenUrl"],
        _ => &["tokenUrl"],
    };
    let missing = required.iter().filter(|field| node.get(field).is_none());
    let diagnostics = missing.map(|field| {
        let message = format!("a flow of this type must have `{field}`");
        let at = outline.pointer(node);
        NodeDiagnostic::key(at.clone(), message, format!("add `{field}`")).fixed_by_removing(at)
    });
    diagnostics.collect()
}

/// Checks that a link leads to an operation, with its parameters.
fn check_link(outline: &Outline<'_>, node: &Node<'_>) -> Option<NodeDiagnostic> {
    let has_operation = ["operationId", "operationRef"].iter().any(|field| node.get(field).is_some());
    let has_parameters = node.get("parameters").is_none_or(Value::is_object);
    (node.kind == Kind::Link && !(has_operation && has_parameters)).then(|| {
        let at = outline.pointer(node);
        let message = "a link must have `operationId` or `operationRef`, and the values of parameters by their names";
        NodeDiagnostic::key(at.clone(), message, "complete it, or leave it out").fixed_by_removing(at)
    })
}

fn check_key(
    node: &Node<'_>,
    key: &str,
    value: &Value,
    at: &dyn Fn() -> Pointer,
    diagnostics: &mut Vec<NodeDiagnostic>,
) {
    let subject = format_args!("`{key}`");
    match (node.kind.field(key), node.kind.entries()) {
        (Some(field), _) => {
            let missing = || if field.required { repair::required(node.kind, key) } else { Repair::Remove };
            check_form(field.form, &subject, value, at, &missing, diagnostics);
        }
        _ if key == "$ref" => diagnostics.push(misplaced_reference(node.kind, at())),
        (None, Some(kind)) => {
            diagnostics.extend(check_name(node, key, at()));
            check_form(Form::One(kind), &subject, value, at, &|| repair::entry(kind), diagnostics);
        }
        (None, None) => diagnostics.extend(check_spelling(node.kind, key, at)),
    }
}

/// Reports a `$ref` that is not text, or on an object that cannot be referred to: serde ignores it.
fn misplaced_reference(kind: Kind, at: Pointer) -> NodeDiagnostic {
    let diagnostic = if kind.may_be_reference() {
        let help = "write something like `'#/components/schemas/Name'`";
        NodeDiagnostic::value(at.clone(), "`$ref` must be text", help)
    } else {
        let message = format!("a `$ref` cannot stand for {}", kind.name());
        NodeDiagnostic::key(at.clone(), message, "write it out, and refer to a part of it")
    };
    diagnostic.fixed_by_removing(at)
}

/// Checks that a key under `paths` is a path, and one under `responses` a status: serde ignores others.
fn check_name(node: &Node<'_>, name: &str, at: Pointer) -> Option<NodeDiagnostic> {
    match node.kind {
        Kind::Paths if !name.starts_with('/') => {
            let path = format!("/{name}");
            let help = format!("start it with a slash: `{path}`");
            let diagnostic = NodeDiagnostic::key(at.clone(), format!("`{name}` is not a path"), help);
            let is_free = node.get(&path).is_none();
            Some(if is_free { diagnostic.fixed_by_renaming(at, path) } else { diagnostic.fixed_by_removing(at) })
        }
        Kind::Responses if !is_status(name) => {
            let help = "write a code like `'200'`, a range like `4XX`, or `default`";
            let diagnostic = NodeDiagnostic::key(at.clone(), format!("`{name}` is not a status"), help);
            let range = name.to_uppercase();
            let is_range = is_status(&range) && node.get(&range).is_none();
            Some(if is_range { diagnostic.fixed_by_renaming(at, range) } else { diagnostic.fixed_by_removing(at) })
        }
        _ => None,
    }
}

fn is_status(name: &str) -> bool {
    match name.as_bytes() {
        [b'1'..=b'9', b'X', b'X'] => true,
        [b'1'..=b'9', rest @ ..] => rest.len() == 2 && rest.iter().all(u8::is_ascii_digit),
        name => name == b"default",
    }
}

/// Checks that an unknown key is not a misspelt one. Other unknown keys are ignored: a newer OpenAPI can have them.
fn check_spelling(kind: Kind, key: &str, at: &dyn Fn() -> Pointer) -> Option<NodeDiagnostic> {
    let meant = nearest(key, kind.fields().iter().map(|field| field.name))?;
    let message = format!("{} has no `{key}`", kind.name());
    Some(NodeDiagnostic::key(at(), message, format!("did you mean `{meant}`?")).accepted("it is ignored"))
}

/// Checks that a value has a form. `absent` is what is done with one that cannot be meant as it is: `null` is one.
fn check_form(
    form: Form,
    subject: &dyn fmt::Display,
    value: &Value,
    at: &dyn Fn() -> Pointer,
    absent: &dyn Fn() -> Repair,
    diagnostics: &mut Vec<NodeDiagnostic>,
) {
    if let Some(mismatch) = mismatch(form, subject, value, at) {
        let repair = repair::of_value(form, value).unwrap_or_else(absent);
        diagnostics.push(repaired(mismatch, repair, at()));
        return;
    }
    let (inner, absent): (_, fn(Form) -> Repair) = match form {
        Form::Texts | Form::TextMap => (Form::Text, |_| Repair::Remove),
        Form::List(kind) => (Form::One(kind), |_| Repair::Remove),
        Form::Map(kind) => (Form::One(kind), |form| repair::entry_of(form)),
        Form::Requirements => (Form::Requirement, |_| Repair::Remove),
        Form::Requirement => (Form::Texts, |_| Repair::Replace(json!([]), "it has no scopes")),
        _ => return,
    };
    let absent = || absent(inner);
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                let subject = format_args!("an element of {subject}");
                check_form(inner, &subject, element, &|| at().index(index), &absent, diagnostics);
            }
        }
        Value::Object(entries) => {
            for (name, entry) in entries {
                check_form(inner, &format_args!("`{name}`"), entry, &|| at().key(name), &absent, diagnostics);
            }
        }
        _ => {}
    }
}

fn repaired(mismatch: NodeDiagnostic, repair: Repair, at: Pointer) -> NodeDiagnostic {
    match repair {
        Repair::Remove => mismatch.fixed_by_removing(at),
        Repair::Replace(value, effect) => mismatch.fixed_by_replacing(at, value, effect),
        Repair::Read(value) => mismatch.fixed_by_inserting(at, value),
        Repair::None => mismatch,
    }
}

/// Adds the fix for an object without a field that it must have.
fn without_required(kind: Kind, field: &str, diagnostic: NodeDiagnostic, at: Pointer) -> NodeDiagnostic {
    match repair::required(kind, field) {
        Repair::Remove => diagnostic.fixed_by_removing(at),
        repair => repaired(diagnostic, repair, at.key(field)),
    }
}

/// Returns the error of a value that does not have a form.
fn mismatch(form: Form, subject: &dyn fmt::Display, value: &Value, at: &dyn Fn() -> Pointer) -> Option<NodeDiagnostic> {
    let (wanted, help) = wanted(form, value)?;
    let message = format!("{subject} must be {wanted}, but is {}", described(value));
    Some(NodeDiagnostic::value(at(), message, help))
}

/// Returns the values that a form has, in words, and the help; none if the value is one of them.
fn wanted(form: Form, value: &Value) -> Option<(String, String)> {
    let (fits, wanted, help) = match form {
        Form::Any => return None,
        Form::Text => (value.is_string(), "text", "put it in quotes"),
        Form::Flag => (value.is_boolean(), "true or false", "write `true` or `false`, without quotes"),
        Form::Number => (value.is_number(), "a number", "write a number, without quotes"),
        Form::Count => (value.is_u64(), "a whole number that is not negative", "write a number like `0` or `10`"),
        Form::Texts | Form::Values | Form::List(_) | Form::Requirements => {
            (value.is_array(), "a list", "write a list: each entry on a line of its own, after `- `")
        }
        Form::One(_) | Form::Map(_) | Form::TextMap | Form::Requirement => {
            (value.is_object(), "an object", "write its keys below it, indented")
        }
        Form::SchemaOrFlag => {
            (value.is_object() || value.is_boolean(), "a schema, true or false", "write a schema, `true` or `false`")
        }
        Form::Choice(choices) => return wanted_choice(choices, value),
    };
    let help = if value.is_null() { "write a value, or leave the key out" } else { help };
    (!fits).then(|| (wanted.to_owned(), help.to_owned()))
}

fn wanted_choice(choices: &[&str], value: &Value) -> Option<(String, String)> {
    let help = match value {
        Value::String(text) if choices.contains(&text.as_str()) => return None,
        Value::String(text) if text != "null" => did_you_mean(text, choices.iter().copied(), "write one of these"),
        Value::String(_) | Value::Array(_) => "write one; to allow `null`, add `nullable: true`".to_owned(),
        _ => "write one of these".to_owned(),
    };
    let names = listed(choices.iter().copied());
    Some((if choices.len() == 1 { names } else { format!("one of {names}") }, help))
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::check::tests::run;

    #[test]
    fn required_fields_are_there_unless_misspelt() {
        insta::assert_snapshot!(run(check, "paths: {/a: {get: {}, put: {response: {}}}}"), @r"
        3:14 an operation must have `responses`: the crate ignores the body of its response
        3:29 an operation has no `response`: it is ignored
        ");
    }

    #[test]
    fn values_have_the_form_of_their_field() {
        let document = "
            paths: []
            tags: things
            security: [{key: [1]}]
        ";
        insta::assert_snapshot!(run(check, document), @r"
        3:8 `paths` must be an object, but is an empty list: there are no operations
        4:7 `tags` must be a list, but is the text `things`: it is left out
        5:19 an element of `key` must be text, but is the number 1: it is taken as `1`
        ");
    }

    #[test]
    fn values_that_can_only_mean_one_thing_are_read() {
        let document = "
            paths: {/a: {get: {tags: a, deprecated: 'true', security: {key: null}, responses: }}}
            tags: [a, null]
            components:
              schemas:
                A: {type: String, minLength: '5', maxLength: 9.0, required: yes, enum: a, discriminator: kind}
                B: {type: file}
                C: {properties: {a: , b: integer, c: 5}, allOf: {type: object}}
              parameters:
                D: {name: d, in: query, type: integer}
                E: {name: e, in: body}
        ";
        insta::assert_snapshot!(run(check, document), @r#"
        3:26 `tags` must be a list, but is the text `a`: it is taken as `["a"]`
        3:41 `deprecated` must be true or false, but is the text `true`: it is taken as `true`
        3:59 `security` must be a list, but is an object: it is taken as the only element of a list
        3:72 `responses` must be an object, but is empty (`null`): the crate ignores the body of its response
        4:8 an element of `tags` must be an object, but is the text `a`: it is taken as `{"name":"a"}`
        4:11 an element of `tags` must be an object, but is empty (`null`): it is left out
        7:15 `type` must be one of `object`, `array`, `string`, `integer`, `number`, `boolean`, but is the text `String`: it is taken as `string`
        7:34 `minLength` must be a whole number that is not negative, but is the text `5`: it is taken as `5`
        7:50 `maxLength` must be a whole number that is not negative, but is the number 9.0: it is taken as `9`
        7:65 `required` must be a list, but is the text `yes`: it is taken as `["yes"]`
        7:76 `enum` must be a list, but is the text `a`: it is taken as `["a"]`
        7:94 `discriminator` must be an object, but is the text `kind`: it is taken as `{"propertyName":"kind"}`
        8:15 `type` must be one of `object`, `array`, `string`, `integer`, `number`, `boolean`, but is the text `file`: it is taken as `string` with the format `binary`
        9:22 `a` must be an object, but is empty (`null`): the crate takes any value
        9:30 `b` must be an object, but is the text `integer`: it is taken as `{"type":"integer"}`
        9:42 `c` must be an object, but is the number 5: the crate takes any value
        9:53 `allOf` must be a list, but is an object: it is taken as the only element of a list
        11:5 a parameter must have either `schema` or `content`: it is taken as `{"type":"integer"}`
        12:5 a parameter must have either `schema` or `content`: it is taken as `{"type":"string"}`
        12:22 `in` must be one of `query`, `header`, `path`, `cookie`, but is the text `body`: it is left out
        "#);
    }

    #[test]
    fn null_is_left_out_of_optional_fields() {
        let document = "
            paths: {}
            servers: null
            components: {schemas: {A: {type: null, format: null}}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        4:10 `servers` must be a list, but is empty (`null`): it is left out
        5:34 `type` must be one of `object`, `array`, `string`, `integer`, `number`, `boolean`, but is empty (`null`): it is left out
        5:48 `format` must be text, but is empty (`null`): it is left out
        ");
    }

    #[test]
    fn keys_of_paths_and_responses_are_paths_and_statuses() {
        let document = "paths: {a: {}, /a: {get: {responses: {2xx: {description: ''}, ok: {description: ''}}}}}";
        insta::assert_snapshot!(run(check, document), @r"
        3:9 `a` is not a path: it is left out
        3:39 `2xx` is not a status: it is taken as `2XX`
        3:63 `ok` is not a status: it is left out
        ");
    }

    #[test]
    fn a_security_scheme_has_the_fields_of_its_type() {
        let document = "
            paths: {}
            components: {securitySchemes: {a: {type: apiKey, name: a}, b: {type: http}, c: {type: oauth2, flows: {password: {scopes: {}}}}}}
        ";
        insta::assert_snapshot!(run(check, document), @"
            4:32 a security scheme of this type must have `in`: it is left out
            4:60 a security scheme of this type must have `scheme`: it is left out
            4:103 a flow of this type must have `tokenUrl`: it is left out
        ");
    }

    #[test]
    fn a_link_leads_to_an_operation() {
        let document = "
            paths: {}
            components: {links: {A: {}, B: {operationId: b, parameters: {c: 1}}, C: {operationId: b, parameters: c}}}
        ";
        insta::assert_snapshot!(run(check, document), @"
            4:22 a link must have `operationId` or `operationRef`, and the values of parameters by their names: it is left out
            4:70 a link must have `operationId` or `operationRef`, and the values of parameters by their names: it is left out
        ");
    }

    #[test]
    fn a_reference_stands_only_where_one_can() {
        let document = "
            paths: {$ref: paths.yaml}
            components: {schemas: {A: {$ref: 5}}}
        ";
        insta::assert_snapshot!(run(check, document), @r"
        3:9 a `$ref` cannot stand for the paths: it is left out
        4:34 `$ref` must be text: it is left out
        ");
    }
}
