use members_beside_alternatives::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn alternatives_by_reference_have_the_members_beside_them_and_are_told_apart_by_their_tag() {
    let response = json!({ "kind": "square", "size": 2, "label": "a" });
    let server = Server::responding([json(200, &response)]).await;
    let circle = ShapeCircle::new(1, "b");
    let shape = server.client(Client::builder()).put_shape(&circle.into()).await.unwrap().into_inner();
    let Shape::Square(square) = shape else { panic!("{shape:?}") };
    assert_eq!((square.size().unwrap(), square.label().unwrap()), (2, "a"));
    assert_eq!(server.request().json(), json!({ "kind": "circle", "size": 1, "label": "b" }));
}
