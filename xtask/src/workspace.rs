//! The workspace of this program, and the files in it that several commands work on.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use codegen::Document;

use crate::{arguments::Spec, input};

/// The document of the API.
pub(crate) const DOCUMENT: &str = "spec/clickhouse-cloud.yaml";

/// The document as one file, which the simulator embeds.
pub(crate) const BUNDLE: &str = "simulator/openapi.yaml";

/// The folder of the emitted crate.
pub(crate) const EMITTED: &str = "generated";

/// The name of the emitted crate.
pub(crate) const EMITTED_PACKAGE: &str = "clickhouse-cloud";

/// Returns the root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// Returns a path in the workspace, relative to the current folder if possible.
pub(crate) fn relative(path: &str) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    root().strip_prefix(&here).unwrap_or(root()).join(path)
}

/// Reads the document of the API.
pub(crate) fn document() -> Result<Document> {
    let spec = Spec { spec: root().join(DOCUMENT), allow_outside: false };
    input::read_document(&spec, input::DOCUMENT)?.context("there are errors in the document")
}
