use syn::parse_quote;

use super::{Code, doc, missing, sent};
use crate::{api::Model, diagnostic::GenerateError, names::ident};

const PASS: &str = "constructors";

/// Gives each response that was split a `new`: a type that was split is one thing to its users, and they know it by the
/// name that the response kept. It makes the one to send.
pub(super) fn add(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    let unions = model.names_of_unions();
    for (schema, fields) in model.structs() {
        let Some(response) = &schema.input_of else { continue };
        let input = code.structs.get_mut(&schema.name);
        let input = input.ok_or_else(|| missing(PASS, &format!("struct `{}`", schema.name)))?;
        let required = input.fields(fields).filter(|(_, field)| field.required && field.constant.is_none());
        let (parameters, types): (Vec<_>, Vec<_>) = required
            .map(|(emitted, field)| (ident(&field.rust_name), sent::argument(&emitted.ty, &unions).ty(&emitted.ty)))
            .unzip();

        let found = code.structs.get_mut(response);
        let found = found.ok_or_else(|| missing(PASS, &format!("struct `{response}`")))?;
        let (response, input) = (ident(response), ident(&schema.name));
        let doc = doc(&format!("One to send, which is a [`{input}`]: short for [`{input}::new`]."));
        found.impls.push(parse_quote! {
            impl #response {
                #(#doc)*
                #[expect(clippy::new_ret_no_self, reason = "makes one to send")]
                pub fn new(#(#parameters: #types),*) -> #input {
                    #input::new(#(#parameters),*)
                }
            }
        });
    }
    Ok(())
}
