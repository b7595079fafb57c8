//! An API key of one part that stands in the query.

use key_in_query::Client;
use wire::{Server, status};

#[tokio::test]
async fn the_key_is_in_the_query_and_in_no_message() {
    let server = Server::responding([status(204)]).await;
    let client: Client = server.client(Client::builder().api_key("k&y"));
    client.get_thing().color("red").await.unwrap();
    assert_eq!(server.request().line, "GET /thing?color=red&api_key=k%26y");

    client.get_thing().await.unwrap();
    assert_eq!(server.request().line, "GET /thing?api_key=k%26y");

    // Nothing listens there.
    let client = Client::builder().base_url("http://127.0.0.1:1").api_key("k&y").build().unwrap();
    let error = client.get_thing().retry(clickhouse_cloud_runtime::NoRetry).await.unwrap_err();
    let texts = format!("{error} {error:?} {client:?} {:?}", client.get_thing());
    assert!(!texts.contains("k&y") && !texts.contains("k%26y"), "{texts}");
}

#[tokio::test]
async fn no_key_is_sent_where_none_is_asked_for() {
    let server = Server::responding([status(204)]).await;
    let client: Client = server.client(Client::builder().api_key("the key"));
    client.get_open_thing().await.unwrap();
    assert_eq!(server.request().line, "GET /open/thing");
}
