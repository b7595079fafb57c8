//! Objects of any keys, with every kind of `additionalProperties`.

use std::collections::BTreeMap;

use maps::{Client, types::*};
use wire::{Server, json};

fn map<T>(value: T) -> BTreeMap<String, T> {
    BTreeMap::from([("key".to_owned(), value)])
}

#[tokio::test]
async fn maps_are_sent_and_received_with_any_keys() {
    let response = json!({
        "anything": { "key": [1] },
        "any_schema": { "key": null },
        "unsaid": { "key": "a" },
        "none": {},
        "texts": { "key": "a" },
        "maybe": { "key": null, "other": 5 },
        "things": { "key": { "name": "a" } },
        "inline": { "key": { "size": 1 } },
        "lists": { "key": ["a", "c"] },
        "nested": { "key": { "key": "a" } },
        "either": { "key": { "name": "a" }, "other": "b" },
        "closed": { "name": "a" },
        "labels": { "key": "a" }
    });
    let server = Server::responding([json(200, &response)]).await;
    let any = json!({ "key": [1] }).as_object().unwrap().clone();
    let maps = Maps::new()
        .anything(any.clone())
        .any_schema(any.clone())
        .unsaid(any)
        .texts([("key", "a")])
        .maybe([("key", None)])
        .things(map(ThingInput::new("a")))
        .inline(map(MapsInlineValue::new().size(1)))
        .lists(map(vec![MapsListsValueItem::A]))
        .nested(map(map("a".to_owned())))
        .either([("key", "b".into()), ("other", ThingInput::new("a").into())])
        .closed(MapsClosed::new().name("a"))
        .labels(map("a".to_owned()));
    let received = server.client(Client::builder()).put_maps(&maps).await.unwrap();
    assert_eq!(received.mismatches(), []);
    let sent = json!({
        "anything": { "key": [1] },
        "any_schema": { "key": [1] },
        "unsaid": { "key": [1] },
        "texts": { "key": "a" },
        "maybe": { "key": null },
        "things": { "key": { "name": "a" } },
        "inline": { "key": { "size": 1 } },
        "lists": { "key": ["a"] },
        "nested": { "key": { "key": "a" } },
        "either": { "key": "b", "other": { "name": "a" } },
        "closed": { "name": "a" },
        "labels": { "key": "a" }
    });
    assert_eq!(server.request().json(), sent);

    // What was received can be sent, and nothing of it is lost.
    let again = MapsInput::try_from(received.into_inner()).unwrap();
    server.client(Client::builder()).put_maps(&again).await.unwrap();
    assert_eq!(server.request().json(), response);
}

#[tokio::test]
async fn what_does_not_fit_in_a_map_is_told_with_its_key() {
    let response = json!({ "texts": { "a": "b", "c": [] }, "maybe": { "d": "5" }, "things": { "e": { "name": 6 } } });
    let server = Server::responding([json(200, &response)]).await;
    let received = server.client(Client::builder()).put_maps(&Maps::new()).await.unwrap();
    assert_eq!(received.maybe, Some(BTreeMap::from([("d".to_owned(), Some(5))])));
    assert_eq!(received.things.as_ref().unwrap()["e"].name().unwrap(), "6");
    let paths: Vec<_> = received.mismatches().iter().map(|mismatch| mismatch.path()).collect();
    assert_eq!(paths, ["$.maybe.d", "$.texts.c", "$.things.e.name"]);
}
