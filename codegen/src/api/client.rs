//! What the document says of the API as a whole.

use serde_json::Value;

use super::text;
use crate::json::fields;

/// The address of the first server, with its variables filled in; none if it is only a part of one.
pub(super) fn base_url(root: &Value) -> Option<String> {
    let server = root.pointer("/servers/0")?;
    let variables = fields(server.get("variables"));
    let url = variables.fold(text(Some(server), "url")?, |url, (name, variable)| {
        url.replace(&format!("{{{name}}}"), &text(Some(variable), "default").unwrap_or_default())
    });
    url.contains("://").then_some(url)
}
