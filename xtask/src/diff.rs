mod format;

use std::{io, path::Path};

use anyhow::{Result, anyhow};
use codegen::{
    Config, Document, GenerateError, Settings,
    diff::{self, DiffError, Verdict},
};
use semver::Version;

use crate::{
    FAILED, FINE, FOUND,
    arguments::{Diff, FailOn, Source, Spec},
    diagnostics,
    input::{self, Kind},
    revision::Revision,
    workspace::EMITTED_PACKAGE,
};

pub(crate) fn run(arguments: &Diff) -> Result<u8> {
    let source = &arguments.source;
    let old = Side::read(&arguments.old, source)?;
    let new = match &arguments.new {
        Some(new) => Side::read(new, source)?,
        None => Side::of_file(&source.document, input::DOCUMENT, source)?,
    };
    let (Some(old), Some(new)) = (old, new) else { return Ok(FAILED) };
    let name = new.config.as_ref().and_then(Config::crate_name).unwrap_or(EMITTED_PACKAGE);
    let name = arguments.name.as_deref().unwrap_or(name);
    let of_new = Settings::new(name).config(new.config.clone());
    // The older document may lack what entries of the config are about.
    let of_old = Settings::new(name).config(old.config.map(Config::ahead));
    let diff = match diff::between((&old.document, &of_old), (&new.document, &of_new)) {
        Ok(diff) => diff,
        Err(DiffError::Old(GenerateError::Document(errors)) | DiffError::New(GenerateError::Document(errors))) => {
            diagnostics::print_errors(&errors);
            return Ok(FAILED);
        }
        Err(error) => return Err(anyhow!(error)),
    };
    print!("{}", format::format(&diff, &old.version, arguments.format)?);
    let is_failure = arguments.fail_on.is_some_and(|worst| diff.verdict >= Some(worst.verdict()));
    Ok(if is_failure { FOUND } else { FINE })
}

/// One of the two documents and its config.
struct Side {
    document: Document,
    config: Option<Config>,
    /// The version of the crate that this document belongs to.
    version: Version,
}

impl Side {
    /// Reads a file if there is one of this name, and otherwise the document as of a revision. Returns nothing after
    /// having printed the errors in it or in its config.
    fn read(named: &str, source: &Source) -> Result<Option<Self>> {
        if Path::new(named).exists() {
            let spec = Spec { spec: named.into(), ..source.document.clone() };
            return Self::of_file(&spec, Kind { argument: "as OLD and NEW", ..input::DOCUMENT }, source);
        }
        let Spec { spec, allow_outside } = &source.document;
        let revision = Revision::find(folder(spec), named)?;
        let text = revision.read(Path::new(spec.file_name().unwrap_or_default()))?;
        let mut read_file = |path: &str| revision.read(Path::new(path)).map_err(io::Error::other);
        let name = format!("{named}:{}", spec.display());
        let document = input::parse_document(&name, text, *allow_outside, &mut read_file);
        let config = source.config.as_deref().map(|config| config_as_of(named, config)).transpose()?.flatten();
        let version = revision.version()?.map_or_else(own_version, Ok)?;
        Ok(Self::of(document, config, version))
    }

    fn of_file(spec: &Spec, kind: Kind, source: &Source) -> Result<Option<Self>> {
        let document = input::read_document(spec, kind).map_err(|error| anyhow!("{error}"))?;
        let config = source.config.as_ref().map(|config| {
            let text = input::read_config(config).map_err(|error| anyhow!("{error}"))?;
            anyhow::Ok((config.display().to_string(), text))
        });
        Ok(Self::of(document, config.transpose()?, own_version()?))
    }

    fn of(document: Option<Document>, config: Option<(String, String)>, version: Version) -> Option<Self> {
        let document = document?;
        let config = match config {
            Some((name, text)) => Some(input::parse_config(&name, &text)?),
            None => None,
        };
        Some(Self { document, config, version })
    }
}

/// Reads the config as of a revision, if there was one.
fn config_as_of(revision: &str, file: &Path) -> Result<Option<(String, String)>> {
    let text = Revision::find(folder(file), revision)?.read_if_there(Path::new(file.file_name().unwrap_or_default()));
    Ok(text?.map(|text| (format!("{revision}:{}", file.display()), text)))
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

/// Returns the version of the workspace, which all of its packages have.
fn own_version() -> Result<Version> {
    Ok(env!("CARGO_PKG_VERSION").parse()?)
}

impl FailOn {
    fn verdict(self) -> Verdict {
        match self {
            Self::Breaking => Verdict::Breaking,
            Self::Additive => Verdict::Additive,
            Self::Invisible => Verdict::Invisible,
        }
    }
}
