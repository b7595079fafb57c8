use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::{ApiKey, ConfigurationError, Secret, style::ParameterValue};

/// The credentials of a client.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    Key { id: Secret, secret: Secret },
    Token(Secret),
    ApiKey(Secret),
}

impl Credentials {
    /// Returns the parts, with their names in messages.
    pub(crate) fn parts(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Key { id, secret } => vec![("key id", id.expose_secret()), ("key secret", secret.expose_secret())],
            Self::Token(token) => vec![("token", token.expose_secret())],
            Self::ApiKey(key) => vec![("API key", key.expose_secret())],
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
    pub(crate) fn header(&self, api_key: Option<ApiKey>) -> Option<(HeaderName, Result<HeaderValue, InvalidHeader>)> {
        let (name, text) = match (self, api_key) {
            (Self::Key { id, secret }, _) => {
                let pair = BASE64_STANDARD.encode(format!("{}:{}", id.expose_secret(), secret.expose_secret()));
                (AUTHORIZATION, format!("Basic {pair}"))
            }
            (Self::Token(token), _) => (AUTHORIZATION, format!("Bearer {}", token.expose_secret())),
            (Self::ApiKey(key), Some(ApiKey::Header(name))) => (name.parse().ok()?, key.expose_secret().to_owned()),
            (Self::ApiKey(_), _) => return None,
        };
        let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| InvalidHeader).map(|mut value| {
            value.set_sensitive(true);
            value
        });
        Some((name, value))
    }

    /// Returns the query parameter with the credentials, if they are sent there.
    pub(crate) fn query(&self, api_key: Option<ApiKey>) -> Option<(&'static str, &str)> {
        match (self, api_key) {
            (Self::ApiKey(key), Some(ApiKey::Query(name))) => Some((name, key.expose_secret())),
            _ => None,
        }
    }

    /// Returns the cookie with the credentials, if they are sent there.
    pub(crate) fn cookie(&self, api_key: Option<ApiKey>) -> Option<String> {
        match (self, api_key) {
            (Self::ApiKey(key), Some(ApiKey::Cookie(name))) => {
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

    fn header(credentials: &Credentials, api_key: Option<ApiKey>) -> Option<(String, String)> {
        let (name, value) = credentials.header(api_key)?;
        let value = value.ok().expect("can be sent");
        assert!(value.is_sensitive());
        Some((name.to_string(), value.to_str().unwrap().to_owned()))
    }

    #[test]
    fn each_kind_of_credentials_has_its_place() {
        let key = Credentials::Key { id: "id".into(), secret: "secret".into() };
        assert_eq!(header(&key, None), Some(("authorization".to_owned(), "Basic aWQ6c2VjcmV0".to_owned())));
        let token = Credentials::Token("token".into());
        assert_eq!(header(&token, None), Some(("authorization".to_owned(), "Bearer token".to_owned())));

        let key = Credentials::ApiKey("a b".into());
        let [in_header, in_query, in_cookie] = [ApiKey::Header("x-key"), ApiKey::Query("key"), ApiKey::Cookie("key")];
        assert_eq!(header(&key, Some(in_header)), Some(("x-key".to_owned(), "a b".to_owned())));
        assert_eq!(header(&key, Some(in_query)), None);
        assert_eq!(key.query(Some(in_query)), Some(("key", "a b")));
        assert_eq!(key.cookie(Some(in_cookie)).as_deref(), Some("key=a%20b"));
    }

    #[test]
    fn empty_and_ambiguous_credentials_are_refused() {
        let key = |id: &str, secret: &str| Credentials::Key { id: id.into(), secret: secret.into() }.check();
        assert!(key("id", "se:cret").is_ok());
        assert!(matches!(key("id", " "), Err(ConfigurationError::EmptyCredential { part: "key secret" })));
        assert!(matches!(key("i:d", "secret"), Err(ConfigurationError::ColonInKeyId)));
    }
}
