use base64::{Engine, prelude::BASE64_STANDARD};
use reqwest::header::{HeaderValue, InvalidHeaderValue};

use crate::Secret;

/// How a client says who it is.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    Key { id: String, secret: Secret },
    Token(Secret),
}

impl Credentials {
    /// Its parts and what they are called.
    pub(crate) fn parts(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Key { id, secret } => vec![("key id", id), ("key secret", secret.expose_secret())],
            Self::Token(token) => vec![("token", token.expose_secret())],
        }
    }

    /// What goes into the header `Authorization`, marked so that no one prints it.
    pub(crate) fn authorization(&self) -> Result<HeaderValue, InvalidHeaderValue> {
        let text = match self {
            Self::Key { id, secret } => {
                format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{}", secret.expose_secret())))
            }
            Self::Token(token) => format!("Bearer {}", token.expose_secret()),
        };
        let mut value = HeaderValue::from_bytes(text.as_bytes())?;
        value.set_sensitive(true);
        Ok(value)
    }
}
