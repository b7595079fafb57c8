use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::parse_quote;

use super::{Code, argument_of, missing};
use crate::{
    api::{Field, Model, Schema, Shape},
    diagnostic::GenerateError,
    names::ident,
    openapi::schema::reference,
};

const PASS: &str = "conversions";

/// Gives each request type that was split off a `TryFrom` the response type, to send back what was received.
pub(super) fn add(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    let in_boxes = boxed_fields(code, model);
    code.for_each_struct(PASS, model, |found, schema, fields| {
        let Some(response_name) = &schema.input_of else { return Ok(()) };
        let response = model.schema(response_name);
        let response = response.ok_or_else(|| missing(PASS, &format!("struct `{response_name}`")))?;
        let values = fields.iter().map(|field| {
            let name = ident(&field.rust_name);
            let boxes = [response_name, &schema.name].map(|ty| in_boxes.contains(&(ty.clone(), field.name.clone())));
            let value = value(field, response, boxes);
            quote!(#name: #value)
        });
        let (input, response) = (&found.item.ident, ident(response_name));
        let argument = if fields.is_empty() { quote!(_) } else { quote!(response) };
        found.impls.push(parse_quote! {
            impl TryFrom<#response> for #input {
                type Error = MissingField;

                fn try_from(#argument: #response) -> Result<Self, MissingField> {
                    Ok(Self { #(#values),* })
                }
            }
        });
        Ok(())
    })
}

/// Type and name of each field that is in a `Box`, because it would hold itself otherwise.
fn boxed_fields(code: &mut Code, model: &Model) -> HashSet<(String, String)> {
    let mut boxed = HashSet::new();
    for (schema, fields) in model.structs() {
        let found = code.structs.get_mut(&schema.name).into_iter().flat_map(|found| found.fields(fields));
        for (emitted, field) in found {
            let ty = argument_of(&emitted.ty, "Option").or_else(|| argument_of(&emitted.ty, "Patch"));
            if argument_of(ty.unwrap_or(&emitted.ty), "Box").is_some() {
                boxed.insert((schema.name.clone(), field.name.clone()));
            }
        }
    }
    boxed
}

/// `boxes` says of the received field and of the one to send whether it is in a `Box`.
fn value(field: &Field, response: &Schema, boxes: [bool; 2]) -> TokenStream {
    let name = ident(&field.rust_name);
    let (type_name, wire_name) = (&response.name, &field.name);
    let Shape::Struct(received) = &response.shape else { return quote!(None) };
    let missing = quote!(MissingField::new(#type_name, #wire_name));
    let Some(received) = received.iter().find(|received| received.name == field.name) else {
        return if field.required { quote!(return Err(#missing)) } else { quote!(Default::default()) };
    };

    let convert = conversion(&received.schema, &field.schema).map(|conversion| conversion.through(boxes));
    if field.required && !field.nullable {
        let value = quote!(response.#name.ok_or(#missing)?);
        return convert.map_or(value.clone(), |convert| convert.of_value(&value));
    }
    let value = convert.map_or(quote!(response.#name), |convert| convert.of_option(&quote!(response.#name)));
    if field.patch { quote!(#value.map_or(Patch::Keep, Patch::Set)) } else { value }
}

/// How a value of the response's type becomes one of the request's.
pub(super) enum Conversion {
    /// The type itself was split.
    Split,
    /// What is in a `Box`, becomes so, or both, is converted.
    Boxed { inner: Box<Self>, is_boxed: bool, becomes_boxed: bool },
    /// The elements of a list are converted.
    Elements(Box<Self>),
    /// The values of a map are converted.
    Values(Box<Self>),
}

/// None where both types are the same.
pub(super) fn conversion(received: &Value, sent: &Value) -> Option<Conversion> {
    if let (Some(received), Some(sent)) = (reference(received), reference(sent)) {
        return (received != sent).then_some(Conversion::Split);
    }
    let within = |keyword: &str| conversion(received.get(keyword)?, sent.get(keyword)?).map(Box::new);
    let elements = within("items").map(Conversion::Elements);
    elements.or_else(|| within("additionalProperties").map(Conversion::Values))
}

impl Conversion {
    /// Whether it is one of the type itself, and no more.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::Split)
    }

    pub(super) fn through(self, [is_boxed, becomes_boxed]: [bool; 2]) -> Self {
        if is_boxed || becomes_boxed { Self::Boxed { inner: Box::new(self), is_boxed, becomes_boxed } } else { self }
    }

    pub(super) fn of_value(&self, value: &TokenStream) -> TokenStream {
        let result = self.to_result(value);
        quote!(#result?)
    }

    fn of_option(&self, value: &TokenStream) -> TokenStream {
        let result = self.to_result(&quote!(value));
        match self {
            Self::Split => quote!(#value.map(TryInto::try_into).transpose()?),
            _ => quote!(#value.map(|value| #result).transpose()?),
        }
    }

    fn to_result(&self, value: &TokenStream) -> TokenStream {
        match self {
            Self::Split => quote!(#value.try_into()),
            Self::Boxed { inner, is_boxed, becomes_boxed } => {
                let result = inner.to_result(&if *is_boxed { quote!((*#value)) } else { value.clone() });
                if *becomes_boxed { quote!(#result.map(Box::new)) } else { result }
            }
            Self::Elements(element) => match &**element {
                Self::Split => quote!(#value.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()),
                nested => {
                    let result = nested.to_result(&quote!(value));
                    quote!(#value.into_iter().map(|value| #result).collect::<Result<_, _>>())
                }
            },
            Self::Values(nested) => {
                let result = nested.to_result(&quote!(value));
                quote!(#value.into_iter().map(|(key, value)| Ok::<_, MissingField>((key, #result?))).collect::<Result<_, _>>())
            }
        }
    }
}
