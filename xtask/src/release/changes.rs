use std::{collections::BTreeSet, fmt, io, path::Path};

use anyhow::Result;
use codegen::{
    Document, File, Settings, SurfaceError,
    diff::{self, Change, ChangeKind, DiffError, RustChange, Verdict},
};

use super::{checkout::Checkout, repository::Repository};
use crate::{
    revision::Revision,
    workspace::{DOCUMENT, EMITTED, EMITTED_PACKAGE},
};

/// The changes for users of the emitted crate since a release.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) lines: Vec<Line>,
}

/// A change in the list of changes.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) verdict: Verdict,
    /// The kind of thing that changes: `field` and so on in the document, `item` in Rust alone.
    pub(super) subject: String,
    pub(super) name: String,
    /// The change in words.
    pub(super) change: String,
    pub(super) is_new: bool,
    /// The names of the Rust items that it touches.
    pub(super) rust: Vec<String>,
}

impl Changes {
    /// Finds the changes of the document and of the generator since a tag.
    ///
    /// Changes of the document are differences between the crates that today's generator makes of the old and the new
    /// document. Changes of the generator are differences between the released crate and the one that today's generator
    /// makes of the old document.
    pub(super) fn since(repository: &Repository, tag: &str, checkout: &Checkout) -> Result<Self> {
        let revision = Revision::find(repository.root(), tag)?;
        let folder = Path::new(DOCUMENT).parent().unwrap_or(Path::new(""));
        let mut read_file = |path: &str| revision.read(&folder.join(path)).map_err(io::Error::other);
        let old = Document::parse(format!("{tag}:{DOCUMENT}"), revision.read(Path::new(DOCUMENT))?);
        let old = old.and_then(|old| codegen::bundle(old, false, &mut read_file));
        let new = checkout.document()?;
        let released = released(repository, &revision, tag)?;

        let settings = Settings::new(EMITTED_PACKAGE);
        let by_document = old.map_err(|errors| DiffError::Old(errors.into())).and_then(|old| {
            let lines = diff::between((&old, &settings), (&new, &settings))?.changes.into_iter().map(Line::from);
            Ok((lines.collect(), codegen::generate(&old, &settings).map_err(DiffError::Old)?.files))
        });
        let (mut lines, base): (Vec<_>, _) = match by_document {
            // The generator now refuses the old document. The released crate can still be compared.
            Err(DiffError::Old(_)) => (Vec::new(), codegen::generate(&new, &settings)?.files),
            by_document => by_document?,
        };
        match diff::between_files(&released, &base) {
            Ok(by_generator) => lines.extend(by_generator.into_iter().map(Line::from)),
            Err(error) => lines.push(Line::not_comparable(&error)),
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line.verdict));
        Ok(Self { lines })
    }

    /// Returns the worst verdict.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        self.lines.iter().map(|line| line.verdict).max()
    }
}

/// Reads the emitted crate as of a revision.
fn released(repository: &Repository, revision: &Revision, tag: &str) -> Result<Vec<File>> {
    let files = repository.files(tag, &format!("{EMITTED}/src"))?.into_iter().map(|path| {
        let text = revision.read(Path::new(&path))?;
        Ok(File { path: path.trim_start_matches(EMITTED).trim_start_matches('/').to_owned(), text })
    });
    files.collect()
}

impl Line {
    /// A crate that cannot be compared, and so may break every program.
    fn not_comparable(error: &SurfaceError) -> Self {
        Self {
            verdict: Verdict::Breaking,
            subject: "item".to_owned(),
            name: EMITTED_PACKAGE.to_owned(),
            change: format!("cannot be compared: {error}"),
            is_new: false,
            rust: Vec::new(),
        }
    }
}

impl From<Change> for Line {
    fn from(change: Change) -> Self {
        let names: BTreeSet<_> = change.rust.iter().filter_map(name).collect();
        Self {
            verdict: change.verdict,
            subject: change.subject.to_string(),
            name: change.name,
            is_new: change.kind == ChangeKind::Added,
            change: change.kind.to_string(),
            rust: names.into_iter().map(ToOwned::to_owned).collect(),
        }
    }
}

impl From<RustChange> for Line {
    fn from(change: RustChange) -> Self {
        let words = match (&change.old, &change.new) {
            (Some(_), None) => "removed".to_owned(),
            (None, _) => "added".to_owned(),
            (Some(_), Some(new)) => format!("is now {new}"),
        };
        Self {
            verdict: change.verdict,
            subject: "item".to_owned(),
            name: name(&change).unwrap_or_default().to_owned(),
            change: words,
            is_new: change.old.is_none(),
            rust: Vec::new(),
        }
    }
}

/// Returns the name of the item of a change.
fn name(change: &RustChange) -> Option<&str> {
    change.old.as_deref().or(change.new.as_deref()).map(name_in)
}

/// Returns the name in a signature, which comes before arguments and types.
fn name_in(signature: &str) -> &str {
    let end = ["(", ": ", " = "].iter().filter_map(|end| signature.find(end)).min();
    &signature[..end.unwrap_or(signature.len())]
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { verdict, subject, name, change, .. } = self;
        write!(formatter, "{:<10} {subject} {name}: {change}", verdict.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_comes_before_arguments_and_types() {
        for (signature, name) in [
            ("Thing.name: Option<String>", "Thing.name"),
            ("Client::get_thing(&self, id: Uuid) -> Call<Thing>", "Client::get_thing"),
            ("Id = Uuid", "Id"),
            ("Thing", "Thing"),
        ] {
            assert_eq!(name_in(signature), name);
        }
    }
}
