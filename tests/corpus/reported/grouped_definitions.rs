use grouped_definitions::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn definitions_in_groups_are_types() {
    let response = json!({ "layers": [{ "size": { "width": 1.5, "height": 2 } }] });
    let server = Server::responding([json(200, &response)]).await;
    let animation = server.client(Client::builder()).get_animation().await.unwrap();
    let layers: &[ShapesEllipse] = animation.layers().unwrap();
    let size: &ValuesSize = layers[0].size().unwrap();
    assert_eq!((size.width, size.height), (Some(1.5), Some(2.0)));
}
