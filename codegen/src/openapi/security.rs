//! How a client says who calls.

use serde_json::Value;

use super::parameter::Location;
use crate::json::{elements, fields, text};

/// The first way that the document names to say who one is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Authentication {
    Key,
    Token,
    /// A key of one part, with its name in that place.
    ApiKey(Location, String),
    None,
}

impl Authentication {
    /// The first scheme that a client can follow, of those that the document asks for as a whole, else of all.
    pub(crate) fn read(root: &Value) -> Self {
        let schemes = root.pointer("/components/securitySchemes");
        // One that is enough alone goes before those that need each other.
        let mut wanted: Vec<_> = elements(root.get("security")).collect();
        wanted.sort_by_key(|wanted| wanted.as_object().is_some_and(|wanted| wanted.len() > 1));
        let wanted = wanted.into_iter().flat_map(|wanted| fields(Some(wanted)).map(|(name, _)| name));
        let wanted = wanted.filter_map(|name| schemes?.get(name));
        let mut known = wanted.chain(fields(schemes).map(|(_, scheme)| scheme)).filter_map(Self::of);
        known.next().unwrap_or(Self::None)
    }

    pub(crate) fn of(scheme: &Value) -> Option<Self> {
        let text = |key| text(scheme, key);
        match (text("type")?, text("scheme").map(str::to_ascii_lowercase).as_deref()) {
            ("http", Some("basic")) => Some(Self::Key),
            ("http", Some("bearer")) | ("oauth2" | "openIdConnect", _) => Some(Self::Token),
            ("apiKey", _) => Some(Self::ApiKey(Location::of(text("in")?)?, text("name")?.to_owned())),
            _ => None,
        }
    }
}
