//! Operations whose result may be `null`.

use null_results::Client;
use wire::{Server, json, status};

async fn client(response: wire::Response) -> (Server, Client) {
    let server = Server::responding([response]).await;
    let client = server.client(Client::builder());
    (server, client)
}

#[tokio::test]
async fn a_null_is_none_or_an_empty_list() {
    for response in [json(200, &serde_json::Value::Null), status(204)] {
        let (_server, client) = client(response).await;
        assert_eq!(client.get_reference().await.unwrap().into_inner(), None);
        assert!(client.get_list().await.unwrap().is_empty());
        assert_eq!(client.get_number().await.unwrap().into_inner(), None);
        assert_eq!(client.get_nullable().await.unwrap().into_inner(), None);
    }
}

#[tokio::test]
async fn what_is_there_is_some() {
    let (_server, own) = client(json(200, &serde_json::json!({"t": "a", "n": "b"}))).await;
    assert_eq!(own.get_reference().await.unwrap().as_ref().unwrap().t.as_deref(), Some("a"));
    assert_eq!(own.get_nullable().await.unwrap().as_ref().unwrap().n.as_deref(), Some("b"));
    let (_server, own) = client(json(200, &serde_json::json!(["a", 5]))).await;
    let list = own.get_list().await.unwrap();
    assert_eq!(&list[..], ["a", "5"]);
    assert_eq!(list.mismatches()[0].path(), "$[1]");
}
