//! The stages, one after the other.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    api::Api,
    check as rules,
    compare::{
        diff::{self, Diff, Side},
        drift::{self, Drift, DriftError, Expectations, Upstream},
        surface::SurfaceError,
    },
    diagnostic::{Complaint, Complaints},
    emit::{self, Generated, Settings, starter::Package},
    normalize::{
        infer::{self, Agreed},
        merge, upgrade,
    },
    progenitor::{self, ProgenitorError},
    source::{Document, Finding, config::Config},
    stack,
};

/// Why no crate came out of a document.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The document has to be changed.
    #[error(transparent)]
    Document(#[from] Complaints),
    /// A mistake in the generator, or a new progenitor.
    #[error(transparent)]
    Progenitor(#[from] ProgenitorError),
    /// There is no thread with a stack that is large enough.
    #[error("no thread could be started: {0}")]
    Thread(#[source] std::io::Error),
}

/// What progenitor alone emits for a document: what [`generate`] is measured against.
pub fn bare(document: &Document) -> Result<String, GenerateError> {
    Ok(progenitor::bare(document.root().clone())?)
}

/// The same for a document that progenitor alone does not take, with as little changed as makes it do so.
pub fn bare_of_any(document: &Document) -> Result<String, GenerateError> {
    let (document, _) = upgrade::lower(document);
    let mut root = document.root().clone();
    merge::bare::reduce(&mut root);
    Ok(progenitor::bare(root)?)
}

/// The crate that a document describes.
///
/// # Errors
/// What is wrong with the document, as [`lint`] says it, or with the generator.
pub fn generate(document: &Document, settings: &Settings) -> Result<Generated, GenerateError> {
    let (document, lowered, notes) = read(document, settings.config.as_ref())?;
    let settings = settings.clone();
    let work = move || -> Result<_, GenerateError> {
        let api = api(&lowered, &settings)?;
        let files = emit::emit(&api, &settings);
        Ok(((files, Package::of(&api)), (api, lowered)))
    };
    let (done, notes) = stack::with_room(work, move || document.placed(notes)).map_err(GenerateError::Thread)?;
    let (files, package) = done?;
    Ok(Generated { files, notes, package })
}

/// Everything that is wrong with a document, all at once. What a crate comes out in spite of is returned as notes.
///
/// # Errors
/// The complaints, in the order of the document's lines. A document that is not an OpenAPI document at all gets just
/// the one that says so.
pub fn check(document: &Document) -> Result<Vec<Complaint>, Complaints> {
    lint(document, None)
}

/// The same of a document with what is said of it.
///
/// # Errors
/// The complaints about the document, and then those about the config.
pub fn lint(document: &Document, config: Option<&Config>) -> Result<Vec<Complaint>, Complaints> {
    read(document, config).map(|(document, _, notes)| document.placed(notes))
}

/// Why two documents cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// No crate comes out of the older document.
    #[error(transparent)]
    Old(GenerateError),
    /// No crate comes out of the newer document.
    #[error(transparent)]
    New(GenerateError),
    /// The emitted code cannot be read.
    #[error(transparent)]
    Surface(#[from] SurfaceError),
}

/// Compares the crates that two documents give, each with its settings.
pub fn diff(old: (&Document, &Settings), new: (&Document, &Settings)) -> Result<Diff, DiffError> {
    let old = side(old).map_err(DiffError::Old)?;
    let new = side(new).map_err(DiffError::New)?;
    Ok(diff::between(&old, &new)?)
}

fn side<'d>((document, settings): (&'d Document, &Settings)) -> Result<Side<'d>, GenerateError> {
    let (document, lowered, _) = read(document, settings.config.as_ref())?;
    let settings = settings.clone();
    let work = move || -> Result<_, GenerateError> {
        let api = api(&lowered, &settings)?;
        let files = emit::emit(&api, &settings);
        Ok(((api, files), lowered))
    };
    let (done, ()) = stack::with_room(work, || ()).map_err(GenerateError::Thread)?;
    let (api, files) = done?;
    Ok(Side { document, api, files })
}

/// Every difference between our document and the published one, less those that are expected.
pub fn drift(ours: &Document, upstream: &Upstream, expectations: Expectations) -> Result<Drift, DriftError> {
    check(ours)?;
    drift::drift(ours, upstream, expectations)
}

/// The API that a merged document describes. It takes a [stack with room](stack).
fn api(merged: &Value, settings: &Settings) -> Result<Api, GenerateError> {
    let types = progenitor::types(merged)?;
    Ok(Api::read(merged, &types, &settings.crate_name))
}

type Lowered<'d> = (Cow<'d, Document>, Value, Vec<Finding>);

/// A document in the words of 3.0 that nothing is wrong with, its lowered tree, and notes on what it has lost on the
/// way there. What is merged can be many times as deep as the document, and the caller's stack small.
fn read<'d>(document: &'d Document, config: Option<&Config>) -> Result<Lowered<'d>, Complaints> {
    stack::on_large(|| read_here(document, config))
}

fn read_here<'d>(document: &'d Document, config: Option<&Config>) -> Result<Lowered<'d>, Complaints> {
    rules::identity(document)?;
    let (document, mut notes) = upgrade::lower(document);
    let Agreed { document, notes: found, complaints: mut unused } = infer::agree(document, config);
    let checked = rules::check(document);
    let (document, slips) = checked.map_err(|mut complaints| {
        complaints.0.append(&mut unused);
        complaints
    })?;
    notes.extend(found.into_iter().chain(slips));
    let lowered = merge::lower(document.root().clone());
    unused.extend(document.complaints(rules::type_names(&document, &lowered)).0);
    if !unused.is_empty() {
        return Err(Complaints(unused));
    }
    Ok((document, lowered, notes))
}
