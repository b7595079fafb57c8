use syn::parse_quote;

use super::{Code, argument_of, missing};
use crate::{api::Model, diagnostic::GenerateError};

const PASS: &str = "patches";

/// Makes a `Patch` of each field that a PATCH can keep, reset or set: an `Option` has only two of these.
pub(super) fn distinguish(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    code.for_each_struct(PASS, model, |found, schema, fields| {
        for (emitted, field) in found.fields(fields).filter(|(_, field)| field.patch) {
            let value = argument_of(&emitted.ty, "Option");
            let value = value.ok_or_else(|| missing(PASS, &format!("Option at `{}.{}`", schema.name, field.name)))?;
            emitted.ty = parse_quote!(Patch<#value>);
        }
        Ok(())
    })
}
