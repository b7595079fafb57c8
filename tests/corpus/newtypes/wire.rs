//! Types of their own for texts, numbers and UUIDs.

use std::collections::BTreeMap;

use clickhouse_cloud_runtime::uuid::{Uuid, uuid};
use newtypes::{Client, Error, Patch, types::*};
use wire::{Server, json, status};

const THING: ThingId = ThingId(uuid!("00000000-0000-4000-8000-000000000001"));
const OTHER: ThingId = ThingId(uuid!("00000000-0000-4000-8000-000000000002"));

async fn responding(body: &wire::Value) -> (Server, Client) {
    let server = Server::responding([json(200, body)]).await;
    let client = server.client(Client::builder());
    (server, client)
}

#[tokio::test]
async fn parameters_are_written_as_the_values_in_them() {
    let (server, client) = responding(&json!({})).await;
    let zone = Zone::from("a/b");
    let call = client.get_thing(&zone, THING, Port(80)).near(&zone).others([THING, OTHER]);
    call.spread([Port(1), Port(2)]).x_owner(OTHER).session(Port(7)).await.unwrap();
    let request = server.request();
    let line = format!("GET /zones/a%2Fb/things/{THING}?port=80&near=a%2Fb&others={THING}&others={OTHER}&spread=1%7C2");
    assert_eq!(request.line, line);
    assert_eq!(request.header("x-owner"), Some(OTHER.to_string().as_str()));
    assert_eq!(request.header("cookie"), Some("session=7"));

    client.get_label(THING, &zone).await.unwrap();
    assert_eq!(server.request().line, format!("GET /labels/.{THING}/;matrix=a%2Fb"));
}

#[tokio::test]
async fn a_text_cannot_change_the_path() {
    let (_, client) = responding(&json!({})).await;
    let error = client.get_thing(&"..".into(), THING, Port(80)).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
}

#[tokio::test]
async fn a_body_has_the_values_in_them() {
    let (server, client) = responding(&json!({})).await;
    let update = UpdateThing::new("north")
        .owner(OTHER)
        .port(Port(8080))
        .ports([Port(80)])
        .zones(["north", "south"])
        .names([("a", "north".into())])
        .target(Port(443));
    client.update_thing(&"north".into(), THING, &update).await.unwrap();
    let sent = json!({
        "zone": "north", "owner": OTHER.to_string(), "port": 8080, "ports": [80], "zones": ["north", "south"],
        "names": { "a": "north" }, "target": 443,
    });
    assert_eq!(server.request().json(), sent);

    let update = UpdateThing::new("north").owner(Patch::Reset).target(Zone::from("south"));
    client.update_thing(&"north".into(), THING, &update).await.unwrap();
    assert_eq!(server.request().json(), json!({ "zone": "north", "owner": null, "target": "south" }));
}

#[tokio::test]
async fn an_id_from_a_response_is_an_argument_of_the_next_call() {
    let body = json!({
        "id": THING.to_string(), "owner": OTHER.to_string(), "zone": "north", "ports": [80, 443],
        "names": { "a": "north" }, "target": 443, "since": "2024-01-01T00:00:00Z", "alias": OTHER.to_string(),
    });
    let (server, client) = responding(&body).await;
    let thing = client.get_thing(&"north".into(), THING, Port(80)).await.unwrap();
    let _: Uuid = thing.alias.unwrap();
    assert_eq!(thing.ports(), Ok(&[Port(80), Port(443)][..]));
    assert_eq!(thing.names, Some(BTreeMap::from([("a".to_owned(), Zone::from("north"))])));
    assert_eq!(thing.target, Some(Target::Port(Port(443))));
    assert_eq!(thing.since.unwrap().0.timestamp(), 1_704_067_200);
    assert_eq!(wire::json!(*thing), body);
    server.requests();

    client.get_thing(thing.zone().unwrap(), thing.id().unwrap(), thing.ports().unwrap()[0]).await.unwrap();
    assert_eq!(server.request().line, format!("GET /zones/north/things/{THING}?port=80"));
}

#[tokio::test]
async fn what_does_not_fit_is_coerced_or_set_aside() {
    let body = json!({ "id": "thing-1", "zone": 7, "ports": ["80", "http", 443.0], "target": true });
    let (_, client) = responding(&body).await;
    let thing = client.get_thing(&"north".into(), THING, Port(80)).await.unwrap();
    assert_eq!(thing.id().unwrap_err().field(), "id");
    assert_eq!(thing.zone().map(Zone::as_str), Ok("7"));
    assert_eq!(thing.ports(), Ok(&[Port(80), Port(443)][..]));
    assert_eq!(thing.target, Some(Target::Unknown(json!(true))));
    assert_eq!(thing.mismatches().len(), 5);
}

#[tokio::test]
async fn a_whole_body_can_be_one() {
    let (server, client) = responding(&json!(80)).await;
    assert_eq!(*client.add_zone(&"north".into()).await.unwrap(), Port(80));
    assert_eq!(server.request().text(), "\"north\"");

    let (_, client) = responding(&json!(["north", "south"])).await;
    let zones = client.list_zones().await.unwrap();
    assert_eq!(zones.iter().map(Zone::as_str).collect::<Vec<_>>(), ["north", "south"]);

    let server = Server::responding([status(200)]).await;
    let error = server.client::<Client>(Client::builder()).add_zone(&"north".into()).await.unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error}");
}

#[tokio::test]
async fn requests_are_validated_against_the_bounds_of_both() {
    let update = UpdateThing::new("N").port(Port(80)).ports([Port(0)]).zones(["a"]);
    let error = update.validate().unwrap_err();
    let problems: Vec<_> = error.violations().iter().map(ToString::to_string).collect();
    assert_eq!(problems, [
        "`zone` must have at least 2 characters",
        "`zone` must match `^[a-z]+$`",
        "`port` must be at least 1024, and is 80",
        "`ports[0]` must be at least 1, and is 0",
        "`zones[0]` must have at least 2 characters",
    ]);
}

#[tokio::test]
async fn a_value_is_parsed_with_an_error_that_names_its_type() {
    assert_eq!(THING.to_string().parse(), Ok(THING));
    assert_eq!("80".parse(), Ok(Port(80)));
    let error: newtypes::ParseNewtypeError = "http".parse::<Port>().unwrap_err();
    assert_eq!(error.to_string(), "not a `Port`: invalid digit found in string");
}
