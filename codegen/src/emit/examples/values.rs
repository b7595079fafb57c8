//! JSON values as Rust expressions.

use std::{cell::RefCell, collections::BTreeMap};

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use serde_json::Value;

use super::{CLIENT_NAMES, variants};
use crate::{
    api::{Api, Field, Operation, TypeDef, TypeKind, Variant},
    names::{ident, value_name},
    openapi::integers::{IntegerType, integer},
    progenitor::Type,
};

/// How deep placeholders stand in each other: a union may hold itself, and objects that require two others double with
/// every step.
pub(super) const MAX_DEPTH: usize = 4;

/// Turns values into expressions.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) api: &'a Api,
    pub(super) operation: &'a Operation,
    /// How many placeholders the value is in.
    pub(super) depth: usize,
    /// The names and types of values that are too deep to be written: the example's function takes them.
    pub(super) given: &'a RefCell<BTreeMap<String, String>>,
}

impl Values<'_> {
    /// Returns an expression for an argument that is converted into the type.
    pub(super) fn convertible(self, value: &Value, ty: &Type) -> TokenStream {
        match (value, ty) {
            (value, Type::Nullable(inner) | Type::Boxed(inner)) => self.convertible(value, inner),
            (value, Type::Named(name) | Type::Newtype { name, .. }) => match self.api.type_def(name) {
                Some(ty) => self.of_type_def(value, ty),
                None => from_json(value),
            },
            (Value::Null, _) => quote!(None),
            (_, Type::Json) | (Value::Object(_), _) => from_json(value),
            (Value::String(text), Type::Uuid) => quote!(uuid!(#text)),
            (Value::String(text), Type::Date | Type::DateTime | Type::Ip(_)) => quote!(#text.parse().unwrap()),
            (Value::String(text), _) => quote!(#text),
            (Value::Number(number), Type::Float(_)) => {
                let literal = Literal::f64_unsuffixed(number.as_f64().unwrap_or_default());
                quote!(#literal)
            }
            (Value::Number(_), Type::Integer(name)) => {
                let literal = Literal::i128_unsuffixed(integer_of(value, name));
                quote!(#literal)
            }
            (Value::Number(_), _) => from_json(value),
            (Value::Bool(value), _) => quote!(#value),
            (Value::Array(elements), ty) => self.list(elements, ty.elements().unwrap_or(&Type::Json)),
        }
    }

    /// Returns an expression of exactly the type, for an argument that is not converted.
    pub(super) fn exact(self, value: &Value, ty: &Type) -> TokenStream {
        match (value, ty) {
            (Value::Null, Type::Nullable(_)) => quote!(None),
            (value, Type::Nullable(inner)) => {
                let value = self.exact(value, inner);
                quote!(Some(#value))
            }
            (Value::Array(elements), Type::List(element)) => {
                let elements = elements.iter().map(|value| self.exact(value, element));
                quote!(vec![#(#elements),*])
            }
            (Value::String(text), Type::String | Type::Secret) => quote!(#text.into()),
            _ => self.convertible(value, ty),
        }
    }

    /// Returns an expression for an `Option` of the type.
    fn optional(self, value: &Value, ty: &Type) -> TokenStream {
        if value.is_null() {
            return quote!(None);
        }
        let mut expression = self.convertible(value, ty);
        let ty = ty.non_null();
        if value.is_array() || value.is_string() && matches!(ty.unboxed(), Type::String | Type::Secret) {
            expression = quote!(#expression.into());
        }
        if matches!(ty, Type::Boxed(_)) { quote!(Some(Box::new(#expression))) } else { quote!(Some(#expression)) }
    }

    /// Returns an expression for an argument of `new` or of a setter, which takes what a union can be made from.
    fn argument(self, value: &Value, ty: &Type) -> TokenStream {
        match (value, ty, self.api.type_def_of(ty.unboxed())) {
            (Value::Object(entries), Type::Map(ty), _) => self.map(entries, ty),
            (_, _, Some(union @ TypeDef { kind: TypeKind::Union(alternatives), .. })) => {
                variants::into_union(value, union, alternatives, self)
            }
            _ => self.convertible(value, ty),
        }
    }

    /// Returns an expression for an argument that becomes a map.
    fn map(self, entries: &serde_json::Map<String, Value>, ty: &Type) -> TokenStream {
        if entries.is_empty() {
            return quote!(std::collections::BTreeMap::<String, #ty>::new());
        }
        let entries = entries.iter().map(|(key, value)| {
            let value = match (ty, self.api.type_def_of(ty)) {
                (Type::String | Type::Secret, _) => self.convertible(value, ty),
                (_, Some(union @ TypeDef { kind: TypeKind::Union(alternatives), .. })) => {
                    variants::to_be_union(value, union, alternatives, self)
                }
                _ => self.exact(value, ty),
            };
            quote!((#key, #value))
        });
        quote!([#(#entries),*])
    }

    fn list(self, elements: &[Value], element: &Type) -> TokenStream {
        if elements.is_empty() {
            return self.empty_list(element);
        }
        let is_optional = matches!(element, Type::Nullable(_));
        let elements = elements
            .iter()
            .map(|value| if is_optional { self.optional(value, element) } else { self.convertible(value, element) });
        quote!([#(#elements),*])
    }

    /// Returns an empty list, which needs a type where elements are converted.
    fn empty_list(self, element: &Type) -> TokenStream {
        match (element, self.api.type_def_of(element)) {
            (Type::String | Type::Secret | Type::File, _) => quote!([""; 0]),
            (Type::Newtype { inner, .. }, _) if **inner == Type::String => quote!([""; 0]),
            (_, Some(TypeDef { name, kind: TypeKind::Union(_), .. })) => {
                let name = ident(name);
                quote!(Vec::<#name>::new())
            }
            _ => quote!([]),
        }
    }

    fn of_type_def(self, value: &Value, ty: &TypeDef) -> TokenStream {
        match &ty.kind {
            TypeKind::Struct(fields) => self.construction(value, ty, fields),
            TypeKind::Union(alternatives) => variants::of_union(value, ty, alternatives, self),
            TypeKind::Enum(variants) => of_enum(value, &ident(&ty.name), variants),
            TypeKind::Newtype(inner) => self.of_newtype(value, &ident(&ty.name), inner),
        }
    }

    fn of_newtype(self, value: &Value, name: &syn::Ident, inner: &Type) -> TokenStream {
        match inner {
            Type::String => {
                let text = value.as_str().unwrap_or_default();
                quote!(#name::from(#text))
            }
            inner => {
                let inner = self.convertible(value, inner);
                quote!(#name(#inner))
            }
        }
    }

    /// Returns the `new` of a request type, and a setter for each optional field with a value.
    fn construction(self, value: &Value, ty: &TypeDef, fields: &[Field]) -> TokenStream {
        let name = ident(ty.input_of.as_ref().unwrap_or(&ty.name));
        let in_new = fields.iter().filter(|field| field.required && field.constant.is_none());
        let arguments = in_new.map(|field| match value.get(&field.name) {
            value if field.nullable => self.optional(value.unwrap_or(&Value::Null), &field.schema.ty),
            Some(value) => self.argument(value, &field.schema.ty),
            None => self.missing(&field.schema.ty),
        });
        let setters =
            fields.iter().filter(|field| !field.required && field.deprecation.is_none()).filter_map(|field| {
                let setter = ident(&field.rust_name);
                match value.get(&field.name)? {
                    Value::Null if field.patch => Some(quote!(.#setter(Patch::Reset))),
                    Value::Null => None,
                    value => {
                        let ty = field.schema.ty.non_null();
                        let value = match (value, ty) {
                            (Value::Object(entries), Type::Map(ty)) => self.map(entries, ty),
                            _ if field.patch => self.convertible(value, ty),
                            _ => self.argument(value, ty),
                        };
                        // What is parsed has the type that a setter takes, and not any that converts into it.
                        let is_parsed = matches!(
                            ty,
                            Type::Date
                                | Type::DateTime
                                | Type::Ip(_)
                                | Type::Json
                                | Type::JsonObject
                                | Type::SecretJson
                        );
                        Some(if field.patch && is_parsed {
                            quote!(.#setter(Patch::Set(#value)))
                        } else {
                            quote!(.#setter(#value))
                        })
                    }
                }
            });
        quote!(#name::new(#(#arguments),*) #(#setters)*)
    }

    /// Returns an expression for a value that the example does not have.
    fn missing(self, ty: &Type) -> TokenStream {
        match self.api.type_def_of(ty) {
            Some(TypeDef { name, kind: TypeKind::Struct(_), .. }) if self.depth == MAX_DEPTH => self.give(name),
            _ => Self { depth: self.depth + 1, ..self }.argument(&placeholder(ty), ty),
        }
    }

    /// Returns an argument of the example's function.
    fn give(self, ty: &str) -> TokenStream {
        let mut name = value_name(ty);
        let is_taken = |name: &str| self.operation.parameters.iter().any(|parameter| parameter.rust_name == name);
        while is_taken(&name) || CLIENT_NAMES.contains(&name.as_str()) {
            name.push('_');
        }
        self.given.borrow_mut().insert(name.clone(), ty.to_owned());
        let name = ident(&name);
        quote!(#name.clone())
    }
}

fn of_enum(value: &Value, name: &syn::Ident, variants: &[Variant]) -> TokenStream {
    let text = value.as_str().unwrap_or_default();
    let mut usable = variants.iter().filter(|variant| variant.deprecation.is_none());
    let listed = usable.clone().find(|variant| variant.text == text);
    let any = usable.next().filter(|_| !value.is_string());
    match listed.or(any) {
        Some(variant) => {
            let variant = ident(&variant.name);
            quote!(#name::#variant)
        }
        None => quote!(#name::from(#text)),
    }
}

/// Returns an integer of an example, or 0 if its type does not have it.
fn integer_of(value: &Value, ty: &str) -> i128 {
    let has = |value: &i128| IntegerType::named(ty).is_some_and(|ty| ty.has(*value));
    integer(value).filter(has).unwrap_or_default()
}

pub(super) fn from_json(value: &Value) -> TokenStream {
    let json = value.to_string();
    quote!(serde_json::from_str(#json).unwrap())
}

/// Returns a value of a type for which the document gives no example.
pub(super) fn placeholder(ty: &Type) -> Value {
    match ty.non_null().unboxed() {
        Type::Newtype { inner, .. } => placeholder(inner),
        Type::Uuid => Value::from("00000000-0000-4000-8000-000000000000"),
        Type::DateTime => Value::from("2024-01-01T00:00:00Z"),
        Type::Date => Value::from("2024-01-01"),
        Type::Integer(_) | Type::Float(_) => Value::from(1),
        Type::Bool => Value::from(true),
        Type::List(_) => Value::Array(Vec::new()),
        Type::Map(_) | Type::JsonObject | Type::SecretJson | Type::Named(_) => Value::Object(serde_json::Map::new()),
        _ => Value::from("text"),
    }
}
