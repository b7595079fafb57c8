use reqwest::RequestBuilder;

use crate::Secret;

/// How a client says who it is.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    Key { id: String, secret: Secret },
    Token(Secret),
}

impl Credentials {
    pub(crate) fn authorize(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Key { id, secret } => request.basic_auth(id, Some(secret.expose_secret())),
            Self::Token(token) => request.bearer_auth(token.expose_secret()),
        }
    }
}
