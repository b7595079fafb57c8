use crate::{RateLimit, Wake};

/// The facts of an API's document that all calls share. Generated code has one as a `static`.
#[derive(Debug)]
pub struct Api {
    /// The title of the API, for messages.
    pub title: &'static str,
    /// The URL of the document's first server, which is the default base URL. Empty if the document has no server.
    pub base_url: &'static str,
    /// The name and version of the generated crate, which are the default `User-Agent`.
    pub user_agent: &'static str,
    /// The envelope of JSON responses (`x-envelope`), if there is one.
    pub envelope: Option<Envelope>,
    /// The rate limit of the service (`x-rate-limit`), if it is documented.
    pub rate_limit: Option<RateLimit>,
    /// The environment variables that configure a client (`x-environment`).
    pub environment: Environment,
    /// The place of an API key of one part, if the service accepts one.
    pub api_key: Option<ApiKey>,
    /// What some calls need to be awake, and how it is woken (`x-wake`).
    pub wake: Option<Wake>,
}

/// The place of an API key of one part, with the name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKey {
    /// A header.
    Header(&'static str),
    /// A query parameter.
    Query(&'static str),
    /// A cookie.
    Cookie(&'static str),
}

impl ApiKey {
    /// Returns the name of the header, query parameter or cookie.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Header(name) | Self::Query(name) | Self::Cookie(name) => name,
        }
    }
}

/// Credentials that an API requires together. Generated code has one as a `static` if the document requires several.
#[derive(Debug)]
pub struct CombinedCredentials {
    /// The scheme in the header `Authorization`.
    pub authorization: Option<Authorization>,
    /// The API keys of one part.
    pub api_keys: &'static [NamedKey],
}

/// A scheme in the header `Authorization`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authorization {
    /// An id and a secret.
    Basic,
    /// A token.
    Bearer,
}

/// One of several API keys of one part.
#[derive(Clone, Copy, Debug)]
pub struct NamedKey {
    /// Its place, with its name there.
    pub place: ApiKey,
    /// The environment variable that sets it (`x-environment`).
    pub environment: Option<&'static str>,
}

/// The wire names in the envelope of JSON responses.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    /// The property with the value that an operation returns.
    pub result: &'static str,
    /// The property with the message of an error.
    pub error: Option<&'static str>,
    /// The property with the id under which the service logged the request.
    pub request_id: Option<&'static str>,
}

/// The names of the environment variables that configure a client.
#[derive(Clone, Copy, Debug)]
pub struct Environment {
    /// The base URL.
    pub base_url: Option<&'static str>,
    /// The id of an API key.
    pub key_id: Option<&'static str>,
    /// The secret of an API key.
    pub key_secret: Option<&'static str>,
    /// A bearer token, or an API key of one part.
    pub token: Option<&'static str>,
}

/// An API for tests.
#[cfg(test)]
pub(crate) static EXAMPLE: Api = Api {
    title: "Things",
    base_url: "https://api.example.com/v1",
    user_agent: "things/1",
    envelope: None,
    rate_limit: None,
    environment: Environment { base_url: None, key_id: None, key_secret: None, token: None },
    api_key: None,
    wake: None,
};
