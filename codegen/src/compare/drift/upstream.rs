use serde_json::{Value, error::Category};

use crate::{diagnostic::Diagnostics, source::Document};

/// So much is shown of what stands where the version should be, in characters.
const MAX_VERSION: usize = 20;

/// An OpenAPI document as a service publishes it, of version 3.0 or 3.1.
#[derive(Clone, Debug)]
pub struct Upstream(Value);

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
    /// It begins like JSON.
    #[error("is not JSON: {0}")]
    Json(#[source] serde_json::Error),
    /// It does not begin like JSON.
    #[error("is neither JSON nor YAML: {0}")]
    Yaml(String),
    /// It is no document of an API.
    #[error("is longer than {} MiB, which no OpenAPI document is", Document::MAX_LENGTH >> 20)]
    TooLong,
    /// Some other JSON or YAML.
    #[error("has no `openapi` at its root, so it is not an OpenAPI document")]
    NotOpenApi,
    /// OpenAPI as it was, or as it will be.
    #[error("is {0}; what can be compared is OpenAPI 3.0 and 3.1")]
    Version(String),
    /// There is nothing to compare.
    #[error("has no operations")]
    NoOperations,
}

impl Upstream {
    /// Reads JSON or YAML.
    pub fn parse(text: &str) -> Result<Self, UpstreamError> {
        let root = parse(text.trim_start_matches('\u{feff}').trim_start())?;
        match (root.get("openapi"), root.get("swagger")) {
            (Some(Value::String(version)), _) if version.starts_with("3.0") || version.starts_with("3.1") => {}
            (Some(version), _) => return Err(UpstreamError::Version(format!("OpenAPI {}", written(version)))),
            (None, Some(version)) => return Err(UpstreamError::Version(format!("Swagger {}", written(version)))),
            (None, None) => return Err(UpstreamError::NotOpenApi),
        }
        match root.get("paths").and_then(Value::as_object) {
            Some(paths) if !paths.is_empty() => Ok(Self(root)),
            _ => Err(UpstreamError::NoOperations),
        }
    }

    pub(super) fn root(&self) -> &Value {
        &self.0
    }
}

fn parse(text: &str) -> Result<Value, UpstreamError> {
    if text.len() > Document::MAX_LENGTH {
        return Err(UpstreamError::TooLong);
    }
    match text.chars().next() {
        None => Err(UpstreamError::Empty),
        Some('<') => Err(UpstreamError::WebPage),
        Some('{') => serde_json::from_str(text).map_err(|error| match error.classify() {
            Category::Eof => UpstreamError::CutOff(error.line()),
            _ => UpstreamError::Json(error),
        }),
        Some(_) => {
            let document = Document::parse("", text).map_err(|errors| UpstreamError::Yaml(first(&errors)))?;
            Ok(document.root().clone())
        }
    }
}

/// Returns the first error, with its line.
fn first(errors: &Diagnostics) -> String {
    let first = errors.0.first().map(|error| format!("line {}: {}", error.location.span.line, error.message));
    first.unwrap_or_default()
}

/// The start of what is written, which may be anything.
fn written(version: &Value) -> String {
    let text = version.as_str().map_or_else(|| version.to_string(), ToOwned::to_owned);
    text.escape_debug().take(MAX_VERSION).collect()
}
