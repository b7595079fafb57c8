//! A 404 that means that there is none.

use std::time::Duration;

use not_found::{Client, Error};
use wire::{Response, Server, content, json, status};

async fn client(responses: impl IntoIterator<Item = Response>) -> Client {
    Server::responding(responses).await.client(Client::builder())
}

/// The 404 of the API.
fn none() -> Response {
    json(404, &json!({"status": 404, "id": "r-5", "error": "there is no lamp"}))
}

fn lamp() -> Response {
    json(200, &json!({"id": "r-6", "result": {"watts": 5}}))
}

#[tokio::test]
async fn a_404_of_the_api_is_none() -> Result<(), Error> {
    let response = client([none()]).await.get_lamp("hall").await?;
    assert_eq!((&*response, response.status().as_u16(), response.request_id()), (&None, 404, Some("r-5")));
    assert_eq!((response.attempts(), response.body().is_empty()), (1, false));
    Ok(())
}

#[tokio::test]
async fn what_is_there_is_some() -> Result<(), Error> {
    let response = client([lamp()]).await.get_lamp("hall").await?;
    assert_eq!((response.status().as_u16(), response.request_id()), (200, Some("r-6")));
    let Some(lamp) = response.into_inner() else { panic!("there is one") };
    assert_eq!(lamp.watts()?, 5);
    Ok(())
}

#[tokio::test]
async fn without_an_envelope_around_results_that_of_errors_counts() -> Result<(), Error> {
    let client = client([none(), json(200, &json!(7))]).await;
    let absent = client.get_number("hall").await?;
    assert_eq!((*absent, absent.request_id()), (None, Some("r-5")));
    assert_eq!(client.get_number("hall").await?.into_inner(), Some(7));
    Ok(())
}

#[tokio::test]
async fn a_404_that_is_not_of_the_api_is_an_error() {
    for response in [
        status(404),
        content(404, "text/html", "<html><h1>404 Not Found</h1></html>"),
        content(404, "application/json", r#"{"id": "r-5", "error": "there is"#),
        json(404, &json!({"error": "Not Found"})),
        json(404, &json!({"message": "no Route matched with those values"})),
    ] {
        let outcome = client([response]).await.get_lamp("hall").await;
        let Err(Error::Api(refusal)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refusal.status().as_u16(), 404);
        assert!(!refusal.is_not_found(), "{refusal}");
    }
}

#[tokio::test]
async fn other_refusals_are_errors() {
    let refused = json(400, &json!({"status": 400, "id": "r-5", "error": "there is no lamp"}));
    let outcome = client([refused]).await.get_lamp("hall").await;
    assert!(matches!(&outcome, Err(Error::Api(refusal)) if refusal.status() == 400), "{outcome:?}");
}

#[tokio::test]
async fn a_success_without_a_result_is_not_none() {
    for response in [json(200, &json!({"id": "r-5", "result": null})), json(200, &json!({"id": "r-5"})), status(200)] {
        let outcome = client([response]).await.get_lamp("hall").await;
        assert!(matches!(outcome, Err(Error::Decode(_))), "{outcome:?}");
    }
}

#[tokio::test]
async fn one_can_wait_until_there_is_one_or_none() -> Result<(), Error> {
    let client = client([none(), none(), lamp(), lamp(), none()]).await;
    let found = client.get_lamp("hall").until(|lamp| lamp.is_some()).every(Duration::ZERO).await?;
    assert_eq!(found.status(), 200);
    let gone = client.get_lamp("hall").until(|lamp| lamp.is_none()).every(Duration::ZERO).await?;
    assert_eq!(gone.status(), 404);
    Ok(())
}
