//! The conversion of a union of responses to the one of requests that was split off it, to send back what came in a
//! response.

use quote::quote;
use syn::{ItemImpl, parse_quote};

use crate::{
    api::{Api, TypeDef, TypeKind, UnionVariant},
    emit::conversions::Conversion,
    names::ident,
};

/// A conversion of every variant.
pub(super) enum VariantsConversion {
    /// The macro emits it, from the response type of this name.
    ByMacro { response: String },
    /// Variants with lists or boxes are beyond the macro.
    ByImpl(Box<ItemImpl>),
}

impl VariantsConversion {
    pub(super) fn into_impl(self) -> Option<ItemImpl> {
        match self {
            Self::ByMacro { .. } => None,
            Self::ByImpl(item) => Some(*item),
        }
    }
}

/// Returns the conversion to a request type, if it was split off a response type.
pub(super) fn from_response(ty: &TypeDef, variants: &[UnionVariant], api: &Api) -> Option<VariantsConversion> {
    let response = api.type_def(ty.input_of.as_ref()?)?;
    let TypeKind::Union(response_variants) = &response.kind else { return None };
    let pairs = variants.iter().zip(response_variants);
    let conversions: Vec<_> =
        pairs.map(|(variant, response)| Conversion::between(&response.schema.ty, &variant.schema.ty)).collect();
    if conversions.iter().flatten().all(Conversion::is_try_from) {
        return Some(VariantsConversion::ByMacro { response: response.name.clone() });
    }
    let (name, response) = (ident(&ty.name), ident(&response.name));
    let arms = variants.iter().zip(&conversions).map(|(variant, conversion)| {
        let (variant, value) = (ident(&variant.name), quote!(value));
        let value = conversion.as_ref().map_or(value.clone(), |conversion| conversion.convert(&value));
        quote!(#response::#variant(value) => #name::#variant(#value))
    });
    Some(VariantsConversion::ByImpl(Box::new(parse_quote! {
        impl TryFrom<#response> for #name {
            type Error = MissingField;

            fn try_from(response: #response) -> Result<Self, MissingField> {
                let request = match response {
                    #(#arms,)*
                    #response::Unknown(json) => #name::Unknown(json),
                };
                Ok(request)
            }
        }
    })))
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted_for_schemas, from_line};

    #[test]
    fn lists_of_split_types_are_converted_in_an_impl() {
        let schemas = "
    Thing: {oneOf: [{type: array, items: {$ref: '#/components/schemas/Part'}}, {type: string}]}
    Part: {type: object, properties: {id: {type: string, readOnly: true}, name: {type: string}}}";
        let file = emitted_for_schemas("src/types/operations.rs", schemas);
        insta::assert_snapshot!(from_line(&file, "impl TryFrom"), @r#"
            impl TryFrom<Thing> for ThingInput {
                type Error = MissingField;

                fn try_from(response: Thing) -> Result<Self, MissingField> {
                    let request = match response {
                        Thing::List(value) => {
                            ThingInput::List(
                                value.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
                            )
                        }
                        Thing::String(value) => ThingInput::String(value),
                        Thing::Unknown(json) => ThingInput::Unknown(json),
                    };
                    Ok(request)
                }
            }

            response! {
                pub struct Part {
                    id: String,
                    name: String,
                }
            }

            impl Part {
                /// Creates the request type [`PartInput`]: short for [`PartInput::new`].
                #[expect(clippy::new_ret_no_self, reason = "creates the request type")]
                pub fn new() -> PartInput {
                    PartInput::new()
                }
            }

            request! {
                #[derive(Default)]
                pub struct PartInput {
                    optional {
                        name: String [into],
                    }
                }
            }

            impl TryFrom<Part> for PartInput {
                type Error = MissingField;

                fn try_from(response: Part) -> Result<Self, MissingField> {
                    Ok(Self { name: response.name })
                }
            }

            constraints! {
                PartInput {}
            }
        "#);
    }
}
