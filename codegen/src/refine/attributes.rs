use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, parse_quote};

use super::{Code, argument_of, documentation::doc};
use crate::{
    GenerateError,
    model::{Field, Model, Role, Schema},
};

/// Replaces the attributes of structs and fields: derives for what a type is for, the document's descriptions, and
/// how a field goes over the wire.
pub(super) fn replace(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    code.for_each_struct("attributes", model, |found, schema, fields| {
        let camel_case = fields.iter().all(is_camel_case);
        found.item.attrs = struct_attributes(schema, fields, camel_case);
        for (emitted, field) in found.fields(fields) {
            emitted.attrs = field_attributes(&emitted.ty, field, schema.role, camel_case);
        }
        Ok(())
    })
}

fn struct_attributes(schema: &Schema, fields: &[Field], camel_case: bool) -> Vec<Attribute> {
    let mut attributes = doc(&schema.description);
    let has_default = schema.role.is_received() || !fields.iter().any(|field| field.required);
    attributes.push(match (schema.role, has_default) {
        (Role::Request, true) => parse_quote!(#[derive(Clone, Debug, Default, PartialEq, Serialize)]),
        (Role::Request, false) => parse_quote!(#[derive(Clone, Debug, PartialEq, Serialize)]),
        _ => parse_quote!(#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]),
    });
    let renames = fields.iter().any(|field| field.name != field.rust_name);
    if camel_case && renames {
        attributes.push(parse_quote!(#[serde(rename_all = "camelCase")]));
    }
    if schema.role.is_sent() {
        attributes.push(parse_quote!(#[must_use]));
    }
    attributes.push(parse_quote!(#[non_exhaustive]));
    attributes
}

fn field_attributes(ty: &syn::Type, field: &Field, role: Role, camel_case: bool) -> Vec<Attribute> {
    let mut attributes = doc(&field.description);
    if field.deprecated {
        attributes.extend(doc("\n**Deprecated** by the API."));
    }

    let settings = serde_settings(ty, field, role, camel_case);
    if !settings.is_empty() {
        attributes.push(parse_quote!(#[serde(#(#settings),*)]));
    }
    attributes
}

fn serde_settings(ty: &syn::Type, field: &Field, role: Role, camel_case: bool) -> Vec<TokenStream> {
    let mut settings = Vec::new();
    let name = &field.name;
    if !camel_case && field.rust_name != *name {
        settings.push(quote!(rename = #name));
    }
    if field.secret && role != Role::Request {
        settings.push(quote!(skip_serializing));
        return settings;
    }
    if field.secret {
        settings.push(quote!(serialize_with = "expose"));
    }
    if argument_of(ty, "Patch").is_some() {
        settings.push(quote!(skip_serializing_if = "Patch::is_keep"));
    } else if argument_of(ty, "Option").is_some() && !field.sends_null(role) {
        settings.push(quote!(skip_serializing_if = "Option::is_none"));
    }
    settings
}

impl Field {
    /// A field that has to be there and may be null is sent as null when it is none.
    fn sends_null(&self, role: Role) -> bool {
        role == Role::Request && self.required && self.nullable
    }
}

/// Whether serde's `rename_all = "camelCase"` leads from the field's Rust name to this one.
fn is_camel_case(field: &Field) -> bool {
    let pascal: String = field.rust_name.split('_').map(capitalized).collect();
    let mut letters = pascal.chars();
    let camel: String = letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect();
    camel == field.name
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
