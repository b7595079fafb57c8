//! A server between a client and another server, which keeps what they send each other.

use std::sync::{Arc, Mutex};

use clickhouse_cloud::reqwest::{Client, Method, redirect::Policy};
use serde_json::Value;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};

use crate::raw_server::read_request;

/// A server on loopback.
#[derive(Debug)]
pub struct Recorder {
    url: String,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

/// A request and the response to it. A body that is not JSON is `null`.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, which may be empty.
    pub query: String,
    /// The body of the request.
    pub request: Value,
    /// The status of the response.
    pub status: u16,
    /// The body of the response.
    pub response: Value,
}

impl Recorder {
    /// Starts one that forwards requests to the server at this base URL.
    pub async fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let exchanges = Arc::default();
        let recorder = Self { url, exchanges: Arc::clone(&exchanges) };
        let server = server.to_owned();
        let http = Client::builder().no_proxy().redirect(Policy::none()).build().expect("a client");
        tokio::spawn(async move {
            while let Ok((mut connection, _)) = listener.accept().await {
                let (http, server, exchanges) = (http.clone(), server.clone(), Arc::clone(&exchanges));
                tokio::spawn(async move {
                    let (exchange, reply) = forward(&mut connection, &http, &server).await;
                    exchanges.lock().expect("no test has failed").push(exchange);
                    connection.write_all(&reply).await.expect("the client reads the response");
                });
            }
        });
        recorder
    }

    /// Its base URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was sent, oldest first.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().expect("no test has failed").clone()
    }
}

/// Forwards the request of a connection, and returns the response to it, as it goes to the client.
async fn forward(connection: &mut TcpStream, http: &Client, server: &str) -> (Exchange, Vec<u8>) {
    let (head, body) = read_request(connection).await;
    let mut words = head[0].split(' ');
    let (method, target) = (words.next().expect("a method"), words.next().expect("a target"));
    let url = format!("{server}{target}");
    let mut request = http.request(Method::from_bytes(method.as_bytes()).expect("a method"), url);
    for (name, value) in head[1..].iter().filter_map(|line| line.split_once(": ")) {
        if !["connection", "content-length", "host"].contains(&name.to_ascii_lowercase().as_str()) {
            request = request.header(name, value);
        }
    }
    let response = request.body(body.clone()).send().await.expect("a response");

    let status = response.status();
    let mut reply = format!("HTTP/1.1 {status}\r\nconnection: close\r\n").into_bytes();
    for (name, value) in response.headers() {
        if !["connection", "content-length", "transfer-encoding"].contains(&name.as_str()) {
            reply.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
    }
    let content = response.bytes().await.expect("a body");
    reply.extend(format!("content-length: {}\r\n\r\n", content.len()).into_bytes());
    reply.extend(&content);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let exchange = Exchange {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        request: serde_json::from_slice(&body).unwrap_or_default(),
        status: status.as_u16(),
        response: serde_json::from_slice(&content).unwrap_or_default(),
    };
    (exchange, reply)
}
