//! An API key of one part that stands in a cookie.

use key_in_cookie::Client;
use wire::{Server, status};

#[tokio::test]
async fn the_key_is_a_cookie_beside_the_others() {
    let server = Server::responding([status(204)]).await;
    let client: Client = server.client(Client::builder().api_key("the key"));
    client.get_thing().color("red").await.unwrap();
    assert_eq!(server.request().header("cookie"), Some("api_key=the%20key; color=red"));
    assert!(!format!("{client:?}").contains("the key"));
}

#[tokio::test]
async fn no_key_is_sent_where_none_is_asked_for() {
    let server = Server::responding([status(204)]).await;
    let client: Client = server.client(Client::builder().api_key("the key"));
    client.get_open_thing().await.unwrap();
    assert_eq!(server.request().header("cookie"), None);
}
