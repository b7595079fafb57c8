use constant_tags::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn alternatives_are_told_apart_by_a_constant() {
    let response = json!([
        { "event_type": "door.closed", "reason": { "text": "late" } },
        { "event_type": "door.opened", "door": "front" }
    ]);
    let server = Server::responding([json(200, &response)]).await;
    let events = server.client(Client::builder()).list_events().await.unwrap();
    let [Event::DoorClosed(closed), Event::DoorOpened(opened)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(closed.reason().unwrap().text.as_deref(), Some("late"));
    assert_eq!(opened.door().unwrap(), "front");
}
