//! An API key of one part that stands in a header.

use key_in_header::{Client, ConfigurationError, Error};
use wire::{Server, status};

#[tokio::test]
async fn the_key_is_a_header_that_nobody_sees() {
    let server = Server::responding([status(204)]).await;
    let client: Client = server.client(Client::builder().api_key("the key"));
    client.get_thing().color("red").await.unwrap();
    let request = server.request();
    assert_eq!((request.header("api_key"), request.header("color")), (Some("the key"), Some("red")));
    assert_eq!(request.header("authorization"), None);
    assert!(!format!("{client:?} {:?}", client.get_thing()).contains("the key"));
    assert!(Client::new("the key").is_ok());
}

#[tokio::test]
async fn no_key_is_sent_where_none_is_asked_for() {
    let server = Server::responding([status(204)]).await;
    let client: Client = server.client(Client::builder().api_key("the key").user_agent("things"));
    client.get_open_thing().await.unwrap();
    let request = server.request();
    assert_eq!((request.header("api_key"), request.header("user-agent")), (None, Some("things")));
}

#[tokio::test]
async fn a_key_that_no_header_can_hold_is_refused() {
    let error = Client::new("the\nkey").unwrap_err();
    assert!(matches!(error, Error::Configuration(ConfigurationError::ControlCharacter { .. })), "{error}");
}
