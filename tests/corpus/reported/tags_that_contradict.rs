use tags_that_contradict::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn an_alternative_that_contradicts_what_stands_beside_it_is_none() {
    let response = json!({ "type": "Uploaded", "path": "/a", "version": "1" });
    let server = Server::responding([json(200, &response)]).await;
    let source: Uploaded = server.client(Client::builder()).get_source().await.unwrap().into_inner();
    assert_eq!((source.path.as_deref(), source.version.as_deref()), (Some("/a"), Some("1")));
}
