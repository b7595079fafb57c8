use syn::visit_mut::{self, VisitMut};

use super::Code;
use crate::{api::Model, diagnostic::GenerateError};

/// Shortens paths to the names that a person would import: `Option`, not `::std::option::Option`.
#[expect(clippy::unnecessary_wraps, reason = "has the signature of every pass")]
pub(super) fn shorten(code: &mut Code, _: &Model) -> Result<(), GenerateError> {
    for found in code.structs.values_mut() {
        Shorten.visit_item_struct_mut(&mut found.item);
    }
    for ty in code.unions.values_mut().flat_map(|union| &mut union.types) {
        Shorten.visit_type_mut(ty);
    }
    for method in code.methods.values_mut() {
        method.types.values_mut().for_each(|ty| Shorten.visit_type_mut(ty));
    }
    Ok(())
}

struct Shorten;

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        // `serde_json::Value` and `serde_json::Map` say too little without their crate.
        let keep = if path.segments.first().is_some_and(|first| first.ident == "serde_json") { 2 } else { 1 };
        path.leading_colon = None;
        let segments = std::mem::take(&mut path.segments);
        let skip = segments.len().saturating_sub(keep);
        path.segments = segments.into_iter().skip(skip).collect();
    }
}
