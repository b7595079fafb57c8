use graphql_body::Client;
use wire::{Server, json};

#[tokio::test]
async fn a_body_of_another_media_type_is_sent_as_it_is() {
    let server = Server::responding([json(200, &json!({ "data": { "a": 1 } }))]).await;
    let found = server.client(Client::builder()).query("{ a }").await.unwrap();
    assert_eq!(found.data, Some(json!({ "a": 1 })));
    let request = server.request();
    assert_eq!((request.header("content-type"), request.text()), (Some("application/graphql"), "{ a }"));
}
