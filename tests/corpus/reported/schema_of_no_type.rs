use std::collections::BTreeMap;

use schema_of_no_type::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn what_a_schema_says_makes_its_type_and_anything_fits_where_it_says_too_little() {
    let response = json!({ "title": ["any"], "urgency": "high", "tags": ["a"], "score": 5, "body": { "a": "b" } });
    let server = Server::responding([json(200, &response)]).await;
    let incident = IncidentInput::new(json!("Fire"))
        .urgency(IncidentUrgency::Low)
        .tags(["b"])
        .score(json!(9))
        .body(BTreeMap::from([("c".to_owned(), "d".to_owned())]));
    let received = server.client(Client::builder()).add_incident(&incident).await.unwrap();
    assert_eq!((received.title().unwrap(), &received.urgency), (&json!(["any"]), &Some(IncidentUrgency::High)));
    assert_eq!(
        (received.tags.as_deref().unwrap(), &received.body.as_ref().unwrap()["a"][..]),
        (["a".to_owned()].as_slice(), "b")
    );
    let sent = json!({ "title": "Fire", "urgency": "low", "tags": ["b"], "score": 9, "body": { "c": "d" } });
    assert_eq!(server.request().json(), sent);
}
