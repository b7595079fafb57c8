//! The files that the arguments of a command name.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::Result;
use codegen::{Config, Document};

use crate::{
    arguments::{Source, Spec},
    diagnostics,
};

/// A kind of file that an argument names.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The argument that names another file, for messages.
    pub(crate) argument: &'static str,
    pub(crate) max_bytes: usize,
}

pub(crate) const DOCUMENT: Kind =
    Kind { name: "document", argument: "with --spec FILE", max_bytes: Document::MAX_LENGTH };

const CONFIG: Kind = Kind { name: "config", argument: "with --config FILE", max_bytes: Config::MAX_LENGTH };

/// A document and its config.
pub(crate) struct Input {
    pub(crate) document: Document,
    pub(crate) config: Option<Config>,
}

/// A file cannot be read. The message says what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unreadable(String);

/// Reads a document with the files that it refers to, and its config. Returns nothing after having printed the errors in
/// one of them.
pub(crate) fn read_input(arguments: &Source) -> Result<Option<Input>, Unreadable> {
    let Some(document) = read_document(&arguments.document, DOCUMENT)? else { return Ok(None) };
    let Some(file) = &arguments.config else { return Ok(Some(Input { document, config: None })) };
    let text = read_config(file)?;
    let config = parse_config(&file.display().to_string(), &text);
    Ok(config.map(|config| Input { document, config: Some(config) }))
}

/// Reads a document with the files that it refers to. Returns nothing after having printed the errors in it.
pub(crate) fn read_document(spec: &Spec, kind: Kind) -> Result<Option<Document>, Unreadable> {
    let Spec { spec: file, allow_outside } = spec;
    let text = read(file, kind)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut read_file = |path: &str| read_part(folder, path, *allow_outside);
    Ok(parse_document(&file.display().to_string(), text, *allow_outside, &mut read_file))
}

/// Reads a file that a document refers to. A link out of the folder counts as a file outside of it.
pub(crate) fn read_part(folder: &Path, path: &str, allow_outside: bool) -> io::Result<String> {
    let file = folder.join(path).canonicalize()?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if !allow_outside && !file.starts_with(folder.canonicalize()?) {
        return Err(io::Error::other("it is a link to a file outside the folder of the document"));
    }
    // Reading a device or a pipe may not end.
    if !file.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(file)?.take(Document::MAX_LENGTH as u64 + 1).read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not text in UTF-8"))
}

/// Parses a document, and reads the files that it refers to by their paths from its folder. Returns nothing after having
/// printed the errors in them.
pub(crate) fn parse_document(
    name: &str,
    text: String,
    allow_outside: bool,
    read_file: &mut dyn FnMut(&str) -> io::Result<String>,
) -> Option<Document> {
    let document = Document::parse(name, text);
    let document = document.and_then(|document| codegen::bundle(document, allow_outside, read_file));
    document.map_err(|errors| diagnostics::print_errors(&errors)).ok()
}

/// Reads the text of a config.
pub(crate) fn read_config(file: &Path) -> Result<String, Unreadable> {
    read(file, CONFIG)
}

/// Parses a config. Returns nothing after having printed the errors in it.
pub(crate) fn parse_config(name: &str, text: &str) -> Option<Config> {
    Config::parse(name, text).map_err(|errors| diagnostics::print_errors(&errors)).ok()
}

/// Reads the text of a file, at most one byte more than it may have, so that the parser can report one that is too long.
pub(crate) fn read(file: &Path, Kind { name: kind, argument, max_bytes }: Kind) -> Result<String, Unreadable> {
    let name = file.display();
    if file.is_dir() {
        return Err(Unreadable(format!("{name} is a folder; name the {kind} in it {argument}")));
    }
    let mut bytes = Vec::new();
    let limit = max_bytes as u64 + 1;
    File::open(file)
        .and_then(|file| file.take(limit).read_to_end(&mut bytes))
        .map_err(|error| Unreadable(format!("cannot read {name}: {error}; name the {kind} {argument}")))?;
    String::from_utf8(bytes).map_err(|error| {
        let help = "save it as UTF-8, or name another file";
        match error.as_bytes() {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Unreadable(format!("{name} is text in UTF-16; {help}")),
            [0x1F, 0x8B, ..] | [b'P', b'K', 3, 4, ..] => Unreadable(format!("{name} is compressed; unpack it first")),
            _ => {
                let offset = error.utf8_error().valid_up_to();
                Unreadable(format!("{name} is not text in UTF-8, from byte {offset} on; {help}"))
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_read_up_to_one_byte_more_than_it_may_have() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        let kind = Kind { max_bytes: 4, ..DOCUMENT };
        for (text, read_text) in [("", ""), ("1234", "1234"), ("12345", "12345"), ("123456", "12345")] {
            fs::write(&file, text).unwrap();
            assert_eq!(read(&file, kind).unwrap(), read_text);
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_out_of_the_folder_and_a_device_are_not_read() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev", folder.path().join("link")).unwrap();
        let error = read_part(folder.path(), "link/null", false).unwrap_err().to_string();
        assert_eq!(error, "it is a link to a file outside the folder of the document");
        assert_eq!(read_part(folder.path(), "link/null", true).unwrap_err().to_string(), "it is not a file");
    }

    #[test]
    fn a_file_that_is_no_text_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        for (bytes, message) in [
            (&b"ab\xff"[..], "a is not text in UTF-8, from byte 2 on; save it as UTF-8, or name another file"),
            (b"\xfe\xff\0o", "a is text in UTF-16; save it as UTF-8, or name another file"),
            (b"PK\x03\x04\xff", "a is compressed; unpack it first"),
        ] {
            fs::write(&file, bytes).unwrap();
            let error = read(&file, DOCUMENT).unwrap_err().to_string();
            assert!(error.ends_with(message), "{error}");
        }
        let error = read(folder.path(), CONFIG).unwrap_err().to_string();
        assert!(error.ends_with(" is a folder; name the config in it with --config FILE"), "{error}");
    }
}
