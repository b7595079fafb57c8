//! What is sent and received beside parameters.

use std::collections::BTreeMap;

use bodies::{Client, Error, FilePart, types::*};
use clickhouse_cloud_runtime::{Backoff, bytes::Bytes};
use wire::{Request, Server, content, json, status};

fn ball() -> wire::Response {
    json(201, &json!({"name": "ball", "weight": 2}))
}

async fn client(response: wire::Response) -> (Server, Client) {
    let server = Server::responding([response]).await;
    let client = server.client(Client::builder());
    (server, client)
}

fn assert_sent(request: &Request, line: &str, content_type: &str, body: &str) {
    let sent = (request.line.as_str(), request.header("content-type"), request.text());
    assert_eq!(sent, (line, Some(content_type), body));
}

#[tokio::test]
async fn json_is_preferred_and_alone_asked_for() {
    let (server, client) = client(ball()).await;
    let thing = client.add_thing(&ThingInput::new("ball")).await.unwrap();
    assert_eq!((thing.name().unwrap(), thing.weight), ("ball", Some(2.0)));

    let request = server.request();
    assert_sent(&request, "POST /things", "application/json", r#"{"name":"ball"}"#);
    assert_eq!(request.header("accept"), Some("application/json; charset=utf-8"));
}

#[tokio::test]
async fn json_is_called_what_the_document_calls_it() {
    let (server, client) = client(ball()).await;
    client.change_thing(&ThingInput::new("ball")).await.unwrap();
    let request = server.request();
    assert_sent(&request, "PATCH /things", "application/merge-patch+json", r#"{"name":"ball"}"#);
    assert_eq!(request.header("accept"), Some("application/vnd.example.v2+json"));
}

#[tokio::test]
async fn json_need_not_be_an_object() {
    const JSON: &str = "application/json";
    let (server, own) = client(json(200, &json!("2"))).await;
    let count = own.set_list(&[ThingInput::new("a"), ThingInput::new("b").weight(1.5)]).await.unwrap();
    assert_eq!((*count, count.mismatches().len()), (2, 1));
    assert_sent(&server.request(), "PUT /lists", JSON, r#"[{"name":"a"},{"name":"b","weight":1.5}]"#);

    let (server, own) = client(json(200, &json!({"a": "b"}))).await;
    let labels = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
    assert_eq!(own.set_labels(&labels).await.unwrap().into_inner(), labels);
    assert_sent(&server.request(), "PUT /labels", JSON, r#"{"a":"b"}"#);

    let (server, own) = client(json(200, &json!([1, {"any": null}]))).await;
    assert_eq!(own.set_name("a \"b\"").await.unwrap().into_inner(), json!([1, {"any": null}]));
    assert_sent(&server.request(), "PUT /name", JSON, r#""a \"b\"""#);

    let (server, own) = client(status(204)).await;
    own.set_limit(5).await.unwrap();
    assert_sent(&server.request(), "PUT /limit", JSON, "5");
    own.set_anything(&json!([null, 1.5])).await.unwrap();
    assert_sent(&server.request(), "PUT /anything", JSON, "[null,1.5]");
}

#[tokio::test]
async fn a_body_that_is_optional_is_set_on_the_call() {
    let (server, client) = client(status(204)).await;
    client.set_hint().await.unwrap();
    let request = server.request();
    assert_eq!((request.header("content-type"), request.header("content-length")), (None, Some("0")));

    client.set_hint().body(&Thing::new("ball")).await.unwrap();
    assert_sent(&server.request(), "PUT /hint", "application/json", r#"{"name":"ball"}"#);
}

#[tokio::test]
async fn text_goes_both_ways_as_it_is() {
    let (server, own) = client(content(200, "text/plain", "Grüße\n")).await;
    let note = own.set_note("# Grüße\n").await.unwrap();
    assert_eq!(note.as_str(), "Grüße\n");
    let request = server.request();
    assert_sent(&request, "PUT /note", "text/markdown", "# Grüße\n");
    assert_eq!(request.header("accept"), Some("text/plain; charset=UTF-8"));

    let (server, own) = client(content(200, "application/x-pem-file", "-----BEGIN")).await;
    assert_eq!(own.get_certificate().await.unwrap().as_str(), "-----BEGIN");
    assert_eq!(server.request().header("accept"), Some("application/x-pem-file"));

    let (server, own) = client(content(200, "text/csv", "a,b\n")).await;
    let mut report = own.get_report().since("monday").stream().await.unwrap();
    assert_eq!(report.chunk().await.unwrap().as_deref(), Some(b"a,b\n".as_slice()));
    assert_eq!(server.request().line, "GET /report?since=monday");
}

#[tokio::test]
async fn a_body_is_sent_again_as_it_was() {
    let server = Server::responding([status(503), status(503), content(200, "text/plain", "done")]).await;
    let client = Client::builder().base_url(server.url()).build().unwrap();
    let retry = Backoff::new().first(std::time::Duration::ZERO);
    let note = client.set_note("# A note").retry(retry).await.unwrap();
    assert_eq!(note.attempts(), 3);
    for request in server.requests() {
        assert_sent(&request, "PUT /note", "text/markdown", "# A note");
    }
}

#[tokio::test]
async fn bytes_go_both_ways_as_they_are() {
    let (server, client) = client(content(200, "image/webp", [0, 159, 146, 150])).await;
    let picture = client.set_picture(vec![137, 80, 0]).await.unwrap();
    assert_eq!(picture.into_inner(), Bytes::from_static(&[0, 159, 146, 150]));
    let request = server.request();
    assert_eq!((request.header("content-type"), request.body.as_slice()), (Some("image/png"), [137, 80, 0].as_slice()));
    assert_eq!(request.header("accept"), Some("image/webp, image/avif"));

    let mut picture = client.set_picture("text").stream().await.unwrap();
    assert_eq!(picture.chunk().await.unwrap().map(|chunk| chunk.len()), Some(4));
}

#[tokio::test]
async fn a_form_has_a_field_for_each_value_and_json_inside() {
    let (server, client) = client(json(200, &json!({"token": "secret"}))).await;
    let form = TokenRequest::new("ann & bob", "s=1")
        .tags(["a", "b c"])
        .scope(["read", "write"])
        .thing(Thing::new("ball"))
        .place(Place::new().city("Zürich").zip(8001));
    let token = client.get_token(&form).await.unwrap();
    assert_eq!(token.token().unwrap().expose_secret(), "secret");
    let body = "user=ann%20%26%20bob&secret=s%3D1&tags=a&tags=b%20c&scope=read%20write\
                &thing=%7B%22name%22%3A%22ball%22%7D&place%5Bcity%5D=Z%C3%BCrich&place%5Bzip%5D=8001";
    assert_sent(&server.request(), "POST /token", "application/x-www-form-urlencoded", body);
}

#[tokio::test]
async fn a_form_of_parts_holds_files() {
    let (server, client) = client(status(204)).await;
    let upload = Upload::new("A \"title\"", FilePart::new("a,b\r\n").name("a\"b.csv").content_type("text/csv"))
        .more([FilePart::new("one"), FilePart::new("two").content_type("image/jpeg")])
        .tags(["a", "b"])
        .thing(Thing::new("ball"))
        .place(Place::new().zip(8001))
        .draft(true);
    assert!(!format!("{upload:?}").contains("a,b"));
    client.add_file(&upload).await.unwrap();

    let request = server.request();
    let content_type = request.header("content-type").unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let expected = "--X\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nA \"title\"\r\n\
        --X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b.csv\"\r\nContent-Type: text/csv\r\n\r\n\
        a,b\r\n\r\n\
        --X\r\nContent-Disposition: form-data; name=\"more\"; filename=\"file\"\r\n\
        Content-Type: image/png\r\n\r\none\r\n\
        --X\r\nContent-Disposition: form-data; name=\"more\"; filename=\"file\"\r\n\
        Content-Type: image/jpeg\r\n\r\ntwo\r\n\
        --X\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\na\r\n\
        --X\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\nb\r\n\
        --X\r\nContent-Disposition: form-data; name=\"thing\"\r\nContent-Type: application/vnd.example+json\r\n\r\n\
        {\"name\":\"ball\"}\r\n\
        --X\r\nContent-Disposition: form-data; name=\"place\"\r\nContent-Type: application/json\r\n\r\n\
        {\"zip\":8001}\r\n\
        --X\r\nContent-Disposition: form-data; name=\"draft\"\r\n\r\ntrue\r\n--X--\r\n";
    assert_eq!(request.text().replace(boundary, "X"), expected);
}

#[tokio::test]
async fn a_file_is_read_while_it_is_sent() {
    let (server, client) = client(status(204)).await;
    let content = "x".repeat(300_000);
    let file = FilePart::from_reader(std::io::Cursor::new(content.clone()), content.len() as u64).name("x.txt");
    let call = client.add_file(&Upload::new("A title", file).draft(true));
    let again = call.clone();
    call.await.unwrap();
    let request = server.request();
    assert_eq!(request.header("content-length"), Some(&*request.body.len().to_string()));
    assert_eq!(request.header("transfer-encoding"), None);
    let part = format!("filename=\"x.txt\"\r\nContent-Type: application/octet-stream\r\n\r\n{content}\r\n--");
    assert!(request.text().contains(&part) && request.text().ends_with("\r\n\r\ntrue\r\n--X--\r\n".replace("X", boundary(&request)).as_str()));

    let error = again.await.unwrap_err();
    assert!(error.to_string().contains("make the call with another reader"), "{error}");
    assert!(server.requests().is_empty());
}

fn boundary(request: &Request) -> &str {
    request.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap()
}

#[tokio::test]
async fn a_file_that_was_read_is_not_sent_again() {
    let upload = || Upload::new("A title", FilePart::from_reader(&b"a,b"[..], 3));
    for (code, is_unknown) in [(429, false), (503, true)] {
        let server = Server::responding([status(code), status(204)]).await;
        let client = Client::builder().base_url(server.url()).build().unwrap();
        let call = client.add_file(&upload()).retry(Backoff::new().first(std::time::Duration::ZERO));
        let error = call.await.unwrap_err();
        assert_eq!((server.requests().len(), matches!(error, Error::OutcomeUnknown(_))), (1, is_unknown), "{error}");
    }

    let (server, client) = client(status(204)).await;
    let short = Upload::new("A title", FilePart::from_reader(&b"a,b"[..], 5));
    assert!(matches!(client.add_file(&short).await, Err(Error::OutcomeUnknown(_))), "a part of it was sent");
    drop(server);
}

#[tokio::test]
async fn a_range_of_media_types_is_an_argument_and_the_body_may_be_anything() {
    let (server, client) = client(status(204)).await;
    client.add_raw("application/zip", vec![80, 75, 0]).await.unwrap();
    let request = server.request();
    assert_eq!((request.header("content-type"), request.body.as_slice()), (Some("application/zip"), [80, 75, 0].as_slice()));

    let parts = "--part\r\n\r\na\r\n--part--\r\n";
    client.send_batch("multipart/mixed; boundary=part", parts).await.unwrap();
    assert_sent(&server.request(), "POST /batch", "multipart/mixed; boundary=part", parts);

    client.set_photo("wide").body("image/webp", "RIFF").await.unwrap();
    assert_sent(&server.request(), "PUT /photo?contentType=wide", "image/webp", "RIFF");
    let error = client.set_photo("wide").body("image/*", "RIFF").await.unwrap_err().to_string();
    assert!(error.contains("`content_type` is no media type"), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_body_that_is_json_or_a_form_with_a_file_can_be_both() {
    let (server, client) = client(status(204)).await;
    client.send_message(&SendMessageBody::new().text("a")).await.unwrap();
    assert_sent(&server.request(), "POST /messages", "application/json", r#"{"text":"a"}"#);

    client.send_message_multipart(&SendMessageMultipartBody::new().text("a").file("b")).await.unwrap();
    let text = server.request().text().to_owned();
    assert!(text.contains("name=\"text\"\r\n\r\na\r\n") && text.contains("filename=\"file\""), "{text}");

    client.attach(&Attachment::new().file("b")).await.unwrap();
    assert!(server.request().text().contains("filename=\"file\""));
}
