//! The syntax of the macros in which emitted crates declare their types.

use syn::{
    Attribute, Expr, Ident, LitStr, Token, Type,
    parse::{Parse, ParseStream},
    parse_quote,
    punctuated::Punctuated,
};

use crate::emit::Argument;

/// A call in `call_type!`.
pub(super) struct CallStruct {
    pub(super) name: Ident,
    pub(super) response: Type,
    /// The type of the items among which it finds what it created.
    pub(super) found: Option<Type>,
    /// Whether it may wake what it needs.
    pub(super) needs_wake: bool,
    /// The names of the methods that it has besides those of every call.
    pub(super) methods: Vec<&'static str>,
    /// The type of the events that it returns.
    pub(super) event: Option<Type>,
}

impl Parse for CallStruct {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let (_, name) = head(input)?;
        let call;
        syn::parenthesized!(call in input);
        call.parse::<Ident>()?;
        call.parse::<Token![<]>()?;
        let response = call.parse()?;
        call.parse::<Token![>]>()?;
        let needs_wake = input.parse::<Option<word::needs>>()?.map(|_| input.parse::<Ident>()).transpose()?.is_some();
        let found = input.parse::<Option<word::finds>>()?.map(|_| input.parse()).transpose()?;
        let options = if input.peek(syn::token::Bracket) { options(input)? } else { Vec::new() };
        input.parse::<Token![;]>()?;
        let mut call = Self { name, response, found, needs_wake, methods: Vec::new(), event: None };
        for (option, ty) in options {
            match option.to_string().as_str() {
                "stream" => call.methods.push("stream"),
                "items" => call.methods.extend(["all", "items", "pages"]),
                _ => call.event = Some(ty.unwrap_or_else(|| parse_quote!(String))),
            }
        }
        Ok(call)
    }
}

/// Reads the options in brackets, each with its type.
fn options(input: ParseStream) -> syn::Result<Vec<(Ident, Option<Type>)>> {
    let options;
    syn::bracketed!(options in input);
    let option = |input: ParseStream| -> syn::Result<_> {
        let name = input.parse()?;
        Ok((name, input.parse::<Option<Token![:]>>()?.map(|_| input.parse()).transpose()?))
    };
    Ok(Punctuated::<_, Token![,]>::parse_terminated_with(&options, option)?.into_iter().collect())
}

/// An enum in `open_enum!`.
pub(super) struct OpenEnum {
    pub(super) name: Ident,
    pub(super) variants: Vec<EnumVariant>,
}

/// A variant of an enum in `open_enum!`.
pub(super) struct EnumVariant {
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: Ident,
    pub(super) value: LitStr,
}

impl Parse for OpenEnum {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        let variants;
        syn::braced!(variants in input);
        let variant = |input: ParseStream| -> syn::Result<EnumVariant> {
            let attributes = input.call(Attribute::parse_outer)?;
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            Ok(EnumVariant { attributes, name, value: input.parse()? })
        };
        let variants = Punctuated::<_, Token![,]>::parse_terminated_with(&variants, variant)?;
        Ok(Self { name, variants: variants.into_iter().collect() })
    }
}

/// An enum in `open_union!`.
pub(super) struct OpenUnion {
    pub(super) name: Ident,
    pub(super) traits: Vec<Ident>,
    /// The response type that it can be made from.
    pub(super) response: Option<Ident>,
    pub(super) variants: Vec<Variant>,
}

/// A variant of an enum in `open_union!`.
pub(super) struct Variant {
    pub(super) name: Ident,
    pub(super) ty: Type,
    /// The type of its only member, which the enum can be made from.
    pub(super) member: Option<Type>,
}

impl Parse for OpenUnion {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        input.call(Attribute::parse_outer)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        let traits = Punctuated::<Ident, Token![+]>::parse_separated_nonempty(input)?;
        let response = if input.peek(syn::token::Brace) {
            None
        } else {
            input.parse::<Ident>()?;
            Some(input.parse()?)
        };
        let variants;
        syn::braced!(variants in input);
        let variant = |input: ParseStream| -> syn::Result<Variant> {
            let name = input.parse()?;
            let ty;
            syn::parenthesized!(ty in input);
            let member = input.parse::<Option<word::from>>()?.map(|_| input.parse()).transpose()?;
            if input.parse::<Option<Token![=]>>()?.is_some() {
                input.parse::<proc_macro2::TokenTree>()?;
            }
            Ok(Variant { name, ty: ty.parse()?, member })
        };
        let variants = Punctuated::<_, Token![,]>::parse_terminated_with(&variants, variant)?;
        Ok(Self { name, traits: traits.into_iter().collect(), response, variants: variants.into_iter().collect() })
    }
}

/// A struct in a macro for request types.
pub(super) struct RequestStruct {
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: Ident,
    /// The fields with the names of their sections.
    pub(super) fields: Vec<(Ident, Field)>,
}

impl Parse for RequestStruct {
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

/// A struct in the macro for response types.
pub(super) struct ResponseStruct {
    pub(super) name: Ident,
    pub(super) fields: Punctuated<Field, Token![,]>,
}

impl Parse for ResponseStruct {
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

/// A field of a request or response type.
pub(super) struct Field {
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: Ident,
    /// The type of its value.
    pub(super) ty: Type,
    /// The type that its accessor returns.
    pub(super) returned: Option<Type>,
    /// The argument of its setter or of `new`.
    pub(super) argument: Argument,
    /// The name of its setter, if it is not that of the field.
    pub(super) setter: Option<Ident>,
}

mod word {
    syn::custom_keyword!(by);
    syn::custom_keyword!(finds);
    syn::custom_keyword!(from);
    syn::custom_keyword!(needs);
    syn::custom_keyword!(secret);
}

impl Parse for Field {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let name = input.parse()?;
        if input.parse::<Option<Token![as]>>()?.is_some() {
            input.parse::<LitStr>()?;
        }
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        let returned = input.parse::<Option<Token![=>]>>()?.map(|_| input.parse()).transpose()?;
        if input.parse::<Option<Token![=]>>()?.is_some() {
            input.parse::<Expr>()?;
        }
        let words;
        let mut field = Self { attributes, name, ty, returned, argument: Argument::value(), setter: None };
        if input.peek(syn::token::Bracket) {
            syn::bracketed!(words in input);
            words.parse::<Option<word::secret>>()?;
            field.setter = words.parse::<Option<word::by>>()?.map(|_| words.parse()).transpose()?;
            field.argument = words.parse()?;
        }
        Ok(field)
    }
}

/// Parses one after the other, up to the end.
pub(super) fn parse_all<T: Parse>(input: ParseStream) -> syn::Result<Vec<T>> {
    let mut all = Vec::new();
    while !input.is_empty() {
        all.push(input.parse()?);
    }
    Ok(all)
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_field_has_the_type_of_its_accessor() {
        let response: ResponseStruct =
            syn::parse_str(r#"pub struct A { b as "B": Vec<u8> => &[u8], #[deprecated] c: C [secret] }"#).unwrap();
        let fields: Vec<_> =
            response.fields.iter().map(|field| (field.returned.is_some(), !field.attributes.is_empty())).collect();
        assert_eq!(fields, [(true, false), (false, true)]);
    }

    #[test]
    fn a_request_field_knows_its_section_and_setter() {
        let request: RequestStruct =
            syn::parse_str("pub struct A { required { a: u8 } optional { b: C [by set_b] } }").unwrap();
        let sections: Vec<_> = request.fields.iter().map(|(section, _)| section.to_string()).collect();
        assert_eq!(sections, ["required", "optional"]);
        assert_eq!(request.fields[1].1.setter.as_ref().unwrap(), "set_b");
    }
}
