//! What the API says when it says no.

use failures::{ApiError, Client, Error, types::*};
use wire::{Response, Server, content, json};

async fn refusal(response: Response) -> Box<ApiError> {
    let server = Server::responding([response]).await;
    match server.client(Client::builder()).get_thing("5").await {
        Err(Error::Api(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_body_is_one_of_the_types_that_the_document_names() {
    let error = refusal(json(404, &json!({"id": 5, "message": "no thing 5"}))).await;
    let found: NotFound = error.decode().unwrap();
    assert_eq!(found.id().unwrap(), "5", "it is coerced like any response");
    assert_eq!(error.message(), Some("no thing 5"));

    let error = refusal(json(422, &json!({"fields": ["id"]}))).await;
    assert_eq!(error.decode::<GetThingError>().unwrap().fields().unwrap(), ["id"]);
    assert_eq!(error.message(), None);

    let error = refusal(content(422, "application/vnd.rules+json", r#"{"rule": "no spaces"}"#)).await;
    assert_eq!(error.decode::<GetThingError2>().unwrap().rule.as_deref(), Some("no spaces"));

    let problem = r#"{"title": "Teapot", "detail": "short and stout", "cause": {"title": "Tea"}}"#;
    let error = refusal(content(418, "application/problem+json", problem)).await;
    assert_eq!(error.decode::<Problem>().unwrap().cause.unwrap().title().unwrap(), "Tea");
    assert!(error.to_string().contains("short and stout"), "{error}");
}

#[tokio::test]
async fn a_body_of_something_else_on_the_way_is_no_type_of_the_document() {
    let error = refusal(content(404, "text/html", "<html>")).await;
    let undecodable = error.decode::<NotFound>().unwrap_err();
    assert!(matches!(undecodable, Error::Decode(_)));
    assert!(undecodable.to_string().contains("getThing: refused (404"), "{undecodable}");
    assert_eq!(error.message(), None);
}

#[tokio::test]
async fn a_message_is_no_longer_than_people_read() {
    let error = refusal(json(404, &json!({"message": "x".repeat(100_000)}))).await;
    assert!(error.to_string().len() < 2_000);
    assert_eq!(error.body().len(), 100_014);
}
