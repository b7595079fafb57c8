use std::{fs, path::Path};

use codegen::{Complaint, Complaints, Document};

use crate::{FINE, FOUND, arguments::Lint, report};

/// More than any document that a person can work with.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

pub(crate) fn run(arguments: &Lint) -> u8 {
    let checked = load(&arguments.spec).and_then(|document| match codegen::check(&document) {
        Ok(()) => Ok(document),
        Err(complaints) => Err((complaints, document.text().to_owned())),
    });
    match checked {
        Ok(document) => {
            println!("{}: nothing to complain about", document.file());
            FINE
        }
        Err((complaints, text)) => complain(&complaints, &text),
    }
}

/// A document, or what keeps it from being one, with as much of its text as there is.
pub(crate) fn load(file: &Path) -> Result<Document, (Complaints, String)> {
    let name = file.display().to_string();
    let text = read(file).map_err(|(message, help)| {
        let complaint = Complaint { file: name.clone(), place: None, message, help: help.to_owned() };
        (Complaints(vec![complaint]), String::new())
    })?;
    Document::parse(name, text.as_str()).map_err(|complaints| (complaints, text))
}

/// The text of a file, or why there is none and what to do.
fn read(file: &Path) -> Result<String, (String, &'static str)> {
    let name = file.display();
    let unreadable = |error: std::io::Error| {
        (format!("cannot read {name}: {error}"), "name a document that you may read, with `--spec FILE`")
    };
    let metadata = fs::metadata(file).map_err(unreadable)?;
    if metadata.is_dir() {
        return Err((format!("{name} is a folder"), "name a document in it, with `--spec FILE`"));
    }
    if metadata.len() > MAX_BYTES {
        return Err((format!("{name} has {} bytes", metadata.len()), "no document for people is larger than 64 MiB"));
    }
    let bytes = fs::read(file).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        (format!("{name} is not UTF-8 text, from byte {offset} on"), "save it as UTF-8")
    })
}

/// Prints complaints to standard error.
pub(crate) fn complain(complaints: &Complaints, text: &str) -> u8 {
    eprint!("{}", report::complaints(complaints, text));
    FOUND
}
