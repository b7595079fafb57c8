//! Choices whose alternatives have no name or no value of their own, and choices inside of choices.

use std::collections::BTreeMap;

use alternatives::{Client, types::*};
use wire::{Server, Value, json};

/// Sends a parcel that a server responses with, and again what was received.
async fn round_trip(sent: ParcelInput, json: Value) -> Parcel {
    let server = Server::responding([wire::json(200, &json)]).await;
    let client = server.client(Client::builder());
    let received = client.put_parcel(&sent).await.unwrap();
    assert_eq!(received.mismatches(), []);
    assert_eq!(server.request().json(), json);
    let received = received.into_inner();
    client.put_parcel(&received.clone().try_into().unwrap()).await.unwrap();
    assert_eq!(server.request().json(), json);
    received
}

#[tokio::test]
async fn lists_of_types_that_differ_in_requests_are_named_alike_in_both_directions() {
    let sent = Parcel::new().covered(vec![Stamp::new("queen")]);
    let parcel = round_trip(sent, json!({ "covered": [{ "face": "queen" }] })).await;
    let ParcelCovered::StampList(stamps) = parcel.covered.unwrap() else { panic!("no stamps") };
    assert_eq!(stamps[0].face().unwrap(), "queen");
    let parcel = round_trip(Parcel::new().covered(vec!["queen".to_owned()]), json!({ "covered": ["queen"] })).await;
    assert_eq!(parcel.covered, Some(ParcelCovered::StringList(vec!["queen".to_owned()])));
}

#[tokio::test]
async fn an_alternative_that_no_value_stands_for_may_have_any() {
    let sent = Parcel::new().packed(ParcelPackedKindInput::new("crate", 3));
    let parcel = round_trip(sent, json!({ "packed": { "kind": "crate", "height": 3 } })).await;
    assert!(matches!(parcel.packed, Some(ParcelPacked::Kind(_))), "{parcel:?}");
    let sent = Parcel::new().packed(EnvelopeInput::new("A4"));
    let parcel = round_trip(sent, json!({ "packed": { "kind": "Envelope", "size": "A4" } })).await;
    assert!(matches!(parcel.packed, Some(ParcelPacked::Envelope(_))), "{parcel:?}");
}

#[tokio::test]
async fn a_choice_in_an_alternative_of_another_one_is_a_union() {
    let sent = Parcel::new().sent(ParcelSentRouteInput::new("sea", "noon"));
    round_trip(sent, json!({ "sent": { "route": "sea", "at": "noon" } })).await;
    let list = vec![StringOrInteger::from("sea"), StringOrInteger::from(7)];
    round_trip(Parcel::new().sent(list), json!({ "sent": ["sea", 7] })).await;
    let map = BTreeMap::from([("sea".to_owned(), true.into()), ("air".to_owned(), 7.into())]);
    round_trip(Parcel::new().sent(ParcelSentInput::Map(map)), json!({ "sent": { "air": 7, "sea": true } })).await;
}
