//! The document that a service publishes.

use std::io;

use serde_json::{Value, error::Category};

use crate::{diagnostic::Diagnostics, normalize, source::Document};

/// The number of characters that are shown of a wrong version.
const MAX_VERSION_CHARS: usize = 20;

/// An OpenAPI document as a service publishes it, of version 3.0 or 3.1.
#[derive(Clone, Debug)]
pub struct Upstream(pub(super) Document);

/// Why a text is not the OpenAPI document of a service.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// There is no text.
    #[error("is empty; download it again")]
    Empty,
    /// An error page, or the page that shows the document to people.
    #[error("is a web page; download the document itself, which is JSON or YAML")]
    WebPage,
    /// The text ends in the middle.
    #[error("is cut off in line {0}; download it again")]
    CutOff(usize),
    /// The text starts like JSON, and is none.
    #[error("is not JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// The text does not start like JSON, and is no YAML.
    #[error("is neither JSON nor YAML: {0}")]
    Yaml(String),
    /// The text is longer than any OpenAPI document.
    #[error("is longer than {} MiB, which no OpenAPI document is", Document::MAX_LENGTH >> 20)]
    TooLong,
    /// Some other JSON or YAML.
    #[error("has no `openapi` at its root, so it is not an OpenAPI document")]
    NotOpenApi,
    /// Another version of OpenAPI.
    #[error("is {0}; what can be compared is OpenAPI 3.0 and 3.1")]
    Version(String),
    /// There is nothing to compare.
    #[error("has no operations")]
    NoOperations,
}

impl Upstream {
    /// Reads JSON or YAML. `file` is the name that diagnostics give.
    pub fn parse(file: &str, text: &str) -> Result<Self, UpstreamError> {
        let document = parse(file, text.trim_start_matches('\u{feff}').trim_start())?;
        let root = document.root();
        match (root.get("openapi"), root.get("swagger")) {
            (Some(Value::String(version)), _) if version.starts_with("3.0") || version.starts_with("3.1") => {}
            (Some(version), _) => return Err(UpstreamError::Version(format!("OpenAPI {}", to_text(version)))),
            (None, Some(version)) => return Err(UpstreamError::Version(format!("Swagger {}", to_text(version)))),
            (None, None) => return Err(UpstreamError::NotOpenApi),
        }
        match root.get("paths").and_then(Value::as_object) {
            Some(paths) if !paths.is_empty() => Ok(Self(document)),
            _ => Err(UpstreamError::NoOperations),
        }
    }

    pub(crate) fn root(&self) -> &Value {
        self.0.root()
    }

    /// Reads the files that the document refers to: see [`bundle`](crate::bundle).
    ///
    /// # Errors
    /// Files that cannot be read or are outside the folder, and references that lead nowhere.
    pub fn bundle(
        self,
        allow_outside: bool,
        read: &mut dyn FnMut(&str) -> io::Result<String>,
    ) -> Result<Self, Diagnostics> {
        normalize::bundle::bundle(self.0, allow_outside, read).map(Self)
    }
}

fn parse(file: &str, text: &str) -> Result<Document, UpstreamError> {
    if text.len() > Document::MAX_LENGTH {
        return Err(UpstreamError::TooLong);
    }
    match text.chars().next() {
        None => return Err(UpstreamError::Empty),
        Some('<') => return Err(UpstreamError::WebPage),
        // A YAML parser would take much that is no JSON.
        Some('{') => serde_json::from_str(text).map(|_: Value| ()).map_err(|error| match error.classify() {
            Category::Eof => UpstreamError::CutOff(error.line()),
            _ => UpstreamError::Json(error),
        })?,
        Some(_) => {}
    }
    Document::parse(file, text).map_err(|errors| UpstreamError::Yaml(first(&errors)))
}

/// Returns the first error, with its line.
fn first(errors: &Diagnostics) -> String {
    let first = errors.0.first().map(|error| format!("line {}: {}", error.location.span.line, error.message));
    first.unwrap_or_default()
}

/// Returns the start of a version, which can be any value.
fn to_text(version: &Value) -> String {
    let text = version.as_str().map_or_else(|| version.to_string(), ToOwned::to_owned);
    text.escape_debug().take(MAX_VERSION_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_no_document_is_told_by_its_start() {
        let message = |text: &str| Upstream::parse("api.json", text).unwrap_err().to_string();
        insta::assert_snapshot!(message(""), @"is empty; download it again");
        insta::assert_snapshot!(message("<html>"), @"is a web page; download the document itself, which is JSON or YAML");
        insta::assert_snapshot!(message("{\n\"openapi\":"), @"is cut off in line 2; download it again");
        insta::assert_snapshot!(
            message("swagger: '2.0'"),
            @"is Swagger 2.0; what can be compared is OpenAPI 3.0 and 3.1"
        );
    }
}
