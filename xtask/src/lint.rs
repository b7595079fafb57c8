use std::{fs::File, io::Read, path::Path};

use anyhow::Result;
use codegen::{Config, Diagnostics, Document};

use crate::{
    FINE, FOUND,
    arguments::{Lint, Source},
    report::{self, Texts},
};

/// A file that an argument names.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    pub(crate) what: &'static str,
    /// How to name another.
    pub(crate) argument: &'static str,
    /// How long it may be, in bytes.
    pub(crate) limit: usize,
}

/// Our document.
pub(crate) const DOCUMENT: Named =
    Named { what: "document", argument: "with --spec FILE", limit: Document::MAX_LENGTH };

const CONFIG: Named = Named { what: "config", argument: "with --config FILE", limit: Config::MAX_LENGTH };

pub(crate) fn run(arguments: &Lint) -> Result<u8> {
    let source = &arguments.source;
    let text = read(&source.document.spec, DOCUMENT)?;
    let Some(Subject { document, config }) = parse(source, &text)? else { return Ok(FOUND) };
    let texts = texts(&text, config.as_ref());
    match codegen::lint(&document, config.as_ref()) {
        Ok(warnings) => {
            eprint!("{}", report::warnings(&warnings, &texts));
            println!("{}: no errors", document.file());
            Ok(if arguments.strict && !warnings.is_empty() { FOUND } else { FINE })
        }
        Err(errors) => Ok(print_errors(&errors, &texts)),
    }
}

/// A document, and what is said of it.
pub(crate) struct Subject {
    pub(crate) document: Document,
    pub(crate) config: Option<Config>,
}

/// The document of this text with its config; none after having printed what is wrong with one of them.
pub(crate) fn parse(arguments: &Source, text: &str) -> Result<Option<Subject>, Unreadable> {
    let document = match Document::parse(arguments.document.spec.display().to_string(), text) {
        Ok(document) => document,
        Err(errors) => {
            print_errors(&errors, &Texts::of_document(text));
            return Ok(None);
        }
    };
    let Some(file) = &arguments.config else { return Ok(Some(Subject { document, config: None })) };
    let text = read_config(file)?;
    let config = parse_config(&file.display().to_string(), &text);
    Ok(config.map(|config| Subject { document, config: Some(config) }))
}

/// The text of a config.
pub(crate) fn read_config(file: &Path) -> Result<String, Unreadable> {
    read(file, CONFIG)
}

/// The config of this text; none after having printed what is wrong with it.
pub(crate) fn parse_config(name: &str, text: &str) -> Option<Config> {
    let config = Config::parse(name, text);
    config.map_err(|errors| print_errors(&errors, &Texts { document: "", config: Some((name, text)) })).ok()
}

/// The texts that errors about both can point into.
pub(crate) fn texts<'a>(document: &'a str, config: Option<&'a Config>) -> Texts<'a> {
    Texts { document, config: config.map(|config| (config.file(), config.text())) }
}

/// A document that cannot be read: what is wrong with the file, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(String);

/// The text of a file, or a little more of it than one may have.
pub(crate) fn read(file: &Path, Named { what, argument, limit }: Named) -> Result<String, Unreadable> {
    let name = file.display();
    if file.is_dir() {
        return Err(Unreadable(format!("{name} is a folder; name the {what} in it {argument}")));
    }
    let mut bytes = Vec::new();
    let limit = limit as u64 + 1;
    File::open(file)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| Unreadable(format!("cannot read {name}: {error}; name the {what} {argument}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let advice = "save it as UTF-8, or name another file";
        match error.as_bytes() {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Unreadable(format!("{name} is text in UTF-16; {advice}")),
            [0x1F, 0x8B, ..] | [b'P', b'K', 3, 4, ..] => Unreadable(format!("{name} is compressed; unpack it first")),
            _ => {
                let offset = error.utf8_error().valid_up_to();
                Unreadable(format!("{name} is not text in UTF-8, from byte {offset} on; {advice}"))
            }
        }
    })
}

/// Prints errors to standard error.
pub(crate) fn print_errors(errors: &Diagnostics, texts: &Texts<'_>) -> u8 {
    eprint!("{}", report::errors(errors, texts));
    FOUND
}
