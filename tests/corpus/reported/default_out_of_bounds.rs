use default_out_of_bounds::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_default_that_does_not_fit_changes_nothing() {
    let server =
        Server::responding([json(200, &json!({ "quality": 101, "format": "png" })), json(200, &json!({}))]).await;
    let client = server.client(Client::builder());
    let images = client.list_images().quality(5).width(6).await.unwrap();
    assert_eq!((images.quality, &images.format), (Some(101), &Some(ImagesFormat::from("png"))));
    assert_eq!(server.request().line, "GET /images?quality=5&width=6");
    assert_eq!(client.list_images().await.unwrap().quality, None);
    assert_eq!(server.request().line, "GET /images");
}
