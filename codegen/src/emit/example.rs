//! Writes the document's examples as Rust.

use std::{cell::RefCell, collections::BTreeMap};

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;
use syn::Attribute;

use super::doc_comment::doc_line;
use crate::{
    api::{Alternative, Answer, Api, Body, Field, Member, Operation, Pattern, TypeDef, TypeKind},
    names::{ident, value_name},
    openapi::media_type::Format,
    progenitor::Type,
};

/// So many values that nothing is said of stand inside each other in an example: a union may hold what it is in, and
/// objects that require two others double with every step.
const MAX_PLACEHOLDERS: usize = 4;

/// What the expressions of an example are made with.
#[derive(Clone, Copy)]
struct Scope<'m> {
    api: &'m Api,
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
pub(crate) fn of_call(operation: &Operation, parameters: &[TokenStream], api: &Api) -> Vec<Attribute> {
    let method = ident(&operation.method_name());
    let required = operation.parameters.iter().filter(|parameter| parameter.required);
    let arguments = required.map(|parameter| {
        let name = ident(&parameter.rust_name);
        quote!(#name)
    });
    let given = RefCell::default();
    let scope = Scope { api, operation, placeholders: 0, given: &given };
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

    let crate_name = api.crate_name.replace('-', "_");
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
    let example = body.example.clone().unwrap_or_else(|| placeholder(&body.schema.ty));
    match body.format {
        Format::Text => {
            let text = text(body.example.as_ref());
            quote!(#text)
        }
        Format::Bytes => quote!("bytes"),
        Format::Json | Format::Form | Format::Multipart => {
            let ty = &body.schema.ty;
            // A text is a reference as it is, and a value that is copied needs none.
            let is_lent = !ty.is_scalar() || ty.is_secret() || matches!(ty, Type::Nullable(_));
            let value = match (&example, ty) {
                (Value::Array(elements), Type::List(element)) => {
                    let elements = elements.iter().map(|value| exact(value, element, scope));
                    quote!([#(#elements),*])
                }
                _ if is_lent => exact(&example, ty, scope),
                _ => expression(&example, ty, scope),
            };
            if is_lent { quote!(&#value) } else { quote!(#value) }
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
    let ty = match answer {
        Answer::Result(schema, _) | Answer::Optional(schema, _) => &schema.ty,
        Answer::Text(_) => return Some(ident("text")),
        Answer::Bytes(_) => return Some(ident("bytes")),
        Answer::OneOf(_) => return Some(ident("answer")),
        Answer::Empty => return None,
    };
    let one = |ty: &Type| ty.name().map(value_name);
    let many = ty.elements().and_then(one).map(|name| format!("{name}s"));
    Some(ident(&one(ty).or(many).unwrap_or_else(|| "result".to_owned())))
}

/// A JSON value as the Rust expression of a type.
fn expression(value: &Value, ty: &Type, scope: Scope<'_>) -> TokenStream {
    let from_json = || {
        let json = value.to_string();
        quote!(serde_json::from_str(#json).unwrap())
    };
    match (value, ty) {
        (value, Type::Nullable(inner) | Type::Boxed(inner)) => expression(value, inner, scope),
        (value, Type::Named(name)) => match scope.api.type_def(name) {
            Some(ty) => of_type_def(value, ty, scope),
            None => from_json(),
        },
        (Value::Null, _) => quote!(None),
        (_, Type::Json) | (Value::Object(_), _) => from_json(),
        (Value::String(text), Type::Uuid) => quote!(uuid!(#text)),
        (Value::String(text), Type::Date | Type::DateTime) => quote!(#text.parse().unwrap()),
        (Value::String(text), _) => quote!(#text),
        (Value::Number(number), Type::Float(_)) => {
            let literal = Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
            quote!(#literal)
        }
        (Value::Number(number), _) => {
            let literal = Literal::i64_unsuffixed(number.as_i64().unwrap_or_default());
            quote!(#literal)
        }
        (Value::Bool(value), _) => quote!(#value),
        (Value::Array(elements), ty) => list(elements, ty.elements().unwrap_or(&Type::Json), scope),
    }
}

/// A JSON value as the Rust expression of a type of the document.
fn of_type_def(value: &Value, ty: &TypeDef, scope: Scope<'_>) -> TokenStream {
    match &ty.kind {
        TypeKind::Struct(fields) => construction(value, ty, fields, scope),
        TypeKind::Union(alternatives) => choice(value, &ident(&ty.name), alternatives, scope),
        TypeKind::Enum(variants) => {
            let (name, text) = (ident(&ty.name), value.as_str().unwrap_or_default());
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
    }
}

/// The alternative that a value fits, as a value of the union.
fn choice(value: &Value, union: &syn::Ident, alternatives: &[Alternative], scope: Scope<'_>) -> TokenStream {
    let has_room = scope.placeholders < MAX_PLACEHOLDERS;
    let fits = |alternative: &&Alternative| has_room && alternative.fits(value, scope.api);
    let Some(alternative) = alternatives.iter().rev().filter(fits).max_by_key(|one| one.likeness(value, scope.api))
    else {
        let json = value.to_string();
        return quote!(#union::Unknown(serde_json::from_str(#json).unwrap()));
    };
    let (variant, ty) = (ident(&alternative.name), &alternative.schema.ty);
    let element = ty.elements().unwrap_or(&Type::Json);
    match (value, &alternative.pattern) {
        (Value::Array(elements), Pattern::Kind(_) | Pattern::Items(_)) => {
            let elements = elements.iter().map(|value| {
                let expression = expression(value, element, scope);
                let is_text = value.is_string() && element.name().is_none();
                if is_text { quote!(#expression.into()) } else { expression }
            });
            quote!(#union::#variant(vec![#(#elements),*]))
        }
        (Value::Object(_), Pattern::Kind(_)) => {
            let json = value.to_string();
            quote!(#union::#variant(serde_json::from_str(#json).unwrap()))
        }
        _ => {
            let expression = expression(value, ty, scope);
            let is_text = value.is_string() && ty.name().is_none();
            let is_plain = is_text && !matches!(ty, Type::Date | Type::DateTime) || ty.name().is_some();
            if is_plain { quote!(#union::from(#expression)) } else { quote!(#union::#variant(#expression)) }
        }
    }
}

impl Alternative {
    fn fits(&self, value: &Value, api: &Api) -> bool {
        match (&self.pattern, api.type_def_of(&self.schema.ty)) {
            (Pattern::Union(_), Some(TypeDef { kind: TypeKind::Union(alternatives), .. })) => {
                alternatives.iter().any(|alternative| alternative.fits(value, api))
            }
            (pattern, _) => pattern.fits(value),
        }
    }

    /// How many members of a value it knows.
    fn likeness(&self, value: &Value, api: &Api) -> usize {
        match api.type_def_of(&self.schema.ty).map(|ty| &ty.kind) {
            Some(TypeKind::Struct(fields)) => fields.iter().filter(|field| value.get(&field.name).is_some()).count(),
            Some(TypeKind::Union(alternatives)) => {
                let fitting = alternatives.iter().filter(|alternative| alternative.fits(value, api));
                fitting.map(|alternative| alternative.likeness(value, api)).max().unwrap_or_default()
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

fn list(elements: &[Value], element: &Type, scope: Scope<'_>) -> TokenStream {
    if elements.is_empty() {
        return empty_list(element, scope);
    }
    let elements = elements.iter().map(|value| nullable(value, element, scope));
    quote!([#(#elements),*])
}

/// A list without elements, which must say what they would be where anything that can be made into them is taken.
fn empty_list(element: &Type, scope: Scope<'_>) -> TokenStream {
    match (element, scope.api.type_def_of(element)) {
        (Type::String | Type::Ip(_) | Type::Secret | Type::File, _) => quote!([""; 0]),
        (_, Some(TypeDef { name, kind: TypeKind::Union(_), .. })) => {
            let name = ident(name);
            quote!(Vec::<#name>::new())
        }
        _ => quote!([]),
    }
}

/// A request, made as its users make it: `new` with what is required, and a setter for each of the rest.
fn construction(value: &Value, ty: &TypeDef, fields: &[Field], scope: Scope<'_>) -> TokenStream {
    let name = ident(ty.input_of.as_ref().unwrap_or(&ty.name));
    let given = |field: &Field| value.get(&field.name).cloned();
    let in_new = fields.iter().filter(|field| field.required && field.constant.is_none());
    let required = in_new.map(|field| match given(field) {
        value if field.nullable => optional(&value.unwrap_or_default(), &field.schema.ty, scope),
        Some(value) => expression(&value, &field.schema.ty, scope),
        None => unsaid(&field.schema.ty, scope),
    });
    let setters = fields.iter().filter(|field| !field.required).filter_map(|field| {
        let value = given(field)?;
        let setter = ident(&field.rust_name);
        match value {
            Value::Null if field.patch => Some(quote!(.#setter(Patch::Reset))),
            Value::Null => None,
            value => {
                let value = expression(&value, &field.schema.ty, scope);
                Some(quote!(.#setter(#value)))
            }
        }
    });
    quote!(#name::new(#(#required),*) #(#setters)*)
}

/// A value of which nothing is said.
fn unsaid(ty: &Type, scope: Scope<'_>) -> TokenStream {
    match scope.api.type_def_of(ty) {
        Some(TypeDef { name, kind: TypeKind::Struct(_), .. }) if scope.placeholders == MAX_PLACEHOLDERS => {
            given(name, scope)
        }
        _ => expression(&placeholder(ty), ty, Scope { placeholders: scope.placeholders + 1, ..scope }),
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

/// A value of just this type, where nothing is taken that can be made into one.
fn exact(value: &Value, ty: &Type, scope: Scope<'_>) -> TokenStream {
    match (value, ty) {
        (Value::Null, Type::Nullable(_)) => quote!(None),
        (value, Type::Nullable(inner)) => {
            let value = exact(value, inner, scope);
            quote!(Some(#value))
        }
        (Value::Array(elements), Type::List(element)) => {
            let elements = elements.iter().map(|value| exact(value, element, scope));
            quote!(vec![#(#elements),*])
        }
        (Value::String(text), Type::String | Type::Secret) => quote!(#text.into()),
        _ => expression(value, ty, scope),
    }
}

/// A value of a type that says whether it may be null.
fn nullable(value: &Value, ty: &Type, scope: Scope<'_>) -> TokenStream {
    if matches!(ty, Type::Nullable(_)) { optional(value, ty, scope) } else { expression(value, ty, scope) }
}

/// A value that may be null, as an `Option` of just its type.
fn optional(value: &Value, ty: &Type, scope: Scope<'_>) -> TokenStream {
    if value.is_null() {
        return quote!(None);
    }
    let expression = expression(value, ty, scope);
    let is_text = value.is_string() && matches!(ty.non_null(), Type::String | Type::Secret);
    if is_text || value.is_array() { quote!(Some(#expression.into())) } else { quote!(Some(#expression)) }
}

/// A value of a type for which the document gives no example.
fn placeholder(ty: &Type) -> Value {
    match ty.non_null().unboxed() {
        Type::Uuid => Value::from("00000000-0000-4000-8000-000000000000"),
        Type::DateTime => Value::from("2024-01-01T00:00:00Z"),
        Type::Date => Value::from("2024-01-01"),
        Type::Integer(_) | Type::Float(_) => Value::from(1),
        Type::Bool => Value::from(true),
        Type::List(_) => Value::Array(Vec::new()),
        Type::Map(_) | Type::JsonObject | Type::Named(_) => Value::Object(serde_json::Map::new()),
        _ => Value::from("text"),
    }
}
