use std::{convert::Infallible, fmt, time::Duration};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;

use crate::{WaitError, clock, decode, retry};

/// Everything that can go wrong with a call, told apart by what there is to do about it.
///
/// What may have been carried out is always [`OutcomeUnknown`](Self::OutcomeUnknown), and what was carried out for
/// certain, although there is nothing to return, is [`Decode`](Self::Decode). After any other error of a call nothing
/// was changed by it.
///
/// ```
/// use clickhouse_cloud_runtime::Error;
///
/// /// Whether the same call may simply be made again, later.
/// fn is_worth_another_try(error: &Error) -> bool {
///     match error {
///         Error::Connect { .. } | Error::ConnectionLost { .. } | Error::Timeout { .. } => true,
///         Error::OutcomeUnknown(unknown) => unknown.is_retry_harmless(),
///         Error::Api(refusal) => refusal.status().is_server_error() || refusal.status() == 429,
///         _ => false,
///     }
/// }
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The API, or something on the way to it, refused the request: nothing was carried out.
    ///
    /// A call that changes nothing ends like this after a status of 500 or more as well. One that changes something may
    /// have been carried out then, and ends as [`OutcomeUnknown`](Self::OutcomeUnknown).
    #[error(transparent)]
    Api(Box<ApiError>),

    /// No connection came about in any attempt, so nothing was sent.
    #[error(
        "{operation}: could not reach {host}{}: {}; check the network and the base URL, then try again",
        after(*attempts),
        root(source)
    )]
    Connect {
        /// The operation's id.
        operation: &'static str,
        /// The host that was called.
        host: String,
        /// How many attempts were made.
        attempts: u32,
        /// What the HTTP client says of the last one.
        source: reqwest::Error,
    },

    /// The connection was lost before the whole response came. The call was one that changes nothing (GET, say), so it
    /// can be made again.
    #[error(
        "{operation}: the connection to {host} was lost{}: {}; nothing was changed, so try again",
        after(*attempts),
        root(source)
    )]
    ConnectionLost {
        /// The operation's id.
        operation: &'static str,
        /// The host that was called.
        host: String,
        /// How many attempts were made.
        attempts: u32,
        /// What the HTTP client says of the last one.
        source: reqwest::Error,
    },

    /// A call that changes nothing (GET, say) had no response in time, or the time was over before any attempt was
    /// made.
    #[error("{operation}: {}", out_of_time(*attempts, *timeout))]
    Timeout {
        /// The operation's id.
        operation: &'static str,
        /// The time that the call or its last attempt had.
        timeout: Duration,
        /// How many attempts were made; none, if no permit came in time (see
        /// [`ClientBuilder::rate_limit`](crate::ClientBuilder::rate_limit)).
        attempts: u32,
    },

    /// A call that changes something may have been carried out, or not.
    ///
    /// It stays so when an attempt after the one in question is refused, or finds no connection.
    /// [`is_retry_harmless`](OutcomeUnknown::is_retry_harmless) says whether the call can simply be made again, and
    /// [`check`](OutcomeUnknown::check) what to look at first where it cannot.
    #[error(transparent)]
    OutcomeUnknown(Box<OutcomeUnknown>),

    /// The call was carried out, but its response makes no sense to this client. To make it again does not help.
    #[error(transparent)]
    Decode(Box<DecodeError>),

    /// What was waited for did not come.
    #[error(transparent)]
    Wait(Box<WaitError>),

    /// The request was refused by this client; nothing was sent.
    #[error(transparent)]
    InvalidRequest(#[from] InvalidRequest),

    /// A field that the document promises is not in the answer.
    #[error(transparent)]
    MissingField(#[from] MissingField),

    /// The client cannot be built as it was asked for.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
}

impl Error {
    /// The HTTP status of the last response, where there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Decode(error) => Some(error.status()),
            Self::OutcomeUnknown(unknown) => unknown.status(),
            _ => None,
        }
    }

    /// The id under which the service logged the request: what its support will ask for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id(),
            Self::Decode(error) => error.request_id(),
            Self::OutcomeUnknown(unknown) => unknown.request_id(),
            _ => None,
        }
    }

    /// How many attempts the call made: none, where nothing was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Api(error) => error.attempts,
            Self::Decode(error) => error.attempts,
            Self::OutcomeUnknown(unknown) => unknown.attempts,
            Self::Connect { attempts, .. } | Self::ConnectionLost { attempts, .. } | Self::Timeout { attempts, .. } => {
                *attempts
            }
            Self::Wait(_) | Self::InvalidRequest(_) | Self::MissingField(_) | Self::Configuration(_) => 0,
        }
    }
}

/// A call that changes something, and that may have been carried out or not.
///
/// `Display` gives the operation, what happened, whether a retry is harmless, what to check where it is not, and the
/// request id.
///
/// ```
/// use clickhouse_cloud_runtime::OutcomeUnknown;
///
/// fn advise(unknown: &OutcomeUnknown) -> String {
///     match unknown.check() {
///         None => "make the call again".to_owned(),
///         Some(check) => format!("do not make the call again yet: {check}"),
///     }
/// }
/// ```
#[derive(Debug)]
pub struct OutcomeUnknown {
    pub(crate) operation: &'static str,
    pub(crate) attempts: u32,
    /// Absent where a retry is harmless.
    pub(crate) check: Option<&'static str>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) cause: OutcomeUnknownCause,
}

/// Why it is not known whether a call was carried out: what became of its last attempt.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutcomeUnknownCause {
    /// The connection was lost, before a response came or within it.
    ConnectionLost(reqwest::Error),
    /// There was no response, or not all of it, within this time.
    TimedOut(Duration),
    /// The response does not say whether the call was carried out: a status of 500 or more, 408, 425 or 303.
    Failed(Box<ApiError>),
    /// An earlier attempt may have been carried out, and the last one was refused: perhaps because of what the earlier
    /// one did.
    Refused(Box<ApiError>),
    /// An earlier attempt may have been carried out, and for the last one no connection came about.
    NotConnected(reqwest::Error),
}

impl OutcomeUnknown {
    /// The operation's id.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// How many attempts were made.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether the call may be made again without a look at what it did: to carry it out twice is the same as once.
    ///
    /// It is so for PUT, PATCH and DELETE and not for POST, unless the API's document says otherwise.
    #[must_use]
    pub fn is_retry_harmless(&self) -> bool {
        self.check.is_none()
    }

    /// What to look at before the call is made again, as the API's document has it; absent where a retry is harmless.
    #[must_use]
    pub fn check(&self) -> Option<&str> {
        self.check
    }

    /// What became of the last attempt.
    #[must_use]
    pub fn cause(&self) -> &OutcomeUnknownCause {
        &self.cause
    }

    /// The HTTP status of the last attempt's response, where there was one. After a success of which not everything came
    /// this is its status: the service said that it has carried the call out.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The id under which the service logged the last attempt, where it said so.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &self.cause {
            OutcomeUnknownCause::Failed(response) | OutcomeUnknownCause::Refused(response) => response.request_id(),
            OutcomeUnknownCause::ConnectionLost(_)
            | OutcomeUnknownCause::TimedOut(_)
            | OutcomeUnknownCause::NotConnected(_) => None,
        }
    }

    /// What happened, in words.
    fn what_happened(&self) -> String {
        let within = self.status.map_or_else(String::new, |status| format!(" within the response {status}"));
        match &self.cause {
            OutcomeUnknownCause::ConnectionLost(source) => format!("the connection was lost{within}: {}", root(source)),
            OutcomeUnknownCause::TimedOut(limit) => match self.status {
                None => format!("no answer came within {limit:?}"),
                Some(status) => format!("of the response {status} not everything came within {limit:?}"),
            },
            OutcomeUnknownCause::Failed(response) if response.status.is_redirection() => {
                format!("{}; {}", response.answer(), response.advice())
            }
            OutcomeUnknownCause::Failed(response) => format!("the service failed: {}", response.answer()),
            OutcomeUnknownCause::Refused(response) => {
                format!("the outcome of an attempt is unknown, and its retry was refused: {}", response.answer())
            }
            OutcomeUnknownCause::NotConnected(source) => {
                format!("the outcome of an attempt is unknown, and its retry could not connect: {}", root(source))
            }
        }
    }
}

impl fmt::Display for OutcomeUnknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}{}", self.operation, self.what_happened(), after(self.attempts))?;
        let was_carried_out = if self.status.is_some_and(|status| status.is_success()) {
            "by its status it was carried out"
        } else {
            "it may have been carried out"
        };
        match self.check {
            Some(check) => write!(formatter, "; {was_carried_out}: {check}")?,
            None => write!(formatter, "; {was_carried_out}, and a retry is harmless")?,
        }
        match self.request_id() {
            Some(id) => write!(formatter, " (request {})", in_one_line(id)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for OutcomeUnknown {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            OutcomeUnknownCause::ConnectionLost(source) | OutcomeUnknownCause::NotConnected(source) => Some(source),
            OutcomeUnknownCause::Failed(response) | OutcomeUnknownCause::Refused(response) => Some(response),
            OutcomeUnknownCause::TimedOut(_) => None,
        }
    }
}

fn out_of_time(attempts: u32, timeout: Duration) -> String {
    if attempts == 0 {
        return format!(
            "its turn did not come within {timeout:?}, so nothing was sent; make fewer calls at once, or allow more time"
        );
    }
    format!("no answer within {timeout:?}{}; try again, or allow more time", after(attempts))
}

fn after(attempts: u32) -> String {
    if attempts > 1 { format!(" in {attempts} attempts") } else { String::new() }
}

/// Text of the server without characters that would break a line of a log, or control a terminal.
fn in_one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// The innermost cause: an HTTP client's own message is "error sending request", whatever happened.
fn root(error: &dyn std::error::Error) -> &dyn std::error::Error {
    error.source().map_or(error, root)
}

/// A refusal by the API, or by something on the way to it.
///
/// `Display` gives the operation, the status, the message, what to do, and the request id.
pub struct ApiError {
    pub(crate) operation: &'static str,
    pub(crate) attempts: u32,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Whether the body is in the envelope that the API declares for its errors, if it declares one.
    pub(crate) in_envelope: bool,
    pub(crate) base_url: String,
    pub(crate) body: Bytes,
}

impl ApiError {
    /// The HTTP status of the refusal.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The API's own words; absent when the answer did not come from the API (a proxy's 502, say).
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The id under which the service logged the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The headers of the refusal.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The time that the server asks to wait before another try, in `X-RateLimit-Reset` or else in `Retry-After`: as a
    /// number of seconds, or as a time of the calendar. A value that makes no sense, like one of more than a day, is as
    /// good as none.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry::told(&self.headers, clock::now)
    }

    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The body as a type: one of those that the operation's documentation names beside the status.
    ///
    /// It is read like any answer: what does not fit is converted or set aside.
    ///
    /// # Errors
    /// [`Error::Decode`] when the body is something else: the answer may not have come from the API.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode::json_as_a_whole(&self.body).map_err(|undecodable| {
            Error::Decode(Box::new(DecodeError {
                operation: self.operation,
                attempts: self.attempts,
                status: self.status,
                request_id: self.request_id.clone(),
                path: undecodable.path,
                problem: undecodable.problem,
                body: self.body.clone(),
            }))
        })
    }

    /// Whether the API says that what was asked for is not there.
    ///
    /// A 404 that is not in the API's own error envelope says nothing of the kind: it comes from something on the way,
    /// often because the base URL is wrong.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && self.in_envelope
    }

    /// A 404 that the API did not send, as far as one can see.
    fn is_stray(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && !self.in_envelope
    }

    /// The status and the message.
    fn answer(&self) -> String {
        let message = self.message().map_or_else(|| "the answer holds no message of the API".to_owned(), in_one_line);
        if self.is_stray() {
            let base_url = &self.base_url;
            return format!(
                "{}: {message} (something other than the API may have answered at {base_url})",
                self.status
            );
        }
        format!("{}: {message}", self.status)
    }

    fn advice(&self) -> &'static str {
        match self.status.as_u16() {
            300..=399 => "the base URL redirects, and redirects are not followed: set the URL it points to",
            400 | 422 => "change the request",
            401 => "check the key's id and secret",
            403 => "use a key with the rights for this",
            404 if self.is_stray() => "check the base URL",
            404 => "check the ids",
            408 => "something on the way did not get the request in time: try again",
            409 => "its state does not allow this now: wait for it to change, then try again",
            425 => "something on the way took the request for one that was sent before: try again",
            429 => "make fewer calls, and try again later",
            500..=599 => "the service is in trouble: try again later",
            _ => "see the API's documentation",
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}{}; {}", self.operation, self.answer(), after(self.attempts), self.advice())?;
        match self.request_id() {
            Some(id) => write!(formatter, " (request {})", in_one_line(id)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiError")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("message", &self.message)
            .field("request_id", &self.request_id)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ApiError {}

/// A response that is not what the document describes, in a way that leaves nothing to return.
///
/// After a success the call was carried out, and `Display` begins with that: a service was created, say, although the
/// response does not tell which one.
///
/// Single fields that do not fit are no error: see [`Response::mismatches`](crate::Response::mismatches).
pub struct DecodeError {
    pub(crate) operation: &'static str,
    pub(crate) attempts: u32,
    pub(crate) status: StatusCode,
    pub(crate) request_id: Option<String>,
    pub(crate) path: String,
    pub(crate) problem: String,
    pub(crate) body: Bytes,
}

impl DecodeError {
    /// The HTTP status of the response: the call was carried out, unless this is the body of a refusal that was read.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The id under which the service logged the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Where in the answer the trouble is, as a JSON path: `$.result[2].name`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The body as it came. It may hold secrets, so it is not in `Debug` or `Display`.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let was_carried_out = if self.status.is_success() { "carried out" } else { "refused" };
        write!(
            formatter,
            "{}: {was_carried_out} ({}), but at `{}` its answer {}",
            self.operation, self.status, self.path, self.problem
        )?;
        if self.body.is_empty() {
            return Ok(());
        }
        formatter.write_str("; the whole answer is in `body()`")
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DecodeError")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("path", &self.path)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for DecodeError {}

/// A request that cannot be sent, or that breaks constraints of the document, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject}{}", list(violations))]
pub struct InvalidRequest {
    pub(crate) subject: Subject,
    pub(crate) violations: Vec<Violation>,
}

impl InvalidRequest {
    /// Everything that is wrong with the request.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

/// What is wrong: the request of a call, or a value that was looked at by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Operation(&'static str),
    Type(&'static str),
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(id) => write!(formatter, "{id}: nothing was sent, because "),
            Self::Type(name) => write!(formatter, "{name}: "),
        }
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub(crate) path: String,
    pub(crate) problem: String,
}

impl Violation {
    /// The parameter, or the field of the body in Rust's names, `entries[2].source`; empty for the body itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(formatter, "it {}", self.problem),
            path => write!(formatter, "`{path}` {}", self.problem),
        }
    }
}

fn list(violations: &[Violation]) -> String {
    violations.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A field that the document calls required, and that the API did not send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the API sent a `{type_name}` without its `{field}`, which its document promises; read the field itself, not the \
     method, where you can do without it"
)]
pub struct MissingField {
    type_name: &'static str,
    field: &'static str,
}

// Where both types are the same, converting one into the other does not fail.
impl From<Infallible> for MissingField {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl MissingField {
    /// Names the type and the field, as they stand in the document.
    #[must_use]
    pub const fn new(type_name: &'static str, field: &'static str) -> Self {
        Self { type_name, field }
    }

    /// The type, as the document names it.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The field, as it goes over the wire.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

/// A client that cannot be built as it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigurationError {
    /// Environment variables that [`ClientBuilder::environment`](crate::ClientBuilder::environment) needs are unset,
    /// empty or not Unicode.
    #[error("set the environment variable {}", variables.join(" and "))]
    Environment {
        /// The variables to set.
        variables: Vec<&'static str>,
    },

    /// The base URL is not one that paths can be put behind.
    #[error("the base URL {problem}; give one like `{example}`")]
    BaseUrl {
        /// What is wrong with it.
        problem: String,
        /// The API's own base URL.
        example: &'static str,
    },

    /// Nobody said where the API is: its document does not, and nor did the builder.
    #[error("the base URL is not set, and the API's document has none; give one with `base_url(..)`")]
    NoBaseUrl,

    /// The API's document does not say where an API key of one part is sent.
    #[error("the API takes no key of one part; use `key(..)` or `bearer_token(..)`")]
    NoApiKey,

    /// Credentials would travel unencrypted over a network.
    #[error(
        "credentials are not sent to {host} over plain http; use https, or allow it with \
         `allow_credentials_over_http(true)`"
    )]
    PlainHttp {
        /// The host of the base URL.
        host: String,
    },

    /// A control character, a line break say, that cannot be sent in a header.
    #[error("the {part} holds a control character; is there a line break at its end?")]
    ControlCharacter {
        /// What it is in: the key id, the key secret, the token or the user agent.
        part: &'static str,
    },

    /// A credential that is there and empty: an environment variable that is not set, perhaps.
    #[error("the {part} is empty; is the variable set that it is read from?")]
    EmptyCredential {
        /// What is empty: the key id, the key secret, the token or the API key.
        part: &'static str,
    },

    /// HTTP Basic cannot send a key id with a colon in it: the colon ends the id.
    #[error(
        "the key id holds a `:`, at which the service would take the secret to begin; give the id and the secret apart"
    )]
    ColonInKeyId,

    /// Nothing could ever be sent.
    #[error("a rate limit needs at least one request, and a window longer than nothing")]
    RateLimit,

    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    HttpClient(#[source] reqwest::Error),
}
