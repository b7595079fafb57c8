//! Security schemes: how a client authenticates.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{extensions::ENVIRONMENT, operation::operations, parameter::Location};
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
    /// Several of these together.
    Combined(Vec<Scheme>),
    None,
}

/// A security scheme of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scheme {
    pub(crate) name: String,
    pub(crate) authentication: Authentication,
    /// The environment variable with its key, if it is a key of one part.
    pub(crate) environment: Option<String>,
}

impl Authentication {
    /// Returns the authentication of a client: the first that it can do, of those that the document requires by
    /// default, and then of all.
    pub(crate) fn read(root: &Value) -> Self {
        let schemes = root.pointer("/components/securitySchemes");
        // A scheme that is required alone goes before combined ones.
        let mut requirements: Vec<_> = requirements(root);
        requirements.sort_by_key(|schemes| schemes.as_object().is_some_and(|schemes| schemes.len() > 1));
        let mut whole = requirements.iter().filter_map(|schemes| Self::of_requirement(root, schemes.as_object()?));
        if let Some(whole) = whole.next() {
            return whole;
        }
        let required = requirements.into_iter().flat_map(|schemes| fields(Some(schemes)).map(|(name, _)| name));
        let required = required.filter_map(|name| schemes?.get(name));
        let mut supported = required
            .chain(fields(schemes).map(|(_, scheme)| scheme))
            .filter_map(|scheme| Self::of(scheme.as_object()?));
        supported.next().unwrap_or(Self::None)
    }

    /// Returns the authentication by all schemes of a requirement, if a client can do that.
    fn of_requirement(root: &Value, schemes: &Map<String, Value>) -> Option<Self> {
        let known = root.pointer("/components/securitySchemes")?;
        let read = |name: &String| {
            let scheme = known.get(name)?;
            Some(Scheme {
                name: name.clone(),
                authentication: Self::of(scheme.as_object()?)?,
                environment: scheme.get(ENVIRONMENT).and_then(Value::as_str).map(ToOwned::to_owned),
            })
        };
        let mut schemes: Vec<_> = schemes.keys().map(read).collect::<Option<_>>()?;
        let mut places = HashSet::new();
        if !schemes.iter().all(|scheme| places.insert(scheme.authentication.place())) {
            return None;
        }
        match schemes.len() {
            0 => None,
            1 => schemes.pop().map(|scheme| scheme.authentication),
            _ => Some(Self::Combined(schemes)),
        }
    }

    /// Returns where the credentials are sent: only one of two in the same place can be.
    fn place(&self) -> (&'static str, String) {
        match self {
            Self::ApiKey(location, name) => (location.name(), name.to_ascii_lowercase()),
            _ => (Location::Header.name(), "authorization".to_owned()),
        }
    }

    /// Returns whether a client with this authentication sends the credentials of a scheme.
    pub(crate) fn includes(&self, scheme: &Self) -> bool {
        match self {
            Self::Combined(schemes) => schemes.iter().any(|own| own.authentication == *scheme),
            own => own == scheme,
        }
    }

    /// Returns the URL for access tokens, if a scheme has the flow `clientCredentials` of OAuth 2.
    pub(crate) fn token_url(root: &Value) -> Option<&str> {
        let mut schemes = fields(root.pointer("/components/securitySchemes"));
        schemes.find_map(|(_, scheme)| scheme.pointer("/flows/clientCredentials/tokenUrl")?.as_str())
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

/// Returns the security requirements of a document by default, or those of its operations if each combines schemes.
fn requirements(root: &Value) -> Vec<&Value> {
    let own: Vec<_> = elements(root.get("security")).collect();
    let of_operations = operations(root).flat_map(|operation| elements(operation.value.get("security")));
    let mut of_operations = of_operations.filter(|schemes| !schemes.as_object().is_some_and(Map::is_empty));
    let is_combined = |schemes: &&Value| schemes.as_object().is_some_and(|schemes| schemes.len() > 1);
    match own.is_empty().then(|| of_operations.next()).flatten() {
        Some(first) if is_combined(&first) && of_operations.all(|schemes| is_combined(&schemes)) => vec![first],
        _ => own,
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
    fn client_credentials_have_a_token_url() {
        let flows = json!({"authorizationCode": {"tokenUrl": "/a"}, "clientCredentials": {"tokenUrl": "/token"}});
        let schemes = json!({"a": {"type": "oauth2", "flows": flows}});
        assert_eq!(Authentication::token_url(&json!({"components": {"securitySchemes": schemes}})), Some("/token"));
        assert_eq!(Authentication::token_url(&document(&json!([]))), None);
    }

    #[test]
    fn schemes_that_are_required_together_are_sent_together() {
        let names = |security| match Authentication::read(&document(&security)) {
            Authentication::Combined(schemes) => schemes.into_iter().map(|scheme| scheme.name).collect(),
            other => vec![format!("{other:?}")],
        };
        assert_eq!(names(json!([{"key": [], "token": []}])), ["key", "token"]);
        assert_eq!(names(json!([{"digest": [], "key": []}, {"key": [], "basic": []}])), ["key", "basic"]);
        assert_eq!(names(json!([{"token": [], "basic": []}])), ["Bearer"], "one header cannot hold both");
    }

    #[test]
    fn a_scheme_alone_goes_before_combined_ones() {
        let security = json!([{"token": [], "basic": []}, {"key": []}]);
        let key = Authentication::ApiKey(Location::Header, "X-Key".to_owned());
        assert_eq!(Authentication::read(&document(&security)), key);
    }
}
