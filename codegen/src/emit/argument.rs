//! The argument of a `new` or of a setter, from which the value of a field is made.

use std::fmt;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};

use super::text;
use crate::{
    api::{Api, TypeKind},
    progenitor::Type,
};

/// An argument, as the macro `request!` has it in brackets behind the type of a field: `[of into String]`.
pub(crate) struct Argument {
    shape: Shape,
    /// Whether the argument is an `Into` of the type.
    into: bool,
}

enum Shape {
    /// The value itself.
    Value,
    /// An iterator over elements of this type.
    Elements(TokenStream),
    /// An iterator over keys and values of this type.
    Entries(TokenStream),
    /// The value of this type that is put into a `Box`.
    Unboxed(TokenStream),
}

mod keyword {
    syn::custom_keyword!(into);
    syn::custom_keyword!(map);
    syn::custom_keyword!(of);
}

impl Argument {
    /// Creates an argument that is the value itself.
    pub(crate) fn value() -> Self {
        Self { shape: Shape::Value, into: false }
    }

    /// Creates the most convenient argument for a type. There are shorter ways to write strings, newtypes
    /// of strings, and unions. In a map, only texts are converted: with unions of different variants,
    /// `[("a", 1.into()), ("b", "c".into())]` needs to know the type.
    pub(super) fn of(ty: &Type, api: &Api) -> Self {
        let (shape, plain) = match ty {
            Type::List(element) => (Shape::Elements(element.to_token_stream()), &**element),
            Type::Map(value) => (Shape::Entries(value.to_token_stream()), &**value),
            Type::Boxed(inner) => (Shape::Unboxed(inner.to_token_stream()), &**inner),
            _ => (Shape::Value, ty),
        };
        let into = match plain {
            Type::File | Type::Secret | Type::String => true,
            Type::Newtype { .. } | Type::Named(_) if matches!(shape, Shape::Entries(_)) => false,
            Type::Newtype { inner, .. } => **inner == Type::String,
            Type::Named(name) => api.type_def(name).is_some_and(|ty| matches!(ty.kind, TypeKind::Union(_))),
            _ => false,
        };
        Self { shape, into }
    }

    /// Returns the type of the argument for a field of a type.
    pub(crate) fn ty(&self, field: &impl ToTokens) -> TokenStream {
        let plain = match &self.shape {
            Shape::Value => field.to_token_stream(),
            Shape::Elements(inner) | Shape::Entries(inner) | Shape::Unboxed(inner) => inner.clone(),
        };
        let plain = if self.into { quote!(impl Into<#plain>) } else { plain };
        match self.shape {
            Shape::Elements(_) => quote!(impl IntoIterator<Item = #plain>),
            Shape::Entries(_) => quote!(impl IntoIterator<Item = (impl Into<String>, #plain)>),
            Shape::Value | Shape::Unboxed(_) => plain,
        }
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let into = if self.into { "into " } else { "" };
        match &self.shape {
            Shape::Value => formatter.write_str(into.trim_end()),
            Shape::Elements(element) => write!(formatter, "of {into}{}", text(element)),
            Shape::Entries(value) => write!(formatter, "map {into}{}", text(value)),
            Shape::Unboxed(inner) => write!(formatter, "box {into}{}", text(inner)),
        }
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let is_list = input.parse::<Option<keyword::of>>()?.is_some();
        let is_map = input.parse::<Option<keyword::map>>()?.is_some();
        let is_boxed = input.parse::<Option<syn::Token![box]>>()?.is_some();
        let into = input.parse::<Option<keyword::into>>()?.is_some();
        let inner = || input.parse::<syn::Type>().map(ToTokens::into_token_stream);
        let shape = match (is_list, is_map, is_boxed) {
            (true, ..) => Shape::Elements(inner()?),
            (_, true, _) => Shape::Entries(inner()?),
            (.., true) => Shape::Unboxed(inner()?),
            _ => Shape::Value,
        };
        Ok(Self { shape, into })
    }
}

#[cfg(test)]
mod tests {
    use syn::{Type, parse_quote, parse_str};

    use super::{Argument, text};

    #[test]
    fn an_argument_is_read_as_it_is_written() {
        let field: Type = parse_quote!(Field);
        for (written, ty) in [
            ("", "Field"),
            ("into", "impl Into<Field>"),
            ("of Thing", "impl IntoIterator<Item = Thing>"),
            ("of into String", "impl IntoIterator<Item = impl Into<String>>"),
            ("map Thing", "impl IntoIterator<Item = (impl Into<String>, Thing)>"),
            ("map into String", "impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>"),
            ("box Thing", "Thing"),
        ] {
            let argument: Argument = parse_str(written).unwrap();
            assert_eq!((argument.to_string().as_str(), text(&argument.ty(&field)).as_str()), (written, ty));
        }
    }
}
