//! Overrides of a config and inferred facts, which have the effect of the document's own.

use std::time::Duration;

use conventions::{Backoff, Client, Error, Patch, types::*};
use wire::{Server, Value, json};

fn thing() -> Value {
    json!({"name": "ball", "state": "on", "colour": "red", "password": "hush", "apiKey": "open", "recovery": "hush"})
}

#[tokio::test]
async fn the_result_is_taken_out_of_the_envelope() {
    let response = json!({"status": 200, "traceId": "t1", "data": thing()});
    let server = Server::responding([json(200, &response)]).await;
    let gadget = server.client(Client::builder()).get_thing("1").await.unwrap();
    assert_eq!((gadget.state.as_ref(), gadget.colour.as_ref()), (Some(&GadgetState::Up), Some(&Colour::Red)));
    assert_eq!(gadget.request_id(), Some("t1"));
}

#[tokio::test]
async fn secrets_are_those_that_the_config_hides_or_does_not_show() {
    let server = Server::responding([json(200, &json!({"traceId": "t1", "data": thing()}))]).await;
    let gadget = server.client(Client::builder()).get_thing("1").await.unwrap();
    let (shown, written) = (format!("{:?}", *gadget), serde_json::to_string(&*gadget).unwrap());
    assert!(!shown.contains("hush") && shown.contains("open"), "{shown}");
    assert!(!written.contains("hush") && written.contains("open"), "{written}");
    assert_eq!(gadget.password.as_ref().unwrap().expose_secret(), "hush");
    assert_eq!(gadget.recovery.as_ref().unwrap().expose_secret(), "hush");
}

#[tokio::test]
async fn an_answer_with_more_in_it_is_whole() {
    let response = json!({"status": 200, "traceId": "t1", "data": [thing()], "nextCursor": "c2"});
    let server = Server::responding([json(200, &response)]).await;
    let page = server.client(Client::builder()).list_things().cursor("c1").await.unwrap();
    assert_eq!(page.next_cursor.as_deref(), Some("c2"));
    assert_eq!(page.data.as_ref().unwrap()[0].name.as_deref(), Some("ball"));
    assert_eq!(server.request().line, "GET /things?cursor=c1");
}

#[tokio::test]
async fn a_refusal_says_why() {
    let server = Server::responding([json(400, &json!({"message": "no such thing", "traceId": "t2"}))]).await;
    let error = server.client(Client::builder()).get_thing("1").await.unwrap_err();
    let Error::Api(error) = error else { panic!("{error}") };
    assert_eq!((error.message(), error.request_id()), (Some("no such thing"), Some("t2")));
}

#[tokio::test]
async fn operations_are_repeated_as_the_config_says() {
    let failure = || json(500, &json!({"message": "trouble"}));
    let server = Server::responding([failure(), json(200, &json!({"traceId": "t1", "data": []}))]).await;
    let call = server.client(Client::builder()).find_things(&FindThingsBody::new()).retry(Backoff::default());
    assert!(call.await.unwrap().is_empty());
    assert_eq!(server.requests().len(), 2);

    let server = Server::responding([failure()]).await;
    let call = server.client(Client::builder()).set_state("1", &SetStateBody::new()).retry(Backoff::default());
    let error = call.await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");

    let server = Server::responding([failure()]).await;
    let error = server.client(Client::builder()).create_thing(&Gadget::new()).await.unwrap_err();
    assert!(error.to_string().contains("look for the thing by its name"), "{error}");
}

#[tokio::test]
async fn a_waiter_waits() {
    let state = |state: &str| json(200, &json!({"traceId": "t1", "data": {"state": state}}));
    let server = Server::responding([state("off"), state("on")]).await;
    let wait = server.client(Client::builder()).wait_until_thing_on("1").every(Duration::from_millis(1));
    assert!(wait.await.is_ok());
}

#[tokio::test]
async fn null_can_be_sent_where_the_config_says_so() {
    let server = Server::responding([json(200, &json!({"traceId": "t1", "data": []}))]).await;
    server.client(Client::builder()).find_things(&FindThingsBody::new().words(Patch::Reset)).await.unwrap();
    assert_eq!(server.request().json(), json!({"words": null}));
    let colour: Option<Colour> = Gadget::new().colour(Colour::Red).colour;
    assert_eq!(colour, Some(Colour::Red));
}
