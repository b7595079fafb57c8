use untitled_alternatives::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn alternatives_without_names_are_called_by_what_tells_them_apart() {
    let response = json!([
        { "type": "node", "id": 5, "labels": ["a"], "properties": { "age": [1, "old"] } },
        { "type": "edge", "from": "a", "to": "b" }
    ]);
    let server = Server::responding([json(200, &response)]).await;
    let graph = server.client(Client::builder()).get_graph().await.unwrap();
    let [GetGraphResultItem::Node(node), GetGraphResultItem::Edge(edge)] = &graph[..] else {
        panic!("{graph:?}")
    };
    assert_eq!(node.id, Some(StringOrInteger::Integer(5)));
    assert_eq!(node.properties.as_ref().unwrap()["age"], [json!(1), json!("old")]);
    assert_eq!((edge.from.as_deref(), edge.to.as_deref()), (Some("a"), Some("b")));
}
