use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::{ApiKey, Authorization, ConfigurationError, Secret, style::ParameterValue};

/// The credentials of a client.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    Key {
        id: Secret,
        secret: Secret,
    },
    Token(Secret),
    /// For access tokens.
    Client {
        id: Secret,
        secret: Secret,
    },
    /// In a place of its own; in none if the API has no such key.
    ApiKey {
        place: Option<ApiKey>,
        key: Secret,
    },
}

impl Credentials {
    /// Whether it is sent where the other is, so that only one of the two can be sent.
    pub(crate) fn is_in_place_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::ApiKey { place: one, .. }, Self::ApiKey { place: other, .. }) => one == other,
            (Self::ApiKey { .. }, _) | (_, Self::ApiKey { .. }) => false,
            _ => true,
        }
    }

    /// Whether it is of this scheme.
    pub(crate) fn is_of(&self, scheme: Authorization) -> bool {
        matches!(
            (self, scheme),
            (Self::Key { .. }, Authorization::Basic) | (Self::Token(_) | Self::Client { .. }, Authorization::Bearer)
        )
    }

    /// Returns the parts, with their names in messages.
    pub(crate) fn parts(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Key { id, secret } => vec![("key id", id.expose_secret()), ("key secret", secret.expose_secret())],
            Self::Token(token) => vec![("token", token.expose_secret())],
            Self::Client { id, secret } => {
                vec![("client id", id.expose_secret()), ("client secret", secret.expose_secret())]
            }
            Self::ApiKey { key, .. } => vec![("API key", key.expose_secret())],
        }
    }

    /// Refuses credentials that a service would read as other ones, or as none.
    pub(crate) fn check(&self) -> Result<(), ConfigurationError> {
        if let Some((part, _)) = self.parts().into_iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(ConfigurationError::EmptyCredential { part });
        }
        match self {
            Self::Key { id, .. } if id.expose_secret().contains(':') => Err(ConfigurationError::ColonInKeyId),
            _ => Ok(()),
        }
    }

    /// Returns the header with the credentials, marked as sensitive; `None` if they are sent elsewhere.
    pub(crate) fn header(&self) -> Option<(HeaderName, Result<HeaderValue, InvalidHeader>)> {
        let (name, text) = match self {
            Self::Key { id, secret } => {
                let pair = BASE64_STANDARD.encode(format!("{}:{}", id.expose_secret(), secret.expose_secret()));
                (AUTHORIZATION, format!("Basic {pair}"))
            }
            Self::Token(token) => (AUTHORIZATION, format!("Bearer {}", token.expose_secret())),
            Self::ApiKey { place: Some(ApiKey::Header(name)), key } => {
                (name.parse().ok()?, key.expose_secret().to_owned())
            }
            Self::Client { .. } | Self::ApiKey { .. } => return None,
        };
        let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| InvalidHeader).map(|mut value| {
            value.set_sensitive(true);
            value
        });
        Some((name, value))
    }

    /// Returns the query parameter with the credentials, if they are sent there.
    pub(crate) fn query(&self) -> Option<(&'static str, &str)> {
        match self {
            Self::ApiKey { place: Some(ApiKey::Query(name)), key } => Some((name, key.expose_secret())),
            _ => None,
        }
    }

    /// Returns the cookie with the credentials, if they are sent there.
    pub(crate) fn cookie(&self) -> Option<String> {
        match self {
            Self::ApiKey { place: Some(ApiKey::Cookie(name)), key } => {
                Some(ParameterValue::text(&key.expose_secret()).cookies(name).concat())
            }
            _ => None,
        }
    }
}

/// The error for credentials that no header can hold.
pub(crate) struct InvalidHeader;

#[cfg(test)]
mod tests {
    use super::*;

    fn header(credentials: &Credentials) -> Option<(String, String)> {
        let (name, value) = credentials.header()?;
        let value = value.ok().expect("can be sent");
        assert!(value.is_sensitive());
        Some((name.to_string(), value.to_str().unwrap().to_owned()))
    }

    #[test]
    fn each_kind_of_credentials_has_its_place() {
        let key = Credentials::Key { id: "id".into(), secret: "secret".into() };
        assert_eq!(header(&key), Some(("authorization".to_owned(), "Basic aWQ6c2VjcmV0".to_owned())));
        let token = Credentials::Token("token".into());
        assert_eq!(header(&token), Some(("authorization".to_owned(), "Bearer token".to_owned())));

        let key = |place| Credentials::ApiKey { place: Some(place), key: "a b".into() };
        let [in_header, in_query, in_cookie] =
            [ApiKey::Header("x-key"), ApiKey::Query("key"), ApiKey::Cookie("key")].map(key);
        assert_eq!(header(&in_header), Some(("x-key".to_owned(), "a b".to_owned())));
        assert_eq!(header(&in_query), None);
        assert_eq!(in_query.query(), Some(("key", "a b")));
        assert_eq!(in_cookie.cookie().as_deref(), Some("key=a%20b"));
    }

    #[test]
    fn empty_and_ambiguous_credentials_are_refused() {
        let key = |id: &str, secret: &str| Credentials::Key { id: id.into(), secret: secret.into() }.check();
        assert!(key("id", "se:cret").is_ok());
        assert!(matches!(key("id", " "), Err(ConfigurationError::EmptyCredential { part: "key secret" })));
        assert!(matches!(key("i:d", "secret"), Err(ConfigurationError::ColonInKeyId)));
    }
}
