use syn::parse_quote;

use super::{Code, argument_of};
use crate::{
    api::{Model, Role},
    diagnostic::GenerateError,
};

/// Makes every field of a response an `Option`, because the API may leave out anything, and so every list and map
/// of a request that may be left out, because an empty one is not the same as none.
pub(super) fn relax(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    code.for_each_struct("optional", model, |found, schema, fields| {
        for (emitted, field) in found.fields(fields) {
            let optional = schema.role != Role::Request || !field.required || field.nullable;
            if optional && argument_of(&emitted.ty, "Option").is_none() {
                let ty = &emitted.ty;
                emitted.ty = parse_quote!(Option<#ty>);
            }
        }
        Ok(())
    })
}
