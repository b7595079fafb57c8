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
    let of_response = |field: &Field| received.iter().find(|received| received.name == field.name);
    let absent = fields.iter().find(|field| field.required && of_response(field).is_none());
    let made = match absent {
        Some(field) => {
            let missing = missing_field(&response.name, field);
            quote!(Err(#missing))
        }
        None => {
            let values = fields.iter().map(|field| {
                let name = ident(&field.rust_name);
                let value = value(field, &response.name, of_response(field));
                quote!(#name: #value)
            });
            quote!(Ok(Self { #(#values),* }))
        }
    };
    let is_read = absent.is_none() && fields.iter().any(|field| of_response(field).is_some());
    let argument = if is_read { quote!(response) } else { quote!(_) };
    let (input, response) = (ident(&ty.name), ident(&response.name));
    Some(parse_quote! {
        impl TryFrom<#response> for #input {
            type Error = MissingField;

            fn try_from(#argument: #response) -> Result<Self, MissingField> {
                #made
            }
        }
    })
}

/// The error for a response that does not have what has to be sent.
fn missing_field(response: &str, field: &Field) -> TokenStream {
    let name = &field.name;
    quote!(MissingField::new(#response, #name))
}

/// The value of a field, out of the one of the response that has its name.
fn value(field: &Field, response: &str, received: Option<&Field>) -> TokenStream {
    let Some(received) = received else { return quote!(Default::default()) };
    let (name, missing) = (ident(&field.rust_name), missing_field(response, field));
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
    /// What may be null is converted where it is not.
    Nullable(Box<Self>),
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
            (Type::Nullable(received), Type::Nullable(sent)) => Self::within(received, sent).map(Self::Nullable),
            (Type::List(received), Type::List(sent)) => Self::within(received, sent).map(Self::Elements),
            (Type::Map(received), Type::Map(sent)) => Self::within(received, sent).map(Self::Values),
            _ => None,
        }
    }

    fn within(received: &Type, sent: &Type) -> Option<Box<Self>> {
        Self::of_held(received, sent).map(Box::new)
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
        let result = self.to_result_of_option(value);
        quote!(#result?)
    }

    fn to_result_of_option(&self, value: &TokenStream) -> TokenStream {
        if self.is_plain() {
            return quote!(#value.map(TryInto::try_into).transpose());
        }
        let result = self.to_result(&quote!(value));
        quote!(#value.map(|value| #result).transpose())
    }

    fn to_result(&self, value: &TokenStream) -> TokenStream {
        match self {
            Self::Split => quote!(#value.try_into()),
            Self::Boxed { inner, is_boxed, becomes_boxed } => {
                let result = inner.to_result(&if *is_boxed { quote!((*#value)) } else { value.clone() });
                if *becomes_boxed { quote!(#result.map(Box::new)) } else { result }
            }
            Self::Nullable(inner) => inner.to_result_of_option(value),
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
