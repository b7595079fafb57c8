//! Secrets are in what is sent, and nowhere else.

use std::{error::Error as _, fmt::Debug, time::Duration};

use clickhouse_cloud::{Client, Error, MismatchKind, NoRetry, reqwest, types::*};
use serde_json::{Value, json};
use tests::{
    calls::{Received, SECRET, call},
    document::{self, complete},
    fake_api::{FakeApi, header, result},
    ids::{ORGANIZATION, SERVICE},
    raw_server::{hangs_up, nobody, unresponsive},
};
use wiremock::ResponseTemplate;

/// A part of every secret in this file, digits so that a number can be one.
const MARK: &str = "7462951380";

fn secret(name: &str) -> String {
    format!("{name}-{MARK}")
}

/// Looks at everything that a value shows of itself.
fn assert_hidden(value: &impl Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!text.contains(MARK), "{text}");
    }
}

fn assert_error_hidden(error: &Error) {
    assert_hidden(error);
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        for text in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!text.contains(MARK), "{text}");
        }
        cause = error.source();
    }
}

fn client(url: String) -> Client {
    Client::builder().base_url(url).key("key-id", secret("key")).retry(NoRetry).build().unwrap()
}

#[expect(deprecated, reason = "the API's own page still has it")]
fn new_service() -> CreateService {
    CreateService::new("Staging", Provider::Aws, Region::UsEast1, []).encryption_key(secret("encryption"))
}

fn new_password() -> UpdateServicePassword {
    UpdateServicePassword::new().new_password_hash(secret("sha256")).new_double_sha1_hash(secret("sha1"))
}

#[test]
fn a_client_and_its_builder_hide_credentials() {
    let builder = Client::builder;
    for builder in [
        builder().key("key-id", secret("key")),
        builder().bearer_token(secret("token")),
        builder().base_url(format!("https://id:{MARK}@api.example.com")),
    ] {
        assert_hidden(&builder);
        match builder.build() {
            Ok(client) => assert_hidden(&client),
            Err(error) => assert_error_hidden(&error),
        }
    }
}

#[test]
fn refused_credentials_are_not_in_the_error() {
    let builder = Client::builder;
    for builder in [
        builder().key("key-id", secret("key") + "\n"),
        builder().bearer_token(secret("token") + "\n"),
        builder().key(secret("id") + ":" + MARK, ""),
        builder().key(secret("id") + ":" + MARK, secret("key")),
        builder().key("", secret("key")),
        builder().base_url(format!("https://api.example.com?token={MARK}")),
        builder().base_url(format!("https://api.example.com:{MARK}")),
        builder().base_url("http://api.example.com").key("key-id", secret("key")),
    ] {
        assert_error_hidden(&builder.build().unwrap_err());
    }
}

#[tokio::test]
async fn requests_and_calls_hide_the_secrets_that_they_send() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let cloud = Client::builder().base_url(api.url()).bearer_token(secret("token")).retry(NoRetry).build().unwrap();
    assert_hidden(&new_service());
    assert_hidden(&new_password());

    let call = cloud.create_service(ORGANIZATION, &new_service());
    assert_hidden(&call);
    call.await.unwrap();
    let sent = api.request().await;
    assert_eq!(header(&sent, "authorization"), Some(format!("Bearer {}", secret("token")).as_str()));
    assert_eq!(sent.body_json::<Value>().unwrap()["encryptionKey"], secret("encryption"));

    api.respond_with(result(&json!({}))).await;
    let call = cloud.update_service_password(ORGANIZATION, SERVICE, &new_password());
    assert_hidden(&call);
    call.await.unwrap();
    let sent = api.request().await.body_json::<Value>().unwrap();
    assert_eq!(sent, json!({"newPasswordHash": secret("sha256"), "newDoubleSha1Hash": secret("sha1")}));
}

#[tokio::test]
async fn a_header_of_a_call_is_sent_and_shown_nowhere() {
    let api = FakeApi::responding(result(&json!([]))).await;
    let call = |client: &Client, name: &str, value: &str| client.list_roles(ORGANIZATION).header(name, value);
    let sent = call(&api.client(), "x-token", &secret("header"));
    assert_hidden(&sent);
    assert_hidden(&sent.clone());
    assert_hidden(&sent.await.unwrap());
    assert_eq!(header(&api.request().await, "x-token"), Some(secret("header").as_str()));

    // Refused, or with the name and the value changed about.
    for (name, value) in [
        ("authorization", secret("header")),
        ("x-token", secret("header") + "\n"),
        (&*(secret("header") + " "), "x-token".to_owned()),
    ] {
        let call = call(&api.client(), name, &value);
        assert_hidden(&call);
        let error = call.await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
        assert_error_hidden(&error);
    }
    for url in [nobody().await, hangs_up().await, unresponsive().await] {
        let call = call(&client(url), "x-token", &secret("header")).timeout(Duration::from_millis(100));
        assert_error_hidden(&call.await.unwrap_err());
    }
}

#[tokio::test]
async fn responses_hide_secrets_until_they_are_exposed() {
    let created =
        json!({"service": {"name": "Staging", "encryptionKey": secret("key")}, "password": secret("password")});
    let api = FakeApi::responding(result(&created)).await;
    let created = api.client().create_service(ORGANIZATION, &new_service()).await.unwrap();
    assert_hidden(&created);
    assert_hidden(&*created);
    assert_eq!(serde_json::to_string(&*created).unwrap(), r#"{"service":{"name":"Staging"}}"#);
    assert_eq!(created.password().unwrap().expose_secret(), secret("password"));
    let key = created.service().unwrap().encryption_key.as_ref().unwrap();
    assert_hidden(key);
    assert_eq!(key.expose_secret(), secret("key"));

    api.respond_with(result(&json!([{"encryptionKey": secret("key")}]))).await;
    let services = api.client().list_services(ORGANIZATION).await.unwrap();
    assert_hidden(&services);
    assert_eq!(serde_json::to_string(&*services).unwrap(), "[{}]");
}

#[tokio::test]
async fn mismatches_hide_the_values_that_did_not_fit() {
    let number: u64 = MARK.parse().unwrap();
    let misfits = json!({"password": number, "service": {"name": [secret("name")], "encryptionKey": {"key": MARK}}});
    let api = FakeApi::responding(result(&misfits)).await;
    let created = api.client().create_service(ORGANIZATION, &new_service()).await.unwrap();
    assert_hidden(&created);
    assert_hidden(&created.mismatches());
    assert_eq!(created.password().unwrap().expose_secret(), MARK);

    let mismatches: Vec<_> = created.mismatches().iter().map(|it| (it.path(), it.kind())).collect();
    let password = ("$.result.password", MismatchKind::Coerced);
    let [key, name] =
        ["$.result.service.encryptionKey", "$.result.service.name"].map(|path| (path, MismatchKind::SetAside));
    assert_eq!(mismatches, [password, key, name]);
    for mismatch in created.mismatches() {
        assert!(!mismatch.to_string().contains(MARK), "{mismatch}");
    }
    assert_eq!(created.mismatches()[0].value(), number);
}

#[tokio::test]
async fn an_undecodable_response_is_not_in_its_error() {
    let password = json!({"password": secret("password")});
    let html = ResponseTemplate::new(200).set_body_raw(format!("<html>{MARK}</html>"), "text/html");
    let cut = ResponseTemplate::new(200).set_body_raw(format!("{{\"result\": {{\"password\": \"{MARK}"), "text/json");
    let no_result = ResponseTemplate::new(200).set_body_json(&password);
    let text = result(&json!(secret("password")));
    let list = result(&json!([password]));
    for response in [html, cut, no_result, text, list] {
        let api = FakeApi::responding(response).await;
        let error = api.client().update_service_password(ORGANIZATION, SERVICE, &new_password()).await.unwrap_err();
        assert_error_hidden(&error);
        let Error::Decode(error) = error else { panic!("{error:?}") };
        assert!(String::from_utf8_lossy(error.body()).contains(MARK), "the body is there for those who ask");
    }
}

#[tokio::test]
async fn a_refusal_shows_only_the_message_of_the_api() {
    let body = json!({"error": "NO", "requestId": "id", "request": {"newPasswordHash": secret("sha256")}});
    let proxy = format!("<html>Authorization: {}</html>", secret("key"));
    for response in [
        ResponseTemplate::new(400).set_body_json(body),
        ResponseTemplate::new(502).set_body_raw(proxy, "text/html"),
        ResponseTemplate::new(302).insert_header("location", format!("https://example.com/?code={MARK}")),
    ] {
        let api = FakeApi::responding(response).await;
        let error =
            client(api.url()).update_service_password(ORGANIZATION, SERVICE, &new_password()).await.unwrap_err();
        assert!(matches!(error, Error::Api(_) | Error::OutcomeUnknown(_)), "{error:?}");
        assert_error_hidden(&error);
    }
}

#[tokio::test]
async fn an_error_of_the_http_client_holds_neither_url_nor_credentials() {
    let path = |url: &str| format!("{url}/{MARK}");
    for url in [nobody().await, hangs_up().await, unresponsive().await] {
        let cloud = client(path(&url));
        for error in [
            cloud.get_service(ORGANIZATION, SERVICE).timeout(Duration::from_millis(100)).await.unwrap_err(),
            cloud.create_service(ORGANIZATION, &new_service()).timeout(Duration::from_millis(100)).await.unwrap_err(),
        ] {
            assert_error_hidden(&error);
        }
    }

    let around = ResponseTemplate::new(302).insert_header("location", format!("/?code={MARK}"));
    let api = FakeApi::responding(around).await;
    let builder = Client::builder().base_url(api.url()).http_client(reqwest::Client::new());
    let error =
        builder.key("key-id", secret("key")).build().unwrap().get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    assert!(error.source().is_some(), "{error:?}");
    assert_error_hidden(&error);
}

#[tokio::test]
async fn no_secret_of_the_document_is_shown() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let client = api.client();
    for operation in document::operations() {
        let whole = match operation.result() {
            Some(schema) => (0..3).map(|number| complete(schema, &Value::Null, number)).collect(),
            None => vec![Value::Null],
        };
        for value in whole {
            let refusal = json!({"status": 400, "error": "NO", "requestId": "id", "request": value});
            for response in [
                result(&value),
                result(&json!({ "another": value })),
                result(&json!([[value]])),
                ResponseTemplate::new(400).set_body_json(&refusal),
                ResponseTemplate::new(500).set_body_json(&refusal),
            ] {
                api.respond_with(response).await;
                let outcome = call(&client, operation.id).await;
                assert!(!outcome.call.contains(SECRET), "{}", outcome.call);
                match outcome.response {
                    Ok(Received { shown, value, .. }) => {
                        assert!(!format!("{shown} {value}").contains(SECRET), "{shown}");
                    }
                    Err(error) => assert_error_hidden(&error),
                }
                let secrets = operation.body().map_or(0, |body| count_secrets(&complete(body, &Value::Null, 0)));
                let sent = String::from_utf8(api.request().await.body).unwrap();
                assert_eq!(sent.matches(SECRET).count(), secrets, "{}: {sent}", operation.id);
            }
        }
    }
}

fn count_secrets(value: &Value) -> usize {
    value.to_string().matches(SECRET).count()
}
