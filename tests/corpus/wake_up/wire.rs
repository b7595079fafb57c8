//! Calls that wake what they need, with the parameters of their own path.

use wake_up::{Client, Error, WakeError};
use wire::{Server, content, json, status};

#[tokio::test]
async fn the_state_is_read_with_the_parameters_of_the_call() -> Result<(), Error> {
    let running = json(200, &json!({"state": "running"}));
    let server = Server::responding([status(424), running, content(200, "text/plain", "5")]).await;
    let client: Client = server.client(Client::builder());
    let count = client.count_lamps("a/b", "left", 7).wake_(true).wake().await?;
    assert_eq!((count.as_str(), count.attempts()), ("5", 2));
    let lines: Vec<_> = server.requests().into_iter().map(|request| request.line).collect();
    let call = "POST /rooms/a%2Fb/lamps/left/on/7?wake=true";
    assert_eq!(lines, [call, "GET /floors/7/rooms/a%2Fb", call]);
    Ok(())
}

#[tokio::test]
async fn the_command_has_the_body_of_the_document() {
    let server = Server::responding([status(424), json(200, &json!({"state": "idle"})), status(204)]).await;
    let client: Client = server.client(Client::builder().wake(true));
    let call = tokio::spawn(async move { client.count_lamps("a", "left", 7).await.map(drop) });
    let mut requests = Vec::new();
    while requests.len() < 3 {
        requests.append(&mut server.requests());
        tokio::task::yield_now().await;
    }
    call.abort();
    assert_eq!(requests[2].line, "PUT /floors/7/rooms/a");
    assert_eq!(requests[2].text(), r#"{"command":"awake","urgent":true}"#);
    assert_eq!(requests[2].header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_stream_wakes_as_well_and_names_the_state_that_it_does_not_wake_from() {
    let server = Server::responding([status(424), json(200, &json!({"state": "off"}))]).await;
    let client: Client = server.client(Client::builder());
    let Err(Error::Api(refusal)) = client.count_lamps("a", "left", 7).wake().stream().await else { panic!("it is off") };
    let Some(WakeError::NotIdle { state: Some(state), .. }) = refusal.wake_error() else { panic!("{refusal}") };
    assert_eq!((state.as_str(), server.requests().len()), ("off", 2));
}
