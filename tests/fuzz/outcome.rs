//! What is true of whatever comes out of the generator.

use codegen::{Complaint, Document, GenerateError, Settings, Surroundings, generate};

/// A crate comes out of a text, or complaints that say where: nothing panics, and nothing is a fault of the generator.
pub(crate) fn is_a_crate_or_complaints(text: &str) {
    let document = Document::parse("api.yaml", text).map_err(GenerateError::from);
    match document.and_then(|document| generate(&document, &Settings::new("fuzzed"))) {
        Ok(generated) => {
            let starter = generated.starter(&Surroundings { runtime: None, is_below_a_manifest: false });
            assert!(starter.iter().all(|file| !file.text.is_empty()));
            for file in &generated.files {
                syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}\n{}", file.path, file.text));
            }
            generated.notes.iter().for_each(|note| points_into(text, note));
        }
        Err(GenerateError::Document(complaints)) => {
            assert!(!complaints.0.is_empty());
            complaints.0.iter().for_each(|complaint| points_into(text, complaint));
        }
        Err(fault) => panic!("{fault}"),
    }
}

fn points_into(text: &str, complaint: &Complaint) {
    let place = complaint.place.unwrap_or_else(|| panic!("no place: {complaint}"));
    let shown = text.get(place.offset..place.offset + place.length);
    assert!(shown.is_some_and(|shown| !shown.contains('\n')), "{complaint}: {place:?}");
    assert!(!complaint.message.is_empty() && !complaint.help.is_empty(), "{complaint}");
}
