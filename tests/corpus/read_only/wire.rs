//! A type whose properties are all read-only.

use read_only::{Client, types::ThingInput};
use wire::{Server, json};

#[tokio::test]
async fn a_type_of_which_nothing_can_be_sent_is_sent_as_an_empty_object() {
    let server = Server::answering([json(200, &serde_json::json!({ "id": "a" }))]).await;
    let thing = server.client(Client::builder()).put_thing(&ThingInput::new()).await.unwrap();
    assert_eq!(thing.id.as_deref(), Some("a"));
    assert_eq!(server.request().text(), "{}");
}
