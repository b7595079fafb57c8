//! A document that does not say where the API is.

use servers::{Client, ConfigurationError, Error};
use wire::{Server, status};

#[tokio::test]
async fn the_base_url_is_given_with_the_credentials() {
    let server = Server::responding([status(204)]).await;
    Client::new(format!("{}/v1", server.url()), "token").unwrap().get_thing().await.unwrap();
    let request = server.request();
    assert_eq!((request.line.as_str(), request.header("authorization")), ("GET /v1/thing", Some("Bearer token")));
}

#[tokio::test]
async fn a_client_without_a_base_url_is_not_built() {
    let error = Client::builder().build().unwrap_err();
    assert!(matches!(error, Error::Configuration(ConfigurationError::NoBaseUrl)), "{error}");
    assert!(error.to_string().contains("base_url(..)"), "{error}");
}
