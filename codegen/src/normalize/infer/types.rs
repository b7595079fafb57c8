use serde_json::json;

use super::Inference;
use crate::{
    openapi::extensions::TYPE_NAMES,
    source::{Pointer, config::Entries},
};

/// Writes the names of types into `x-type-names`. They are applied when inline types have names, too: by
/// [`type_names`](crate::normalize::merge).
pub(super) fn name_types(inference: &mut Inference<'_>, entries: &Entries) {
    let names = &entries.rename.types;
    if !names.is_empty() {
        inference.write(&Pointer::default(), TYPE_NAMES, json!(names), &["rename", "types"]);
    }
}

#[cfg(test)]
mod tests {
    use crate::normalize::infer::tests::run;

    #[test]
    fn the_names_of_types_are_written_into_the_root() {
        insta::assert_snapshot!(run("paths: {}", "rename.types = {Thing = 'Item'}"), @"#/x-type-names: {Thing:Item}");
    }
}
