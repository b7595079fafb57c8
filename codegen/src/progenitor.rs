//! Runs progenitor: it makes the types of fields and parameters, and their names.
//!
//! It is not shown the operations, because it takes only some of them. Instead it makes a struct for each, with a field
//! for everything that the operation takes and gives.

use std::{
    iter,
    panic::{self, AssertUnwindSafe},
};

use openapiv3::OpenAPI;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value, json};
use syn::ItemStruct;

use crate::{api::Model, diagnostic::GenerateError, normalize::merge};

/// The structs that progenitor emits for a lowered document.
pub(crate) fn run(mut root: Value, model: &Model) -> Result<Vec<ItemStruct>, GenerateError> {
    for (index, operation) in model.operations.iter().enumerate() {
        let schemas = operation.schemas().enumerate();
        let properties = schemas.map(|(index, (_, schema))| (field_name(index), schema.clone()));
        root["components"]["schemas"][struct_name(index, model)] = object_of(properties.collect());
    }
    root["paths"] = json!({});
    replace_unions(&mut root, model);
    merge::constraints::drop(&mut root);
    merge::spelling::in_rust(&mut root, model);
    structs(emit(root, &settings(model))?)
}

/// What the struct with the types of an operation is called: no type of the document is.
pub(crate) fn struct_name(operation: usize, model: &Model) -> String {
    let mut name = format!("TypesOfOperation{operation}");
    while model.schema(&name).is_some() {
        name.push('X');
    }
    name
}

/// What its field for a schema is called, by the number of the schema.
pub(crate) fn field_name(schema: usize) -> String {
    format!("schema_{schema}")
}

/// The code that progenitor emits for a document as it is, as text.
pub(crate) fn bare(root: Value) -> Result<String, GenerateError> {
    let file = syn::parse2(emit(root, &GenerationSettings::new())?).map_err(|error| not_rust(&error))?;
    Ok(prettyplease::unparse(&file))
}

fn emit(root: Value, settings: &GenerationSettings) -> Result<TokenStream, GenerateError> {
    let document: OpenAPI = serde_json::from_value(root)
        .map_err(|error| failed(format!("what it is given is not an OpenAPI document: {error}")))?;
    // Progenitor asserts where it should complain.
    let tokens = panic::catch_unwind(AssertUnwindSafe(|| Generator::new(settings).generate_tokens(&document)));
    match tokens {
        Ok(Ok(tokens)) => Ok(tokens),
        Ok(Err(error)) => Err(failed(format!("it refuses the lowered document: {error}"))),
        Err(_) => Err(failed("it panics on the lowered document, as its message above says".to_owned())),
    }
}

/// The structs of the module `types`. Nothing else is used, and most of the time that it takes to parse all would go
/// to the rest: conversions and builders nobody asked for, and a client of its own.
fn structs(tokens: TokenStream) -> Result<Vec<ItemStruct>, GenerateError> {
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
    structs.map(|item| syn::parse2(item.collect()).map_err(|error| not_rust(&error))).collect()
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

/// What to look up the types of a union's alternatives by, in the order of the model.
pub(crate) fn field_of_alternative(index: usize) -> String {
    format!("alternative_{index}")
}

/// Unions are open, which progenitor's are not, and it fails on some: it is given a struct with a field for each
/// alternative, whose type is that of the variant.
fn replace_unions(root: &mut Value, model: &Model) {
    let Some(schemas) = root.pointer_mut("/components/schemas").and_then(Value::as_object_mut) else { return };
    for (schema, alternatives) in model.unions() {
        let fields = alternatives.iter().enumerate();
        let fields = fields.map(|(index, alternative)| (field_of_alternative(index), alternative.schema.clone()));
        schemas.insert(schema.name.clone(), object_of(fields.collect()));
    }
}

/// The schema of an object that has all of these properties.
fn object_of(properties: Map<String, Value>) -> Value {
    let required = properties.keys().cloned().map(Value::from).collect();
    let keywords = [("type", "object".into()), ("properties", Value::Object(properties)), ("required", required)];
    Value::Object(keywords.map(|(keyword, value)| (keyword.to_owned(), value)).into_iter().collect())
}

fn settings(model: &Model) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");

    // Enums are open, which progenitor's are not: it refers to ours by name.
    for (schema, _) in model.enums() {
        settings.with_replacement(&schema.name, &schema.name, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }

    for (format, name) in [("password", "Secret"), (merge::contents::FILE, "FilePart")] {
        let text = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        settings.with_conversion(text, name, std::iter::empty());
    }
    settings
}

fn not_rust(error: &syn::Error) -> GenerateError {
    failed(format!("its output is not Rust: {error}"))
}

fn failed(problem: String) -> GenerateError {
    GenerateError::Pass { pass: "progenitor", problem }
}
