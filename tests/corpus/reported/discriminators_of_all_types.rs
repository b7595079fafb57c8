use discriminators_of_all_types::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn the_variant_is_that_of_the_value() {
    let square = json!({ "sides": 4, "side": 3 });
    let server = Server::responding([json(200, &square), json(200, &json!({ "sides": 1, "radius": 2 }))]).await;
    let client = server.client(Client::builder());
    let response = client.put_shape(&SquareInput::new().side(3).into()).await.unwrap();
    assert_eq!(server.request().json(), square);
    assert!(matches!(response.into_inner(), Shape::Square(Square { side: Some(3), .. })));
    let response = client.put_shape(&DotInput::new().into()).await.unwrap();
    assert_eq!(server.request().json(), json!({ "sides": 0 }));
    assert!(matches!(response.into_inner(), Shape::Circle(_)));
}

#[tokio::test]
async fn a_base_with_its_discriminator_in_a_part_has_subtypes() {
    let server = Server::responding([json(200, &json!({ "rank": "alpha", "pack": 7 }))]).await;
    let wolf = server.client(Client::builder()).get_wolf().await.unwrap().into_inner();
    assert!(matches!(wolf, Wolf::Alpha(Alpha { pack: Some(7), .. })), "{wolf:?}");
}
