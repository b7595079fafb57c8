//! Runs progenitor: it makes the types of fields and parameters, and their names.
//!
//! It is not shown the operations, because it takes only some of them. Instead it makes a struct for each, with a field
//! for everything that the operation takes and gives.

use std::panic::{self, AssertUnwindSafe};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::{Map, Value, json};

use crate::{GenerateError, lower, model::Model};

/// The code that progenitor emits for a lowered document.
pub(crate) fn run(mut root: Value, model: &Model) -> Result<syn::File, GenerateError> {
    for (index, operation) in model.operations.iter().enumerate() {
        let schemas = operation.schemas().enumerate();
        let properties: Map<_, _> = schemas.map(|(index, (_, schema))| (field_name(index), schema.clone())).collect();
        let required: Vec<_> = properties.keys().cloned().map(Value::from).collect();
        root["components"]["schemas"][struct_name(index, model)] =
            json!({ "type": "object", "properties": properties, "required": required });
    }
    root["paths"] = json!({});
    replace_unions(&mut root, model);
    lower::constraints::drop(&mut root);
    lower::spelling::in_rust(&mut root, model);
    emit(root, &settings(model))
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
    Ok(prettyplease::unparse(&emit(root, &GenerationSettings::new())?))
}

fn emit(root: Value, settings: &GenerationSettings) -> Result<syn::File, GenerateError> {
    let document: OpenAPI = serde_json::from_value(root)
        .map_err(|error| failed(format!("what it is given is not an OpenAPI document: {error}")))?;
    // Progenitor asserts where it should complain.
    let tokens = panic::catch_unwind(AssertUnwindSafe(|| Generator::new(settings).generate_tokens(&document)));
    let tokens = match tokens {
        Ok(Ok(tokens)) => tokens,
        Ok(Err(error)) => return Err(failed(format!("it refuses the lowered document: {error}"))),
        Err(_) => return Err(failed("it panics on the lowered document, as its message above says".to_owned())),
    };
    syn::parse2(tokens).map_err(|error| failed(format!("its output is not Rust: {error}")))
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
        let properties: Map<_, _> = fields.collect();
        let required: Vec<_> = properties.keys().cloned().collect();
        schemas
            .insert(schema.name.clone(), json!({ "type": "object", "properties": properties, "required": required }));
    }
}

fn settings(model: &Model) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");

    // Enums are open, which progenitor's are not: it refers to ours by name.
    for (schema, _) in model.enums() {
        settings.with_replacement(&schema.name, &schema.name, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }

    for (format, name) in [("password", "Secret"), (lower::contents::FILE, "FilePart")] {
        let text = SchemaObject {
            instance_type: Some(InstanceType::String.into()),
            format: Some(format.to_owned()),
            ..SchemaObject::default()
        };
        settings.with_conversion(text, name, std::iter::empty());
    }
    settings
}

fn failed(problem: String) -> GenerateError {
    GenerateError::Pass { pass: "progenitor", problem }
}
