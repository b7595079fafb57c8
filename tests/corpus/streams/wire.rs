//! Responses that are read while they arrive.

use streams::{Client, StreamedResponse, types::*};
use wire::{Server, content, json};

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
