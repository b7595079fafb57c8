use default_not_listed::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_default_that_does_not_fit_changes_nothing() {
    let server = Server::answering([json(200, &json!({ "format": "png" })), json(200, &json!({}))]).await;
    let client = server.client(Client::builder());
    let images = client.list_images().format(&ImagesFormat::Gif).width(5).await.unwrap();
    assert_eq!(images.format, Some(ImagesFormat::from("png")));
    assert_eq!(server.request().line, "GET /images?format=gif&width=5");
    assert_eq!(client.list_images().await.unwrap().count, None);
    assert_eq!(server.request().line, "GET /images");
}
