//! Changes of the document, and what they are expected to mean.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context, Result, anyhow, ensure};
use codegen::{Document, diff::Verdict};
use serde::Deserialize;
use serde_json::Value;

use super::edit::Edit;

/// The table, by groups.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Why a judge sees something else, each under a word that mutations name it by.
    pub(super) exceptions: BTreeMap<String, String>,
    pub(super) mutations: Vec<Mutation>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Mutation {
    /// What happens, in words.
    pub(super) name: String,
    /// What the older document has, where it is not like the one in `spec/`.
    #[serde(default)]
    pub(super) given: Vec<Edit>,
    /// How the newer document comes out of the older one.
    pub(super) edits: Vec<Edit>,
    /// What it means for users.
    #[serde(deserialize_with = "verdict")]
    pub(super) verdict: Verdict,
    /// Every row of the diff: its verdict, and the row in one line.
    pub(super) rows: Vec<String>,
    /// Statements that show what it means: that compile against one of both crates only, say.
    pub(super) code: Option<String>,
    /// Why the compiler does not see it.
    pub(super) compiler: Option<String>,
    /// Why cargo-semver-checks sees it differently.
    pub(super) semver_checks: Option<String>,
}

impl Table {
    pub(super) fn read(file: &str, text: &str) -> Result<Self> {
        let document = Document::parse(file, text).map_err(|errors| anyhow!("{errors}"))?;
        let table: Self =
            serde_json::from_value(document.root().clone()).with_context(|| format!("cannot read {file}"))?;
        let mut names = HashSet::new();
        for mutation in &table.mutations {
            ensure!(names.insert(&mutation.name), "{file}: there are two mutations {:?}", mutation.name);
            for exception in [&mutation.compiler, &mutation.semver_checks].into_iter().flatten() {
                ensure!(table.exceptions.contains_key(exception), "{file}: there is no exception {exception}");
            }
        }
        Ok(table)
    }
}

impl Mutation {
    /// The name as a package may have it.
    pub(super) fn slug(&self) -> String {
        let words = self.name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
    }

    /// Both documents, as JSON, a line for each key: rows point into it.
    pub(super) fn documents(&self, base: &Value) -> Result<(Document, Document)> {
        let old = apply(base.clone(), &self.given)?;
        let new = apply(old.clone(), &self.edits)?;
        Ok((document("old", &old)?, document("new", &new)?))
    }
}

fn apply(mut document: Value, edits: &[Edit]) -> Result<Value> {
    edits.iter().try_for_each(|edit| edit.apply(&mut document))?;
    Ok(document)
}

fn document(name: &str, root: &Value) -> Result<Document> {
    let text = serde_json::to_string_pretty(root)?;
    Document::parse(name, text).map_err(|errors| anyhow!("{errors}"))
}

fn verdict<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Verdict, D::Error> {
    let text = String::deserialize(deserializer)?;
    let known = [Verdict::Breaking, Verdict::Additive, Verdict::Invisible];
    let found = known.into_iter().find(|verdict| verdict.to_string() == text);
    found.ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no verdict")))
}
