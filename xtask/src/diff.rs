mod show;

use std::path::Path;

use anyhow::{Result, anyhow};
use codegen::{
    Document, GenerateError, Settings,
    diff::{self, DiffError, Verdict},
};
use semver::Version;

use crate::{
    FAILED, FINE, FOUND,
    arguments::{Diff, FailOn},
    lint,
    revision::Revision,
};

pub(crate) fn run(arguments: &Diff) -> Result<u8> {
    let spec = &arguments.document.spec;
    let old = Side::read(&arguments.old, spec)?;
    let new = match &arguments.new {
        Some(new) => Side::read(new, spec)?,
        None => Side::of_file(spec, lint::NAMED)?,
    };
    let (Some(old_document), Some(new_document)) = (old.document(), new.document()) else { return Ok(FAILED) };
    let diff = match diff::between(&old_document, &new_document, &Settings::new(&arguments.name)) {
        Ok(diff) => diff,
        Err(DiffError::Old(GenerateError::Document(complaints))) => {
            lint::complain(&complaints, &old.text);
            return Ok(FAILED);
        }
        Err(DiffError::New(GenerateError::Document(complaints))) => {
            lint::complain(&complaints, &new.text);
            return Ok(FAILED);
        }
        Err(error) => return Err(anyhow!(error)),
    };
    print!("{}", show::show(&diff, &old.version, arguments.format)?);
    let is_failure = arguments.fail_on.is_some_and(|worst| diff.verdict >= Some(worst.verdict()));
    Ok(if is_failure { FOUND } else { FINE })
}

/// One of the two documents, before it is parsed.
struct Side {
    name: String,
    text: String,
    /// The version of the crate that this document belongs to.
    version: Version,
}

impl Side {
    /// A file where there is one of this name, else the document as of a revision.
    fn read(named: &str, spec: &Path) -> Result<Self> {
        if Path::new(named).exists() {
            return Self::of_file(Path::new(named), "as OLD and NEW");
        }
        let revision = Revision::find(spec.parent().unwrap_or(Path::new("")), named)?;
        let text = revision.read(Path::new(spec.file_name().unwrap_or_default()))?;
        Ok(Self {
            name: format!("{named}:{}", spec.display()),
            text,
            version: revision.version()?.map_or_else(own_version, Ok)?,
        })
    }

    fn of_file(file: &Path, argument: &str) -> Result<Self> {
        let text = lint::read(file, argument).map_err(|error| anyhow!("{error}"))?;
        Ok(Self { name: file.display().to_string(), text, version: own_version()? })
    }

    /// The document; none after having printed what is wrong with it.
    fn document(&self) -> Option<Document> {
        let document = Document::parse(&self.name, &self.text);
        document.map_err(|complaints| lint::complain(&complaints, &self.text)).ok()
    }
}

/// The version of the workspace, which all of its packages have.
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
