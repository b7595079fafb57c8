use narrowed_alternatives::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn the_alternative_that_is_left_is_read() {
    let response = json!({ "type": "b", "y": 5, "extra": "more" });
    let server = Server::responding([json(200, &response)]).await;
    let value: Narrowed = server.client(Client::builder()).get_value().await.unwrap().into_inner();
    assert_eq!((value.y, value.extra.as_deref()), (Some(5), Some("more")));
}
