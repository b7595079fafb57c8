use serde_json::json;

use super::Agreement;
use crate::{
    openapi::extensions::TYPE_NAMES,
    source::{Pointer, config::Entries},
};

/// Gives types the names that the config has for them. What they are called without is known only when those that
/// have no name in the document got one: `lower` does it.
pub(super) fn agree(agreement: &mut Agreement<'_>, entries: &Entries) {
    let names = &entries.rename.types;
    if !names.is_empty() {
        agreement.write(&Pointer::default(), TYPE_NAMES, json!(names), &["rename", "types"]);
    }
}
