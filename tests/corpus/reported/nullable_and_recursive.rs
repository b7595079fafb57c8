use nullable_and_recursive::{Client, Patch, types::*};
use wire::{Server, json};

#[tokio::test]
async fn what_was_received_can_be_sent_again() {
    let inner = json!({ "name": "b", "end": "loop" });
    let response = json!({
        "name": "a",
        "next": inner,
        "list": [inner, null],
        "map": { "c": inner, "d": null },
        "end": { "size": 3 }
    });
    let server = Server::responding([json(200, &response), json(200, &response)]).await;
    let client = server.client(Client::builder());
    let knot = client.put_knot(&Some(KnotInput::new("a").end(Patch::Reset))).await.unwrap();
    assert_eq!(server.request().json(), json!({ "name": "a", "end": null }));
    assert_eq!(knot.mismatches(), []);
    let knot = knot.into_inner().unwrap();
    assert!(matches!(&knot.end, Some(KnotEnd::Hook(hook)) if hook.size == Some(3)), "{knot:?}");
    assert_eq!(knot.list.as_ref().unwrap()[1], None);
    client.put_knot(&Some(knot.try_into().unwrap())).await.unwrap();
    assert_eq!(server.request().json(), response);
}
