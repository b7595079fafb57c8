use std::{convert::Infallible, fmt, time::Duration};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};
use serde::de::DeserializeOwned;

use crate::{Lookup, PageError, WaitError, WakeError, clock, decode, retry};

/// The error of a call. The variants differ in what a caller can do about them.
///
/// A call that may have been carried out ends with [`OutcomeUnknown`](Self::OutcomeUnknown). A call that was carried
/// out, but has no value to return, ends with [`Decode`](Self::Decode). After any other error the call has changed
/// nothing.
///
/// ```
/// use clickhouse_cloud_runtime::Error;
///
/// /// Whether the same call may be made again later.
/// fn is_retryable(error: &Error) -> bool {
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
    /// The API, or a proxy in front of it, refused the request: nothing was changed.
    ///
    /// A call that changes nothing (GET, say) also ends with this after a status of 500 or more. A call that changes
    /// something ends with [`OutcomeUnknown`](Self::OutcomeUnknown) then.
    #[error(transparent)]
    Api(Box<ApiError>),

    /// No attempt could connect, so nothing was sent.
    #[error("{operation}: {}", not_connected(host, proxy.as_deref(), *attempts, source))]
    Connect {
        /// The operation's id.
        operation: &'static str,
        /// The host that the call goes to.
        host: String,
        /// The host and port of the proxy that the HTTP client uses for it. `None` with a custom HTTP client.
        proxy: Option<String>,
        /// The number of attempts.
        attempts: u32,
        /// The error of the HTTP client in the last attempt.
        source: reqwest::Error,
    },

    /// There is no access token for the call, so nothing was sent (see
    /// [`ClientBuilder::client_credentials`](crate::ClientBuilder::client_credentials)).
    #[error("{operation}: nothing was sent, because {problem}")]
    NoToken {
        /// The operation's id.
        operation: &'static str,
        /// The reason.
        problem: String,
    },

    /// The connection was lost before the response was complete. The call changes nothing (GET, say), so it can be made
    /// again.
    #[error(
        "{operation}: the connection to {host} was lost{}: {}; nothing was changed, so try again",
        after(*attempts),
        root(source)
    )]
    ConnectionLost {
        /// The operation's id.
        operation: &'static str,
        /// The host that the call goes to.
        host: String,
        /// The number of attempts.
        attempts: u32,
        /// The error of the HTTP client in the last attempt.
        source: reqwest::Error,
    },

    /// A call that changes nothing (GET, say) timed out, or any call timed out before its first attempt.
    #[error("{operation}: {}", timed_out(*attempts, *timeout))]
    Timeout {
        /// The operation's id.
        operation: &'static str,
        /// The timeout of the call or of its last attempt.
        timeout: Duration,
        /// The number of attempts; zero if the rate limiter gave no permit in time (see
        /// [`ClientBuilder::rate_limit`](crate::ClientBuilder::rate_limit)).
        attempts: u32,
    },

    /// A call that changes something may have been carried out or not.
    ///
    /// The outcome stays unknown if a later attempt is refused or cannot connect.
    /// [`is_retry_harmless`](OutcomeUnknown::is_retry_harmless) returns whether the call can be made again, and
    /// [`check`](OutcomeUnknown::check) what to check first if it cannot.
    #[error(transparent)]
    OutcomeUnknown(Box<OutcomeUnknown>),

    /// The call was carried out, but its response cannot be decoded. A retry does not help.
    #[error(transparent)]
    Decode(Box<DecodeError>),

    /// A wait ended without its target.
    #[error(transparent)]
    Wait(Box<WaitError>),

    /// A list ended before its last page, or does not have the one item that was expected.
    #[error(transparent)]
    Page(#[from] PageError),

    /// The request is invalid; nothing was sent.
    #[error(transparent)]
    InvalidRequest(#[from] InvalidRequest),

    /// A field that the document requires is not in the response.
    #[error(transparent)]
    MissingField(#[from] MissingField),

    /// The client cannot be built with these settings.
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
}

impl Error {
    /// The HTTP status of the last response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Decode(error) => Some(error.status()),
            Self::OutcomeUnknown(unknown) => unknown.status(),
            _ => None,
        }
    }

    /// The id under which the service logged the request, which its support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id(),
            Self::Decode(error) => error.request_id(),
            Self::OutcomeUnknown(unknown) => unknown.request_id(),
            _ => None,
        }
    }

    /// The number of attempts; zero if nothing was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Api(error) => error.attempts,
            Self::Decode(error) => error.attempts,
            Self::OutcomeUnknown(unknown) => unknown.attempts,
            Self::Connect { attempts, .. } | Self::ConnectionLost { attempts, .. } | Self::Timeout { attempts, .. } => {
                *attempts
            }
            Self::Wait(_)
            | Self::Page(_)
            | Self::InvalidRequest(_)
            | Self::MissingField(_)
            | Self::NoToken { .. }
            | Self::Configuration(_) => 0,
        }
    }
}

/// The error of a call that changes something, and may have been carried out or not.
///
/// `Display` shows the operation, the cause, what to check before a retry unless that is harmless, and the request id.
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
    /// `None` if a retry is harmless.
    pub(crate) check: Option<&'static str>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) cause: OutcomeUnknownCause,
    pub(crate) lookup: Option<Lookup>,
}

/// The failure of the last attempt at a call whose outcome is unknown.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutcomeUnknownCause {
    /// The connection was lost before the response was complete.
    ConnectionLost(reqwest::Error),
    /// The response was not complete within this time.
    TimedOut(Duration),
    /// The response has a status that does not show whether the call was carried out: 500 or more, 408, 425 or 303.
    Failed(Box<ApiError>),
    /// The last attempt was refused, perhaps because an earlier one was carried out.
    Refused(Box<ApiError>),
    /// The last attempt could not connect, and an earlier one may have been carried out.
    NotConnected(reqwest::Error),
    /// There was no access token for the last attempt, and an earlier one may have been carried out.
    NoToken(String),
    /// The call was carried out, and its response cannot be decoded, so what it created is unknown. Only calls with
    /// [`or_find`](crate::Call::or_find) end with this; others end with [`Error::Decode`].
    Undecodable(Box<DecodeError>),
}

impl OutcomeUnknown {
    /// The operation's id.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The number of attempts.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether the call may be made again without a check, because it is idempotent.
    ///
    /// PUT, PATCH and DELETE are idempotent and POST is not, unless the API's document says otherwise.
    #[must_use]
    pub fn is_retry_harmless(&self) -> bool {
        self.check.is_none()
    }

    /// What to check before the call is made again, from the API's document; `None` if a retry is harmless.
    #[must_use]
    pub fn check(&self) -> Option<&str> {
        self.check
    }

    /// The failure of the last attempt.
    #[must_use]
    pub fn cause(&self) -> &OutcomeUnknownCause {
        &self.cause
    }

    /// The HTTP status of the last attempt, if it had a response. A success means that the service carried the call
    /// out, and that its response was incomplete.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// The search for what the call created, which found nothing or several items; `None` for calls without
    /// [`or_find`](crate::Call::or_find).
    #[must_use]
    pub fn lookup(&self) -> Option<&Lookup> {
        self.lookup.as_ref()
    }

    /// The id under which the service logged the last attempt, if it sent one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &self.cause {
            OutcomeUnknownCause::Failed(response) | OutcomeUnknownCause::Refused(response) => response.request_id(),
            OutcomeUnknownCause::Undecodable(error) => error.request_id(),
            OutcomeUnknownCause::ConnectionLost(_)
            | OutcomeUnknownCause::TimedOut(_)
            | OutcomeUnknownCause::NoToken(_)
            | OutcomeUnknownCause::NotConnected(_) => None,
        }
    }

    fn describe_cause(&self) -> String {
        let within = self.status.map_or_else(String::new, |status| format!(" within the response {status}"));
        match &self.cause {
            OutcomeUnknownCause::ConnectionLost(source) => format!("the connection was lost{within}: {}", root(source)),
            OutcomeUnknownCause::TimedOut(limit) => match self.status {
                None => format!("no response within {limit:?}"),
                Some(status) => format!("the response {status} was not complete within {limit:?}"),
            },
            OutcomeUnknownCause::Failed(response) if response.status.is_redirection() => {
                format!("{}; {}", response.describe(), response.advice())
            }
            OutcomeUnknownCause::Failed(response) => format!("the service failed: {}", response.describe()),
            OutcomeUnknownCause::Refused(response) => {
                format!("the outcome of an attempt is unknown, and its retry was refused: {}", response.describe())
            }
            OutcomeUnknownCause::NoToken(problem) => format!("the last attempt was not sent, because {problem}"),
            OutcomeUnknownCause::NotConnected(source) => {
                format!("the outcome of an attempt is unknown, and its retry could not connect: {}", root(source))
            }
            OutcomeUnknownCause::Undecodable(error) => {
                format!("at `{}` the response {} {}", error.path, error.status, error.problem)
            }
        }
    }
}

impl fmt::Display for OutcomeUnknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}{}", self.operation, self.describe_cause(), after(self.attempts))?;
        let was_carried_out = if self.status.is_some_and(|status| status.is_success()) {
            "by its status it was carried out"
        } else {
            "it may have been carried out"
        };
        write!(formatter, "; {was_carried_out}")?;
        if let Some(lookup) = &self.lookup {
            write!(formatter, "; {lookup}")?;
        }
        match self.check {
            Some(check) => write!(formatter, "{} {check}", if self.lookup.is_some() { ";" } else { ":" })?,
            None => formatter.write_str(", and a retry is harmless")?,
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
            OutcomeUnknownCause::Undecodable(error) => Some(error),
            OutcomeUnknownCause::TimedOut(_) | OutcomeUnknownCause::NoToken(_) => None,
        }
    }
}

fn timed_out(attempts: u32, timeout: Duration) -> String {
    if attempts == 0 {
        return format!(
            "the rate limiter gave no permit within {timeout:?}, so nothing was sent; make fewer calls at once, or \
             allow more time"
        );
    }
    format!("no response within {timeout:?}{}; try again, or allow more time", after(attempts))
}

fn not_connected(host: &str, proxy: Option<&str>, attempts: u32, source: &reqwest::Error) -> String {
    let (through, proxy) = match proxy {
        Some(proxy) => (format!(" through the proxy {proxy}"), ", the proxy"),
        None => (String::new(), ""),
    };
    format!(
        "could not reach {host}{through}{}: {}; check the network{proxy} and the base URL, then try again",
        after(attempts),
        root(source)
    )
}

fn after(attempts: u32) -> String {
    if attempts > 1 { format!(" in {attempts} attempts") } else { String::new() }
}

/// Replaces the control characters in a text from the server, which would break a line of a log or control a terminal.
fn in_one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Returns the innermost cause, because the outer message of the HTTP client is always "error sending request".
pub(crate) fn root(error: &dyn std::error::Error) -> &dyn std::error::Error {
    error.source().map_or(error, root)
}

/// A response with an error status, from the API or from a proxy in front of it.
///
/// `Display` shows the operation, the status, the message, what to do, and the request id.
#[derive(Clone)]
pub struct ApiError {
    pub(crate) operation: &'static str,
    /// The permissions that the operation needs.
    pub(crate) permissions: &'static [&'static str],
    pub(crate) attempts: u32,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Whether the body is the API's error envelope, or the API has none.
    pub(crate) in_envelope: bool,
    /// The time that a patient call waited for it to pass; `None` if it does not pass by itself.
    pub(crate) waited: Option<Duration>,
    /// Whether the call was refused because what it needs is idle.
    pub(crate) needs_wake: bool,
    /// Whether it is a 401 for an access token that was not requested for this call.
    pub(crate) has_old_token: bool,
    pub(crate) wake_error: Option<WakeError>,
    pub(crate) base_url: String,
    pub(crate) body: Bytes,
}

impl ApiError {
    /// The HTTP status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The API's error message; `None` if the response is not from the API (the 502 of a proxy, say).
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The id under which the service logged the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The permissions that a key needs for the operation, if this is a 403 and the document lists any.
    #[must_use]
    pub fn permissions(&self) -> &'static [&'static str] {
        if self.status == StatusCode::FORBIDDEN { self.permissions } else { &[] }
    }

    /// The headers of the response.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The wait that the server asks for in `X-RateLimit-Reset` or else in `Retry-After`, as a number of seconds, a
    /// Unix time or a date. A value that is invalid or means more than a day is ignored.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        retry::retry_after(&self.headers, clock::system_time)
    }

    /// The time for which a [patient](crate::Call::patient) call was sent again because of this refusal, which is zero
    /// for other calls; `None` if the API's document does not list it among those that pass by themselves.
    #[must_use]
    pub fn waited(&self) -> Option<Duration> {
        self.waited
    }

    /// The reason why a call that [wakes](crate::Call::wake) what it needs was refused nevertheless; `None` for other
    /// calls, and for refusals that have nothing to do with that.
    #[must_use]
    pub fn wake_error(&self) -> Option<&WakeError> {
        self.wake_error.as_ref()
    }

    /// The body as it was received.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Decodes the body as a type: one that the operation's documentation lists for the status.
    ///
    /// Values that do not fit are coerced or set aside, as in any response.
    ///
    /// # Errors
    /// [`Error::Decode`] if the body does not decode. The response may not be from the API.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode::json_at_once(&self.body).map_err(|undecodable| {
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

    /// Whether the API reports that the resource does not exist.
    ///
    /// A 404 outside of the API's error envelope does not count: it is from a gateway or proxy, often because the base
    /// URL is wrong.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && self.in_envelope
    }

    /// Whether this is a 404 that seems not to be from the API.
    fn is_foreign_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && !self.in_envelope
    }

    /// Returns the status and the message.
    fn describe(&self) -> String {
        let message = self.message().map_or_else(|| "the response has no message of the API".to_owned(), in_one_line);
        if self.is_foreign_not_found() {
            let base_url = &self.base_url;
            return format!(
                "{}: {message} (something other than the API may have responded at {base_url})",
                self.status
            );
        }
        format!("{}: {message}", self.status)
    }

    fn advice(&self) -> &'static str {
        match self.status.as_u16() {
            304 => "what was read before is still valid",
            300..=399 => "the base URL redirects, and redirects are not followed: set the URL it points to",
            400 | 422 => "change the request",
            401 => "check the key: its id and secret, and whether it is enabled and may be used from here",
            403 => "use a key with the rights for this",
            404 if self.is_foreign_not_found() => "check the base URL",
            404 => "check the ids",
            408 => "a server on the way did not get the request in time: try again",
            409 => "this conflicts with what is there: change that, or wait until it has changed, then try again",
            425 => "a server on the way took the request for a replay: try again",
            429 => "make fewer calls, and try again later",
            500..=599 => "the service is in trouble: try again later",
            _ if self.needs_wake => {
                "if what it needs is idle, make the call with `.wake()`, or a wait with `ClientBuilder::wake`"
            }
            _ => "see the API's documentation",
        }
    }

    /// Returns the permissions that a refused key may lack.
    fn needed_permissions(&self) -> String {
        match self.permissions() {
            [] => String::new(),
            permissions => format!(": the operation needs `{}`", permissions.join("` and `")),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}{}", self.operation, self.describe(), after(self.attempts))?;
        match (&self.wake_error, self.waited) {
            (Some(error), _) => write!(formatter, "; {error}")?,
            (None, None) => write!(formatter, "; {}", self.advice())?,
            (None, Some(Duration::ZERO)) => {
                write!(
                    formatter,
                    "; {} (or, if it may pass by itself, make the call with `.patient()`)",
                    self.advice()
                )?;
            }
            (None, Some(waited)) => write!(formatter, " over {}s; {}", waited.as_secs(), self.advice())?,
        }
        formatter.write_str(&self.needed_permissions())?;
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

/// A response that cannot be decoded, so that there is no value to return.
///
/// After a success the call was carried out, and `Display` starts with that: a service may have been created, although
/// its id is unknown.
///
/// Single fields that do not fit are mismatches instead: see [`Response::mismatches`](crate::Response::mismatches).
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
    /// The HTTP status of the response. After a success the call was carried out.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The id under which the service logged the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The JSON path of the value that does not fit, such as `$.result[2].name`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The body as it was received. It may contain secrets, so `Debug` and `Display` do not show it.
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
            "{}: {was_carried_out} ({}), but at `{}` its response {}",
            self.operation, self.status, self.path, self.problem
        )?;
        if self.body.is_empty() {
            return Ok(());
        }
        formatter.write_str("; the whole response is in `body()`")
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

/// A request that cannot be sent, or that violates constraints of the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject}{}", list(violations))]
pub struct InvalidRequest {
    pub(crate) subject: Subject,
    pub(crate) violations: Vec<Violation>,
}

impl InvalidRequest {
    /// All violations in the request.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

/// The invalid thing: the request of an operation, or a value that was validated by itself.
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

/// A problem of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub(crate) path: String,
    pub(crate) problem: String,
}

impl Violation {
    /// The parameter, or the field of the body in Rust's names, such as `entries[2].source`; empty for the body itself.
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

/// A field that the document requires, and that is not in the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the API sent a `{type_name}` without its `{field}`, which its document requires; read the field instead of \
     calling the method, if you can do without it"
)]
pub struct MissingField {
    type_name: &'static str,
    field: &'static str,
}

// The error of a conversion between equal types.
impl From<Infallible> for MissingField {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl MissingField {
    /// Makes the error of a type and a field, by their names in the document.
    #[must_use]
    pub const fn new(type_name: &'static str, field: &'static str) -> Self {
        Self { type_name, field }
    }

    /// The name of the type in the document.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The wire name of the field.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

fn quoted(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and "),
    }
}

/// The error of a client that cannot be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigurationError {
    /// Environment variables of [`ClientBuilder::environment`](crate::ClientBuilder::environment) are unset, empty or
    /// not Unicode.
    #[error("set the environment variable{} {}", if variables.len() == 1 { "" } else { "s" }, variables.join(" and "))]
    Environment {
        /// The variables to set.
        variables: Vec<&'static str>,
    },

    /// The base URL is invalid.
    #[error("the base URL {problem}; give one like `{example}`")]
    BaseUrl {
        /// The problem of the base URL.
        problem: String,
        /// A valid base URL.
        example: &'static str,
    },

    /// There is no base URL, in the API's document or in the builder.
    #[error("the base URL is not set, and the API's document has none; give one with `base_url(..)`")]
    NoBaseUrl,

    /// Variables in the URL of a server have no default, and are not set.
    #[error(
        "the URL of the API's server needs a value for {}: set {} with `server_variable(..)`",
        quoted(missing),
        if missing.len() == 1 { "it" } else { "each" }
    )]
    ServerVariables {
        /// The names of the variables.
        missing: Vec<&'static str>,
    },

    /// The URLs of the API's servers do not have a variable that is set.
    #[error("the URLs of the API's servers have no variable `{name}`; they have {}", quoted(known))]
    NoServerVariable {
        /// The name that is set.
        name: String,
        /// The names of the variables.
        known: Vec<&'static str>,
    },

    /// No operation of the API has the server whose URL is set.
    #[error("no operation has the server `{url}`; the servers of operations are {}", quoted(known))]
    NoServer {
        /// The URL that was given as that of the document.
        url: String,
        /// The URLs of servers that operations have.
        known: Vec<&'static str>,
    },

    /// The URL of a server that some operations have is invalid.
    #[error("`{server}` is no URL of `http` or `https` without credentials; set the one to use with `server_url(..)`")]
    ServerUrl {
        /// The server in the document.
        server: &'static str,
    },

    /// Some of the credentials that the API requires together are not set.
    #[error("the API requires several credentials together; set {}, too", missing.join(" and "))]
    CombinedCredentials {
        /// The calls of the builder that are missing.
        missing: Vec<String>,
    },

    /// The API has no key of this name.
    #[error("the API has no key of that name; it has {}", quoted(known))]
    NoNamedKey {
        /// The names of the keys.
        known: Vec<&'static str>,
    },

    /// The API's document has no token endpoint.
    #[error("the API's document has no URL for access tokens; set it with `token_url(..)`")]
    NoTokenUrl,

    /// The URL of the token endpoint is invalid.
    #[error(
        "the URL for access tokens is not one of `http` or `https` without credentials; set another with `token_url(..)`"
    )]
    TokenUrl,

    /// The API accepts no key of one part.
    #[error("the API accepts no key of one part; use `key(..)` or `bearer_token(..)`")]
    NoApiKey,

    /// Credentials would be sent unencrypted.
    #[error(
        "credentials are not sent to {host} over plain http; use https, or allow it with \
         `allow_credentials_over_http(true)`"
    )]
    PlainHttp {
        /// The host that the call goes to.
        host: String,
    },

    /// A control character, such as a line break, cannot be sent in a header.
    #[error("the {part} contains a control character; is there a line break at its end?")]
    ControlCharacter {
        /// The part with the control character: the key id, the key secret, the token or the user agent.
        part: &'static str,
    },

    /// A credential is empty, perhaps because an environment variable is unset.
    #[error("the {part} is empty; is the variable that it is read from set?")]
    EmptyCredential {
        /// The empty part: the key id, the key secret, the token or the API key.
        part: &'static str,
    },

    /// The key id contains a colon, which HTTP Basic does not allow.
    #[error(
        "the key id contains a `:`, which separates the id from the secret in HTTP Basic; give the id and the secret \
         apart"
    )]
    ColonInKeyId,

    /// The rate limit allows no request.
    #[error("a rate limit needs at least one request, and a window longer than zero")]
    RateLimit,

    /// TLS could not be set up, perhaps because the system has no root certificates.
    #[error("TLS could not be set up: {0}")]
    Tls(#[source] Box<dyn std::error::Error + Send + Sync>),

    /// The HTTP client could not be set up.
    #[error("the HTTP client could not be set up: {0}")]
    HttpClient(#[source] reqwest::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_without_a_connection_names_the_proxy() {
        let error = |proxy: Option<&str>, attempts| {
            let source = crate::http_client_builder().unwrap().build().unwrap().get("no URL").build().unwrap_err();
            let (host, proxy) = ("api.example.com".to_owned(), proxy.map(ToOwned::to_owned));
            Error::Connect { operation: "getThing", host, proxy, attempts, source }.to_string()
        };
        assert_eq!(
            error(Some("proxy.example:3128"), 1),
            "getThing: could not reach api.example.com through the proxy proxy.example:3128: relative URL without a \
             base; check the network, the proxy and the base URL, then try again"
        );
        assert_eq!(
            error(None, 4),
            "getThing: could not reach api.example.com in 4 attempts: relative URL without a base; check the network \
             and the base URL, then try again"
        );
    }

    #[test]
    fn text_of_the_server_is_shown_in_one_line() {
        assert_eq!(in_one_line("a\r\n\u{1b}[2Jb"), "a   [2Jb");
    }
}
