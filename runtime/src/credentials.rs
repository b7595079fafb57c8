use reqwest::RequestBuilder;

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

    pub(crate) fn authorize(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Key { id, secret } => request.basic_auth(id, Some(secret.expose_secret())),
            Self::Token(token) => request.bearer_auth(token.expose_secret()),
        }
    }
}
