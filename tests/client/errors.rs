//! Each kind of error: what leads to it, and its message.

use std::time::Duration;

use clickhouse_cloud::{
    ApiError, Client, DecodeError, Error, MissingField, NoRetry, OutcomeUnknown, OutcomeUnknownCause, reqwest, types::*,
};
use serde_json::json;
use tests::{
    document,
    fake_api::{FakeApi, REQUEST_ID, header, result},
    ids::{ORGANIZATION, SERVICE},
    raw_server::{hangs_up, nobody, raw_server, unresponsive},
};
use tokio::io::AsyncWriteExt;
use wiremock::ResponseTemplate;

fn client(url: String) -> Client {
    Client::builder().base_url(url).key("key-id", "key-secret").retry(NoRetry).build().unwrap()
}

fn new_service() -> CreateService {
    CreateService::new("Staging", Provider::Aws, Region::UsEast1, [])
}

async fn refusal(response: ResponseTemplate) -> Box<ApiError> {
    let api = FakeApi::responding(response).await;
    match api.client().get_service(ORGANIZATION, SERVICE).await {
        Err(Error::Api(error)) => error,
        other => panic!("{other:?}"),
    }
}

async fn undecodable(response: ResponseTemplate) -> Box<DecodeError> {
    let api = FakeApi::responding(response).await;
    match api.client().get_service(ORGANIZATION, SERVICE).await {
        Err(Error::Decode(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn outcome_unknown(error: Error) -> OutcomeUnknown {
    match error {
        Error::OutcomeUnknown(unknown) => *unknown,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_message_of_the_server_neither_breaks_a_line_nor_controls_a_terminal() {
    let body = json!({"status": 400, "error": "a\u{1b}[2Jb\nERROR c", "requestId": "d\re"});
    let error = refusal(ResponseTemplate::new(400).set_body_json(body)).await;
    let text = error.to_string();
    assert!(text.contains("a [2Jb ERROR c") && text.contains("(request d e)"), "{text:?}");
    assert_eq!(error.message(), Some("a\u{1b}[2Jb\nERROR c"));
}

#[tokio::test]
async fn a_refusal_shows_the_message_of_the_api_and_advice() {
    for (status, advice) in [
        (400, "change the request"),
        (401, "check the key: its id and secret, and whether it is enabled and may be used from here"),
        (403, "use a key with the rights for this"),
        (404, "check the ids"),
        (409, "this conflicts with what is there: change that, or wait until it has changed, then try again"),
        (422, "change the request"),
        (429, "make fewer calls, and try again later"),
        (500, "the service is in trouble: try again later"),
        (503, "the service is in trouble: try again later"),
        (418, "see the API's documentation"),
    ] {
        let body = json!({"status": status, "error": "NO: not like this", "requestId": REQUEST_ID});
        let error = refusal(ResponseTemplate::new(status).set_body_json(&body)).await;
        assert_eq!(error.status(), status);
        assert_eq!(error.message(), Some("NO: not like this"));
        assert_eq!(error.request_id(), Some(REQUEST_ID));
        assert_eq!(error.body(), body.to_string().as_bytes());
        let text = error.to_string();
        assert!(text.starts_with(&format!("getService: {}: NO: not like this; {advice}", error.status())), "{text}");
        assert!(text.ends_with(&format!(" (request {REQUEST_ID})")), "{text}");

        let error = Error::Api(error);
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.request_id(), Some(REQUEST_ID));
        assert_eq!(error.to_string(), text);
    }
}

#[tokio::test]
async fn a_304_says_that_nothing_has_changed() {
    let error = refusal(ResponseTemplate::new(304)).await;
    assert!(error.to_string().contains("what was read before is still valid"), "{error}");
}

#[tokio::test]
async fn a_403_shows_the_permissions_that_the_operation_needs() {
    let body = json!({"status": 403, "error": "FORBIDDEN: no"});
    let error = refusal(ResponseTemplate::new(403).set_body_json(&body)).await;
    assert_eq!(error.permissions(), ["control-plane:service:view"]);
    assert!(
        error
            .to_string()
            .ends_with("use a key with the rights for this: the operation needs `control-plane:service:view`"),
        "{error}"
    );
    let error = refusal(ResponseTemplate::new(404).set_body_json(&body)).await;
    assert_eq!(error.permissions(), [""; 0]);
    assert!(!error.to_string().contains("control-plane"), "{error}");
}

#[tokio::test]
async fn the_example_errors_of_the_document_are_read() {
    let responses = document::root()["components"]["responses"].as_object().unwrap();
    let examples = responses.values().filter_map(|response| response.pointer("/content/application~1json/example"));
    let refusals: Vec<_> = examples.filter(|example| example.get("error").is_some()).collect();
    assert!(!refusals.is_empty());
    for example in refusals {
        let status = u16::try_from(example["status"].as_u64().unwrap()).unwrap();
        let error = refusal(ResponseTemplate::new(status).set_body_json(example)).await;
        assert_eq!(error.status(), status);
        assert_eq!(error.message(), example["error"].as_str());
        assert_eq!(error.request_id(), example["requestId"].as_str());
    }
}

#[tokio::test]
async fn an_error_of_a_proxy_has_no_message_but_its_whole_body() {
    let html = "<html><body>Bad Gateway</body></html>";
    let error = refusal(ResponseTemplate::new(502).set_body_raw(html, "text/html")).await;
    assert_eq!((error.message(), error.request_id()), (None, None));
    assert_eq!(error.body(), html.as_bytes());
    assert_eq!(
        error.to_string(),
        "getService: 502 Bad Gateway: the response has no message of the API; the service is in trouble: try again later"
    );
}

#[tokio::test]
async fn no_connection_is_an_error_of_its_own() {
    let cloud = client(nobody().await);
    for error in [
        cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err(),
        cloud.create_service(ORGANIZATION, &new_service()).await.unwrap_err(),
    ] {
        let Error::Connect { host, .. } = &error else { panic!("{error:?}") };
        assert_eq!(host, "127.0.0.1");
        let text = error.to_string();
        assert!(text.contains(": could not reach 127.0.0.1: "), "{text}");
        assert!(text.ends_with("; check the network and the base URL, then try again"), "{text}");
    }
}

#[tokio::test]
async fn the_outcome_of_a_call_that_is_not_idempotent_is_unknown() {
    for url in [hangs_up().await, unresponsive().await] {
        let cloud = client(url);
        let time = Duration::from_millis(100);
        for (operation, error) in [
            ("createService", cloud.create_service(ORGANIZATION, &new_service()).timeout(time).await.unwrap_err()),
            (
                "updateServicePassword",
                cloud
                    .update_service_password(ORGANIZATION, SERVICE, &UpdateServicePassword::new())
                    .timeout(time)
                    .await
                    .unwrap_err(),
            ),
        ] {
            let text = error.to_string();
            assert!(text.starts_with(&format!("{operation}: ")), "{text}");
            assert!(text.contains("; it may have been carried out: "), "{text}");
            let unknown = outcome_unknown(error);
            assert_eq!((unknown.operation(), unknown.attempts(), unknown.status()), (operation, 1, None));
            assert!(!unknown.is_retry_harmless());
            assert!(text.ends_with(unknown.check().unwrap()), "{text}");
        }
    }
}

#[tokio::test]
async fn a_lost_connection_differs_from_one_that_could_not_be_made() {
    let cloud = client(hangs_up().await);
    let error = cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    let Error::ConnectionLost { operation: "getService", host, attempts: 1, .. } = &error else { panic!("{error:?}") };
    assert_eq!(host, "127.0.0.1");
    let text = error.to_string();
    assert!(text.starts_with("getService: the connection to 127.0.0.1 was lost: "), "{text}");
    assert!(text.ends_with("; nothing was changed, so try again"), "{text}");

    for error in [
        cloud.update_service(ORGANIZATION, SERVICE, &UpdateService::new().name("Staging")).await.unwrap_err(),
        cloud.delete_service(ORGANIZATION, SERVICE).await.unwrap_err(),
    ] {
        assert!(error.to_string().ends_with("; it may have been carried out, and a retry is harmless"), "{error}");
        let unknown = outcome_unknown(error);
        assert!(unknown.is_retry_harmless());
        assert_eq!(unknown.check(), None);
        assert!(matches!(unknown.cause(), OutcomeUnknownCause::ConnectionLost(_)), "{unknown:?}");
    }
}

#[tokio::test]
async fn the_timeout_of_the_client_holds_unless_a_call_has_its_own() {
    let builder = Client::builder().base_url(unresponsive().await).timeout(Duration::from_millis(20));
    let cloud = builder.build().unwrap();
    let own = Duration::from_millis(30);
    for (error, time) in [
        (cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err(), Duration::from_millis(20)),
        (cloud.get_service(ORGANIZATION, SERVICE).timeout(own).await.unwrap_err(), own),
    ] {
        let Error::Timeout { timeout, .. } = error else { panic!("{error:?}") };
        assert_eq!(timeout, time);
        assert!(error.to_string().contains(&format!("no response within {time:?}")), "{error}");
    }
    let unknown = outcome_unknown(cloud.delete_service(ORGANIZATION, SERVICE).timeout(own).await.unwrap_err());
    let OutcomeUnknownCause::TimedOut(timeout) = unknown.cause() else { panic!("{unknown:?}") };
    assert_eq!(*timeout, own);
}

#[tokio::test]
async fn a_response_that_breaks_off_is_an_error() {
    let url = raw_server(|mut connection| async move {
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"result\": {}}").await.unwrap();
    })
    .await;
    let cloud = client(url);
    let error = cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    assert!(matches!(error, Error::ConnectionLost { .. }), "{error:?}");
    let error = cloud.create_service(ORGANIZATION, &new_service()).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    let text = error.to_string();
    assert!(text.starts_with("createService: the connection was lost within the response 200 OK: "), "{text}");
    assert!(text.contains("; by its status it was carried out: check with `listServices`"), "{text}");
    outcome_unknown(error);
}

#[tokio::test]
async fn an_undecodable_response_is_an_error_with_path_and_body() {
    let html = ResponseTemplate::new(200).set_body_raw("<html></html>", "text/html");
    let error = undecodable(html).await;
    assert_eq!((error.status().as_u16(), error.path(), error.request_id()), (200, "$", None));
    assert_eq!(error.body(), "<html></html>".as_bytes());
    assert_eq!(
        error.to_string(),
        "getService: carried out (200 OK), but at `$` its response is not JSON: expected value at line 1 column 1; \
         the whole response is in `body()`"
    );

    let without = json!({"status": 200, "requestId": REQUEST_ID});
    let error = undecodable(ResponseTemplate::new(200).set_body_json(without)).await;
    assert_eq!((error.path(), error.request_id()), ("$", Some(REQUEST_ID)));
    assert!(error.to_string().contains("at `$` its response has no `result`"), "{error}");

    let error = undecodable(result(&json!("done"))).await;
    assert_eq!((error.path(), error.request_id()), ("$.result", Some(REQUEST_ID)));
    assert!(error.to_string().contains("at `$.result` its response is a string, which does not fit"), "{error}");
    assert_eq!(Error::Decode(error).status().map(|status| status.as_u16()), Some(200));

    let error = undecodable(ResponseTemplate::new(200)).await;
    assert!(error.to_string().ends_with("its response is not JSON: EOF while parsing a value at line 1 column 0"));
}

/// The base URL of a server whose responses never end.
async fn never_ends(status: &'static str) -> String {
    raw_server(move |mut connection| async move {
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n\r\n{{\"result\":");
        connection.write_all(head.as_bytes()).await.unwrap();
        let chunk = vec![b' '; 1 << 20];
        while connection.write_all(&chunk).await.is_ok() {}
    })
    .await
}

#[tokio::test]
async fn a_response_that_never_ends_is_cut_off() {
    let error = client(never_ends("200 OK").await).get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "getService: carried out (200 OK), but at `$` its response is longer than 67108864 bytes, the most that \
         `max_body_bytes(..)` allows"
    );

    let error =
        client(never_ends("503 Service Unavailable").await).get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    let Error::Api(error) = error else { panic!("{error:?}") };
    assert_eq!((error.status().as_u16(), error.message()), (503, None));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_takes_no_credentials_along() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = FakeApi::responding(result(&json!({}))).await;
        let redirect = ResponseTemplate::new(status).insert_header("location", other_host(&elsewhere));
        let api = FakeApi::responding(redirect).await;
        let cloud = api.client();
        for error in [
            cloud.get_service(ORGANIZATION, SERVICE).await.unwrap_err(),
            cloud.create_service(ORGANIZATION, &new_service()).await.unwrap_err(),
        ] {
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert!(error.to_string().contains("redirects are not followed: set the URL it points to"), "{error}");
        }
        assert_eq!(elsewhere.requests().await.len(), 0);
    }
}

#[tokio::test]
async fn an_own_http_client_that_follows_redirects_takes_no_credentials_along() {
    let elsewhere = FakeApi::responding(result(&json!({}))).await;
    let redirect = ResponseTemplate::new(307).insert_header("location", other_host(&elsewhere));
    let api = FakeApi::responding(redirect).await;
    let builder = Client::builder().base_url(api.url()).http_client(reqwest::Client::new());
    builder.key("key-id", "key-secret").build().unwrap().get_service(ORGANIZATION, SERVICE).await.unwrap();

    assert!(header(&api.request().await, "authorization").is_some());
    assert_eq!(header(&elsewhere.request().await, "authorization"), None);
}

/// The address of a stand-in, under a host name that its neighbors do not have.
fn other_host(api: &FakeApi) -> String {
    api.url().replace("127.0.0.1", "localhost")
}

#[tokio::test]
async fn a_missing_required_field_is_named_by_its_accessor() {
    async fn name(cloud: &Client) -> Result<String, Error> {
        Ok(cloud.get_service(ORGANIZATION, SERVICE).await?.name()?.to_owned())
    }

    let api = FakeApi::responding(result(&json!({"name": null}))).await;
    let error = name(&api.client()).await.unwrap_err();
    let Error::MissingField(missing) = &error else { panic!("{error:?}") };
    assert_eq!(missing, &MissingField::new("Service", "name"));
    assert_eq!((missing.type_name(), missing.field()), ("Service", "name"));
    assert!(error.to_string().starts_with("the API sent a `Service` without its `name`"), "{error}");
    assert_eq!((error.status(), error.request_id()), (None, None));
}
