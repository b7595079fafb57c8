use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use clickhouse_cloud_simulator::{Builder, Simulator};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

pub(crate) const GET: Method = Method::GET;
pub(crate) const POST: Method = Method::POST;
pub(crate) const PATCH: Method = Method::PATCH;
pub(crate) const PUT: Method = Method::PUT;
pub(crate) const DELETE: Method = Method::DELETE;

/// A simulator and a client for it.
pub(crate) struct Client {
    pub(crate) simulator: Simulator,
    http: reqwest::Client,
    /// What of the organization its paths are below.
    collection: &'static str,
}

/// An id that does not exist.
pub(crate) const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

impl Client {
    /// Starts a simulator with a manual clock and without a rate limit.
    pub(crate) async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    pub(crate) async fn start_with(configure: impl FnOnce(Builder) -> Builder) -> Self {
        let builder = configure(Simulator::builder().seed(1).manual_clock().no_rate_limit());
        // Reading the certificates of the system takes longer than most tests.
        let http = reqwest::Client::builder().tls_certs_only([]).build().unwrap();
        Self { simulator: builder.start().await.unwrap(), http, collection: "services" }
    }

    /// Returns the client for other paths than those below the services.
    pub(crate) fn below(self, collection: &'static str) -> Self {
        Self { collection, ..self }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.base_url())
    }

    /// Returns a path below the services of the organization.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/v1/organizations/{}/{}{below}", self.simulator.organization(), self.collection)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.url(path))
    }

    pub(crate) fn signed(&self, method: Method, path: &str) -> RequestBuilder {
        let (id, secret) = self.simulator.key();
        self.request(method, path).basic_auth(id, Some(secret))
    }

    /// Calls a path below the services of the organization, and returns the status and the whole response.
    pub(crate) async fn call(&self, method: Method, below: &str, body: Option<Value>) -> (u16, Value) {
        let mut request = self.signed(method, &self.path(below));
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }

    /// Returns the result of a call that succeeds.
    pub(crate) async fn result(&self, method: Method, below: &str, body: Option<Value>) -> Value {
        let (status, response) = self.call(method, below, body).await;
        assert_eq!(status, 200, "{response}");
        response["result"].clone()
    }

    /// Returns the status and the error of a call that fails.
    pub(crate) async fn refusal(&self, method: Method, below: &str, body: Option<Value>) -> (u16, String) {
        let (status, response) = self.call(method, below, body).await;
        assert_eq!(response["status"], status, "{response}");
        assert!(response["requestId"].is_string(), "{response}");
        (status, response["error"].as_str().unwrap().to_owned())
    }

    /// Creates a service, and returns its path.
    pub(crate) async fn create(&self) -> String {
        let body = json!({ "name": "analytics", "provider": "aws", "region": "us-east-1", "ipAccessList": [], "idleScaling": false });
        let created = self.result(POST, "", Some(body)).await;
        format!("/{}", created["service"]["id"].as_str().unwrap())
    }

    /// Creates a service that is running, and returns its path.
    pub(crate) async fn create_running(&self) -> String {
        let service = self.create().await;
        self.advance(90);
        assert_eq!(self.state(&service).await, "running");
        service
    }

    pub(crate) async fn command(&self, service: &str, command: &str) -> u16 {
        self.call(PATCH, &format!("{service}/state"), Some(json!({ "command": command }))).await.0
    }

    pub(crate) async fn state(&self, service: &str) -> String {
        self.result(GET, service, None).await["state"].as_str().unwrap().to_owned()
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.simulator.advance(Duration::from_secs(seconds));
    }

    /// Sends bytes, and returns the response to them.
    pub(crate) async fn raw(&self, bytes: impl Into<Vec<u8>>) -> String {
        let (address, bytes) = (self.simulator.address(), bytes.into());
        let exchange = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            stream.write_all(&bytes).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
            let mut response = Vec::new();
            stream.read_to_end(&mut response).unwrap();
            String::from_utf8(response).unwrap()
        };
        tokio::task::spawn_blocking(exchange).await.unwrap()
    }
}

pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    (status, response.json().await.unwrap())
}
