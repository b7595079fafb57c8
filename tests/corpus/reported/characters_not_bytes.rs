use characters_not_bytes::{Client, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn the_length_of_a_text_is_that_of_its_characters() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder().validate_requests(true));
    client.put_name(&Name::new("Grüße")).await.unwrap();
    assert_eq!(server.request().json(), json!({ "name": "Grüße" }));
    for name in ["éé", "aaaaaa"] {
        client.put_name(&Name::new(name)).await.unwrap_err();
    }
    assert_eq!(server.requests(), []);
}
