use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;

use crate::{
    api::{Api, Field, TypeDef, TypeKind},
    names::ident,
    progenitor::Type,
};

/// The `TryFrom` of a request type that was split off a response type, to send back what was received.
pub(super) fn of_request(ty: &TypeDef, fields: &[Field], api: &Api) -> Option<syn::ItemImpl> {
    let response = api.type_def(ty.input_of.as_ref()?)?;
    let TypeKind::Struct(received) = &response.kind else { return None };
    let values = fields.iter().map(|field| {
        let name = ident(&field.rust_name);
        let value = value(field, &response.name, received.iter().find(|received| received.name == field.name));
        quote!(#name: #value)
    });
    let (input, response) = (ident(&ty.name), ident(&response.name));
    let argument = if fields.is_empty() { quote!(_) } else { quote!(response) };
    Some(parse_quote! {
        impl TryFrom<#response> for #input {
            type Error = MissingField;

            fn try_from(#argument: #response) -> Result<Self, MissingField> {
                Ok(Self { #(#values),* })
            }
        }
    })
}

/// The value of a field, out of the one of the response that has its name.
fn value(field: &Field, response: &str, received: Option<&Field>) -> TokenStream {
    let (name, wire_name) = (ident(&field.rust_name), &field.name);
    let missing = quote!(MissingField::new(#response, #wire_name));
    let Some(received) = received else {
        return if field.required { quote!(return Err(#missing)) } else { quote!(Default::default()) };
    };
    let convert = Conversion::between(&received.schema.ty, &field.schema.ty);
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

impl Conversion {
    /// None where both types are the same.
    pub(super) fn between(received: &Type, sent: &Type) -> Option<Self> {
        let [received, sent] = [received, sent].map(Type::non_null);
        let is_boxed = |ty: &Type| matches!(ty, Type::Boxed(_));
        let within = Self::of_held(received.unboxed(), sent.unboxed())?;
        Some(within.through([is_boxed(received), is_boxed(sent)]))
    }

    fn of_held(received: &Type, sent: &Type) -> Option<Self> {
        match (received, sent) {
            (Type::Named(received), Type::Named(sent)) => (received != sent).then_some(Self::Split),
            (Type::List(received), Type::List(sent)) => Self::of_held(received, sent).map(Box::new).map(Self::Elements),
            (Type::Map(received), Type::Map(sent)) => Self::of_held(received, sent).map(Box::new).map(Self::Values),
            _ => None,
        }
    }

    /// Whether it is one of the type itself, and no more.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self, Self::Split)
    }

    fn through(self, [is_boxed, becomes_boxed]: [bool; 2]) -> Self {
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
