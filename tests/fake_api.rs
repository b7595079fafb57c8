//! A stand-in for the API that gives every request the same response, and remembers the requests.

use std::sync::atomic::{AtomicUsize, Ordering};

use clickhouse_cloud::{Client, NoRetry};
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate, matchers::any};

/// The id of the API key that the client of a [`FakeApi`] calls with.
pub const KEY_ID: &str = "key-id";
/// Its secret.
pub const KEY_SECRET: &str = "key-secret";
/// The id of the request, in a response made by [`result`].
pub const REQUEST_ID: &str = "f967f32d-45b8-4d53-96ff-7429c2363e88";

/// A server on loopback.
#[derive(Debug)]
pub struct FakeApi {
    server: MockServer,
}

/// The response with this result.
pub fn result(result: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "status": 200, "requestId": REQUEST_ID, "result": result }))
}

/// The refusal with this status and this message, as the API writes it.
pub fn refusal(status: u16, message: &str) -> ResponseTemplate {
    let body = json!({ "status": status, "requestId": REQUEST_ID, "error": message });
    ResponseTemplate::new(status).set_body_json(body)
}

/// One response after the other; the last one is that to all later requests, too.
struct InTurn {
    responses: Vec<ResponseTemplate>,
    next: AtomicUsize,
}

impl Respond for InTurn {
    fn respond(&self, _: &Request) -> ResponseTemplate {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        self.responses[next.min(self.responses.len() - 1)].clone()
    }
}

impl FakeApi {
    /// Starts one that gives these responses one after the other, and the last one to all later requests.
    pub async fn responding_in_turn(responses: impl IntoIterator<Item = ResponseTemplate>) -> Self {
        let api = Self { server: MockServer::start().await };
        let responses = InTurn { responses: responses.into_iter().collect(), next: AtomicUsize::new(0) };
        Mock::given(any()).respond_with(responses).mount(&api.server).await;
        api
    }

    /// Starts one.
    pub async fn responding(response: ResponseTemplate) -> Self {
        let api = Self { server: MockServer::start().await };
        api.respond_with(response).await;
        api
    }

    /// Changes the response, and forgets the requests.
    pub async fn respond_with(&self, response: ResponseTemplate) {
        self.server.reset().await;
        Mock::given(any()).respond_with(response).mount(&self.server).await;
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// A client that calls it with an API key, once for each call and as often as one likes.
    pub fn client(&self) -> Client {
        let builder = Client::builder().base_url(self.url()).key(KEY_ID, KEY_SECRET);
        builder.no_rate_limit().retry(NoRetry).build().expect("a client")
    }

    /// The requests that came, oldest first.
    pub async fn requests(&self) -> Vec<Request> {
        self.server.received_requests().await.expect("requests are remembered")
    }

    /// The one request that came.
    pub async fn request(&self) -> Request {
        let requests = self.requests().await;
        let [request] = <[Request; 1]>::try_from(requests).unwrap_or_else(|them| panic!("{} requests", them.len()));
        request
    }
}

/// The value of a header of a request, as text.
pub fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.get(name).and_then(|value| value.to_str().ok())
}
