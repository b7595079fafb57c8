//! What is sent and received beside parameters.

use bodies::{Client, types::*};
use wire::{Server, content, json};

#[tokio::test]
async fn json_is_sent_and_received() {
    let server = Server::answering([json(201, &serde_json::json!({"name": "ball", "weight": 2}))]).await;
    let thing = server.client(Client::builder()).add_thing(&ThingInput::new("ball")).await.unwrap();
    assert_eq!((thing.name().unwrap(), thing.weight), ("ball", Some(2.0)));

    let request = server.request();
    assert_eq!(request.line, "POST /things");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.text(), r#"{"name":"ball"}"#);
}

#[tokio::test]
async fn text_is_received_as_it_is() {
    let server = Server::answering([content(200, "text/csv", "a,b\n")]).await;
    let report = server.client(Client::builder()).get_report().await.unwrap();
    assert_eq!(report.as_str(), "a,b\n");
    assert_eq!(server.request().header("accept"), Some("text/csv"));
}
