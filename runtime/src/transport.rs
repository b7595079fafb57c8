use std::{fmt, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Method, StatusCode, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, USER_AGENT},
};

use crate::{Api, ApiError, DecodeError, Error, Request, credentials::Credentials, decode};

/// An answer longer than this is given up on: nothing in a control plane is that large.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// What the clones of a client share: the connections, where to call, and as whom. Generated code holds one.
#[derive(Clone)]
pub struct Transport(Arc<Shared>);

struct Shared {
    api: &'static Api,
    http: reqwest::Client,
    base_url: Url,
    credentials: Option<Credentials>,
    user_agent: Option<String>,
    timeout: Duration,
}

/// A successful answer, read to its end and not yet decoded.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Transport {
    pub(crate) fn new(
        api: &'static Api,
        http: reqwest::Client,
        base_url: Url,
        credentials: Option<Credentials>,
        user_agent: Option<String>,
        timeout: Duration,
    ) -> Self {
        Self(Arc::new(Shared { api, http, base_url, credentials, user_agent, timeout }))
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

    /// Sends a request and reads its answer, in one attempt.
    pub(crate) async fn send(&self, request: Request, timeout: Option<Duration>) -> Result<Answer, Error> {
        let timeout = timeout.unwrap_or(self.0.timeout);
        let failed = |error: reqwest::Error| self.failure(&request, error, timeout);

        let mut response = self.prepare(&request, timeout)?.send().await.map_err(failed)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                if status.is_success() {
                    return Err(too_large(&request, status));
                }
                break;
            }
            body.extend_from_slice(&chunk);
        }
        let body = body.freeze();

        if status.is_success() {
            Ok(Answer { status, headers, body })
        } else {
            Err(Error::Api(Box::new(self.refusal(&request, status, body))))
        }
    }

    fn prepare(&self, request: &Request, timeout: Duration) -> Result<reqwest::RequestBuilder, Error> {
        let url = request.url(&self.0.base_url)?;
        let mut builder =
            self.0.http.request(request.method.clone(), url).timeout(timeout).header(ACCEPT, request.accept);
        if let Some(user_agent) = &self.0.user_agent {
            builder = builder.header(USER_AGENT, user_agent);
        }
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(credentials) = &self.0.credentials {
            builder = credentials.authorize(builder);
        }
        if let Some(body) = &request.body {
            builder = builder.header(CONTENT_TYPE, "application/json").body(body.clone());
        }
        Ok(builder)
    }

    fn failure(&self, request: &Request, error: reqwest::Error, timeout: Duration) -> Error {
        let operation = request.operation;
        let source = error.without_url();
        if source.is_builder() {
            request.invalid("request", source.to_string())
        } else if source.is_connect() || (request.repeatable && !source.is_timeout()) {
            let host = self.0.base_url.host_str().unwrap_or_default().to_owned();
            Error::Connect { operation, host, source }
        } else if request.repeatable {
            Error::Timeout { operation, timeout }
        } else {
            Error::Interrupted { operation, source }
        }
    }

    fn refusal(&self, request: &Request, status: StatusCode, body: Bytes) -> ApiError {
        let decode::Refusal { message, request_id } = decode::refusal(self.api().envelope, &body);
        ApiError { operation: request.operation, status, message, request_id, body }
    }
}

fn too_large(request: &Request, status: StatusCode) -> Error {
    Error::Decode(Box::new(DecodeError {
        operation: request.operation,
        status,
        request_id: None,
        path: "$".to_owned(),
        problem: format!("is longer than {MAX_BODY_BYTES} bytes"),
        body: Bytes::new(),
    }))
}

impl fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("base_url", &self.0.base_url.as_str())
            .field("credentials", &self.0.credentials)
            .field("user_agent", &self.0.user_agent)
            .field("timeout", &self.0.timeout)
            .finish_non_exhaustive()
    }
}
