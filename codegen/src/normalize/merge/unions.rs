//! Reduces `oneOf` and `anyOf` to one list of distinct variants.
//!
//! Both become a union, which decodes a value as the variant that fits it best.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{composition::Composition, marks, newtypes::take_bounds, schemas};
use crate::{
    json::{elements, fields, flag, text, values},
    openapi::{
        extensions::{DEPRECATED_VALUES, VARIANT_NAMES},
        grammar::Kind,
        reference::{reference, resolve_schema},
        schema::{BOUNDS, MAX_NESTED_UNIONS, SCALARS, is_enum, is_scalar, is_struct, is_union},
        walk::for_each_schema_of_mut,
    },
};

/// How many copies of components may be in each other.
const MAX_NESTED_COPIES: usize = 4;

/// Replaces each `oneOf` and `anyOf` by a `oneOf` of distinct variants, or by the only variant.
pub(super) fn normalize(root: &mut Value) {
    schemas::with_components(root, |root, components| {
        let mut composition = Composition::of(components);
        let mut normalize = |schema: &mut Value| normalize_one(schema, components, &mut composition, MAX_NESTED_COPIES);
        let with_unions = fields(Some(components)).filter(|(_, schema)| contains_union(schema));
        let normalized = with_unions.map(|(name, schema)| {
            let mut schema = schema.clone();
            schemas::for_each_within(&mut schema, &mut normalize);
            (name.clone(), schema)
        });
        let normalized: Vec<_> = normalized.collect();
        schemas::for_each(root, &mut normalize);
        for (name, schema) in normalized {
            components[name] = schema;
        }
    });
}

/// Returns whether there is a union in a schema. Most have none, and need no copy.
fn contains_union(schema: &Value) -> bool {
    values(schema).any(|value| value.as_object().is_some_and(|schema| variants(schema).is_some()))
}

/// Returns the variants in the document, of either keyword.
fn variants(schema: &Map<String, Value>) -> Option<&Vec<Value>> {
    ["oneOf", "anyOf"].iter().find_map(|keyword| schema.get(*keyword)?.as_array())
}

fn normalize_one(schema: &mut Value, components: &Value, composition: &mut Composition<'_>, copies: usize) {
    let Some(schema) = schema.as_object_mut().filter(|schema| variants(schema).is_some()) else { return };
    let shared = if copies > 0 && !composition.is_spent() { shared(schema) } else { Map::new() };
    let mut variants = Variants { components, composition, copies, found: Vec::new(), is_nullable: false };
    variants.add_all(schema, &shared, MAX_NESTED_UNIONS);
    for keyword in ["oneOf", "anyOf"] {
        schema.shift_remove(keyword);
    }
    let Variants { mut found, is_nullable, .. } = variants;
    if is_nullable {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
    let is_open = found.iter().any(|schema| is_anything(schema, components));
    found.retain(|schema| !is_anything(schema, components));
    if found.is_empty() {
        schema.shift_remove("discriminator");
        return;
    }
    let mut found = distinct(&found, components);
    for keyword in ["type", "properties", "required", "additionalProperties", "format", "enum"] {
        schema.shift_remove(keyword);
    }
    if let ([one], false) = (found.as_mut_slice(), is_open) {
        schema.shift_remove("discriminator");
        let described = std::mem::take(schema);
        *schema = one.as_object_mut().map(std::mem::take).unwrap_or_default();
        schema.extend(described);
        return;
    }
    move_bounds(&mut found, schema);
    if found.iter().all(|schema| is_scalar(schema) && schema.get("enum").is_none()) {
        // All unions of the same scalars are one.
        for schema in found.iter_mut().filter_map(Value::as_object_mut) {
            schema.retain(|keyword, _| matches!(keyword.as_str(), "type" | "format"));
        }
        found.sort_by_key(|schema| SCALARS.iter().position(|kind| schema["type"] == *kind));
    }
    schema.insert("oneOf".to_owned(), Value::Array(found));
}

/// Moves the bounds of scalars to their union, because constraints are those of fields, and each concerns values of one
/// type. A type that several variants have keeps its bounds, which nothing checks.
fn move_bounds(variants: &mut [Value], union: &mut Map<String, Value>) {
    let kinds: Vec<_> = variants.iter().map(|schema| text(schema, "type").map(ToOwned::to_owned)).collect();
    let is_single = |kind: &Option<String>| kinds.iter().filter(|other| *other == kind).count() == 1;
    for schema in variants.iter_mut().filter(|schema| is_scalar(schema)) {
        if is_single(&text(schema, "type").map(ToOwned::to_owned))
            && let Some(schema) = schema.as_object_mut()
        {
            for (keyword, bound) in take_bounds(schema) {
                union.entry(keyword).or_insert(bound);
            }
        }
    }
}

/// Returns the properties beside a union, which each of its variants has.
pub(super) fn shared(schema: &Map<String, Value>) -> Map<String, Value> {
    let keywords = ["properties", "required"].into_iter().filter(|_| schema.contains_key("properties"));
    keywords.filter_map(|keyword| Some((keyword.to_owned(), schema.get(keyword)?.clone()))).collect()
}

/// Returns whether no value fits a schema and these properties: a required one has different values in both.
fn contradict(shared: &Map<String, Value>, schema: &Value) -> bool {
    let Some(own) = schema.as_object() else { return false };
    let mut required = [own, shared].into_iter().flat_map(|schema| elements(schema.get("required")));
    let listed =
        |schema: &Map<String, Value>, name| schema.get("properties")?.get(name)?.get("enum")?.as_array().cloned();
    required.any(|name| match name.as_str().and_then(|name| listed(own, name).zip(listed(shared, name))) {
        Some((own, shared)) => !own.iter().any(|value| shared.contains(value)),
        None => false,
    })
}

struct Variants<'c, 'a> {
    components: &'c Value,
    composition: &'c mut Composition<'a>,
    copies: usize,
    found: Vec<Value>,
    is_nullable: bool,
}

impl Variants<'_, '_> {
    /// Adds the variants of a schema, and in place of a union among them its variants.
    fn add_all(&mut self, schema: &Map<String, Value>, shared: &Map<String, Value>, depth: usize) {
        for variant in variants(schema).into_iter().flatten() {
            self.add(variant, shared, depth);
        }
    }

    fn add(&mut self, variant: &Value, shared: &Map<String, Value>, depth: usize) {
        let components = self.components;
        let name = reference(variant);
        let target = resolve_schema(variant, components);
        self.is_nullable |= is_null(target) || [variant, target].iter().any(|schema| flag(schema, "nullable"));
        if is_null(target) {
            return;
        }
        let has_own_name = name.is_some() && shared.is_empty();
        let nested = target.as_object().filter(|target| variants(target).is_some());
        match nested {
            Some(nested) if depth > 0 && !has_own_name && !nested.contains_key("discriminator") => {
                let mut all = self::shared(nested);
                self.composition.add(&mut all, shared.clone());
                self.add_all(nested, &all, depth - 1);
            }
            None if contradict(shared, target) => {}
            None if !shared.is_empty() && is_object(target) => {
                let Some(mut merged) = target.as_object().cloned() else { return };
                self.composition.add(&mut merged, shared.clone());
                if let Some(name) = name {
                    marks::set_copied_from(&mut merged, name);
                }
                let copy = self.copy(Value::Object(merged));
                self.found.push(copy);
            }
            _ => {
                let mut variant = variant.clone();
                if let Some(variant) = variant.as_object_mut() {
                    variant.shift_remove("nullable");
                }
                let is_of_nested_union = depth < MAX_NESTED_UNIONS;
                let variant = if is_of_nested_union { self.copy(variant) } else { variant };
                self.found.push(variant);
            }
        }
    }

    /// Normalizes the unions in a copy of another component, where they are still those of the document.
    fn copy(&mut self, mut schema: Value) -> Value {
        self.composition.count(&schema);
        let copies = self.copies.saturating_sub(1);
        for_each_schema_of_mut(Kind::Schema, &mut schema, &mut |child| {
            schemas::for_each_within(child, &mut |schema| {
                normalize_one(schema, self.components, self.composition, copies);
            });
        });
        schema
    }
}

/// Returns each kind of value once: all numbers are one kind if one of them is any number, and so are equal lists,
/// maps, and all strings. A string beside an enum says that the enum is open, which all are.
fn distinct(found: &[Value], components: &Value) -> Vec<Value> {
    let kind = |schema: &Value| kind(resolve_schema(schema, components)).map(ToOwned::to_owned);
    let of_kind = |wanted: &str| found.iter().filter(|schema| kind(schema).as_deref() == Some(wanted)).count();
    let has_number = of_kind("number") > 0;
    let is_several = |kind: &str| of_kind(kind) > 1;
    let (strings, integers, numbers) = (is_several("string"), is_several("integer"), is_several("number"));

    let mut seen = HashSet::new();
    let mut distinct = Vec::new();
    for schema in found {
        let target = resolve_schema(schema, components);
        let schema = match kind(schema).as_deref() {
            Some("string") if strings => merge_strings(
                found.iter().map(|schema| resolve_schema(schema, components)).filter(|schema| is_string(schema)),
            ),
            Some("integer") if has_number => continue,
            Some("integer") if integers => json!({ "type": "integer" }),
            Some("number") if numbers => json!({ "type": "number" }),
            Some("boolean") => json!({ "type": "boolean" }),
            _ if is_map(target)
                && found.iter().filter(|other| is_map(resolve_schema(other, components))).count() > 1 =>
            {
                json!({ "type": "object" })
            }
            _ => schema.clone(),
        };
        if seen.insert(schemas::without_keywords(&schema, is_aside).to_string()) {
            distinct.push(schema);
        }
    }
    distinct
}

/// Merges schemas of strings into one.
fn merge_strings<'a>(schemas: impl Iterator<Item = &'a Value>) -> Value {
    let mut values: Vec<Value> = Vec::new();
    let (mut names, mut deprecated) = (Map::new(), Map::new());
    let mut is_secret = false;
    for schema in schemas {
        for value in elements(schema.get("enum")).filter(|value| value.is_string()) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        for (extension, entries) in [(VARIANT_NAMES, &mut names), (DEPRECATED_VALUES, &mut deprecated)] {
            entries.extend(schema.get(extension).and_then(Value::as_object).cloned().unwrap_or_default());
        }
        is_secret |= text(schema, "format") == Some("password");
    }
    let mut merged = Map::from_iter([("type".to_owned(), Value::from("string"))]);
    if is_secret {
        merged.insert("format".to_owned(), Value::from("password"));
    } else if !values.is_empty() {
        merged.insert("enum".to_owned(), Value::Array(values));
        let extensions = [(VARIANT_NAMES, names), (DEPRECATED_VALUES, deprecated)];
        let extensions = extensions.into_iter().filter(|(_, entries)| !entries.is_empty());
        merged.extend(extensions.map(|(extension, entries)| (extension.to_owned(), Value::Object(entries))));
    }
    Value::Object(merged)
}

/// Returns the type of a schema.
fn kind(schema: &Value) -> Option<&str> {
    text(schema, "type").or_else(|| is_enum(schema).then_some("string"))
}

fn is_string(schema: &Value) -> bool {
    kind(schema) == Some("string")
}

fn is_object(schema: &Value) -> bool {
    is_struct(schema) || only_requires_properties(schema)
}

/// Returns whether a schema is an object of any keys.
fn is_map(schema: &Value) -> bool {
    text(schema, "type") == Some("object") && !is_struct(schema) && !is_union(schema)
}

/// Returns whether a schema only requires properties of an object.
pub(super) fn only_requires_properties(schema: &Value) -> bool {
    let Some(schema) = schema.as_object() else { return false };
    let is_constraint = |keyword: &str| match keyword {
        "type" => schema[keyword] != "object",
        "required" | "title" | "not" => false,
        keyword => !marks::is_mark(keyword) && !is_aside(keyword),
    };
    !schema.keys().any(|keyword| is_constraint(keyword))
}

/// Returns whether any value fits a schema. A union has a variant for other values anyway.
fn is_anything(schema: &Value, components: &Value) -> bool {
    let schema = resolve_schema(schema, components).as_object();
    schema.is_some_and(|schema| {
        schema.keys().all(|keyword| keyword == "title" || keyword == "nullable" || is_aside(keyword))
    })
}

/// Returns whether a variant stands for `null` alone.
fn is_null(schema: &Value) -> bool {
    let is_only = |keyword: &str| matches!(keyword, "nullable" | "enum" | "title" | "type") || is_aside(keyword);
    let lists_null = schema
        .get("enum")
        .and_then(Value::as_array)
        .map(|values| !values.is_empty() && values.iter().all(Value::is_null));
    let is_null = lists_null.unwrap_or_else(|| flag(schema, "nullable") && schema.get("type").is_none());
    is_null && schema.as_object().is_some_and(|schema| schema.keys().all(|keyword| is_only(keyword)))
}

/// Returns whether a keyword only describes or bounds a value, and does not make it another variant.
pub(super) fn is_aside(keyword: &str) -> bool {
    const DESCRIBES: [&str; 5] = ["default", "deprecated", "description", "example", "externalDocs"];
    DESCRIBES.contains(&keyword) || BOUNDS.contains(&keyword)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::merge::tests::run_on_schemas;

    #[test]
    fn unions_of_either_keyword_have_distinct_variants() {
        let schemas = "
            A: {anyOf: [{type: integer}, {type: string, maxLength: 5}, {type: string}]}
            B: {oneOf: [{type: integer}, {type: number}]}
        ";
        insta::assert_snapshot!(run_on_schemas(normalize, schemas), @"
            A: {oneOf:[{type:string},{type:integer}]}
            B: {type:number}
        ");
    }

    #[test]
    fn bounds_of_scalars_are_those_of_the_union() {
        let schemas = "
            A: {maximum: 5, oneOf: [{type: integer, minimum: 1, maximum: 9}, {type: string, maxLength: 3}]}
            B: {oneOf: [{type: string, enum: [auto]}, {type: integer, minimum: 1}, {type: array, minItems: 2}]}
        ";
        insta::assert_snapshot!(run_on_schemas(normalize, schemas), @"
            A: {maximum:5,minimum:1,maxLength:3,oneOf:[{type:string},{type:integer}]}
            B: {minimum:1,oneOf:[{type:string,enum:[auto]},{type:integer},{type:array,minItems:2}]}
        ");
    }

    #[test]
    fn null_is_no_variant() {
        let schemas = "
            A: {anyOf: [{$ref: '#/components/schemas/B'}, {nullable: true}]}
            B: {type: object}
            C: {oneOf: [{enum: [null]}, {type: string}, {type: integer}]}
        ";
        insta::assert_snapshot!(run_on_schemas(normalize, schemas), @"
            A: {$ref:#/components/schemas/B,nullable:true}
            B: {type:object}
            C: {nullable:true,oneOf:[{type:string},{type:integer}]}
        ");
    }

    #[test]
    fn a_nested_union_adds_its_variants() {
        let schemas = "A: {oneOf: [{type: string}, {oneOf: [{type: boolean}, {type: integer, nullable: true}]}]}";
        insta::assert_snapshot!(run_on_schemas(normalize, schemas), @"A: {nullable:true,oneOf:[{type:string},{type:integer},{type:boolean}]}");
    }

    #[test]
    fn properties_beside_a_union_are_added_to_its_variants() {
        let schemas = "
            A: {properties: {id: {type: string}}, oneOf: [{$ref: '#/components/schemas/B'}, {properties: {c: {}}}]}
            B: {properties: {b: {}}}
        ";
        insta::assert_snapshot!(run_on_schemas(normalize, schemas), @"
            A: {oneOf:[{properties:{b:{},id:{type:string}},x-merged-copied-from:B},{properties:{c:{},id:{type:string}}}]}
            B: {properties:{b:{}}}
        ");
    }

    #[test]
    fn variants_that_only_require_properties_have_those_beside_the_union() {
        let schemas = "A: {properties: {a: {}, b: {}}, anyOf: [{required: [a]}, {required: [b]}]}";
        insta::assert_snapshot!(run_on_schemas(normalize, schemas), @"A: {oneOf:[{required:[a],properties:{a:{},b:{}}},{required:[b],properties:{a:{},b:{}}}]}");
    }
}
