//! What is written in the words of OpenAPI 3.1.

use clickhouse_cloud_runtime::Patch;
use dialect::{Client, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn what_3_1_says_in_its_own_words_goes_over_the_wire() {
    let response = serde_json::json!({"name": "ball", "kind": "toy", "nickname": null, "color": null, "mixed": [1, "a"], "serials": [], "serial": "x"});
    let server = Server::responding([json(200, &response)]).await;
    let thing = ThingInput::new("ball", None, [StringOrInteger::Integer(1)])
        .kind(ThingKind::Toy)
        .size(Size::Small)
        .other(ThingOwner::new().name("me"))
        .point([1.0, 2.5])
        .image("AAEC")
        .anything(serde_json::json!([null]))
        .serial(7)
        .headers([("a", "b")])
        .labels([("x-a", "b")]);
    let thing =
        server.client(Client::builder()).put_thing("ball", "2024-05-14".parse().unwrap(), &thing).await.unwrap();
    assert_eq!((thing.name().unwrap(), &thing.kind, &thing.color), ("ball", &Some(ThingKind::Toy), &None));
    assert_eq!(thing.mixed, Some(vec![1.0.into(), "a".into()]));
    assert_eq!(thing.serial, Some(StringOrInteger::String("x".to_owned())));
    assert!(thing.mismatches().is_empty());

    let request = server.request();
    assert_eq!(request.line, "PUT /things/ball?since=2024-05-14");
    assert_eq!(
        request.json(),
        serde_json::json!({
            "name": "ball",
            "kind": "toy",
            "color": null,
            "size": "small",
            "other": {"name": "me"},
            "point": [1.0, 2.5],
            "image": "AAEC",
            "anything": [null],
            "serials": [1],
            "serial": 7,
            "headers": {"a": "b"},
            "labels": {"x-a": "b"}
        })
    );
}

#[test]
fn each_type_of_several_has_its_own_bounds() {
    let problems = |serial: StringOrInteger| {
        let thing = ThingInput::new("ball", None, [""; 0]).serial(serial);
        thing.validate().err().map(|error| error.to_string())
    };
    assert_eq!(problems(9.into()).or(problems("x".into())), None);
    assert!(problems(10.into()).unwrap().contains("`serial` must be at most 9, and is 10"));
    assert!(problems("".into()).unwrap().contains("`serial` must have at least 1 character"));
}

#[tokio::test]
#[expect(deprecated, reason = "is what is asked for")]
async fn null_among_alternatives_can_be_sent() {
    let server = Server::responding([status(204)]).await;
    let change = ThingChange::new()
        .maker(Patch::Reset)
        .password(Patch::Reset)
        .words(Patch::Reset)
        .nickname(Patch::Reset)
        .color(Color::Red);
    server.client(Client::builder()).change_thing("ball", &change).await.unwrap();
    assert_eq!(server.request().text(), r#"{"color":"red","maker":null,"words":null,"password":null,"nickname":null}"#);
}
