use discriminated_by_constant::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn alternatives_of_one_shape_are_told_apart_by_a_constant_with_a_discriminator_and_without() {
    let response =
        json!({ "events": [{ "my_type": "bar", "size": 1 }, { "my_type": "foo" }], "first": { "my_type": "bar" } });
    let server = Server::responding([json(200, &response)]).await;
    let events = EventsInput::new([FooInput::new().size(5)], BarInput::new());
    let events = server.client(Client::builder()).put_events(&events).await.unwrap();
    assert!(matches!(events.events().unwrap(), [EventsEventsItem::Bar(_), EventsEventsItem::Foo(_)]));
    assert!(matches!(events.first().unwrap(), EventsFirst::Bar(_)));
    let sent = json!({ "events": [{ "my_type": "foo", "size": 5 }], "first": { "my_type": "bar" } });
    assert_eq!(server.request().json(), sent);
}
