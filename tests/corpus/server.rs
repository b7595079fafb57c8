//! A server on loopback that responses every request alike, and keeps each as it came, byte for byte.

use std::sync::{Arc, Mutex};

use clickhouse_cloud_runtime::{ClientBuilder, NoRetry, Transport};
pub use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A server on loopback.
pub struct Server {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// What the server responses.
#[derive(Clone)]
pub struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// A request as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The method, and the path with its query: `GET /things?name=a%20b`.
    pub line: String,
    /// In the order in which they came; the names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// An response with this status, and nothing else.
pub fn status(status: u16) -> Response {
    Response { status, headers: Vec::new(), body: Vec::new() }
}

/// An response of this status with JSON.
pub fn json(status: u16, body: &Value) -> Response {
    content(status, "application/json", body.to_string())
}

/// An response of this status and this media type.
pub fn content(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Response {
    Response { status, headers: vec![("content-type", media_type.to_owned())], body: body.into() }
}

impl Response {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let length = ("content-length", self.body.len().to_string());
        let close = ("connection", "close".to_owned());
        let headers = self.headers.iter().chain([&length, &close]);
        let headers: String = headers.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let mut bytes = format!("HTTP/1.1 {} Status\r\n{headers}\r\n", self.status).into_bytes();
        bytes.extend(&self.body);
        bytes
    }
}

impl Server {
    /// Starts one that gives these responses, one after the other, and the last of them again and again.
    pub async fn responding(responses: impl IntoIterator<Item = Response>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut responses: Vec<_> = responses.into_iter().collect();
        responses.reverse();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let mut connection = BufReader::new(connection);
                let request = read(&mut connection).await;
                seen.lock().unwrap().push(request);
                let response = if responses.len() > 1 { responses.pop() } else { responses.last().cloned() };
                connection.write_all(&response.expect("an response").bytes()).await.unwrap();
            }
        });
        Self { url, requests }
    }

    /// The base URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A client that calls it, once for each call and as often as one likes.
    pub fn client<C: From<Transport>>(&self, builder: ClientBuilder<C>) -> C {
        builder.base_url(&self.url).no_rate_limit().retry(NoRetry).build().unwrap()
    }

    /// The requests since the last time, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// The one request since the last time.
    pub fn request(&self) -> Request {
        let [request] = <[Request; 1]>::try_from(self.requests()).unwrap();
        request
    }
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn read(connection: &mut BufReader<TcpStream>) -> Request {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        connection.read_line(&mut line).await.unwrap();
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut lines = lines.into_iter();
    let line = lines.next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    let headers =
        lines.filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())));
    let mut request = Request { line, headers: headers.collect(), body: Vec::new() };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    request.body = vec![0; length];
    connection.read_exact(&mut request.body).await.unwrap();
    request
}
