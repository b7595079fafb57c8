mod format;

use std::path::Path;

use anyhow::{Result, anyhow};
use codegen::{
    Config, Document, GenerateError, Settings,
    diff::{self, DiffError, Verdict},
};
use semver::Version;

use crate::{
    FAILED, FINE, FOUND,
    arguments::{Diff, FailOn, Source},
    diagnostics::{self, Texts},
    input::{self, Kind},
    revision::Revision,
};

pub(crate) fn run(arguments: &Diff) -> Result<u8> {
    let source = &arguments.source;
    let old = Side::read(&arguments.old, source)?;
    let new = match &arguments.new {
        Some(new) => Side::read(new, source)?,
        None => Side::of_file(&source.document.spec, input::DOCUMENT, source)?,
    };
    let (Some((old_document, old_config)), Some((new_document, new_config))) = (old.parse(), new.parse()) else {
        return Ok(FAILED);
    };
    let name = new_config.as_ref().and_then(Config::crate_name).unwrap_or("clickhouse-cloud");
    let name = arguments.name.as_deref().unwrap_or(name);
    let of_new = Settings::new(name).config(new_config.clone());
    // The older document may lack what entries of the config are about.
    let of_old = Settings::new(name).config(old_config.map(Config::ahead));
    let diff = match diff::between((&old_document, &of_old), (&new_document, &of_new)) {
        Ok(diff) => diff,
        Err(DiffError::Old(GenerateError::Document(errors))) => {
            diagnostics::print_errors(&errors, &Texts::of(&old.text, of_old.config.as_ref()));
            return Ok(FAILED);
        }
        Err(DiffError::New(GenerateError::Document(errors))) => {
            diagnostics::print_errors(&errors, &Texts::of(&new.text, of_new.config.as_ref()));
            return Ok(FAILED);
        }
        Err(error) => return Err(anyhow!(error)),
    };
    print!("{}", format::format(&diff, &old.version, arguments.format)?);
    let is_failure = arguments.fail_on.is_some_and(|worst| diff.verdict >= Some(worst.verdict()));
    Ok(if is_failure { FOUND } else { FINE })
}

/// One of the two documents and its config, before they are parsed.
struct Side {
    name: String,
    text: String,
    /// The name of the config, and its text.
    config: Option<(String, String)>,
    /// The version of the crate that this document belongs to.
    version: Version,
}

impl Side {
    /// Reads a file if there is one of this name, and otherwise the document as of a revision.
    fn read(named: &str, source: &Source) -> Result<Self> {
        if Path::new(named).exists() {
            return Self::of_file(Path::new(named), Kind { argument: "as OLD and NEW", ..input::DOCUMENT }, source);
        }
        let spec = &source.document.spec;
        let revision = Revision::find(folder(spec), named)?;
        let text = revision.read(Path::new(spec.file_name().unwrap_or_default()))?;
        let config = source.config.as_deref().map(|config| config_as_of(named, config)).transpose()?.flatten();
        Ok(Self {
            name: format!("{named}:{}", spec.display()),
            text,
            config,
            version: revision.version()?.map_or_else(own_version, Ok)?,
        })
    }

    fn of_file(file: &Path, kind: Kind, source: &Source) -> Result<Self> {
        let text = input::read(file, kind).map_err(|error| anyhow!("{error}"))?;
        let config = source.config.as_ref().map(|config| {
            let text = input::read_config(config).map_err(|error| anyhow!("{error}"))?;
            anyhow::Ok((config.display().to_string(), text))
        });
        Ok(Self { name: file.display().to_string(), text, config: config.transpose()?, version: own_version()? })
    }

    /// Parses the document and its config. Returns nothing after having printed the errors in one of them.
    fn parse(&self) -> Option<(Document, Option<Config>)> {
        let document = Document::parse(&self.name, &self.text);
        let print = |errors| diagnostics::print_errors(&errors, &Texts::of_document(&self.text));
        let document = document.map_err(print).ok()?;
        let Some((name, text)) = &self.config else { return Some((document, None)) };
        Some((document, Some(input::parse_config(name, text)?)))
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
