use keys_together::Client;
use wire::{Server, status};

#[tokio::test]
async fn keys_that_need_each_other_are_sent_together() {
    let server = Server::responding([status(204)]).await;
    let builder = Client::builder().named_api_key("X-Account", "first-key").named_api_key("app", "second-key").key("me", "third-key");
    server.client::<Client>(builder).ping().await.unwrap();
    let request = server.request();
    assert_eq!(request.line, "GET /ping?app=second-key");
    assert_eq!(request.header("x-account"), Some("first-key"));
    assert_eq!(request.header("authorization"), Some("Basic bWU6dGhpcmQta2V5"));

    let client = Client::new("first-key", "second-key", "me", "third-key").unwrap();
    let texts = format!("{client:?} {:?}", client.ping());
    assert!(!texts.contains("first-key") && !texts.contains("second-key") && !texts.contains("third-key"), "{texts}");
}

#[tokio::test]
async fn a_client_names_the_keys_that_are_missing() {
    let error = Client::builder().named_api_key("app", "second-key").build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the API requires several credentials together; set `named_api_key(\"X-Account\", ..)` and `key(..)`, too"
    );
    let error = Client::builder().named_api_key("typo", "second-key").build().unwrap_err();
    assert_eq!(error.to_string(), "the API has no key of that name; it has `X-Account` and `app`");
    assert_eq!(
        Client::from_env().unwrap_err().to_string(),
        "set the environment variables KEYS_TOGETHER_ACCOUNT and KEYS_TOGETHER_APPLICATION and KEYS_TOGETHER_USER and \
         KEYS_TOGETHER_PASSWORD"
    );
}
