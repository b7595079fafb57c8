//! Operations whose responses have no body, although the document describes one.

use empty_responses::{Client, types::*};
use wire::{Server, content, status};

async fn client(response: wire::Response) -> (Server, Client) {
    let server = Server::responding([response]).await;
    let client = server.client(Client::builder());
    (server, client)
}

#[tokio::test]
async fn what_can_be_empty_is_empty() {
    for code in [202, 204, 205] {
        let (server, client) = client(status(code)).await;
        let thing = client.make_thing().await.unwrap();
        assert_eq!(server.request().header("content-length"), Some("0"));
        assert_eq!((thing.status().as_u16(), thing.id.as_ref()), (code, None));
        assert_eq!(thing.mismatches(), []);
        assert!(client.list_things().await.unwrap().is_empty());
        assert!(client.get_name().await.unwrap().is_empty());
        assert!(client.get_sizes().await.unwrap().is_empty());
    }
    let (_server, client) = client(status(204)).await;
    assert!(matches!(client.get_either().await.unwrap().into_inner(), GetEitherResponse::Thing(thing) if thing.id.is_none()));
}

#[tokio::test]
async fn what_cannot_be_empty_is_an_error_that_says_that_the_call_was_carried_out() {
    for code in [202, 204, 205] {
        let (_server, client) = client(status(code)).await;
        let error = client.set_size().await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("setSize: carried out ({code} ")), "{error}");
        assert!(!error.contains("again"), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_should_not_be_empty_is_an_error_that_says_so_too() {
    let (_server, client) = client(content(200, "application/json", "")).await;
    let error = client.make_thing().await.unwrap_err().to_string();
    assert!(error.starts_with("makeThing: carried out (200 OK), but "), "{error}");
}
