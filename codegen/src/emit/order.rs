use std::collections::HashMap;

use super::{Code, missing};
use crate::{api::Model, diagnostic::GenerateError};

const PASS: &str = "order";

/// Puts fields into the order of the document, where progenitor sorts them by name, and sees that each is there.
pub(super) fn restore(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    code.for_each_struct(PASS, model, |found, schema, fields| {
        // Progenitor makes a map of an object without properties.
        if fields.is_empty() {
            found.item.fields = syn::Fields::Named(syn::parse_quote!({}));
        }
        let syn::Fields::Named(named) = &mut found.item.fields else {
            return Err(missing(PASS, &format!("struct `{}` with fields", schema.name)));
        };
        let emitted = std::mem::take(&mut named.named).into_iter();
        let name = |field: &syn::Field| field.ident.as_ref().map(ToString::to_string);
        let mut emitted: HashMap<_, _> = emitted.map(|field| (name(&field), field)).collect();
        for field in fields {
            let found = emitted.remove(&Some(field.rust_name.clone()));
            named.named.push(found.ok_or_else(|| missing(PASS, &format!("field `{}.{}`", schema.name, field.name)))?);
        }
        Ok(())
    })
}
