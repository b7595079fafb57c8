//! Conversions of response types to the request types that were split off them, to send back what came in a response.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ItemImpl, parse_quote};

use crate::{
    api::{Api, Field, TypeDef, TypeKind},
    names::ident,
    progenitor::Type,
};

/// Emits the `TryFrom` of a request type that was split off a response type.
pub(super) fn request_from_response(ty: &TypeDef, fields: &[Field], api: &Api) -> Option<ItemImpl> {
    let response = api.type_def(ty.input_of.as_ref()?)?;
    let TypeKind::Struct(response_fields) = &response.kind else { return None };
    let in_response = |field: &Field| response_fields.iter().find(|other| other.name == field.name);
    let absent = fields.iter().find(|field| field.required && in_response(field).is_none());
    let result = match absent {
        Some(field) => {
            let missing = missing_field(&response.name, field);
            quote!(Err(#missing))
        }
        None => {
            let values = fields.iter().map(|field| {
                let name = ident(&field.rust_name);
                let value = field_value(field, &response.name, in_response(field));
                quote!(#name: #value)
            });
            quote!(Ok(Self { #(#values),* }))
        }
    };
    let is_used = absent.is_none() && fields.iter().any(|field| in_response(field).is_some());
    let argument = if is_used { quote!(response) } else { quote!(_) };
    let is_deprecated = |field: &Field| field.deprecation.is_some();
    let names_deprecated = absent.is_none() && fields.iter().any(is_deprecated);
    let expected =
        names_deprecated.then(|| quote!(#[expect(deprecated, reason = "deprecated fields are sent back, too")]));
    let (request, response) = (ident(&ty.name), ident(&response.name));
    Some(parse_quote! {
        #expected
        impl TryFrom<#response> for #request {
            type Error = MissingField;

            fn try_from(#argument: #response) -> Result<Self, MissingField> {
                #result
            }
        }
    })
}

/// Returns the error for a response without a field that the request requires.
fn missing_field(response: &str, field: &Field) -> TokenStream {
    let name = &field.name;
    quote!(MissingField::new(#response, #name))
}

/// Returns the value of a field, out of the response's field of the same name.
fn field_value(field: &Field, response: &str, response_field: Option<&Field>) -> TokenStream {
    let Some(response_field) = response_field else {
        return if field.patch { quote!(Patch::Keep) } else { quote!(None) };
    };
    let (name, missing) = (ident(&field.rust_name), missing_field(response, field));
    let conversion = Conversion::between(&response_field.schema.ty, &field.schema.ty);
    if field.required && !field.nullable {
        let value = quote!(response.#name.ok_or(#missing)?);
        return conversion.map_or(value.clone(), |conversion| conversion.convert(&value));
    }
    let value =
        conversion.map_or(quote!(response.#name), |conversion| conversion.convert_option(&quote!(response.#name)));
    if field.patch { quote!(#value.map_or(Patch::Keep, Patch::Set)) } else { value }
}

/// A conversion of a value of a response to one of a request.
pub(super) enum Conversion {
    /// The value stays as it is.
    Same,
    /// The type itself was split, and has a `TryFrom`.
    TryFrom,
    /// A box is around the value before, after, or both.
    Boxed { inner: Box<Self>, before: bool, after: bool },
    /// The value in an `Option` is converted.
    Nullable(Box<Self>),
    /// The elements of a list are converted.
    Elements(Box<Self>),
    /// The values of a map are converted.
    Values(Box<Self>),
}

impl Conversion {
    /// Returns the conversion between two types, or none where they are the same. An `Option` around both is left to
    /// the caller.
    pub(super) fn between(response: &Type, request: &Type) -> Option<Self> {
        Self::between_boxed(response.non_null(), request.non_null())
    }

    fn between_boxed(response: &Type, request: &Type) -> Option<Self> {
        let inner = Self::between_unboxed(response.unboxed(), request.unboxed());
        let [before, after] = [response, request].map(|ty| matches!(ty, Type::Boxed(_)));
        let boxed = |inner| Self::Boxed { inner: Box::new(inner), before, after };
        match inner {
            Some(inner) if before || after => Some(boxed(inner)),
            // One of two types may have room for it without a box.
            None if before != after => Some(boxed(Self::Same)),
            inner => inner,
        }
    }

    fn between_unboxed(response: &Type, request: &Type) -> Option<Self> {
        let within = |response: &Type, request: &Type| Self::between_boxed(response, request).map(Box::new);
        match (response, request) {
            (Type::Named(response), Type::Named(request)) => (response != request).then_some(Self::TryFrom),
            (Type::Nullable(response), Type::Nullable(request)) => within(response, request).map(Self::Nullable),
            (Type::List(response), Type::List(request)) => within(response, request).map(Self::Elements),
            (Type::Map(response), Type::Map(request)) => within(response, request).map(Self::Values),
            _ => None,
        }
    }

    /// Returns whether the `TryFrom` of the type is all that is needed.
    pub(super) fn is_try_from(&self) -> bool {
        matches!(self, Self::TryFrom)
    }

    pub(super) fn convert(&self, value: &TokenStream) -> TokenStream {
        let result = self.to_result(value);
        quote!(#result?)
    }

    fn convert_option(&self, value: &TokenStream) -> TokenStream {
        let result = self.to_result_of_option(value);
        quote!(#result?)
    }

    fn to_result(&self, value: &TokenStream) -> TokenStream {
        match self {
            Self::Same => quote!(Ok::<_, MissingField>(#value)),
            Self::TryFrom => quote!(#value.try_into()),
            Self::Boxed { inner, before, after } => {
                let result = inner.to_result(&if *before { quote!((*#value)) } else { value.clone() });
                if *after { quote!(#result.map(Box::new)) } else { result }
            }
            Self::Nullable(inner) => inner.to_result_of_option(value),
            Self::Elements(element) => {
                let convert = element.closure();
                quote!(#value.into_iter().map(#convert).collect::<Result<_, _>>())
            }
            Self::Values(inner) => {
                let result = inner.to_result(&quote!(value));
                quote!(#value.into_iter().map(|(key, value)| Ok::<_, MissingField>((key, #result?))).collect::<Result<_, _>>())
            }
        }
    }

    fn to_result_of_option(&self, value: &TokenStream) -> TokenStream {
        let convert = self.closure();
        quote!(#value.map(#convert).transpose())
    }

    fn closure(&self) -> TokenStream {
        if self.is_try_from() {
            return quote!(TryInto::try_into);
        }
        let result = self.to_result(&quote!(value));
        quote!(|value| #result)
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::Conversion;
    use crate::{
        emit::{
            tests::{emitted_for_schemas, from_line},
            text,
        },
        progenitor::Type,
    };

    #[test]
    fn conversions_reach_into_boxes_lists_and_maps() {
        let convert = |around: fn(Type) -> Type| {
            let [response, request] = ["Thing", "ThingInput"].map(|name| around(Type::Named(name.to_owned())));
            text(&Conversion::between(&response, &request).unwrap().convert(&quote!(it)))
        };
        let conversions = [
            convert(|ty| ty),
            convert(|ty| Type::Boxed(Box::new(ty))),
            convert(|ty| Type::List(Box::new(ty))),
            convert(|ty| Type::Map(Box::new(Type::List(Box::new(ty))))),
        ];
        insta::assert_snapshot!(conversions.join("\n"), @r"
        it . try_into () ?
        (* it) . try_into () . map (Box::new) ?
        it . into_iter () . map (TryInto::try_into) . collect::< Result<_, _>> () ?
        it . into_iter () . map (| (key, value) | Ok::< _, MissingField> ((key, value . into_iter () . map (TryInto::try_into) . collect::< Result<_, _>> () ?))) . collect::< Result<_, _>> () ?
        ");
        assert!(Conversion::between(&Type::String, &Type::String).is_none());
        let boxed = Type::Boxed(Box::new(Type::String));
        assert!(Conversion::between(&boxed, &boxed).is_none());
        let convert = |before, after| text(&Conversion::between(before, after).unwrap().convert(&quote!(it)));
        assert_eq!(convert(&boxed, &Type::String), "Ok::< _, MissingField> ((* it)) ?");
        assert_eq!(convert(&Type::String, &boxed), "Ok::< _, MissingField> (it) . map (Box::new) ?");
        let list = |name: &str| {
            let boxed = Type::Boxed(Box::new(Type::Named(name.to_owned())));
            Type::List(Box::new(Type::Nullable(Box::new(boxed))))
        };
        assert!(convert(&list("Thing"), &list("ThingInput")).contains("(* value) . try_into () . map (Box::new)"));
    }

    #[test]
    fn what_a_request_requires_may_be_missing_in_a_response() {
        let schemas = "
    Thing:
      type: object
      required: [name]
      properties:
        id: {type: string, readOnly: true}
        name: {type: string}
        password: {type: string, writeOnly: true}";
        let file = emitted_for_schemas("src/types/operations.rs", schemas);
        insta::assert_snapshot!(from_line(&file, "impl TryFrom"), @r#"
            impl TryFrom<Thing> for ThingInput {
                type Error = MissingField;

                fn try_from(response: Thing) -> Result<Self, MissingField> {
                    Ok(Self {
                        name: response.name.ok_or(MissingField::new("Thing", "name"))?,
                        password: None,
                    })
                }
            }

            constraints! {
                ThingInput {}
            }
        "#);
    }
}
