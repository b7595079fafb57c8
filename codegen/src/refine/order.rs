use std::collections::HashMap;

use super::{Code, missing};
use crate::{GenerateError, model::Model};

const PASS: &str = "order";

/// Puts fields into the order of the document, where progenitor sorts them by name, and sees that each is there.
pub(super) fn restore(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    code.for_each_struct(PASS, model, |found, schema, fields| {
        let syn::Fields::Named(named) = &mut found.item.fields else {
            return Err(missing(PASS, &format!("struct `{}` with fields", schema.name)));
        };
        let emitted = std::mem::take(&mut named.named).into_iter();
        let mut emitted: HashMap<_, _> = emitted.map(|field| (wire_name(&field), field)).collect();
        for field in fields {
            let found = emitted.remove(&field.name);
            named.named.push(found.ok_or_else(|| missing(PASS, &format!("field `{}.{}`", schema.name, field.name)))?);
        }
        Ok(())
    })
}

/// The name that serde gives to a field: the one in `#[serde(rename = "..")]`, else its own.
fn wire_name(field: &syn::Field) -> String {
    let mut name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
        // Other settings than `rename` may follow in forms that do not matter here.
        let _ = attribute.parse_nested_meta(|meta| {
            let value: syn::LitStr = meta.value()?.parse()?;
            if meta.path.is_ident("rename") {
                name = value.value();
            }
            Ok(())
        });
    }
    name
}
