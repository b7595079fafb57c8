use std::fmt::Write;

use super::{Code, documentation};
use crate::{
    api::{Model, Schema, Variant},
    diagnostic::GenerateError,
};

/// Makes an enum that can be anything for each list of strings: the API may add to the list at any time.
#[expect(clippy::unnecessary_wraps, reason = "has the signature of every pass")]
pub(super) fn open(code: &mut Code, model: &Model) -> Result<(), GenerateError> {
    code.enums = model.enums().map(|(schema, variants)| source(schema, variants)).collect();
    Ok(())
}

/// The enum as text, because prettyplease does not know how to break the lines of a macro.
fn source(schema: &Schema, variants: &[Variant]) -> String {
    let mut source = String::new();
    for line in documentation::lines(&schema.description) {
        let _ = writeln!(source, "    ///{}{line}", if line.is_empty() { "" } else { " " });
    }
    let _ = writeln!(source, "    pub enum {} {{", schema.name);
    for variant in variants {
        let _ = writeln!(source, "        {} = {:?},", variant.name, variant.text);
    }
    source.push_str("    }\n");
    source
}
