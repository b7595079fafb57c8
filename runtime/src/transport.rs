use std::{collections::HashMap, fmt, sync::Arc};

use bytes::Bytes;
use reqwest::{
    Method, StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue},
};

use crate::{
    Api, ApiError, ConfigurationError, DecodeError, Error, Request,
    access_token::{Token, TokenError, TokenSource},
    attempts::{AttemptTimeout, CallSettings, Failure},
    builder::is_loopback,
    credentials::Credentials,
    decode,
    error::root,
    rate_limiter::{Permit, RateLimiter},
    raw_response::{Body, BodyError, FromBody, RawResponse},
    redirect::documented_location,
    retry::{Idempotency, Outcome},
    wake::Wakings,
};

/// The connections, the base URL, the credentials and the settings that the clones of a client share. A generated
/// client wraps one.
#[derive(Clone)]
pub struct Transport(Arc<Shared>);

struct Shared {
    api: &'static Api,
    http: reqwest::Client,
    settings: Settings,
    wakings: Wakings,
}

/// The settings of the builder that calls need.
pub(crate) struct Settings {
    pub(crate) base_url: Url,
    /// The servers that only some operations have, by their URLs in the document.
    pub(crate) other_servers: HashMap<&'static str, Url>,
    pub(crate) allow_credentials_over_http: bool,
    pub(crate) credentials: Vec<Credentials>,
    pub(crate) tokens: Option<TokenSource>,
    pub(crate) headers: HeaderMap,
    /// For calls without settings of their own.
    pub(crate) defaults: CallSettings,
    pub(crate) rate_limiter: Option<Arc<RateLimiter>>,
    /// The proxy that the built-in HTTP client uses.
    pub(crate) proxy: Option<String>,
    pub(crate) validate_requests: bool,
    pub(crate) max_body_bytes: usize,
}

impl Transport {
    pub(crate) fn new(api: &'static Api, http: reqwest::Client, settings: Settings) -> Self {
        Self(Arc::new(Shared { api, http, settings, wakings: Wakings::default() }))
    }

    /// Starts the GET request of the operation with this id. `template` is its path as in the document, with the
    /// parameters in braces.
    pub fn get(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::GET, template)
    }

    /// Starts a PUT request, like [`get`](Self::get).
    pub fn put(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::PUT, template)
    }

    /// Starts a POST request, like [`get`](Self::get).
    pub fn post(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::POST, template)
    }

    /// Starts a PATCH request, like [`get`](Self::get).
    pub fn patch(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::PATCH, template)
    }

    /// Starts a DELETE request, like [`get`](Self::get).
    pub fn delete(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::DELETE, template)
    }

    /// Starts a request with any method, like [`get`](Self::get).
    pub fn request(&self, operation: &'static str, method: Method, template: &'static str) -> Request {
        Request::new(self.clone(), operation, method, template)
    }

    pub(crate) fn api(&self) -> &'static Api {
        self.0.api
    }

    pub(crate) fn call_settings(&self) -> &CallSettings {
        &self.0.settings.defaults
    }

    pub(crate) fn validates_requests(&self) -> bool {
        self.0.settings.validate_requests
    }

    #[cfg(feature = "events")]
    pub(crate) fn max_body_bytes(&self) -> usize {
        self.0.settings.max_body_bytes
    }

    pub(crate) fn rate_limiter(&self) -> Option<&Arc<RateLimiter>> {
        self.0.settings.rate_limiter.as_ref()
    }

    pub(crate) fn wakings(&self) -> &Wakings {
        &self.0.wakings
    }

    /// Returns the base URL of a request.
    fn base_url(&self, request: &Request) -> &Url {
        let other = request.server.and_then(|server| self.0.settings.other_servers.get(server));
        other.unwrap_or(&self.0.settings.base_url)
    }

    pub(crate) fn host(&self, request: &Request) -> String {
        self.base_url(request).host_str().unwrap_or_default().to_owned()
    }

    /// Refuses to send credentials unencrypted. `build` does so for the base URL.
    pub(crate) fn check_server(&self, request: &Request) -> Result<(), Error> {
        let url = self.base_url(request);
        let is_refused = url.scheme() == "http" && !self.0.settings.allow_credentials_over_http && !is_loopback(url);
        if is_refused && self.credentials(request).next().is_some() {
            return Err(ConfigurationError::PlainHttp { host: self.host(request) }.into());
        }
        Ok(())
    }

    pub(crate) fn proxy(&self) -> Option<&str> {
        self.0.settings.proxy.as_deref()
    }

    /// Whether this header has the credentials.
    pub(crate) fn has_credentials_in(&self, header: &HeaderName) -> bool {
        let is_in_cookie = || self.0.settings.credentials.iter().any(|own| own.cookie().is_some());
        self.0.settings.headers.get(header).is_some_and(HeaderValue::is_sensitive)
            || (*header == COOKIE && is_in_cookie())
            || (*header == AUTHORIZATION && self.0.settings.tokens.is_some())
    }

    /// Makes one attempt: sends the request and reads the response.
    pub(crate) async fn attempt<B: FromBody>(
        &self,
        request: &Request,
        permit: &Permit,
        timeout: AttemptTimeout,
    ) -> Result<RawResponse<B>, Failure> {
        let token = match timeout.apply(self.token(request)).await {
            Some(token) => token?,
            None => return Err(Failure::NotSentInTime(timeout.configured)),
        };
        let header = token.as_ref().map(|(token, _)| token.header.clone());
        let mut head = None;
        if let Some(attempted) = timeout.apply(self.send(request, permit, header, &mut head)).await {
            return match attempted {
                Err(Failure::Refused(refusal)) => Err(self.forget_refused_token(token, refusal).await),
                attempted => attempted,
            };
        }
        match head {
            Some((status, headers)) if is_refusal(request, status) && !needs_body(request, status) => {
                Err(self.refusal(request, status, headers, Bytes::new()))
            }
            head => Err(Failure::TimedOut { timeout: timeout.configured, status: head.map(|(status, _)| status) }),
        }
    }

    /// Returns the access token for a request, if it needs one, and whether the token is new.
    async fn token(&self, request: &Request) -> Result<Option<(Token, bool)>, Failure> {
        let Some(tokens) = self.0.settings.tokens.as_ref().filter(|_| !request.anonymous) else { return Ok(None) };
        // Most clients have no tokens, so the futures of all calls do not have the size of this one.
        match Box::pin(tokens.token(&self.0.http)).await {
            Ok(token) => Ok(Some(token)),
            Err(TokenError::Unavailable(source)) => {
                let problem = format!("the token endpoint failed or cannot be reached: {}", root(&source));
                Err(Failure::NoToken { problem, is_final: false })
            }
            Err(TokenError::Refused(problem)) => Err(Failure::NoToken { problem, is_final: true }),
        }
    }

    /// Forgets the token after a 401, if it is an old one: it may have expired before its time.
    async fn forget_refused_token(&self, token: Option<(Token, bool)>, mut refusal: Box<ApiError>) -> Failure {
        if let (Some((token, false)), Some(tokens), StatusCode::UNAUTHORIZED) =
            (token, &self.0.settings.tokens, refusal.status)
        {
            tokens.forget(&token).await;
            refusal.has_old_token = true;
        }
        Failure::Refused(refusal)
    }

    /// Makes an attempt without a timeout. The head of the response is stored as soon as it is there, because it counts
    /// even if the body times out.
    async fn send<B: FromBody>(
        &self,
        request: &Request,
        permit: &Permit,
        token: Option<HeaderValue>,
        head: &mut Option<(StatusCode, HeaderMap)>,
    ) -> Result<RawResponse<B>, Failure> {
        permit.mark_sent();
        let sent = self.prepare(request, token).send().await;
        match &sent {
            Ok(_) => permit.mark_responded(),
            Err(error) if is_connect(error) || error.is_builder() => permit.mark_unsent(),
            Err(_) => {}
        }
        let mut response = sent.map_err(|error| failure(request, error))?;
        let (status, location) = (response.status(), documented_location(request, &response));
        let (_, headers) = head.insert((status, std::mem::take(response.headers_mut())));
        let (body, max_bytes) = (Body::new(response), self.0.settings.max_body_bytes);

        if !status.is_success() && location.is_none() {
            let body = match Bytes::from_body(body, max_bytes).await {
                Ok(body) => body,
                Err(BodyError::ConnectionLost(source)) if needs_body(request, status) => {
                    return Err(Failure::ConnectionLost { source: source.without_url(), status: Some(status) });
                }
                Err(BodyError::ConnectionLost(_) | BodyError::TooLong) => Bytes::new(),
            };
            return Err(self.refusal(request, status, std::mem::take(headers), body));
        }
        match B::from_body(body, max_bytes).await {
            Ok(body) => Ok(RawResponse { status, headers: std::mem::take(headers), body, location }),
            Err(BodyError::ConnectionLost(source)) => {
                Err(Failure::ConnectionLost { source: source.without_url(), status: Some(status) })
            }
            Err(BodyError::TooLong) => Err(Failure::Final(too_long(request, status, max_bytes))),
        }
    }

    fn prepare(&self, request: &Request, token: Option<HeaderValue>) -> reqwest::RequestBuilder {
        let mut url = request.url(self.base_url(request));
        for (name, key) in self.credentials(request).filter_map(Credentials::query) {
            url.query_pairs_mut().append_pair(name, key);
        }
        let mut builder = self.0.http.request(request.method.clone(), url);
        // The sensitive one of these headers has the credentials.
        for (name, value) in
            self.0.settings.headers.iter().filter(|(_, value)| !(request.anonymous && value.is_sensitive()))
        {
            builder = builder.header(name, value);
        }
        if let Some(token) = token {
            builder = builder.header(AUTHORIZATION, token);
        }
        builder = builder.header(ACCEPT, HeaderValue::from_static(request.accept));
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(cookies) = self.cookies(request) {
            builder = builder.header(COOKIE, cookies);
        }
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, &*body.content_type).body(body.content.to_body());
        }
        if expects_body(&request.method) && request.body.as_ref().is_none_or(|body| body.content.is_empty()) {
            builder = with_empty_body(builder);
        }
        builder.headers(request.call_headers.clone())
    }

    /// Joins all cookies into the one header that HTTP allows.
    fn cookies(&self, request: &Request) -> Option<HeaderValue> {
        let own = self.credentials(request).filter_map(Credentials::cookie).collect::<Vec<_>>();
        let cookies: Vec<_> = own.iter().chain(&request.cookies).map(String::as_str).collect();
        let mut header = HeaderValue::from_str(&cookies.join("; ")).ok().filter(|_| !cookies.is_empty())?;
        header.set_sensitive(true);
        Some(header)
    }

    fn credentials(&self, request: &Request) -> impl Iterator<Item = &Credentials> {
        let is_anonymous = request.anonymous;
        self.0.settings.credentials.iter().filter(move |_| !is_anonymous)
    }

    /// Makes the error of a response with an error status, whose body may be incomplete.
    fn refusal(&self, request: &Request, status: StatusCode, headers: HeaderMap, body: Bytes) -> Failure {
        let decode::ErrorBody { message, request_id, in_envelope } = decode::error_body(self.api().envelope, &body);
        let refusal = ApiError {
            operation: request.operation,
            permissions: request.permissions,
            attempts: 1,
            status,
            headers,
            message,
            request_id,
            in_envelope,
            waited: None,
            needs_wake: request.wake_for(status).is_some(),
            has_old_token: false,
            wake_error: None,
            base_url: self.base_url(request).to_string(),
            body,
        };
        if let (Some(limiter), Outcome::Throttled, Some(wait)) =
            (self.rate_limiter(), Outcome::of_status(status), refusal.retry_after())
        {
            limiter.pause(wait);
        }
        Failure::Refused(Box::new(refusal))
    }
}

/// Whether a status is that of an error response.
fn is_refusal(request: &Request, status: StatusCode) -> bool {
    !status.is_success() && !request.documents_redirect(status)
}

/// Whether an error response has no meaning without its body, which distinguishes a 404 of the API from that of a
/// proxy.
fn needs_body(request: &Request, status: StatusCode) -> bool {
    status == StatusCode::NOT_FOUND && request.idempotency == Idempotency::Safe
}

/// Whether requests of this method usually have a body. Such a request needs a `Content-Length` even without a body:
/// some servers respond with 411 otherwise.
fn expects_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

#[cfg(not(target_family = "wasm"))]
fn with_empty_body(builder: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    builder.header(reqwest::header::CONTENT_LENGTH, HeaderValue::from_static("0"))
}

/// Changes nothing, because a browser sets the length by itself.
#[cfg(target_family = "wasm")]
fn with_empty_body(builder: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    builder
}

fn failure(request: &Request, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    if error.is_builder() {
        Failure::Final(request.invalid("request", error.to_string()))
    } else if error.is_redirect() {
        Failure::Redirected(error)
    } else if is_connect(&error) {
        Failure::NotConnected(error)
    } else {
        Failure::ConnectionLost { source: error, status: None }
    }
}

#[cfg(not(target_family = "wasm"))]
fn is_connect(error: &reqwest::Error) -> bool {
    error.is_connect()
}

/// Returns `false`, because a browser does not report whether a failed request was sent.
#[cfg(target_family = "wasm")]
fn is_connect(_: &reqwest::Error) -> bool {
    false
}

fn too_long(request: &Request, status: StatusCode, max_bytes: usize) -> Error {
    Error::Decode(Box::new(DecodeError {
        operation: request.operation,
        attempts: 1,
        status,
        request_id: None,
        path: "$".to_owned(),
        problem: format!("is longer than {max_bytes} bytes, the most that `max_body_bytes(..)` allows"),
        body: Bytes::new(),
    }))
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("base_url", &self.0.settings.base_url.as_str())
            .field("credentials", &self.0.settings.credentials)
            .field("headers", &self.0.settings.headers)
            .field("defaults", &self.0.settings.defaults)
            .field("rate_limit", &self.0.settings.rate_limiter)
            .finish_non_exhaustive()
    }
}
