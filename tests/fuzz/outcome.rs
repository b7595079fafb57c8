//! What is true of whatever comes out of the generator.

use codegen::{Diagnostic, Document, GenerateError, Settings, Surroundings, generate};

/// A crate comes out of a text, or errors that say where: nothing panics, and nothing is a fault of the generator.
pub(crate) fn is_a_crate_or_errors(text: &str) {
    let document = Document::parse("api.yaml", text).map_err(GenerateError::from);
    match document.and_then(|document| generate(&document, &Settings::new("fuzzed"))) {
        Ok(generated) => {
            let starter = generated.package_files(&Surroundings { runtime: None, is_below_a_manifest: false });
            assert!(starter.iter().all(|file| !file.text.is_empty()));
            for file in &generated.files {
                syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}\n{}", file.path, file.text));
            }
            generated.warnings.iter().for_each(|warning| points_into(text, warning));
        }
        Err(GenerateError::Document(errors)) => {
            assert!(!errors.0.is_empty());
            errors.0.iter().for_each(|error| points_into(text, error));
        }
        Err(fault) => panic!("{fault}"),
    }
}

fn points_into(text: &str, diagnostic: &Diagnostic) {
    let span = diagnostic.location.span;
    let shown = text.get(span.offset..span.offset + span.length);
    assert!(shown.is_some_and(|shown| !shown.contains('\n')), "{diagnostic}: {span:?}");
    assert!(!diagnostic.message.is_empty() && !diagnostic.help.is_empty(), "{diagnostic}");
}
