use required_before_its_property::{Client, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn a_property_is_required_whichever_part_says_so_first() {
    let server = Server::responding([status(204)]).await;
    let body = AddThingsBody::new(First::new("a"), Last::new("b").size(5));
    server.client(Client::builder()).add_things(&body).await.unwrap();
    assert_eq!(server.request().json(), json!({ "first": { "type": "a" }, "last": { "type": "b", "size": 5 } }));
}
