use keyword_and_underscore::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_keyword_and_the_same_with_an_underscore_are_two_fields() {
    let response = json!({ "type": "a", "_type": "b", "type_": "c" });
    let server = Server::responding([json(200, &response)]).await;
    let message = MessageInput::new("a", "b").type_("c");
    let message = server.client(Client::builder()).put_message(&message).await.unwrap();
    assert_eq!((message.type_2().unwrap(), message.type_3().unwrap(), message.type_.as_deref()), ("a", "b", Some("c")));
    assert_eq!(server.request().json(), response);
}
