//! Responses that are read while they arrive.

use std::time::Duration;

use streams::{Client, Error, Events, StreamedResponse, types::*};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use wire::{Server, content, json, status};

async fn client(response: wire::Response) -> (Server, Client) {
    let server = Server::responding([response]).await;
    let client = server.client(Client::builder());
    (server, client)
}

async fn text(mut response: StreamedResponse) -> String {
    let mut text = String::new();
    while let Some(chunk) = response.chunk().await.unwrap() {
        text += std::str::from_utf8(&chunk).unwrap();
    }
    text
}

#[tokio::test]
async fn json_is_streamed_as_it_is() {
    let (server, client) = client(json(200, &json!([{"value": 1}]))).await;
    let readings = client.list_readings().since("monday").stream().await.unwrap();
    assert_eq!(text(readings).await, r#"[{"value":1}]"#);
    assert_eq!(server.request().line, "GET /readings?since=monday");
    assert_eq!(client.list_readings().await.unwrap()[0].value, Some(1.0));
}

#[tokio::test]
async fn a_response_beside_json_is_streamed() {
    let (server, client) = client(content(200, "text/csv", "value\n1\n")).await;
    assert_eq!(text(client.get_last_reading().stream().await.unwrap()).await, "value\n1\n");
    assert_eq!(server.request().header("accept"), Some("application/json, text/csv"));
    let reading = client.get_last_reading().await.unwrap().into_inner();
    assert_eq!(reading, GetLastReadingResponse::Text("value\n1\n".to_owned()));
}

async fn events(body: &str) -> (Server, Client) {
    client(content(200, "text/event-stream; charset=utf-8", body)).await
}

/// The names, the ids and the data of the events that are left.
async fn rest(mut events: Events<String>) -> Vec<(String, Option<String>, String)> {
    let mut rest = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        rest.push((event.name().to_owned(), event.id().map(str::to_owned), event.into_inner()));
    }
    rest
}

/// The URL of a server that sends an event, and the next one when the first was read.
async fn server_that_waits(read: tokio::sync::oneshot::Receiver<()>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        assert!(connection.read(&mut [0; 4096]).await.unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        connection.write_all(format!("{head}data: {{\"delta\":\"a\"}}\n\nda").as_bytes()).await.unwrap();
        read.await.unwrap();
        connection.write_all(b"ta: {\"delta\":\"b\"}\n\ndata: [DONE]\n\n").await.unwrap();
    });
    url
}

#[tokio::test]
async fn an_event_is_returned_before_the_next_one_is_sent() {
    let (read, is_read) = tokio::sync::oneshot::channel();
    let client = Client::builder().base_url(server_that_waits(is_read).await).build().unwrap();
    let mut parts = client.create_reply(&Question::new("why?").stream(true)).events().await.unwrap();
    assert_eq!(parts.next().await.unwrap().unwrap().delta().unwrap(), "a");
    read.send(()).unwrap();
    assert_eq!(parts.next().await.unwrap().unwrap().delta().unwrap(), "b");
    assert!(parts.next().await.is_none());
}

#[tokio::test]
async fn nothing_is_read_after_the_mark_of_the_end() {
    let (_server, client) = events("data: {\"delta\":\"a\"}\n\ndata: [DONE]\n\ndata: {\"delta\":\"b\"}\n\n").await;
    let mut parts = client.create_reply(&Question::new("why?").stream(true)).events().await.unwrap();
    assert_eq!(parts.next().await.unwrap().unwrap().delta().unwrap(), "a");
    assert!(parts.next().await.is_none() && parts.next().await.is_none());
}

#[tokio::test]
async fn a_call_asks_for_what_it_reads() {
    let (server, own) = client(json(200, &json!({"text": "so"}))).await;
    assert_eq!(own.create_reply(&Question::new("why?")).await.unwrap().text().unwrap(), "so");
    assert_eq!(server.request().header("accept"), Some("application/json"));
    let error = own.create_reply(&Question::new("why?")).events().await.unwrap_err();
    assert_eq!(server.request().header("accept"), Some("text/event-stream"));
    assert!(error.to_string().contains("is `application/json`, not `text/event-stream`"), "{error}");

    let (_server, own) = client(status(204)).await;
    assert!(own.follow_log().events().await.unwrap().next().await.is_none());
    let (_server, own) = client(status(409)).await;
    assert!(matches!(own.follow_log().events().await, Err(Error::Api(error)) if error.status() == 409));
}

#[tokio::test]
async fn an_event_without_a_schema_is_text() {
    let (_server, client) = events("\u{feff}: hello\n\ndata: a\ndata: b\n\nevent: end\r\nid: 7\r\ndata:[DONE]\r\n\r\ndata: lost").await;
    let expected = [("message", None, "a\nb"), ("end", Some("7"), "[DONE]")];
    let expected = expected.map(|(name, id, data)| (name.to_owned(), id.map(str::to_owned), data.to_owned()));
    assert_eq!(rest(client.follow_log().events().await.unwrap()).await, expected);
    assert!(client.follow_log().await.unwrap().ends_with("data: lost"));
}

#[tokio::test]
async fn an_event_whose_fields_are_described_is_an_object() {
    let body = "event: deleted\nid: 5\ndata: {\"value\": 1.5}\n\nevent: moved\ndata: no JSON\n\n";
    let (server, client) = events(body).await;
    let mut changes = client.watch_changes().events_("all").events().await.unwrap();
    assert_eq!(server.request().line, "GET /changes?events=all");
    let change = changes.next().await.unwrap().unwrap();
    assert_eq!((change.event().unwrap(), change.id.as_deref()), (&WatchChangesResultEvent::Deleted, Some("5")));
    assert_eq!(change.data.as_ref().unwrap().value, Some(1.5));
    let change = changes.next().await.unwrap().unwrap();
    assert_eq!((change.data.is_none(), change.mismatches().len()), (true, 1));
}

#[tokio::test]
async fn an_event_that_cannot_be_read_costs_only_itself() {
    let long = format!("data: {{\"delta\": \"{}\"}}", "x".repeat(100));
    let (server, _) = events(&format!("data: oops\n\n{long}\n\ndata: {{\"delta\": \"a\", \"index\": \"b\"}}\n\n")).await;
    let client = server.client(Client::builder().max_body_bytes(40));
    let mut parts = client.create_reply(&Question::new("why?")).events().await.unwrap();
    for problem in ["is not JSON", "longer than `max_body_bytes(..)` allows"] {
        let error = parts.next().await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Decode(_)) && error.to_string().contains(problem), "{error}");
    }
    let part = parts.next().await.unwrap().unwrap();
    assert_eq!((part.delta().unwrap(), part.mismatches().len()), ("a", 1));
    assert!(parts.next().await.is_none());
}

#[tokio::test]
async fn the_attempt_timeout_is_for_the_time_without_an_event() {
    let (_read, is_read) = tokio::sync::oneshot::channel();
    let client = Client::builder().base_url(server_that_waits(is_read).await).build().unwrap();
    let call = client.create_reply(&Question::new("why?")).attempt_timeout(Duration::from_millis(200));
    let mut parts = call.events().await.unwrap();
    assert!(parts.next().await.unwrap().is_ok());
    assert!(matches!(parts.next().await, Some(Err(Error::OutcomeUnknown(_)))), "it may have been carried out");
    assert!(parts.next().await.is_none());
}
