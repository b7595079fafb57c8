//! Hostile input: each gets a clear response, and the simulator still works afterwards.

use serde_json::json;

use crate::client::{Client, GET, NOBODY, POST, read};

/// Returns the head of a request with a key, without the headers of the body.
fn head(client: &Client, method: &str, target: &str) -> String {
    let request = client.signed(GET, "/").build().unwrap();
    let authorization = request.headers()["authorization"].to_str().unwrap().to_owned();
    format!("{method} {target} HTTP/1.1\r\nhost: localhost\r\nauthorization: {authorization}\r\n")
}

async fn still_works(client: &Client) {
    assert_eq!(client.call(GET, "", None).await.0, 200);
}

#[tokio::test]
async fn malformed_http_is_a_bad_request() {
    let client = Client::start().await;
    let many_headers = format!("GET / HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(1_000));
    for (bytes, status) in [
        (b"nonsense\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
        (b"GET /\x00 HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), "HTTP/1.1 400 "),
        (b"GET / HTTP/9.9\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
        (b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n".to_vec(), "HTTP/1.1 400 "),
        (many_headers.into_bytes(), "HTTP/1.1 431 "),
    ] {
        let response = client.raw(bytes.clone()).await;
        assert!(response.starts_with(status), "{:?}: {response}", String::from_utf8_lossy(&bytes));
    }
    still_works(&client).await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let client = Client::start().await;
    let response = client.raw(format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(100_000))).await;
    assert!(response.starts_with("HTTP/1.1 414 "), "{response}");
    still_works(&client).await;
}

#[tokio::test]
async fn a_huge_body_is_too_large() {
    let client = Client::start().await;
    let body = vec![b' '; 100 * 1024 * 1024];
    let request = client.signed(POST, &client.path("")).header("content-type", "application/json").body(body);
    let (status, response) = read(request.send().await.unwrap()).await;
    assert_eq!((status, &response["error"]), (413, &json!("CONTENT_TOO_LARGE: a body may have at most 1048576 bytes")));
    still_works(&client).await;
}

#[tokio::test]
async fn a_body_that_ends_early_is_not_complete() {
    let client = Client::start().await;
    let head = head(&client, "POST", &client.path(""));
    let response = client.raw(format!("{head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{{")).await;
    assert!(response.is_empty() || response.starts_with("HTTP/1.1 400 "), "{response}");
    still_works(&client).await;
}

#[tokio::test]
async fn deep_nesting_is_not_json() {
    let client = Client::start().await;
    for deep in ["[".repeat(500_000), "{\"a\":".repeat(100_000), format!("{}{}", "[".repeat(200), "]".repeat(200))] {
        let request = client.signed(POST, &client.path("")).header("content-type", "application/json").body(deep);
        let (status, response) = read(request.send().await.unwrap()).await;
        assert_eq!(status, 400);
        assert!(response["error"].as_str().unwrap().contains("recursion limit"), "{response}");
    }
    still_works(&client).await;
}

#[tokio::test]
async fn paths_are_not_tricked() {
    let client = Client::start().await;
    let organization = client.simulator.organization();
    for (target, status) in [
        (client.path("/../services"), 404),
        (client.path("/.."), 400),
        (client.path("/%2e%2e"), 400),
        (client.path(&format!("/a%2f{NOBODY}")), 400),
        (client.path("/not-a-uuid"), 400),
        (client.path(&format!("/{}", NOBODY.replace('-', ""))), 400),
        (client.path(&format!("/{{{NOBODY}}}")), 400),
        (client.path("/%ff%00"), 400),
        (format!("/v1/organizations/..%2f{organization}/services"), 400),
        (format!("//v1/organizations/{organization}/services"), 404),
        (format!("/v1/organizations/{organization}/services/"), 404),
        (format!("/v1/organizations/{organization}/services;x=1"), 404),
        (format!("/V1/organizations/{organization}/services"), 404),
        (format!("/v1/organizations/{organization}/services?../x"), 200),
        (format!("http://127.0.0.1/v1/organizations/{organization}/services"), 200),
        (format!("http://elsewhere/v1/organizations/{organization}/services"), 421),
        ("*".to_owned(), 404),
    ] {
        let response = client.raw(format!("{}connection: close\r\n\r\n", head(&client, "GET", &target))).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {response}");
    }
    let (status, error) = client.refusal(GET, "/not-a-uuid/backups", None).await;
    assert_eq!((status, error.as_str()), (400, "BAD_REQUEST: serviceId: this has to be a UUID"));
}
