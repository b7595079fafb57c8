//! The macros in which emitted crates declare their types.

use syn::{
    Attribute, Expr, Ident, LitStr, Token, Type,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

use crate::emit::Argument;

/// One enum in the macro that makes open ones.
pub(super) struct OpenEnum {
    pub(super) name: Ident,
    pub(super) variants: Vec<(Ident, LitStr)>,
}

impl Parse for OpenEnum {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        let variants;
        syn::braced!(variants in input);
        let variant = |input: ParseStream| -> syn::Result<(Ident, LitStr)> {
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            Ok((name, input.parse()?))
        };
        let variants = Punctuated::<_, Token![,]>::parse_terminated_with(&variants, variant)?;
        Ok(Self { name, variants: variants.into_iter().collect() })
    }
}

/// One enum in the macro that makes unions.
pub(super) struct OpenUnion {
    pub(super) name: Ident,
    /// What becomes of it.
    pub(super) words: Vec<Ident>,
    /// What it can be made from.
    pub(super) received: Option<Ident>,
    pub(super) variants: Vec<(Ident, syn::Type)>,
}

impl Parse for OpenUnion {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let words = Punctuated::<Ident, Token![+]>::parse_separated_nonempty(input)?;
        let received = if input.peek(syn::token::Brace) {
            None
        } else {
            input.parse::<Ident>()?;
            Some(input.parse()?)
        };
        let variants;
        syn::braced!(variants in input);
        let variant = |input: ParseStream| -> syn::Result<(Ident, syn::Type)> {
            let name = input.parse()?;
            let ty;
            syn::parenthesized!(ty in input);
            if input.parse::<Option<Token![=]>>()?.is_some() {
                input.parse::<proc_macro2::TokenTree>()?;
            }
            Ok((name, ty.parse()?))
        };
        let variants = Punctuated::<_, Token![,]>::parse_terminated_with(&variants, variant)?;
        Ok(Self { name, words: words.into_iter().collect(), received, variants: variants.into_iter().collect() })
    }
}

/// A struct in the macro that makes those that are sent.
pub(super) struct Sent {
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: Ident,
    /// Each behind the name of its section.
    pub(super) fields: Vec<(Ident, Field)>,
}

impl Parse for Sent {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let (attributes, name) = head(input)?;
        let sections;
        syn::braced!(sections in input);
        let mut fields = Vec::new();
        while !sections.is_empty() {
            let section: Ident = sections.parse()?;
            let body;
            syn::braced!(body in sections);
            let of_section = Punctuated::<Field, Token![,]>::parse_terminated(&body)?;
            fields.extend(of_section.into_iter().map(|field| (section.clone(), field)));
        }
        Ok(Self { attributes, name, fields })
    }
}

/// A struct in the macro that makes those that are received.
pub(super) struct Received {
    pub(super) name: Ident,
    pub(super) fields: Punctuated<Field, Token![,]>,
}

impl Parse for Received {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let (_, name) = head(input)?;
        let fields;
        syn::braced!(fields in input);
        Ok(Self { name, fields: Punctuated::parse_terminated(&fields)? })
    }
}

fn head(input: ParseStream) -> syn::Result<(Vec<Attribute>, Ident)> {
    let attributes = input.call(Attribute::parse_outer)?;
    input.parse::<Token![pub]>()?;
    input.parse::<Token![struct]>()?;
    Ok((attributes, input.parse()?))
}

/// A field of such a struct.
pub(super) struct Field {
    pub(super) name: Ident,
    /// The type of its value.
    pub(super) ty: Type,
    /// The type that it is lent as.
    pub(super) lent: Option<Type>,
    /// What it is made of.
    pub(super) argument: Argument,
    /// The name of its setter, if that is another.
    pub(super) setter: Option<Ident>,
    pub(super) is_deprecated: bool,
}

mod word {
    syn::custom_keyword!(by);
    syn::custom_keyword!(deprecated);
    syn::custom_keyword!(secret);
}

impl Parse for Field {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        if input.parse::<Option<Token![as]>>()?.is_some() {
            input.parse::<LitStr>()?;
        }
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        let lent = input.parse::<Option<Token![=>]>>()?.map(|_| input.parse()).transpose()?;
        if input.parse::<Option<Token![=]>>()?.is_some() {
            input.parse::<Expr>()?;
        }
        let words;
        let mut field = Self { name, ty, lent, argument: Argument::value(), setter: None, is_deprecated: false };
        if input.peek(syn::token::Bracket) {
            syn::bracketed!(words in input);
            words.parse::<Option<word::secret>>()?;
            field.is_deprecated = words.parse::<Option<word::deprecated>>()?.is_some();
            field.setter = words.parse::<Option<word::by>>()?.map(|_| words.parse()).transpose()?;
            field.argument = words.parse()?;
        }
        Ok(field)
    }
}

/// One after the other, up to the end.
pub(super) fn all<T: Parse>(input: ParseStream) -> syn::Result<Vec<T>> {
    let mut all = Vec::new();
    while !input.is_empty() {
        all.push(input.parse()?);
    }
    Ok(all)
}
