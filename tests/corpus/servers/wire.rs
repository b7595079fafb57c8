//! A document that does not say where the API is, with other servers for some operations.

use servers::{Client, ConfigurationError, Error};
use wire::{Response, Server, json, status};

#[tokio::test]
async fn the_base_url_is_given_with_the_credentials() {
    let server = Server::responding([status(204)]).await;
    let client = Client::new(format!("{}/v1", server.url()), "1", "token").unwrap();
    client.get_thing().await.unwrap();
    let request = server.request();
    assert_eq!((request.line.as_str(), request.header("authorization")), ("GET /v1/thing", Some("Bearer token")));
}

#[tokio::test]
async fn an_operation_with_a_server_of_its_own_is_called_there() {
    let [first, other] = [Server::responding([status(204)]).await, Server::responding([status(204)]).await];
    let port = other.url().rsplit(':').next().unwrap();
    let client = Client::new(first.url(), port, "token").unwrap();
    client.get_file().await.unwrap();
    let request = other.request();
    assert_eq!((request.line.as_str(), request.header("authorization")), ("GET /files/file", Some("Bearer token")));
    client.put_file().await.unwrap();
    assert_eq!(first.request().line, "PUT /v2/file", "a relative one belongs to the base URL");
}

#[tokio::test]
async fn another_url_can_be_set_for_a_server_of_operations() {
    let server = Server::responding([status(204)]).await;
    let builder = Client::builder().server_url("http://{host}:{port}/files", format!("{}/mine", server.url()));
    server.client::<Client>(builder).get_file().await.unwrap();
    assert_eq!(server.request().line, "GET /mine/file");
}

#[tokio::test]
async fn credentials_are_not_sent_to_another_server_unencrypted() {
    let builder = || Client::builder().base_url("https://example.com").server_variable("port", "1");
    let client = builder().server_variable("host", "example.com").bearer_token("token").build().unwrap();
    let error = client.get_file().await.unwrap_err();
    assert!(matches!(error, Error::Configuration(ConfigurationError::PlainHttp { .. })), "{error}");
}

#[tokio::test]
async fn a_client_without_a_base_url_or_a_variable_is_not_built() {
    let error = Client::builder().build().unwrap_err();
    assert!(matches!(error, Error::Configuration(ConfigurationError::NoBaseUrl)), "{error}");
    assert!(error.to_string().contains("base_url(..)"), "{error}");

    let builder = || Client::builder().base_url("https://example.com");
    let text = |error: Error| error.to_string();
    assert_eq!(
        text(builder().build().unwrap_err()),
        "the URL of the API's server needs a value for `port`: set it with `server_variable(..)`"
    );
    assert_eq!(
        text(builder().server_variable("prot", "1").build().unwrap_err()),
        "the URLs of the API's servers have no variable `prot`; they have `host` and `port`"
    );
}

fn token(token: &str) -> Response {
    json(200, &serde_json::json!({ "access_token": token, "token_type": "bearer", "expires_in": 3600 }))
}

fn client(server: &Server) -> Client {
    server.client(Client::builder().client_credentials("the id", "the secret").server_variable("port", "1"))
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_access_token() {
    let server = Server::responding([token("one"), status(204)]).await;
    let client = client(&server);
    let (first, second) = tokio::join!(client.get_thing(), client.get_thing());
    first.unwrap();
    second.unwrap();
    let requests = server.requests();
    let lines: Vec<_> = requests.iter().map(|request| request.line.as_str()).collect();
    assert_eq!(lines, ["POST /token", "GET /thing", "GET /thing"]);
    assert_eq!(requests[0].text(), "grant_type=client_credentials");
    assert_eq!(requests[0].header("authorization"), Some("Basic dGhlJTIwaWQ6dGhlJTIwc2VjcmV0"));
    assert_eq!(requests[1].header("authorization"), Some("Bearer one"));
}

#[tokio::test]
async fn a_token_that_expired_before_its_time_is_renewed_once() {
    let responses = [token("one"), status(204), status(401), token("two"), status(204), status(401), token("three")];
    let server = Server::responding(responses.into_iter().chain([status(401)])).await;
    let client = client(&server);
    client.get_thing().await.unwrap();
    client.get_thing().await.unwrap();
    assert_eq!(server.requests().last().unwrap().header("authorization"), Some("Bearer two"));

    let error = client.get_thing().await.unwrap_err();
    assert!(matches!(&error, Error::Api(refusal) if refusal.status() == 401), "{error}");
    let requests = server.requests();
    let lines: Vec<_> = requests.iter().map(|request| request.line.as_str()).collect();
    assert_eq!(lines, ["GET /thing", "POST /token", "GET /thing"]);
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_no_secret_is_shown() {
    let server = Server::responding([json(401, &serde_json::json!({ "error": "invalid_client" }))]).await;
    let client = client(&server);
    let error = client.get_thing().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "getThing: nothing was sent, because the token endpoint responded with 401: invalid_client; check the client \
         id, its secret and the scope"
    );
    assert_eq!(server.request().line, "POST /token");
    let texts = format!("{error:?} {client:?}");
    assert!(!texts.contains("the id") && !texts.contains("the secret"), "{texts}");

    let server = Server::responding([token("the token"), status(204)]).await;
    let client = self::client(&server);
    client.get_thing().await.unwrap();
    assert!(!format!("{client:?}").contains("the token"));
}
