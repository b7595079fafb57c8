use std::{fs::File, io::Read, path::Path};

use anyhow::Result;
use codegen::{Complaints, Document};

use crate::{FINE, FOUND, arguments::Lint, report};

/// Where our document is named.
pub(crate) const NAMED: &str = "with --spec FILE";

pub(crate) fn run(arguments: &Lint) -> Result<u8> {
    let file = &arguments.document.spec;
    let text = read(file, NAMED)?;
    match Document::parse(file.display().to_string(), text.as_str()).and_then(|document| codegen::check(&document)) {
        Ok(notes) => {
            eprint!("{}", report::notes(&notes, &text));
            println!("{}: nothing to complain about", file.display());
            Ok(if arguments.strict && !notes.is_empty() { FOUND } else { FINE })
        }
        Err(complaints) => Ok(complain(&complaints, &text)),
    }
}

/// A document that cannot be read: what is wrong with the file, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(String);

/// The text of a document, or a little more of it than one may have. `argument` is where to name another.
pub(crate) fn read(file: &Path, argument: &str) -> Result<String, Unreadable> {
    let name = file.display();
    if file.is_dir() {
        return Err(Unreadable(format!("{name} is a folder; name the document in it {argument}")));
    }
    let mut bytes = Vec::new();
    let limit = Document::MAX_LENGTH as u64 + 1;
    File::open(file)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| Unreadable(format!("cannot read {name}: {error}; name the document {argument}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let advice = "save it as UTF-8, or name another file";
        Unreadable(format!("{name} is not text in UTF-8, from byte {offset} on; {advice}"))
    })
}

/// Prints complaints to standard error.
pub(crate) fn complain(complaints: &Complaints, text: &str) -> u8 {
    eprint!("{}", report::complaints(complaints, text));
    FOUND
}
