//! Security schemes: how a client authenticates.

use serde_json::{Map, Value};

use super::parameter::Location;
use crate::json::{elements, fields};

/// The credentials that a client sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Authentication {
    /// An id and a secret, as HTTP basic authentication.
    Basic,
    /// A bearer token.
    Bearer,
    /// A key in this location, under this name.
    ApiKey(Location, String),
    None,
}

impl Authentication {
    /// Returns the authentication of a client: the first that it can do, of those that the document requires by
    /// default, and then of all.
    pub(crate) fn read(root: &Value) -> Self {
        let schemes = root.pointer("/components/securitySchemes");
        // A scheme that is required alone goes before combined ones.
        let mut requirements: Vec<_> = elements(root.get("security")).collect();
        requirements.sort_by_key(|schemes| schemes.as_object().is_some_and(|schemes| schemes.len() > 1));
        let required = requirements.into_iter().flat_map(|schemes| fields(Some(schemes)).map(|(name, _)| name));
        let required = required.filter_map(|name| schemes?.get(name));
        let mut supported = required
            .chain(fields(schemes).map(|(_, scheme)| scheme))
            .filter_map(|scheme| Self::of(scheme.as_object()?));
        supported.next().unwrap_or(Self::None)
    }

    /// Returns the authentication by a security scheme, if a client can do it.
    pub(crate) fn of(scheme: &Map<String, Value>) -> Option<Self> {
        let text = |key| scheme.get(key).and_then(Value::as_str);
        match (text("type")?, text("scheme").map(str::to_ascii_lowercase).as_deref()) {
            ("http", Some("basic")) => Some(Self::Basic),
            ("http", Some("bearer")) | ("oauth2" | "openIdConnect", _) => Some(Self::Bearer),
            ("apiKey", _) => Some(Self::ApiKey(Location::of(text("in")?)?, text("name")?.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(security: &Value) -> Value {
        let schemes = json!({
            "digest": {"type": "http", "scheme": "digest"},
            "token": {"type": "http", "scheme": "Bearer"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "basic": {"type": "http", "scheme": "basic"},
        });
        json!({"security": security, "components": {"securitySchemes": schemes}})
    }

    #[test]
    fn a_client_does_the_first_required_scheme_that_it_can() {
        let read = |security| Authentication::read(&document(&security));
        assert_eq!(read(json!([{"digest": []}, {"basic": []}])), Authentication::Basic);
        assert_eq!(read(json!([])), Authentication::Bearer);
        assert_eq!(Authentication::read(&json!({})), Authentication::None);
    }

    #[test]
    fn a_scheme_alone_goes_before_combined_ones() {
        let security = json!([{"token": [], "basic": []}, {"key": []}]);
        let key = Authentication::ApiKey(Location::Header, "X-Key".to_owned());
        assert_eq!(Authentication::read(&document(&security)), key);
    }
}
