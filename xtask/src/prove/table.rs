//! The table of mutations: changes of the document, with the expected verdicts.

use std::collections::{BTreeMap, HashSet};

use anyhow::{Context, Result, anyhow, ensure};
use codegen::{Document, diff::Verdict};
use serde::Deserialize;
use serde_json::Value;

use super::edit::Edit;

/// The table of mutations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Reasons why the compiler or cargo-semver-checks disagrees, by the names that mutations use.
    pub(super) exceptions: BTreeMap<String, String>,
    pub(super) mutations: Vec<Mutation>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Mutation {
    /// The mutation in words.
    pub(super) name: String,
    /// The edits that make the older document from the one in `spec/`.
    #[serde(default)]
    pub(super) given: Vec<Edit>,
    /// The edits that make the newer document from the older one.
    pub(super) edits: Vec<Edit>,
    /// The expected verdict.
    #[serde(deserialize_with = "verdict")]
    pub(super) verdict: Verdict,
    /// The expected changes of the diff, each with its verdict in one line.
    pub(super) changes: Vec<String>,
    /// Statements that show the effect, for example by compiling against only one of the crates.
    pub(super) code: Option<String>,
    /// The exception for the compiler.
    pub(super) compiler: Option<String>,
    /// The exception for cargo-semver-checks.
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
    /// Returns the name in a form that a package can have.
    pub(super) fn slug(&self) -> String {
        let words = self.name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
    }

    /// Returns the older and the newer document, as JSON with a line for each key, which changes point into.
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
