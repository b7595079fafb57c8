//! Operations that response in more than one way, or in none that they list.

use response_variants::{Client, Error, types::*};
use clickhouse_cloud_runtime::bytes::Bytes;
use wire::{Server, content, json, status};

async fn client(response: wire::Response) -> (Server, Client) {
    let server = Server::responding([response]).await;
    let client = server.client(Client::builder());
    (server, client)
}

#[tokio::test]
async fn answers_that_hold_the_same_are_one_type_and_the_status_tells_them_apart() {
    let (_server, client) = client(json(201, &json!({"name": "ball"}))).await;
    let thing = client.put_thing().await.unwrap();
    assert_eq!((thing.status().as_u16(), thing.name().unwrap()), (201, "ball"));
}

#[tokio::test]
async fn an_answer_that_may_be_empty_is_an_option() {
    let (_server, own) = client(json(200, &json!({"name": "ball"}))).await;
    assert_eq!(own.find_thing().await.unwrap().as_ref().unwrap().name().unwrap(), "ball");
    let (_server, own) = client(status(204)).await;
    assert!(own.find_thing().await.unwrap().is_none());
}

#[tokio::test]
async fn answers_that_differ_are_told_apart_by_status_and_media_type() {
    let got = async |response| client(response).await.1.get_thing().wait(true).await.unwrap().into_inner();
    let thing = json!({"name": "ball"});
    let named = |response: &GetThingResponse2| match response {
        GetThingResponse2::Thing(thing) => thing.name.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(named(&got(json(200, &thing)).await).as_deref(), Some("ball"));
    assert_eq!(named(&got(content(200, "", r#"{"name": "ball"}"#)).await).as_deref(), Some("ball"));
    assert_eq!(named(&got(json(203, &thing)).await).as_deref(), Some("ball"));
    assert_eq!(got(content(200, "text/csv; charset=utf-8", "a,b")).await, GetThingResponse2::Text("a,b".to_owned()));
    assert_eq!(got(content(200, "image/png", [137])).await, GetThingResponse2::Bytes(Bytes::from_static(&[137])));
    assert!(
        matches!(got(json(202, &json!({"done": "true"}))).await, GetThingResponse2::Job(job) if job.done == Some(true))
    );
    assert!(matches!(got(json(206, &json!([thing]))).await, GetThingResponse2::ThingList(list) if list.len() == 1));
    assert_eq!(got(status(204)).await, GetThingResponse2::Nothing);
    // What nobody listed is kept as it came.
    let unknown = got(content(200, "application/pdf", "%PDF")).await;
    assert_eq!(unknown, GetThingResponse2::Unknown(Bytes::from_static(b"%PDF")));
}

#[tokio::test]
async fn every_answer_is_asked_for() {
    let (server, client) = client(status(204)).await;
    client.get_thing().await.unwrap();
    assert_eq!(server.request().header("accept"), Some("application/json, text/csv, image/png"));
}

#[tokio::test]
async fn an_answer_of_the_wrong_shape_is_not_tried_as_another() {
    let (_server, client) = client(json(200, &json!([{"name": "ball"}]))).await;
    let error = client.get_thing().await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
}

#[tokio::test]
async fn a_range_and_a_default_are_as_good_as_a_status() {
    let (_server, client) = client(json(207, &json!({"name": "ball"}))).await;
    assert_eq!(client.get_in_range().await.unwrap().name().unwrap(), "ball");
    assert_eq!(client.get_by_default().await.unwrap().name().unwrap(), "ball");
}

#[tokio::test]
async fn a_call_whose_success_is_not_described_returns_nothing() {
    let (server, client) = client(json(200, &json!({"name": "ball"}))).await;
    client.get_nothing().await.unwrap();
    assert_eq!(server.request().line, "GET /none");
}

#[tokio::test]
async fn a_head_has_no_body() {
    let (server, client) = client(status(200).header("x-size", "5")).await;
    assert_eq!(client.look_at_thing().await.unwrap().headers()["x-size"], "5");
    assert_eq!(server.request().line, "HEAD /head");
}

#[tokio::test]
async fn a_documented_redirect_is_a_response_with_its_location() {
    let there = |code, location| client(status(code).header("location", location));
    let (server, own) = there(302, "https://files.example.com/a.zip?signature=b").await;
    let archive = own.get_archive().await.unwrap();
    assert_eq!((archive.status().as_u16(), archive.location().query()), (302, Some("signature=b")));
    assert!(!format!("{archive:?}").contains("signature"));
    assert_eq!(server.requests().len(), 1, "it is not followed");
    assert_eq!(own.get_archive().stream().await.unwrap().headers()["location"].len(), 43);

    let (server, own) = there(302, "../b.zip").await;
    assert_eq!(own.get_archive().await.unwrap().location().as_str(), format!("{}/b.zip", server.url()));

    let (_server, own) = there(307, "/c").await;
    let GetFileResponse::Redirect(redirect) = own.get_file().await.unwrap().into_inner() else { panic!("a redirect") };
    assert_eq!(redirect.location().path(), "/c");
    let (_server, own) = client(content(200, "application/octet-stream", "c")).await;
    assert_eq!(own.get_file().await.unwrap().into_inner(), GetFileResponse::Bytes(Bytes::from_static(b"c")));
}

#[tokio::test]
async fn any_other_redirect_is_an_error() {
    let refused = |error: Error, status| matches!(error, Error::Api(refusal) if refusal.status() == status);
    let (_server, own) = client(status(307).header("location", "/a")).await;
    assert!(refused(own.get_archive().await.unwrap_err(), 307), "it is not documented");
    let (_server, own) = client(status(302)).await;
    assert!(refused(own.get_archive().await.unwrap_err(), 302), "it has no location");
    let (_server, own) = client(status(301).header("location", "/a")).await;
    assert!(refused(own.get_moved().await.unwrap_err(), 301), "it is for the URL, beside a success");
    let (_server, own) = client(status(200)).await;
    assert!(matches!(own.get_archive().await, Err(Error::Decode(_))), "it is no redirect");
}
