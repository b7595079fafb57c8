use no_objects::{Client, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn what_a_value_must_not_be_is_left_to_the_service() {
    let server = Server::responding([status(204)]).await;
    let values = [("a", true.into()), ("b", NodePropertiesValue::List(vec![json!(1)]))];
    let node = Node::new("1").properties(values);
    server.client(Client::builder()).put_node(&node).await.unwrap();
    assert_eq!(server.request().json(), json!({ "id": "1", "properties": { "a": true, "b": [1] } }));
}
