//! Asks progenitor for the Rust type of each schema, once.
//!
//! progenitor is not given the operations, because it supports only some of them. Instead it makes a struct for each,
//! with a field for every schema of the operation.

mod ty;

use std::{
    collections::HashMap,
    iter,
    panic::{self, AssertUnwindSafe},
};

use openapiv3::OpenAPI;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value, json};
use syn::ItemStruct;

use crate::{
    json::{elements, fields},
    names::{self, Names},
    normalize::merge::{self, marks},
    openapi::{
        grammar::Kind,
        operation::{Operation, operations},
        reference::{SCHEMAS, pointer_to_schema},
        schema::{is_enum, is_newtype, is_union},
        walk::for_each_schema_of,
    },
    source::Pointer,
};
pub(crate) use ty::Type;

/// The reason why there are no types for a document without errors.
#[derive(Debug, thiserror::Error)]
#[error("progenitor: {problem}; this is a fault of the generator, not of the document")]
pub struct ProgenitorError {
    problem: String,
}

/// The types of a document's schemas.
pub(crate) struct Types(HashMap<Pointer, Type>);

impl Types {
    /// Returns the type of the schema at a pointer, or any JSON if there is no schema.
    pub(crate) fn at(&self, at: &Pointer) -> Type {
        self.0.get(at).cloned().unwrap_or(Type::Json)
    }
}

/// Returns the types of all schemas of a merged document.
pub(crate) fn types(root: &Value) -> Result<Types, ProgenitorError> {
    let query = Query::of(root);
    let structs = structs(emit(query.document(root), &settings(&query))?)?;
    query.types(&structs)
}

/// Returns the code that progenitor alone emits for a document.
pub(crate) fn bare(root: Value) -> Result<String, ProgenitorError> {
    let file = syn::parse2(emit(root, &GenerationSettings::new())?).map_err(|error| not_rust(&error))?;
    Ok(prettyplease::unparse(&file))
}

/// A schema with its JSON pointer.
#[derive(Clone)]
struct Located<'a> {
    at: Pointer,
    schema: &'a Value,
}

/// The structs whose types of fields progenitor is asked for.
#[derive(Default)]
struct Query<'a> {
    enums: Vec<&'a str>,
    /// The newtypes, each with its own schema.
    newtypes: Vec<(&'a str, Located<'a>)>,
    /// The objects of the document, each with its properties.
    objects: Vec<(&'a str, Vec<(&'a str, Located<'a>)>)>,
    /// A struct for each union, with a field for each variant, one for each operation, with a field for each schema,
    /// and one with a field for each newtype.
    synthetic: Vec<(String, Vec<Located<'a>>)>,
}

impl<'a> Query<'a> {
    fn of(root: &'a Value) -> Self {
        let mut query = Self::default();
        let mut taken = Names::default();
        for (name, schema) in fields(root.pointer(SCHEMAS)) {
            taken.take(name);
            let at = pointer_to_schema(name);
            if is_enum(schema) {
                query.enums.push(name);
            } else if is_newtype(schema) {
                query.newtypes.push((name, Located { at, schema }));
            } else if is_union(schema) {
                let variants = elements(schema.get("oneOf")).enumerate();
                let located = variants.map(|(index, schema)| Located { at: at.key("oneOf").index(index), schema });
                query.synthetic.push((name.clone(), located.collect()));
            } else {
                let properties = fields(schema.get("properties"));
                let locate = |name, schema| Located { at: at.key("properties").key(name), schema };
                let located = properties.map(|(name, schema)| (name.as_str(), locate(name, schema)));
                query.objects.push((name, located.collect()));
            }
        }
        for (index, Operation { at, value, .. }) in operations(root).enumerate() {
            let mut located = Vec::new();
            for_each_schema_of(Kind::Operation, value, &at, &mut |schema, at| located.push(Located { at, schema }));
            for (_, error, at) in marks::errors(value, &at) {
                located.extend(marks::error_schemas(error, &at).map(|(schema, at)| Located { at, schema }));
            }
            query.synthetic.push((taken.unused(&format!("TypesOfOperation{index}")), located));
        }
        let newtypes = query.newtypes.iter().map(|(_, located)| located.clone()).collect();
        query.synthetic.push((taken.unused("TypesOfNewtypes"), newtypes));
        query
    }

    /// Returns the document that progenitor is given.
    fn document(&self, root: &Value) -> Value {
        let parts = fields(Some(root)).filter(|(name, _)| *name != "paths");
        let mut root: Value = parts.map(|(name, part)| (name.clone(), part.clone())).collect();
        root["paths"] = json!({});
        let schemas = &mut root["components"]["schemas"];
        // Unions are open, unlike those of progenitor, which fails on some.
        for (name, located) in &self.synthetic {
            schemas[name] = object_of(located);
        }
        merge::nullables::wrap_references(&mut root);
        merge::constraints::remove(&mut root);
        for (name, properties) in &self.objects {
            if let Some(names) = clashing_names(properties) {
                rename_properties(&mut root["components"]["schemas"][name], &names);
            }
        }
        root
    }

    fn types(&self, structs: &HashMap<String, ItemStruct>) -> Result<Types, ProgenitorError> {
        let synthetic = self.synthetic.iter().flat_map(|(name, located)| {
            located.iter().enumerate().map(move |(index, located)| (name.as_str(), field_name(index), located))
        });
        let objects = self.objects.iter().flat_map(|(name, properties)| {
            let names = names::fields(&property_names(properties)).into_iter();
            names.zip(properties).map(move |(field, (_, located))| (*name, field, located))
        });
        let types = synthetic.chain(objects).map(|(name, field, located)| {
            let found = structs.get(name).ok_or_else(|| failed(format!("it emits no struct `{name}`")))?;
            let ty = found.fields.iter().find(|emitted| emitted.ident.as_ref().is_some_and(|name| *name == field));
            let ty = ty.ok_or_else(|| failed(format!("it emits no field `{name}.{field}`")))?;
            let ty = Type::parse(&ty.ty).ok_or_else(|| failed(format!("`{name}.{field}` has an unknown type")))?;
            Ok((located.at.clone(), ty))
        });
        let types: HashMap<_, _> = types.collect::<Result<_, _>>()?;
        let newtypes = self.newtypes.iter().filter_map(|(name, located)| {
            let inner = types.get(&located.at)?;
            Some(((*name).to_owned(), inner.clone()))
        });
        let newtypes = newtypes.collect();
        Ok(Types(types.into_iter().map(|(at, ty)| (at, ty.with_newtypes(&newtypes))).collect()))
    }
}

/// Returns the name of the field for the schema of this index.
fn field_name(index: usize) -> String {
    format!("schema_{index}")
}

fn property_names<'a>(properties: &[(&'a str, Located<'_>)]) -> Vec<&'a str> {
    properties.iter().map(|(name, _)| *name).collect()
}

/// Returns the names in Rust of an object's properties, if progenitor would give two the same.
fn clashing_names(properties: &[(&str, Located<'_>)]) -> Option<Vec<String>> {
    let wire = property_names(properties);
    let names = names::fields(&wire);
    let is_renamed = wire.iter().zip(&names).any(|(wire, name)| names::value_name(wire) != *name);
    is_renamed.then_some(names)
}

fn rename_properties(schema: &mut Value, names: &[String]) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else { return };
    let properties = std::mem::take(properties);
    let renamed: HashMap<_, _> = properties.keys().cloned().zip(names.iter().cloned()).collect();
    schema["properties"] =
        properties.into_iter().zip(names).map(|((_, property), name)| (name.clone(), property)).collect();
    for name in schema.get_mut("required").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(new) = name.as_str().and_then(|name| renamed.get(name)) {
            *name = Value::from(new.as_str());
        }
    }
}

/// Returns the schema of an object with these schemas as properties.
fn object_of(located: &[Located<'_>]) -> Value {
    let properties = located.iter().enumerate().map(|(index, located)| {
        let mut schema = located.schema.clone();
        merge::nullables::wrap_reference(&mut schema);
        (field_name(index), schema)
    });
    let properties: Map<_, _> = properties.collect();
    let required: Vec<_> = properties.keys().cloned().collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn emit(root: Value, settings: &GenerationSettings) -> Result<TokenStream, ProgenitorError> {
    let document: OpenAPI = serde_json::from_value(root)
        .map_err(|error| failed(format!("its input is not an OpenAPI document: {error}")))?;
    // progenitor panics on some documents.
    let tokens = panic::catch_unwind(AssertUnwindSafe(|| Generator::new(settings).generate_tokens(&document)));
    match tokens {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(failed(format!("it refuses the merged document: {error}"))),
        Err(_) => Err(failed("it panics on the merged document, as its message above says".to_owned())),
    }
}

/// Returns the structs of the module `types`. Nothing else is used, and parsing the rest, conversions, builders and a
/// client, would take most of the time.
fn structs(tokens: TokenStream) -> Result<HashMap<String, ItemStruct>, ProgenitorError> {
    let types = items(tokens).find_map(|item| match item.as_slice() {
        [.., TokenTree::Ident(keyword), TokenTree::Ident(name), TokenTree::Group(content)]
            if keyword == "mod" && name == "types" =>
        {
            Some(content.stream())
        }
        _ => None,
    });
    let items = items(types.unwrap_or_default());
    let structs =
        items.filter(|item| item.iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "struct")));
    // Attributes come before the first identifier.
    let structs = structs.map(|item| item.into_iter().skip_while(|token| !matches!(token, TokenTree::Ident(_))));
    let structs = structs.map(|item| syn::parse2::<ItemStruct>(item.collect()).map_err(|error| not_rust(&error)));
    structs.map(|found| found.map(|found| (found.ident.to_string(), found))).collect()
}

/// Returns the tokens of each item, which ends with a semicolon or with a group in braces.
fn items(tokens: TokenStream) -> impl Iterator<Item = Vec<TokenTree>> {
    let mut tokens = tokens.into_iter();
    iter::from_fn(move || {
        let mut item = Vec::new();
        for token in tokens.by_ref() {
            let is_last = match &token {
                TokenTree::Punct(mark) => mark.as_char() == ';',
                TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
                _ => false,
            };
            item.push(token);
            if is_last {
                break;
            }
        }
        (!item.is_empty()).then_some(item)
    })
}

fn settings(query: &Query<'_>) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");

    // Enums are open, unlike those of progenitor, which refers to ours by name. Newtypes are those of the runtime.
    let newtypes = query.newtypes.iter().map(|(name, _)| name);
    for name in query.enums.iter().chain(newtypes) {
        settings.with_replacement(name, name, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }

    let formats =
        [("password", "Secret"), (marks::SECRET_OBJECT_FORMAT, "SecretJson"), (marks::FILE_FORMAT, "FilePart")];
    for (format, name) in formats {
        let text = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        settings.with_conversion(text, name, iter::empty());
    }
    settings
}

fn not_rust(error: &syn::Error) -> ProgenitorError {
    failed(format!("its output is not Rust: {error}"))
}

fn failed(problem: String) -> ProgenitorError {
    ProgenitorError { problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the type of each schema of a document that has only components, by its pointer.
    fn types_of(schemas: &Value) -> Vec<String> {
        let root = json!({
            "openapi": "3.0.3",
            "info": { "title": "Things", "version": "1" },
            "paths": {},
            "components": { "schemas": schemas },
        });
        let Types(types) = types(&root).unwrap();
        let mut lines: Vec<_> = types.iter().map(|(at, ty)| format!("{} {ty:?}", at.as_str())).collect();
        lines.sort_unstable();
        lines.iter().map(|line| line.replace("/components/schemas", "")).collect()
    }

    #[test]
    fn each_property_has_a_type() {
        let thing = json!({ "type": "object", "required": ["id"], "properties": {
            "id": { "type": "string", "format": "uuid" },
            "tags": { "type": "array", "items": { "type": "string" } },
            "key": { "type": "string", "format": "password" },
            "keys": { "type": "string", "format": marks::SECRET_OBJECT_FORMAT },
        } });
        insta::assert_snapshot!(types_of(&json!({ "Thing": thing })).join("\n"), @"
            /Thing/properties/id Uuid
            /Thing/properties/key Nullable(Secret)
            /Thing/properties/keys Nullable(SecretJson)
            /Thing/properties/tags List(String)
        ");
    }

    #[test]
    fn properties_with_the_same_name_in_rust_have_types() {
        let thing = json!({ "type": "object", "properties": {
            "a-b": { "type": "string" },
            "a_b": { "type": "integer" },
        } });
        insta::assert_snapshot!(types_of(&json!({ "Thing": thing })).join("\n"), @r#"
            /Thing/properties/a-b Nullable(String)
            /Thing/properties/a_b Nullable(Integer("i64"))
        "#);
    }

    #[test]
    fn newtypes_know_the_type_in_them() {
        let schemas = json!({
            "ThingId": { "type": "string", "format": "uuid", "x-newtype": true },
            "Thing": { "type": "object", "properties": { "id": { "$ref": "#/components/schemas/ThingId" } } },
        });
        insta::assert_snapshot!(types_of(&schemas).join("\n"), @r#"
            /Thing/properties/id Nullable(Newtype { name: "ThingId", inner: Uuid })
            /ThingId Uuid
        "#);
    }

    #[test]
    fn variants_of_a_union_have_types() {
        let schemas = json!({
            "Color": { "type": "string", "enum": ["red"] },
            "Paint": { "oneOf": [{ "$ref": "#/components/schemas/Color" }, { "type": "boolean" }] },
        });
        insta::assert_snapshot!(types_of(&schemas).join("\n"), @r#"
            /Paint/oneOf/0 Named("Color")
            /Paint/oneOf/1 Bool
        "#);
    }
}
