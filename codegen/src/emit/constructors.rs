use syn::parse_quote;

use super::{Argument, doc, sent};
use crate::{
    api::{Api, TypeDef, TypeKind},
    names::ident,
};

/// The `new` of a response that was split: a type that was split is one thing to its users, and they know it by the name
/// that the response kept. It makes the one to send.
pub(super) fn of_response(response: &TypeDef, api: &Api) -> Option<syn::ItemImpl> {
    let input = api.types.iter().find(|ty| ty.input_of.as_ref() == Some(&response.name))?;
    let TypeKind::Struct(fields) = &input.kind else { return None };
    let required = fields.iter().filter(|field| field.required && field.constant.is_none());
    let (parameters, types): (Vec<_>, Vec<_>) = required
        .map(|field| {
            let ty = sent::value_type(field);
            (ident(&field.rust_name), Argument::of(&ty, api).ty(&*ty))
        })
        .unzip();
    let (response, input) = (ident(&response.name), ident(&input.name));
    let doc = doc(&format!("One to send, which is a [`{input}`]: short for [`{input}::new`]."));
    Some(parse_quote! {
        impl #response {
            #(#doc)*
            #[expect(clippy::new_ret_no_self, reason = "makes one to send")]
            pub fn new(#(#parameters: #types),*) -> #input {
                #input::new(#(#parameters),*)
            }
        }
    })
}
