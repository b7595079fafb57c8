//! The variants of a union, and the pattern by which each is recognised.

mod constants;
mod discriminators;
mod only_members;

use serde_json::Value;

use super::{Reader, Schema};
use crate::{
    json::{self, elements},
    normalize::merge::{marks, schemas, variants},
    openapi::{
        reference::{self, SCHEMAS, resolve_schema},
        schema::{is_enum, is_struct, is_union},
    },
    source::Pointer,
};

pub(super) use constants::set_constants;
use discriminators::{Object, discriminators};

#[derive(Debug)]
pub(crate) struct UnionVariant {
    pub(crate) name: String,
    pub(crate) schema: Schema,
    pub(crate) pattern: Pattern,
}

/// What the JSON of a variant looks like, as far as that tells it from the other variants.
#[derive(Debug)]
pub(crate) enum Pattern {
    /// A type of JSON, by its name in the macro.
    JsonType(&'static str),
    /// An array whose elements fit a pattern.
    Array(Box<Self>),
    /// An object with these properties.
    Object(Vec<PropertyPattern>),
    /// A union itself, all variants of which have these properties.
    Union(Vec<PropertyPattern>),
}

/// What a property of an object has to be.
#[derive(Debug)]
pub(crate) struct PropertyPattern {
    /// The wire name.
    pub(crate) name: String,
    pub(crate) values: Vec<Value>,
    pub(crate) may_be_absent: bool,
    /// Whether other values fit, too.
    pub(crate) may_be_other: bool,
    /// Whether the document names it as the discriminator of the union.
    pub(crate) is_discriminator: bool,
}

/// The schemas under `/components/schemas`.
struct Components<'a>(&'a Value);

/// Reads the variants of the union with a name.
pub(super) fn read(name: &str, schema: &Value, at: &Pointer, reader: &Reader<'_>) -> Vec<UnionVariant> {
    let components = Components(reader.root.pointer(SCHEMAS).unwrap_or(&Value::Null));
    let names =
        variants::names(&components.with_response_names(schema), components.response_name(name).unwrap_or(name));
    let schemas: Vec<_> = elements(schema.get("oneOf")).collect();
    let objects: Vec<_> = schemas.iter().filter_map(|schema| Object::read(schema, &components)).collect();
    let mut properties = discriminators(&objects, schema.get("discriminator"), &components).into_iter();
    let are_several_lists = schemas.iter().filter(|schema| schema.get("items").is_some()).count() > 1;
    let at = at.key("oneOf");
    let variants = names.into_iter().zip(schemas).enumerate().map(|(index, (name, schema))| {
        let is_union = is_union(components.target(schema));
        let pattern = match Object::read(schema, &components).and_then(|_| properties.next()) {
            Some(properties) if is_union => Pattern::Union(properties),
            Some(properties) => Pattern::Object(properties),
            None => pattern(schema, &components, are_several_lists),
        };
        UnionVariant { name, schema: reader.schema(schema, &at.index(index)), pattern }
    });
    variants.collect()
}

impl<'a> Components<'a> {
    fn target(&self, schema: &'a Value) -> &'a Value {
        resolve_schema(schema, self.0)
    }

    /// Returns the name of the response type that a request type was split from: the variants of both have its names.
    fn response_name(&self, name: &str) -> Option<&'a str> {
        marks::input_of(self.0.get(name)?)
    }

    fn with_response_names(&self, union: &Value) -> Value {
        let mut union = union.clone();
        schemas::for_each_within(&mut union, &mut |schema| {
            reference::rename(schema, |name| self.response_name(name));
        });
        union
    }
}

/// Returns the pattern of a variant by its type alone. `with_items` is whether lists are distinguished by their elements.
fn pattern(schema: &Value, components: &Components<'_>, with_items: bool) -> Pattern {
    let target = components.target(schema);
    if is_union(target) {
        return Pattern::Union(Vec::new());
    }
    if is_struct(target) {
        return Pattern::Object(Vec::new());
    }
    let items = target.get("items").filter(|_| with_items).map(|items| pattern(items, components, false));
    Pattern::JsonType(match json::text(target, "type") {
        _ if is_enum(target) => "string",
        Some("boolean") => "boolean",
        Some("integer") => "integer",
        Some("number") => "number",
        Some("string") => "string",
        Some("object") => "map",
        Some("array") => match items {
            Some(items) if !matches!(items, Pattern::Union(_) | Pattern::JsonType("any")) => {
                return Pattern::Array(Box::new(items));
            }
            _ => "array",
        },
        _ => "any",
    })
}

#[cfg(test)]
mod tests {
    use crate::api::tests::api_of_schemas;

    /// Returns the variants of the union `Thing`, each on a line.
    fn variants(schemas: &str) -> String {
        let api = api_of_schemas(schemas);
        let (_, variants) = api.unions().find(|(ty, _)| ty.name == "Thing").unwrap();
        let lines = variants.iter().map(|variant| format!("{} {:?}", variant.name, variant.pattern));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn lists_are_told_apart_by_their_elements() {
        insta::assert_snapshot!(
            variants("Thing: {oneOf: [{type: array, items: {type: string}}, {type: array, items: {type: integer}}]}"),
            @r#"
        StringList Array(JsonType("string"))
        IntegerList Array(JsonType("integer"))
        "#
        );
    }

    #[test]
    fn a_single_list_is_told_by_its_type() {
        insta::assert_snapshot!(
            variants("Thing: {oneOf: [{type: array, items: {type: string}}, {type: string}]}"),
            @r#"
        List JsonType("array")
        String JsonType("string")
        "#
        );
    }
}
