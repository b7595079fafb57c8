//! The results of operations, without the envelope.

use crate::{
    check::{
        bodies::format,
        outline::{Node, Outline},
    },
    openapi::{
        extensions::{ENVELOPE, Envelope},
        media_type::Format,
    },
};

/// Returns the schema of an operation's JSON result, which the envelope wraps.
pub(super) fn result_schema<'o, 'a>(outline: &'o Outline<'a>, operation: &'o Node<'a>) -> Option<&'o Node<'a>> {
    let contents = outline.success_responses(operation).flat_map(|response| outline.children(response, "content"));
    let schema = contents
        .filter(|content| format(content) == Some(Format::Json))
        .find_map(|content| outline.child(content, "schema"))?;
    unwrapped(outline, operation, schema)
}

/// Returns the result in the JSON response of an operation, which the envelope wraps.
pub(super) fn unwrapped<'o, 'a>(
    outline: &'o Outline<'a>,
    operation: &Node<'a>,
    schema: &'o Node<'a>,
) -> Option<&'o Node<'a>> {
    let Some(envelope) = envelope(outline, operation) else { return Some(schema) };
    readable_properties(outline, schema).into_iter().find(|property| property.name == Some(&*envelope.result))
}

/// Returns the envelope of an operation's responses, if they have one.
pub(super) fn envelope(outline: &Outline<'_>, operation: &Node<'_>) -> Option<Envelope> {
    Envelope::of(outline.tree()).filter(|_| operation.get(ENVELOPE).is_none())
}

/// Returns the properties of a schema that a response can have.
pub(super) fn readable_properties<'o, 'a>(outline: &'o Outline<'a>, schema: &'o Node<'a>) -> Vec<&'o Node<'a>> {
    outline.properties(schema).filter(|property| !property.flag("writeOnly")).collect()
}
