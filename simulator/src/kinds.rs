//! The kinds of resources that the simulator has, one file for each. Services and backups have code of their own in
//! [`cloud`](crate::cloud).

pub(crate) mod organization;

use std::sync::LazyLock;

use crate::{
    document::{Document, DocumentError},
    resources::{Kind, Models},
};

static KINDS: [Kind; 1] = [organization::KIND];

static EMBEDDED: LazyLock<Result<Models, &'static DocumentError>> = LazyLock::new(|| {
    let document = Document::embedded()?;
    // A bug of this package, which is found once in each process.
    Models::new(&KINDS, document).map_err(|error| &*Box::leak(Box::new(error)))
});

/// Returns the kinds of the document of this package.
pub(crate) fn embedded() -> Result<&'static Models, &'static DocumentError> {
    EMBEDDED.as_ref().map_err(|error| *error)
}
