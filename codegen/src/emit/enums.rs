use std::fmt::Write;

use super::doc_comment;
use crate::api::{Api, TypeDef, Variant};

/// An enum that can be anything for each list of strings: the API may add to the list at any time.
pub(super) fn enums(api: &Api) -> Vec<String> {
    api.enums().map(|(ty, variants)| source(ty, variants)).collect()
}

/// The enum as text, because prettyplease does not know how to break the lines of a macro.
fn source(ty: &TypeDef, variants: &[Variant]) -> String {
    let mut source = String::new();
    for line in doc_comment::lines(&doc_comment::or_undescribed(ty.description.clone(), &ty.name)) {
        let _ = writeln!(source, "    ///{}{line}", if line.is_empty() { "" } else { " " });
    }
    let _ = writeln!(source, "    pub enum {} {{", ty.name);
    for variant in variants {
        let _ = writeln!(source, "        {} = {:?},", variant.name, variant.text);
    }
    source.push_str("    }\n");
    source
}
