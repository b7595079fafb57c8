use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::{ApiKey, ConfigurationError, Secret, style::Written};

/// How a client says who it is.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    Key { id: String, secret: Secret },
    Token(Secret),
    ApiKey(Secret),
}

impl Credentials {
    /// Its parts and what they are called.
    pub(crate) fn parts(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Key { id, secret } => vec![("key id", id), ("key secret", secret.expose_secret())],
            Self::Token(token) => vec![("token", token.expose_secret())],
            Self::ApiKey(key) => vec![("API key", key.expose_secret())],
        }
    }

    /// Refuses what no service could tell from other credentials, or from none.
    pub(crate) fn check(&self) -> Result<(), ConfigurationError> {
        if let Some((part, _)) = self.parts().into_iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(ConfigurationError::EmptyCredential { part });
        }
        match self {
            Self::Key { id, .. } if id.contains(':') => Err(ConfigurationError::ColonInKeyId),
            _ => Ok(()),
        }
    }

    /// The header that says who calls, marked so that no one prints it; none where something else does.
    pub(crate) fn header(&self, api_key: Option<ApiKey>) -> Option<(HeaderName, Result<HeaderValue, Unsendable>)> {
        let (name, text) = match (self, api_key) {
            (Self::Key { id, secret }, _) => {
                let pair = BASE64_STANDARD.encode(format!("{id}:{}", secret.expose_secret()));
                (AUTHORIZATION, format!("Basic {pair}"))
            }
            (Self::Token(token), _) => (AUTHORIZATION, format!("Bearer {}", token.expose_secret())),
            (Self::ApiKey(key), Some(ApiKey::Header(name))) => (name.parse().ok()?, key.expose_secret().to_owned()),
            (Self::ApiKey(_), _) => return None,
        };
        let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| Unsendable).map(|mut value| {
            value.set_sensitive(true);
            value
        });
        Some((name, value))
    }

    /// The name and the value that the query holds.
    pub(crate) fn query(&self, api_key: Option<ApiKey>) -> Option<(&'static str, &str)> {
        match (self, api_key) {
            (Self::ApiKey(key), Some(ApiKey::Query(name))) => Some((name, key.expose_secret())),
            _ => None,
        }
    }

    /// The cookie.
    pub(crate) fn cookie(&self, api_key: Option<ApiKey>) -> Option<String> {
        match (self, api_key) {
            (Self::ApiKey(key), Some(ApiKey::Cookie(name))) => {
                Some(Written::text(&key.expose_secret()).cookies(name).concat())
            }
            _ => None,
        }
    }
}

/// Credentials hold something that a header cannot.
pub(crate) struct Unsendable;
