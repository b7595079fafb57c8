//! The marks that merge leaves in a document for the [model](crate::api), and the only functions that set and read
//! them. Each is an extension, whose name starts with `x-merged-`.

use serde_json::{Map, Value};

use crate::{
    json::{elements, fields, fields_mut, flag, text},
    source::Pointer,
};

const PREFIX: &str = "x-merged-";

/// On the document: the names of the components whose types are called otherwise.
const DOCUMENT_NAMES: &str = "x-merged-document-names";

/// On an operation: its error responses, by status, each with its `description` and its `schemas`.
const ERRORS: &str = "x-merged-errors";

/// On a component.
const DIRECTION: &str = "x-merged-direction";

/// On a property of the JSON of a request.
const PATCH: &str = "x-merged-patch";

/// On a request type.
const INPUT_OF: &str = "x-merged-input-of";

/// On a schema that is no component of the document.
const ORIGIN: &str = "x-merged-origin";

/// On a schema of a parameter, a body or a response that is a component.
const COMPONENT: &str = "x-merged-component";

/// On a variant.
const COPIED_FROM: &str = "x-merged-copied-from";

/// The `style` of a parameter whose value is written as JSON.
const JSON_STYLE: &str = "x-merged-json";

/// The `format` of a string that is a file in a form.
pub(crate) const FILE_FORMAT: &str = "x-merged-file";

/// The `format` of an object of any JSON that is a secret, which is a string until it is written as a type.
pub(crate) const SECRET_OBJECT_FORMAT: &str = "x-merged-secret-object";

/// Where values of a type occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Request,
    Response,
    Both,
}

impl Direction {
    const ALL: [Self; 3] = [Self::Request, Self::Response, Self::Both];

    fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
            Self::Both => "both",
        }
    }
}

/// Returns whether a keyword of a schema is a mark.
pub(super) fn is_mark(keyword: &str) -> bool {
    keyword.starts_with(PREFIX)
}

/// Returns the name in the document of the component that became this type, if it is another.
pub(crate) fn document_name<'a>(root: &'a Value, type_name: &str) -> Option<&'a str> {
    text(root.get(DOCUMENT_NAMES)?, type_name)
}

/// Sets the names in the document, by the names of the types.
pub(super) fn set_document_names(root: &mut Value, names: impl Iterator<Item = (String, String)>) {
    root[DOCUMENT_NAMES] = names.map(|(type_name, name)| (type_name, Value::String(name))).collect();
}

/// Returns the error responses of an operation: the status, the response, and its pointer.
pub(crate) fn errors<'a>(operation: &'a Value, at: &Pointer) -> impl Iterator<Item = (&'a String, &'a Value, Pointer)> {
    let at = at.key(ERRORS);
    fields(operation.get(ERRORS)).map(move |(status, error)| (status, error, at.key(status)))
}

pub(super) fn errors_mut(operation: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    fields_mut(operation, &[ERRORS])
}

/// Returns the schemas of the bodies of an error response, each with its pointer.
pub(crate) fn error_schemas<'a>(error: &'a Value, at: &Pointer) -> impl Iterator<Item = (&'a Value, Pointer)> {
    let at = at.key("schemas");
    elements(error.get("schemas")).enumerate().map(move |(index, schema)| (schema, at.index(index)))
}

pub(super) fn error_schemas_mut(error: &mut Value) -> impl Iterator<Item = &mut Value> {
    error.get_mut("schemas").and_then(Value::as_array_mut).into_iter().flatten()
}

pub(super) fn set_errors(operation: &mut Value, errors: Map<String, Value>) {
    operation[ERRORS] = Value::Object(errors);
}

/// Returns the direction of a component.
pub(crate) fn direction(schema: &Value) -> Direction {
    let written = text(schema, DIRECTION);
    Direction::ALL.into_iter().find(|direction| written == Some(direction.as_str())).unwrap_or(Direction::Response)
}

pub(super) fn set_direction(schema: &mut Value, direction: Direction) {
    schema[DIRECTION] = Value::from(direction.as_str());
}

/// Returns whether a request can keep, reset or set a property.
pub(crate) fn is_patch(property: &Value) -> bool {
    flag(property, PATCH)
}

pub(super) fn set_patch(property: &mut Value) {
    property[PATCH] = Value::Bool(true);
}

/// Returns the name of the response type that a request type was split from.
pub(crate) fn input_of(schema: &Value) -> Option<&str> {
    text(schema, INPUT_OF)
}

pub(super) fn set_input_of(schema: &mut Value, response_type: &str) {
    schema[INPUT_OF] = Value::from(response_type);
}

/// Returns where a schema that has no name in the document stands first.
pub(crate) fn origin(schema: &Value) -> Option<Pointer> {
    text(schema, ORIGIN).map(|at| Pointer::default().join(at))
}

pub(super) fn set_origin(schema: &mut Value, at: &Pointer) {
    schema[ORIGIN] = Value::from(at.as_str());
}

/// Sets the component that a schema was copied from, to name its type after that.
pub(super) fn set_component(schema: &mut Map<String, Value>, at: &Pointer) {
    schema.insert(COMPONENT.to_owned(), Value::from(at.as_str()));
}

pub(super) fn take_component(schema: &mut Value) -> Option<Pointer> {
    let at = schema.as_object_mut()?.shift_remove(COMPONENT)?;
    at.as_str().map(|at| Pointer::default().join(at))
}

/// Returns the name of the component that a variant was copied from, to be merged with the properties beside the union.
pub(crate) fn copied_from(variant: &Value) -> Option<&str> {
    text(variant, COPIED_FROM)
}

pub(super) fn set_copied_from(variant: &mut Map<String, Value>, component: &str) {
    variant.insert(COPIED_FROM.to_owned(), Value::from(component));
}

pub(super) fn remove_copied_from(variant: &mut Map<String, Value>) {
    variant.shift_remove(COPIED_FROM);
}

/// Returns whether the value of a parameter is written as JSON.
pub(crate) fn is_json(parameter: &Value) -> bool {
    text(parameter, "style") == Some(JSON_STYLE)
}

pub(super) fn set_json(parameter: &mut Map<String, Value>) {
    parameter.insert("style".to_owned(), Value::from(JSON_STYLE));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_direction_is_read_as_it_was_set() {
        for direction in Direction::ALL {
            let mut schema = json!({});
            set_direction(&mut schema, direction);
            assert_eq!(super::direction(&schema), direction);
        }
    }

    #[test]
    fn errors_are_read_with_their_pointers() {
        let mut operation = json!({});
        set_errors(&mut operation, Map::from_iter([("404".to_owned(), json!({ "description": "Unknown." }))]));
        let at = Pointer::default().key("paths");
        let errors: Vec<_> = errors(&operation, &at).map(|(status, _, at)| format!("{status} {at}")).collect();
        assert_eq!(errors, ["404 #/paths/x-merged-errors/404"]);
    }

    #[test]
    fn every_mark_of_a_schema_is_known_as_one() {
        let mut schema = json!({});
        set_direction(&mut schema, Direction::Both);
        set_patch(&mut schema);
        set_input_of(&mut schema, "Thing");
        set_origin(&mut schema, &Pointer::default());
        set_copied_from(schema.as_object_mut().unwrap(), "Thing");
        set_component(schema.as_object_mut().unwrap(), &Pointer::default());
        assert_eq!(fields(Some(&schema)).filter(|(keyword, _)| is_mark(keyword)).count(), 6);
    }
}
