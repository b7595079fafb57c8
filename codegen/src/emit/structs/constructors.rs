//! Constructors of response types.

use syn::{ItemImpl, parse_quote};

use super::requests::value_type;
use crate::{
    api::{Api, TypeDef, TypeKind},
    emit::{Argument, doc_comment::doc_attributes},
    names::ident,
};

/// Emits the `new` of a response type that was split, which makes the request type: to its users the two are one type,
/// with the name that the response type kept.
pub(super) fn new_of_response_type(response: &TypeDef, api: &Api) -> Option<ItemImpl> {
    let request = api.types.iter().find(|ty| ty.input_of.as_ref() == Some(&response.name))?;
    let TypeKind::Struct(fields) = &request.kind else { return None };
    let required = fields.iter().filter(|field| field.required && field.constant.is_none());
    let names: Vec<_> = required.clone().map(|field| ident(&field.rust_name)).collect();
    let types = required.map(|field| {
        let ty = value_type(field);
        Argument::of(&ty, api).ty(&*ty)
    });
    let (response, request) = (ident(&response.name), ident(&request.name));
    let doc = doc_attributes(&format!("Creates the request type [`{request}`]: short for [`{request}::new`]."));
    Some(parse_quote! {
        impl #response {
            #(#doc)*
            #[expect(clippy::new_ret_no_self, reason = "creates the request type")]
            pub fn new(#(#names: #types),*) -> #request {
                #request::new(#(#names),*)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::{emitted_for_schemas, from_line};

    #[test]
    fn a_response_type_makes_its_request_type() {
        let schemas = "
    Thing:
      type: object
      required: [names]
      properties: {id: {type: string, readOnly: true}, names: {type: array, items: {type: string}}}";
        let file = emitted_for_schemas("src/types/operations.rs", schemas);
        insta::assert_snapshot!(from_line(&file, "impl Thing"), @r#"
            impl Thing {
                /// Creates the request type [`ThingInput`]: short for [`ThingInput::new`].
                #[expect(clippy::new_ret_no_self, reason = "creates the request type")]
                pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> ThingInput {
                    ThingInput::new(names)
                }
            }

            request! {
                pub struct ThingInput {
                    required {
                        names: Vec<String> [of into String],
                    }
                }
            }

            impl TryFrom<Thing> for ThingInput {
                type Error = MissingField;

                fn try_from(response: Thing) -> Result<Self, MissingField> {
                    Ok(Self {
                        names: response.names.ok_or(MissingField::new("Thing", "names"))?,
                    })
                }
            }

            constraints! {
                ThingInput {}
            }
        "#);
    }
}
