//! Asks progenitor for the Rust type of each schema, once.
//!
//! progenitor is not shown the operations, because it takes only some of them. Instead it makes a struct for each, with
//! a field for everything that the operation takes and gives.

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
        schema::{is_enum, is_union},
        walk::for_each_schema_of,
    },
    source::Pointer,
};
pub(crate) use ty::Type;

/// Why there are no types for a document that nothing is wrong with.
#[derive(Debug, thiserror::Error)]
#[error("progenitor: {problem}; this is a fault of the generator, not of the document")]
pub struct ProgenitorError {
    problem: String,
}

/// The types of a document's schemas.
pub(crate) struct Types(HashMap<Pointer, Type>);

impl Types {
    /// The type of the schema at a place. What no schema describes can be anything.
    pub(crate) fn at(&self, at: &Pointer) -> Type {
        self.0.get(at).cloned().unwrap_or(Type::Json)
    }
}

/// The types of all schemas of a merged document.
pub(crate) fn types(root: &Value) -> Result<Types, ProgenitorError> {
    let asked = Asked::of(root);
    let structs = structs(emit(asked.document(root), &settings(&asked.enums))?)?;
    asked.answered(&structs)
}

/// What progenitor alone emits for a document as it is, as text.
pub(crate) fn bare(root: Value) -> Result<String, ProgenitorError> {
    let file = syn::parse2(emit(root, &GenerationSettings::new())?).map_err(|error| not_rust(&error))?;
    Ok(prettyplease::unparse(&file))
}

/// A schema, and where it stands.
struct Place<'a> {
    at: Pointer,
    schema: &'a Value,
}

/// What progenitor is asked: the types of all fields of some structs.
#[derive(Default)]
struct Asked<'a> {
    enums: Vec<&'a str>,
    /// The objects of the document, each with its properties.
    objects: Vec<(&'a str, Vec<(&'a str, Place<'a>)>)>,
    /// In the place of each union one of its alternatives, and for each operation one of all that it takes and gives.
    made_up: Vec<(String, Vec<Place<'a>>)>,
}

impl<'a> Asked<'a> {
    fn of(root: &'a Value) -> Self {
        let mut asked = Self::default();
        let mut taken = Names::default();
        for (name, schema) in fields(root.pointer(SCHEMAS)) {
            taken.take(name);
            let at = pointer_to_schema(name);
            if is_enum(schema) {
                asked.enums.push(name);
            } else if is_union(schema) {
                let alternatives = elements(schema.get("oneOf")).enumerate();
                let places = alternatives.map(|(index, schema)| Place { at: at.key("oneOf").index(index), schema });
                asked.made_up.push((name.clone(), places.collect()));
            } else {
                let properties = fields(schema.get("properties"));
                let place = |name, schema| Place { at: at.key("properties").key(name), schema };
                let places = properties.map(|(name, schema)| (name.as_str(), place(name, schema)));
                asked.objects.push((name, places.collect()));
            }
        }
        for (index, Operation { at, value, .. }) in operations(root).enumerate() {
            let mut places = Vec::new();
            for_each_schema_of(Kind::Operation, value, &at, &mut |schema, at| places.push(Place { at, schema }));
            let errors = marks::errors(value, &at);
            places.extend(
                errors.filter_map(|(_, error, at)| Some(Place { at: at.key("schema"), schema: error.get("schema")? })),
            );
            asked.made_up.push((taken.unused(&format!("TypesOfOperation{index}")), places));
        }
        asked
    }

    /// The document that progenitor is shown.
    fn document(&self, root: &Value) -> Value {
        let mut root = root.clone();
        root["paths"] = json!({});
        let schemas = &mut root["components"]["schemas"];
        // Unions are open, which progenitor's are not, and it fails on some.
        for (name, places) in &self.made_up {
            schemas[name] = object_of(places);
        }
        merge::nullables::spell_beside_references(&mut root);
        merge::constraints::drop(&mut root);
        for (name, properties) in &self.objects {
            if let Some(names) = clashing_names(properties) {
                rename_properties(&mut root["components"]["schemas"][name], &names);
            }
        }
        root
    }

    fn answered(&self, structs: &HashMap<String, ItemStruct>) -> Result<Types, ProgenitorError> {
        let made_up = self.made_up.iter().flat_map(|(name, places)| {
            places.iter().enumerate().map(move |(index, place)| (name.as_str(), field_name(index), place))
        });
        let objects = self.objects.iter().flat_map(|(name, properties)| {
            let names = names::fields(&property_names(properties)).into_iter();
            names.zip(properties).map(move |(field, (_, place))| (*name, field, place))
        });
        let types = made_up.chain(objects).map(|(name, field, place)| {
            let found = structs.get(name).ok_or_else(|| failed(format!("it emits no struct `{name}`")))?;
            let ty = found.fields.iter().find(|emitted| emitted.ident.as_ref().is_some_and(|name| *name == field));
            let ty = ty.ok_or_else(|| failed(format!("it emits no field `{name}.{field}`")))?;
            let ty = Type::parse(&ty.ty).ok_or_else(|| failed(format!("`{name}.{field}` has an unknown type")))?;
            Ok((place.at.clone(), ty))
        });
        types.collect::<Result<_, _>>().map(Types)
    }
}

/// What a field is called that stands for the schema of this number.
fn field_name(schema: usize) -> String {
    format!("schema_{schema}")
}

fn property_names<'a>(properties: &[(&'a str, Place<'_>)]) -> Vec<&'a str> {
    properties.iter().map(|(name, _)| *name).collect()
}

/// The names in Rust of an object's properties, where progenitor would call two alike.
fn clashing_names(properties: &[(&str, Place<'_>)]) -> Option<Vec<String>> {
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

/// The schema of an object that has all of these as properties.
fn object_of(places: &[Place<'_>]) -> Value {
    let properties = places.iter().enumerate().map(|(index, place)| {
        let mut schema = place.schema.clone();
        merge::nullables::spell_beside_reference(&mut schema);
        (field_name(index), schema)
    });
    let properties: Map<_, _> = properties.collect();
    let required: Vec<_> = properties.keys().cloned().collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

fn emit(root: Value, settings: &GenerationSettings) -> Result<TokenStream, ProgenitorError> {
    let document: OpenAPI = serde_json::from_value(root)
        .map_err(|error| failed(format!("what it is given is not an OpenAPI document: {error}")))?;
    // Progenitor asserts where it should complain.
    let tokens = panic::catch_unwind(AssertUnwindSafe(|| Generator::new(settings).generate_tokens(&document)));
    match tokens {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(failed(format!("it refuses the merged document: {error}"))),
        Err(_) => Err(failed("it panics on the merged document, as its message above says".to_owned())),
    }
}

/// The structs of the module `types`. Nothing else is used, and most of the time that it takes to parse all would go
/// to the rest: conversions and builders nobody asked for, and a client of its own.
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
    // Attributes come before the first word.
    let structs = structs.map(|item| item.into_iter().skip_while(|token| !matches!(token, TokenTree::Ident(_))));
    let structs = structs.map(|item| syn::parse2::<ItemStruct>(item.collect()).map_err(|error| not_rust(&error)));
    structs.map(|found| found.map(|found| (found.ident.to_string(), found))).collect()
}

/// The tokens of each item: one ends with a semicolon or with what is in braces.
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

fn settings(enums: &[&str]) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");

    // Enums are open, which progenitor's are not: it refers to ours by name.
    for name in enums {
        settings.with_replacement(name, name, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }

    for (format, name) in [("password", "Secret"), (marks::FILE_FORMAT, "FilePart")] {
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
