use std::{fmt, sync::Arc};

use bytes::Bytes;
use reqwest::{
    Method, StatusCode, Url,
    header::{ACCEPT, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue},
};

use crate::{
    Api, ApiError, DecodeError, Error, Request,
    answer::{Answer, Body, BodyError, Receive},
    attempts::{AttemptTime, CallSettings, Failure},
    credentials::Credentials,
    decode,
    pacing::{Pacer, Turn},
    retry::{Idempotency, Outcome},
};

/// What the clones of a client share: the connections, where to call, and as whom. Generated code holds one.
#[derive(Clone)]
pub struct Transport(Arc<Shared>);

struct Shared {
    api: &'static Api,
    http: reqwest::Client,
    settings: Settings,
}

/// What was said to the builder, as far as calls need it.
pub(crate) struct Settings {
    pub(crate) base_url: Url,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) headers: HeaderMap,
    /// Of calls that have none of their own.
    pub(crate) defaults: CallSettings,
    pub(crate) pacer: Option<Arc<Pacer>>,
    pub(crate) validate_requests: bool,
    pub(crate) max_body_bytes: usize,
}

impl Transport {
    pub(crate) fn new(api: &'static Api, http: reqwest::Client, settings: Settings) -> Self {
        Self(Arc::new(Shared { api, http, settings }))
    }

    /// Starts a GET call of the operation with this id. `template` is its path as in the document, with the
    /// parameters in braces; and so for the other methods.
    pub fn get(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::GET, template)
    }

    /// Starts a PUT call.
    pub fn put(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::PUT, template)
    }

    /// Starts a POST call.
    pub fn post(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::POST, template)
    }

    /// Starts a PATCH call.
    pub fn patch(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::PATCH, template)
    }

    /// Starts a DELETE call.
    pub fn delete(&self, operation: &'static str, template: &'static str) -> Request {
        self.request(operation, Method::DELETE, template)
    }

    /// Starts a call with any method.
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

    pub(crate) fn pacer(&self) -> Option<&Arc<Pacer>> {
        self.0.settings.pacer.as_ref()
    }

    pub(crate) fn host(&self) -> String {
        self.0.settings.base_url.host_str().unwrap_or_default().to_owned()
    }

    /// Whether credentials are sent in the header of this name.
    pub(crate) fn has_credentials_in(&self, header: &HeaderName) -> bool {
        let is_in_cookie =
            || self.0.settings.credentials.as_ref().is_some_and(|own| own.cookie(self.api().api_key).is_some());
        self.0.settings.headers.get(header).is_some_and(HeaderValue::is_sensitive)
            || (*header == COOKIE && is_in_cookie())
    }

    /// Sends a request and receives its answer, in one attempt.
    pub(crate) async fn attempt<B: Receive>(
        &self,
        request: &Request,
        permit: &Turn,
        time: AttemptTime,
    ) -> Result<Answer<B>, Failure> {
        let mut head = None;
        if let Some(attempted) = time.within(self.send_and_receive(request, permit, &mut head)).await {
            return attempted;
        }
        match head {
            Some((status, headers)) if !status.is_success() && !tells_by_body(request, status) => {
                Err(self.refusal(request, status, headers, Bytes::new()))
            }
            head => Err(Failure::TimedOut { limit: time.limit, status: head.map(|(status, _)| status) }),
        }
    }

    /// Does so without a limit. The head of a response is kept as soon as it is there: it counts although the rest may
    /// not come in time.
    async fn send_and_receive<B: Receive>(
        &self,
        request: &Request,
        permit: &Turn,
        head: &mut Option<(StatusCode, HeaderMap)>,
    ) -> Result<Answer<B>, Failure> {
        permit.sent();
        let sent = self.prepare(request).send().await;
        match &sent {
            Ok(_) => permit.answered(),
            Err(error) if is_connect(error) || error.is_builder() => permit.unused(),
            Err(_) => {}
        }
        let mut response = sent.map_err(|error| failure(request, error))?;
        let status = response.status();
        let (_, headers) = head.insert((status, std::mem::take(response.headers_mut())));
        let (body, most) = (Body::of(response), self.0.settings.max_body_bytes);

        if !status.is_success() {
            let body = match Bytes::receive(body, most).await {
                Ok(body) => body,
                Err(BodyError::Lost(source)) if tells_by_body(request, status) => {
                    return Err(Failure::Lost { source: source.without_url(), status: Some(status) });
                }
                Err(BodyError::Lost(_) | BodyError::TooLong) => Bytes::new(),
            };
            return Err(self.refusal(request, status, std::mem::take(headers), body));
        }
        match B::receive(body, most).await {
            Ok(body) => Ok(Answer { status, headers: std::mem::take(headers), body }),
            Err(BodyError::Lost(source)) => Err(Failure::Lost { source: source.without_url(), status: Some(status) }),
            Err(BodyError::TooLong) => Err(Failure::Final(too_long(request, status, most))),
        }
    }

    fn prepare(&self, request: &Request) -> reqwest::RequestBuilder {
        let mut url = request.url(&self.0.settings.base_url);
        if let Some((name, key)) =
            self.credentials(request).and_then(|credentials| credentials.query(self.api().api_key))
        {
            url.query_pairs_mut().append_pair(name, key);
        }
        let mut builder = self.0.http.request(request.method.clone(), url);
        // Of these headers, the one with the credentials is the one that nobody may see.
        for (name, value) in
            self.0.settings.headers.iter().filter(|(_, value)| !(request.anonymous && value.is_sensitive()))
        {
            builder = builder.header(name, value);
        }
        builder = builder.header(ACCEPT, HeaderValue::from_static(request.accept));
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(cookies) = self.cookies(request) {
            builder = builder.header(COOKIE, cookies);
        }
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, &*body.content_type).body(body.content.clone());
        }
        if expects_body(&request.method) && request.body.as_ref().is_none_or(|body| body.content.is_empty()) {
            builder = without_body(builder);
        }
        builder.headers(request.headers_of_call.clone())
    }

    /// The header for cookies, which there can be one of.
    fn cookies(&self, request: &Request) -> Option<HeaderValue> {
        let own = self.credentials(request).and_then(|credentials| credentials.cookie(self.api().api_key));
        let cookies: Vec<_> = own.iter().chain(&request.cookies).map(String::as_str).collect();
        let mut header = HeaderValue::from_str(&cookies.join("; ")).ok().filter(|_| !cookies.is_empty())?;
        header.set_sensitive(true);
        Some(header)
    }

    fn credentials(&self, request: &Request) -> Option<&Credentials> {
        self.0.settings.credentials.as_ref().filter(|_| !request.anonymous)
    }

    /// A refusal, with whatever came of its body: the status says enough.
    fn refusal(&self, request: &Request, status: StatusCode, headers: HeaderMap, body: Bytes) -> Failure {
        let decode::Refusal { message, request_id, in_envelope } = decode::refusal(self.api().envelope, &body);
        let refusal = ApiError {
            operation: request.operation,
            attempts: 1,
            status,
            headers,
            message,
            request_id,
            in_envelope,
            base_url: self.0.settings.base_url.to_string(),
            body,
        };
        if let (Some(pacer), Outcome::Throttled, Some(wait)) =
            (self.pacer(), Outcome::of_status(status), refusal.retry_after())
        {
            pacer.hold(wait);
        }
        Failure::Refused(Box::new(refusal))
    }
}

/// Whether it takes the body to know what a response means: only that tells a 404 of the API from any other.
fn tells_by_body(request: &Request, status: StatusCode) -> bool {
    status == StatusCode::NOT_FOUND && request.idempotency == Idempotency::Safe
}

/// Whether requests of this method have a body most of the time. HTTP wants a length from them, also where there is
/// none, and some servers answer 411 otherwise.
fn expects_body(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH)
}

#[cfg(not(target_family = "wasm"))]
fn without_body(builder: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    builder.header(reqwest::header::CONTENT_LENGTH, HeaderValue::from_static("0"))
}

/// A browser says by itself how long a body is, and lets nobody else do so.
#[cfg(target_family = "wasm")]
fn without_body(builder: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
    builder
}

fn failure(request: &Request, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    if error.is_builder() {
        Failure::Final(request.invalid("request", error.to_string()))
    } else if error.is_redirect() {
        Failure::Redirected(error)
    } else if is_connect(&error) {
        Failure::NotSent(error)
    } else {
        Failure::Lost { source: error, status: None }
    }
}

#[cfg(not(target_family = "wasm"))]
fn is_connect(error: &reqwest::Error) -> bool {
    error.is_connect()
}

/// A browser does not say at which point a request failed: it may have arrived.
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
            .field("rate_limit", &self.0.settings.pacer)
            .finish_non_exhaustive()
    }
}
