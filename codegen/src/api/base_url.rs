//! The base URL that clients use by default.

use serde_json::Value;

use super::text;
use crate::json::fields;

/// Returns the URL of the first server, with the defaults of its variables, if it is absolute.
pub(super) fn base_url(root: &Value) -> Option<String> {
    let server = root.pointer("/servers/0")?;
    let variables = fields(server.get("variables"));
    let url = variables.fold(text(Some(server), "url")?, |url, (name, variable)| {
        url.replace(&format!("{{{name}}}"), &text(Some(variable), "default").unwrap_or_default())
    });
    url.contains("://").then_some(url)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn variables_get_their_defaults() {
        let variables = json!({"region": {"default": "eu"}});
        let url = |url| base_url(&json!({"servers": [{"url": url, "variables": variables}]}));
        assert_eq!(url("https://{region}.example.com/v1").as_deref(), Some("https://eu.example.com/v1"));
        assert_eq!(url("/v1"), None);
    }
}
