//! Writes the document's examples as Rust.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use syn::Attribute;

use crate::{
    lower::schemas::reference,
    media_type::Format,
    model::{Answer, Body, Field, Model, Operation, Schema, Shape},
    names::{ident, value_name},
    refine::doc_line,
};

/// An example of a call, as a code block that is compiled with the crate's documentation. `parameters` are those of
/// the method but the body: the reader has their values.
pub(crate) fn of_call(operation: &Operation, parameters: &[TokenStream], model: &Model) -> Vec<Attribute> {
    let method = ident(&operation.method_name());
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let arguments = required.map(|parameter| {
        let name = ident(&parameter.rust_name);
        quote!(#name)
    });
    let body = operation.body.as_ref().map(|body| self::body(body, model));
    let (body, optional_body) = body.into_iter().partition::<Vec<_>, _>(|_| operation.takes_body());
    let arguments = arguments.chain(body);
    let call = quote!(cloud.#method(#(#arguments),*) #(.body(#optional_body))* .await?);
    let binding = result_name(&operation.answer).map(|name| quote!(let #name =));
    let statement = quote!(#binding #call;);

    let crate_name = model.crate_name.replace('-', "_");
    let parameters: Vec<_> =
        [String::from("cloud: Client")].into_iter().chain(parameters.iter().map(signature_text)).collect();
    let parameters = parameters.join(", ");
    let mut lines = vec![
        "# Example".to_owned(),
        "```no_run".to_owned(),
        format!(
            "# use {crate_name}::{{*, types::*, uuid::{{Uuid, uuid}}}}; \
             async fn example({parameters}) -> Result<(), Error> {{"
        ),
    ];
    lines.extend(formatted(&statement));
    lines.extend(["# Ok(()) }".to_owned(), "```".to_owned()]);
    lines.iter().map(|line| doc_line(line)).collect()
}

/// What is sent, as an argument.
fn body(body: &Body, model: &Model) -> TokenStream {
    let text = |example: Option<&Value>| example.and_then(Value::as_str).unwrap_or("text").to_owned();
    let example = body.example.clone().unwrap_or_else(|| placeholder(&body.schema));
    match body.format {
        Format::Text => {
            let text = text(body.example.as_ref());
            quote!(#text)
        }
        Format::Bytes => quote!("bytes"),
        Format::Json | Format::Form | Format::Multipart => {
            let value = expression(&example, &body.schema, model);
            // A text is a reference as it is, and a value that is copied needs none.
            let is_object = reference(&body.schema).is_some() || example.is_array() || example.is_object();
            if is_object { quote!(&#value) } else { quote!(#value) }
        }
    }
}

/// A parameter as it is written in a signature.
fn signature_text(parameter: &TokenStream) -> String {
    parameter.to_string().replace(" : ", ": ").replace("& ", "&")
}

/// The lines of a statement, as they would stand in a function.
fn formatted(statement: &TokenStream) -> Vec<String> {
    let Ok(file) = syn::parse2(quote!(async fn example() { #statement })) else { return vec![statement.to_string()] };
    let text = prettyplease::unparse(&file);
    let lines: Vec<_> = text.lines().collect();
    let body = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    body.iter().map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned()).collect()
}

fn result_name(answer: &Answer) -> Option<syn::Ident> {
    let schema = match answer {
        Answer::Result(schema, _) | Answer::Optional(schema, _) => schema,
        Answer::Text(_) => return Some(ident("text")),
        Answer::Bytes(_) => return Some(ident("bytes")),
        Answer::OneOf(_) => return Some(ident("answer")),
        Answer::Empty => return None,
    };
    let one = |schema: &Value| reference(schema).map(value_name);
    let many = schema.get("items").and_then(one).map(|name| format!("{name}s"));
    Some(ident(&one(schema).or(many).unwrap_or_else(|| "result".to_owned())))
}

/// A JSON value as the Rust expression of a type that progenitor would give to its schema.
fn expression(value: &Value, schema: &Value, model: &Model) -> TokenStream {
    if let Some(schema) = reference(schema).and_then(|name| model.schema(name)) {
        return match &schema.shape {
            Shape::Struct(fields) => construction(value, schema, fields, model),
            Shape::Enum(variants) => {
                let (name, text) = (ident(&schema.name), value.as_str().unwrap_or_default());
                match variants.iter().find(|variant| variant.text == text) {
                    Some(variant) => {
                        let variant = ident(&variant.name);
                        quote!(#name::#variant)
                    }
                    None => quote!(#name::from(#text)),
                }
            }
        };
    }
    let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    match (value, kind) {
        (Value::String(text), _) if format == "uuid" => quote!(uuid!(#text)),
        (Value::String(text), _) if matches!(format, "date" | "date-time") => quote!(#text.parse().unwrap()),
        (Value::String(text), _) => quote!(#text),
        (Value::Number(number), "number") => {
            let literal = Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
            quote!(#literal)
        }
        (Value::Number(number), _) => {
            let literal = Literal::i64_unsuffixed(number.as_i64().unwrap_or_default());
            quote!(#literal)
        }
        (Value::Bool(value), _) => quote!(#value),
        (Value::Array(elements), _) => list(elements, schema.get("items").unwrap_or(&Value::Null), model),
        (Value::Object(_), _) => {
            let json = value.to_string();
            quote!(serde_json::from_str(#json).unwrap())
        }
        (Value::Null, _) => quote!(None),
    }
}

fn list(elements: &[Value], schema: &Value, model: &Model) -> TokenStream {
    let is_text = schema.get("type").is_some_and(|kind| kind == "string");
    if elements.is_empty() && is_text {
        return quote!([""; 0]);
    }
    let elements = elements.iter().map(|element| expression(element, schema, model));
    quote!([#(#elements),*])
}

/// A request, made as its users make it: `new` with what is required, and a setter for each of the rest.
fn construction(value: &Value, schema: &Schema, fields: &[Field], model: &Model) -> TokenStream {
    let name = ident(schema.input_of.as_ref().unwrap_or(&schema.name));
    let given = |field: &Field| value.get(&field.name).cloned();
    let required = fields.iter().filter(|field| field.required).map(|field| {
        let value = given(field).unwrap_or_else(|| placeholder(&field.schema));
        expression(&value, &field.schema, model)
    });
    let setters = fields.iter().filter(|field| !field.required).filter_map(|field| {
        let value = given(field)?;
        let setter = ident(&field.rust_name);
        match value {
            Value::Null if field.patch => Some(quote!(.#setter(Patch::Reset))),
            Value::Null => None,
            value => {
                let value = expression(&value, &field.schema, model);
                Some(quote!(.#setter(#value)))
            }
        }
    });
    quote!(#name::new(#(#required),*) #(#setters)*)
}

/// A value of a schema for which the document gives no example.
fn placeholder(schema: &Value) -> Value {
    match (schema.get("type").and_then(Value::as_str), schema.get("format").and_then(Value::as_str)) {
        (_, Some("uuid")) => Value::from("00000000-0000-4000-8000-000000000000"),
        (_, Some("date-time")) => Value::from("2024-01-01T00:00:00Z"),
        (_, Some("date")) => Value::from("2024-01-01"),
        (Some("integer" | "number"), _) => Value::from(1),
        (Some("boolean"), _) => Value::from(true),
        (Some("array"), _) => Value::Array(Vec::new()),
        (Some("object"), _) => Value::Object(serde_json::Map::new()),
        (None, _) if reference(schema).is_some() => Value::Object(serde_json::Map::new()),
        _ => Value::from("text"),
    }
}
