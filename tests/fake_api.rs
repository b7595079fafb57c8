//! A stand-in for the API that answers every request in the same way, and remembers what it was asked.

use clickhouse_cloud::Client;
use serde_json::{Value, json};
use wiremock::{Mock, MockServer, Request, ResponseTemplate, matchers::any};

/// The id of the API key that the client of a [`FakeApi`] calls with.
pub const KEY_ID: &str = "key-id";
/// Its secret.
pub const KEY_SECRET: &str = "key-secret";
/// The id of the request, in an answer made by [`result`].
pub const REQUEST_ID: &str = "f967f32d-45b8-4d53-96ff-7429c2363e88";

/// A server on loopback.
#[derive(Debug)]
pub struct FakeApi {
    server: MockServer,
}

/// The answer that holds this result.
pub fn result(result: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "status": 200, "requestId": REQUEST_ID, "result": result }))
}

impl FakeApi {
    /// Starts one.
    pub async fn answering(answer: ResponseTemplate) -> Self {
        let api = Self { server: MockServer::start().await };
        api.now_answers(answer).await;
        api
    }

    /// Changes the answer, and forgets the requests.
    pub async fn now_answers(&self, answer: ResponseTemplate) {
        self.server.reset().await;
        Mock::given(any()).respond_with(answer).mount(&self.server).await;
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        self.server.uri()
    }

    /// A client that calls it with an API key.
    pub fn client(&self) -> Client {
        Client::builder().base_url(self.url()).key(KEY_ID, KEY_SECRET).no_rate_limit().build().expect("a client")
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
