//! Runs progenitor: it makes the types of fields and parameters, their names, and the signatures of operations.

use std::panic::{self, AssertUnwindSafe};

use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, Generator, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::Value;

use crate::{GenerateError, lower, model::Model};

/// The code that progenitor emits for a lowered document.
pub(crate) fn run(mut root: Value, model: &Model) -> Result<syn::File, GenerateError> {
    lower::constraints::drop(&mut root);
    lower::spelling::in_rust(&mut root, model);
    emit(root, &settings(model))
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

fn settings(model: &Model) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings.with_map_type("::std::collections::BTreeMap");

    // Enums are open, which progenitor's are not: it refers to ours by name.
    for (schema, _) in model.enums() {
        settings.with_replacement(&schema.name, &schema.name, [TypeImpl::Display, TypeImpl::FromStr].into_iter());
    }

    let secret = SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some("password".to_owned()),
        ..SchemaObject::default()
    };
    settings.with_conversion(secret, "Secret", std::iter::empty());
    settings
}

fn failed(problem: String) -> GenerateError {
    GenerateError::Pass { pass: "progenitor", problem }
}
