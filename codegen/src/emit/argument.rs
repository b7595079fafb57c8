//! What the value of a field is made of: the argument of a `new` or of a setter.

use std::fmt;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Type,
    parse::{Parse, ParseStream},
};

use super::argument_of;
use crate::emit::text;

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
    Of(Type),
    /// What is put into a `Box`.
    Boxed(Type),
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

    /// The most convenient one for a type: `is_made_of_others` says of which types there are shorter ways to write them.
    pub(crate) fn of(ty: &Type, is_made_of_others: impl Fn(&Type) -> bool) -> Self {
        let (kind, plain) = match (argument_of(ty, "Vec"), argument_of(ty, "Box")) {
            (Some(element), _) => (Kind::Of(element.clone()), element),
            (_, Some(inner)) => (Kind::Boxed(inner.clone()), inner),
            _ => (Kind::Value, ty),
        };
        Self { into: is_made_of_others(plain), kind }
    }

    /// Its type, for a field of this one.
    pub(crate) fn ty(&self, field: &impl ToTokens) -> TokenStream {
        let plain = match &self.kind {
            Kind::Value => field.to_token_stream(),
            Kind::Of(inner) | Kind::Boxed(inner) => inner.to_token_stream(),
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
            (true, _) => Kind::Of(input.parse()?),
            (_, true) => Kind::Boxed(input.parse()?),
            _ => Kind::Value,
        };
        Ok(Self { kind, into })
    }
}
