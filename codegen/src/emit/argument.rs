//! What the value of a field is made of: the argument of a `new` or of a setter.

use std::fmt;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};

use super::text;
use crate::{
    api::{Api, TypeKind},
    progenitor::Type,
};

/// As it stands in brackets behind the type of a field in the macro `sent!`.
pub(crate) struct Argument {
    kind: Kind,
    /// Whether anything goes that becomes the type.
    into: bool,
}

enum Kind {
    /// The value itself.
    Value,
    /// Whatever can be gone through, of these elements.
    Of(TokenStream),
    /// What is put into a `Box`.
    Boxed(TokenStream),
}

mod word {
    syn::custom_keyword!(into);
    syn::custom_keyword!(of);
}

impl Argument {
    /// The value itself.
    pub(crate) fn value() -> Self {
        Self { kind: Kind::Value, into: false }
    }

    /// The most convenient one for a type. There are shorter ways to write texts and unions.
    pub(crate) fn of(ty: &Type, api: &Api) -> Self {
        let (kind, plain) = match ty {
            Type::List(element) => (Kind::Of(element.to_token_stream()), &**element),
            Type::Boxed(inner) => (Kind::Boxed(inner.to_token_stream()), &**inner),
            _ => (Kind::Value, ty),
        };
        let into = match plain {
            Type::File | Type::Secret | Type::String => true,
            Type::Named(name) => api.type_def(name).is_some_and(|ty| matches!(ty.kind, TypeKind::Union(_))),
            _ => false,
        };
        Self { kind, into }
    }

    /// Its type, for a field of this one.
    pub(crate) fn ty(&self, field: &impl ToTokens) -> TokenStream {
        let plain = match &self.kind {
            Kind::Value => field.to_token_stream(),
            Kind::Of(inner) | Kind::Boxed(inner) => inner.clone(),
        };
        let plain = if self.into { quote!(impl Into<#plain>) } else { plain };
        if matches!(self.kind, Kind::Of(_)) { quote!(impl IntoIterator<Item = #plain>) } else { plain }
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let into = if self.into { "into " } else { "" };
        match &self.kind {
            Kind::Value => formatter.write_str(into.trim_end()),
            Kind::Of(element) => write!(formatter, "of {into}{}", text(element)),
            Kind::Boxed(inner) => write!(formatter, "box {into}{}", text(inner)),
        }
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let is_list = input.parse::<Option<word::of>>()?.is_some();
        let is_boxed = input.parse::<Option<syn::Token![box]>>()?.is_some();
        let into = input.parse::<Option<word::into>>()?.is_some();
        let kind = match (is_list, is_boxed) {
            (true, _) => Kind::Of(input.parse::<syn::Type>()?.into_token_stream()),
            (_, true) => Kind::Boxed(input.parse::<syn::Type>()?.into_token_stream()),
            _ => Kind::Value,
        };
        Ok(Self { kind, into })
    }
}
