//! Writes the document's examples as Rust.

use std::{cell::RefCell, collections::BTreeMap};

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use syn::Attribute;

use crate::{
    api::{Alternative, Answer, Body, Field, Member, Model, Operation, Pattern, Schema, Shape},
    emit::doc_line,
    names::{ident, value_name},
    openapi::{media_type::Format, schema::reference},
};

/// So many values that nothing is said of stand inside each other in an example: a union may hold what it is in, and
/// objects that require two others double with every step.
const MAX_PLACEHOLDERS: usize = 4;

/// What the expressions of an example are made with.
#[derive(Clone, Copy)]
struct Scope<'m> {
    model: &'m Model,
    operation: &'m Operation,
    /// How many placeholders an expression is in.
    placeholders: usize,
    /// The names and types of values that are too deep to be written, and that the reader has, too.
    given: &'m RefCell<BTreeMap<String, String>>,
}

/// What the client may be called.
const CLIENTS: [&str; 3] = ["cloud", "client", "the_client"];

/// An example of a call, as a code block that is compiled with the crate's documentation. `parameters` are those of
/// the method but the body: the reader has their values.
pub(crate) fn of_call(operation: &Operation, parameters: &[TokenStream], model: &Model) -> Vec<Attribute> {
    let method = ident(&operation.method_name());
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let arguments = required.map(|parameter| {
        let name = ident(&parameter.rust_name);
        quote!(#name)
    });
    let given = RefCell::default();
    let scope = Scope { model, operation, placeholders: 0, given: &given };
    let body = operation.body.as_ref().map(|body| self::body(body, scope));
    let (body, optional_body) = body.into_iter().partition::<Vec<_>, _>(|_| operation.takes_body());
    let arguments = arguments.chain(body);
    // What the client is called here must not be what an argument is called.
    let is_free = |name: &&str| !operation.parameters.iter().any(|parameter| parameter.rust_name == **name);
    let client = CLIENTS.into_iter().find(is_free).unwrap_or("the_client");
    let receiver = ident(client);
    let call = quote!(#receiver.#method(#(#arguments),*) #(.body(#optional_body))* .await?);
    let binding = result_name(&operation.answer).map(|name| quote!(let #name =));
    let statement = quote!(#binding #call;);

    let crate_name = model.crate_name.replace('-', "_");
    let given = given.into_inner();
    let given = given.iter().map(|(name, ty)| format!("{name}: {ty}"));
    let parameters = parameters.iter().map(signature_text).chain(given);
    let parameters = [format!("{client}: Client")].into_iter().chain(parameters).collect::<Vec<_>>().join(", ");
    let mut lines = vec![
        "# Example".to_owned(),
        "```no_run".to_owned(),
        format!(
            "# use {crate_name}::{{*, types::*, uuid::{{Uuid, uuid}}}};{} \
             async fn example({parameters}) -> Result<(), Error> {{",
            imports(&parameters, &crate_name)
        ),
    ];
    lines.extend(formatted(&statement));
    lines.extend(["# Ok(()) }".to_owned(), "```".to_owned()]);
    lines.iter().map(|line| doc_line(line)).collect()
}

/// What few signatures name.
fn imports(parameters: &str, crate_name: &str) -> String {
    let is_named = |names: &[&str]| names.iter().any(|name| parameters.contains(name));
    let times = is_named(&["DateTime", "NaiveDate"]).then(|| format!(" use {crate_name}::chrono::*;"));
    let addresses = is_named(&["IpAddr", "Ipv4Addr", "Ipv6Addr"]).then(|| " use std::net::*;".to_owned());
    times.into_iter().chain(addresses).collect()
}

/// What is sent, as an argument.
fn body(body: &Body, scope: Scope<'_>) -> TokenStream {
    let text = |example: Option<&Value>| example.and_then(Value::as_str).unwrap_or("text").to_owned();
    let example = body.example.clone().unwrap_or_else(|| placeholder(&body.schema));
    match body.format {
        Format::Text => {
            let text = text(body.example.as_ref());
            quote!(#text)
        }
        Format::Bytes => quote!("bytes"),
        Format::Json | Format::Form | Format::Multipart => {
            let value = expression(&example, &body.schema, scope);
            // A text is a reference as it is, and a value that is copied needs none.
            let is_plain = matches!(kind(&body.schema), Some("boolean" | "integer" | "number" | "string"));
            let is_lent = !is_plain || body.schema.get("format").is_some_and(|format| format == "password");
            if is_lent { quote!(&#value) } else { quote!(#value) }
        }
    }
}

fn kind(schema: &Value) -> Option<&str> {
    schema.get("type")?.as_str()
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
fn expression(value: &Value, schema: &Value, scope: Scope<'_>) -> TokenStream {
    if let Some(schema) = reference(schema).and_then(|name| scope.model.schema(name)) {
        return match &schema.shape {
            Shape::Struct(fields) => construction(value, schema, fields, scope),
            Shape::Union(alternatives) => choice(value, &ident(&schema.name), alternatives, scope),
            Shape::Enum(variants) => {
                let (name, text) = (ident(&schema.name), value.as_str().unwrap_or_default());
                let named = variants.iter().find(|variant| variant.text == text);
                let any = variants.first().filter(|_| !value.is_string());
                match named.or(any) {
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
    let kind = kind(schema).unwrap_or_default();
    let is_anything = kind.is_empty() && schema.get("enum").is_none();
    match (value, kind) {
        (Value::Null, _) => quote!(None),
        (value, _) if is_anything => {
            let json = value.to_string();
            quote!(serde_json::from_str(#json).unwrap())
        }
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
        (Value::Array(elements), _) => list(elements, schema.get("items").unwrap_or(&Value::Null), scope),
        (Value::Object(_), _) => {
            let json = value.to_string();
            quote!(serde_json::from_str(#json).unwrap())
        }
    }
}

/// The alternative that a value fits, as a value of the union.
fn choice(value: &Value, union: &syn::Ident, alternatives: &[Alternative], scope: Scope<'_>) -> TokenStream {
    let has_room = scope.placeholders < MAX_PLACEHOLDERS;
    let fits = |alternative: &&Alternative| has_room && alternative.fits(value, scope.model);
    let Some(alternative) = alternatives.iter().rev().filter(fits).max_by_key(|one| one.likeness(value, scope.model))
    else {
        let json = value.to_string();
        return quote!(#union::Unknown(serde_json::from_str(#json).unwrap()));
    };
    let (variant, schema) = (ident(&alternative.name), &alternative.schema);
    let items = schema.get("items").unwrap_or(&Value::Null);
    match (value, &alternative.pattern) {
        (Value::Array(elements), Pattern::Kind(_) | Pattern::Items(_)) => {
            let elements = elements.iter().map(|element| {
                let expression = expression(element, items, scope);
                let is_text = element.is_string() && reference(items).is_none();
                if is_text { quote!(#expression.into()) } else { expression }
            });
            quote!(#union::#variant(vec![#(#elements),*]))
        }
        (Value::Object(_), Pattern::Kind(_)) => {
            let json = value.to_string();
            quote!(#union::#variant(serde_json::from_str(#json).unwrap()))
        }
        _ => {
            let expression = expression(value, schema, scope);
            let is_text = value.is_string() && reference(schema).is_none();
            let is_date = schema.get("format").is_some_and(|format| format == "date" || format == "date-time");
            let is_plain = is_text && !is_date || reference(schema).is_some();
            if is_plain { quote!(#union::from(#expression)) } else { quote!(#union::#variant(#expression)) }
        }
    }
}

impl Alternative {
    fn fits(&self, value: &Value, model: &Model) -> bool {
        match (&self.pattern, reference(&self.schema).and_then(|name| model.schema(name))) {
            (Pattern::Union(_), Some(Schema { shape: Shape::Union(alternatives), .. })) => {
                alternatives.iter().any(|alternative| alternative.fits(value, model))
            }
            (pattern, _) => pattern.fits(value),
        }
    }

    /// How many members of a value it knows.
    fn likeness(&self, value: &Value, model: &Model) -> usize {
        match reference(&self.schema).and_then(|name| model.schema(name)).map(|schema| &schema.shape) {
            Some(Shape::Struct(fields)) => fields.iter().filter(|field| value.get(&field.name).is_some()).count(),
            Some(Shape::Union(alternatives)) => {
                let fitting = alternatives.iter().filter(|alternative| alternative.fits(value, model));
                fitting.map(|alternative| alternative.likeness(value, model)).max().unwrap_or_default()
            }
            _ => 0,
        }
    }
}

impl Pattern {
    fn fits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Kind("any"), _)
            | (Self::Kind("boolean"), Value::Bool(_))
            | (Self::Kind("number"), Value::Number(_))
            | (Self::Kind("string"), Value::String(_))
            | (Self::Kind("array"), Value::Array(_))
            | (Self::Kind("map"), Value::Object(_)) => true,
            (Self::Kind("integer"), Value::Number(number)) => !number.is_f64(),
            (Self::Items(item), Value::Array(items)) => items.iter().all(|value| item.fits(value)),
            (Self::Members(members), Value::Object(object)) => members.iter().all(|member| member.fits(object)),
            _ => false,
        }
    }
}

impl Member {
    fn fits(&self, object: &serde_json::Map<String, Value>) -> bool {
        match object.get(&self.name) {
            None => self.may_be_absent,
            Some(value) => self.may_be_other || self.values.contains(value),
        }
    }
}

fn list(elements: &[Value], schema: &Value, scope: Scope<'_>) -> TokenStream {
    if elements.is_empty() {
        return empty_list(schema, scope);
    }
    let elements = elements.iter().map(|element| expression(element, schema, scope));
    quote!([#(#elements),*])
}

/// A list without elements, which must say what they would be where anything that can be made into them is taken.
fn empty_list(schema: &Value, scope: Scope<'_>) -> TokenStream {
    let has_own_type = matches!(schema.get("format").and_then(Value::as_str), Some("uuid" | "date" | "date-time"));
    if schema.get("type").is_some_and(|kind| kind == "string") && !has_own_type {
        return quote!([""; 0]);
    }
    match reference(schema).and_then(|name| scope.model.schema(name)) {
        Some(Schema { name, shape: Shape::Union(_), .. }) => {
            let name = ident(name);
            quote!(Vec::<#name>::new())
        }
        _ => quote!([]),
    }
}

/// A request, made as its users make it: `new` with what is required, and a setter for each of the rest.
fn construction(value: &Value, schema: &Schema, fields: &[Field], scope: Scope<'_>) -> TokenStream {
    let name = ident(schema.input_of.as_ref().unwrap_or(&schema.name));
    let given = |field: &Field| value.get(&field.name).cloned();
    let in_new = fields.iter().filter(|field| field.required && field.constant.is_none());
    let required = in_new.map(|field| match given(field) {
        value if field.nullable => optional(&value.unwrap_or_default(), &field.schema, scope),
        Some(value) => expression(&value, &field.schema, scope),
        None => unsaid(&field.schema, scope),
    });
    let setters = fields.iter().filter(|field| !field.required).filter_map(|field| {
        let value = given(field)?;
        let setter = ident(&field.rust_name);
        match value {
            Value::Null if field.patch => Some(quote!(.#setter(Patch::Reset))),
            Value::Null => None,
            value => {
                let value = expression(&value, &field.schema, scope);
                Some(quote!(.#setter(#value)))
            }
        }
    });
    quote!(#name::new(#(#required),*) #(#setters)*)
}

/// A value of which nothing is said.
fn unsaid(schema: &Value, scope: Scope<'_>) -> TokenStream {
    match reference(schema).and_then(|name| scope.model.schema(name)) {
        Some(Schema { name, shape: Shape::Struct(_), .. }) if scope.placeholders == MAX_PLACEHOLDERS => {
            given(name, scope)
        }
        _ => expression(&placeholder(schema), schema, Scope { placeholders: scope.placeholders + 1, ..scope }),
    }
}

/// A value of a type that the reader has.
fn given(ty: &str, scope: Scope<'_>) -> TokenStream {
    let mut name = value_name(ty);
    let is_taken = |name: &str| scope.operation.parameters.iter().any(|parameter| parameter.rust_name == name);
    while is_taken(&name) || CLIENTS.contains(&name.as_str()) {
        name.push('_');
    }
    scope.given.borrow_mut().insert(name.clone(), ty.to_owned());
    let name = ident(&name);
    quote!(#name.clone())
}

/// A value that may be null, as an `Option` of just its type.
fn optional(value: &Value, schema: &Value, scope: Scope<'_>) -> TokenStream {
    let expression = expression(value, schema, scope);
    match value {
        Value::Null => quote!(None),
        Value::String(_) if kind(schema).is_some() && schema.get("format").is_none() => {
            quote!(Some(#expression.into()))
        }
        Value::Array(_) => quote!(Some(#expression.into())),
        _ => quote!(Some(#expression)),
    }
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
