use one_text_or_another::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn alternatives_that_are_all_texts_are_one_text() {
    let response = json!({ "data": "0xabcd" });
    let server = Server::responding([json(200, &response)]).await;
    let order = server.client(Client::builder()).add_order(&OrderInput::new("{}")).await.unwrap();
    assert_eq!(order.data().unwrap(), "0xabcd");
    assert_eq!(server.request().json(), json!({ "data": "{}" }));
}
