//! Types with properties that are only received, or only sent.

use read_only::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_type_of_which_nothing_can_be_sent_is_sent_as_an_empty_object() {
    let server = Server::responding([json(200, &serde_json::json!({ "id": "a" }))]).await;
    let thing = server.client(Client::builder()).put_thing(&ThingInput::new()).await.unwrap();
    assert_eq!(thing.id.as_deref(), Some("a"));
    assert_eq!(server.request().text(), "{}");
}

#[tokio::test]
async fn what_is_only_sent_is_missing_in_what_was_received() {
    let server = Server::responding([json(200, &serde_json::json!({ "name": "a", "hint": {} }))]).await;
    let sent = Account::new("a", "hush").hint(HintInput::new().text("b"));
    let account = server.client(Client::builder()).put_account(&sent).await.unwrap().into_inner();
    let json = serde_json::json!({ "name": "a", "secret": "hush", "hint": { "text": "b" } });
    assert_eq!(server.request().json(), json);
    assert_eq!(HintInput::try_from(account.hint.clone().unwrap()), Ok(HintInput::new()));
    assert_eq!(AccountInput::try_from(account).unwrap_err().field(), "secret");
}
