use crate::RateLimit;

/// What a document says of its API as a whole. Generated code holds one as a `static`.
#[derive(Debug)]
pub struct Api {
    /// The title of the API, for messages.
    pub title: &'static str,
    /// The first of the document's servers; where calls go unless the builder is told otherwise. Empty where the
    /// document does not say.
    pub base_url: &'static str,
    /// Name and version of the crate, sent as `User-Agent`.
    pub user_agent: &'static str,
    /// The properties that wrap every JSON answer (`x-envelope`), where the API has such a thing.
    pub envelope: Option<Envelope>,
    /// How many requests the service takes (`x-rate-limit`), where it says so.
    pub rate_limit: Option<RateLimit>,
    /// The environment variables that configure a client (`x-environment`).
    pub environment: Environment,
    /// Where the service looks for an API key of one part, if it takes one.
    pub api_key: Option<ApiKey>,
}

/// Where an API key of one part is sent, and under which name.
#[derive(Clone, Copy, Debug)]
pub enum ApiKey {
    /// In a header.
    Header(&'static str),
    /// In the query.
    Query(&'static str),
    /// In a cookie.
    Cookie(&'static str),
}

/// The names of the properties that wrap every JSON answer.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    /// Holds what the operation returns.
    pub result: &'static str,
    /// Holds the text of a refusal.
    pub error: Option<&'static str>,
    /// Holds the id under which the service logged the request.
    pub request_id: Option<&'static str>,
}

/// The names of the environment variables that configure a client.
#[derive(Clone, Copy, Debug)]
pub struct Environment {
    /// Replaces the base URL.
    pub base_url: Option<&'static str>,
    /// The id of the API key.
    pub key_id: Option<&'static str>,
    /// The secret of the API key.
    pub key_secret: Option<&'static str>,
    /// A bearer token, or an API key of one part.
    pub token: Option<&'static str>,
}
