//! Objects without a name that may be null, in every place and every spelling: `api-3.0.yaml` says the same as
//! `api.yaml` in the words of 3.0.

use std::collections::BTreeMap;

use clickhouse_cloud_runtime::Patch;
use nullable_objects::{Client, types::*};
use wire::{Server, Value, json, status};

fn null(name: &str) -> Value {
    json!({ "address": null, name: null })
}

#[tokio::test]
async fn a_property_that_is_null_is_none_and_fits() {
    let names = [
        "boat", "pets", "rooms", "radio", "lamp", "stairs", "tower", "light", "sound", "log", "doors", "heir", "cellar",
    ];
    let server = Server::responding(names.map(|name| json(200, &null(name)))).await;
    let client = server.client(Client::builder());
    for name in names {
        let keeper = client.put_keeper(&Keeper::new(None)).await.unwrap();
        assert_eq!(keeper.mismatches(), [], "{name}");
        assert_eq!(serde_json::to_value(&*keeper).unwrap(), json!({}), "{name}");
        assert_eq!(server.request().json(), json!({ "address": null }));
    }
}

#[tokio::test]
async fn a_property_that_is_there_has_a_type_with_a_name() {
    let response = json!({
        "address": { "street": "Shore Road" },
        "boat": { "sails": 2 },
        "pets": [{ "name": "Argos" }, null],
        "rooms": { "attic": null, "hall": { "beds": 1 } },
        "radio": { "band": "FM" },
        "lamp": { "oil": 0.5 },
        "stairs": { "steps": 99, "rail": true },
        "tower": { "height": 30 },
        "light": { "height": 28, "color": "red" },
        "sound": { "bell": 3 },
        "log": { "last": { "line": "calm" } },
        "store": { "barrels": 4 },
        "doors": [[{ "key": "brass" }, null], []],
        "heir": { "keeper": { "address": { "street": "Hill" }, "log": {} } },
        "cellar": { "barrels": 5 }
    });
    let server = Server::responding([json(200, &response)]).await;
    let client = server.client(Client::builder());
    let keeper = Keeper::new(Some(KeeperAddress::new("Shore Road")))
        .boat(KeeperBoat::new().sails(2))
        .pets([Some(KeeperPetsItem::new().name("Argos")), None])
        .rooms(BTreeMap::from([
            ("attic".to_owned(), None),
            ("hall".to_owned(), Some(KeeperRoomsValue::new().beds(1))),
        ]))
        .radio(KeeperRadio::new().band("FM"))
        .lamp(KeeperLamp::new().oil(0.5))
        .stairs(KeeperStairs::new().steps(99).rail(true))
        .tower(Tower::new().height(30))
        .light(KeeperLight::new().height(28).color("red"))
        .sound(KeeperSoundBell::new(3))
        .log(KeeperLog::new().last(KeeperLogLast::new().line("calm")))
        .store(KeeperStore::new().barrels(4))
        .doors([vec![Some(KeeperDoorsItemItem::new("brass")), None], vec![]])
        .heir(KeeperHeir::new().keeper(Keeper::new(Some(KeeperAddress::new("Hill"))).log(KeeperLog::new())))
        .cellar(KeeperStore::new().barrels(5));
    let received = client.put_keeper(&keeper).await.unwrap();
    assert_eq!(received.mismatches(), []);
    assert_eq!(received.pets.as_ref().unwrap()[1], None);
    assert_eq!(server.request().json(), response);

    // `null` can be sent, too.
    let names = ["boat", "radio", "lamp", "stairs", "tower", "light", "sound", "log", "heir", "cellar"];
    let keeper = Keeper::new(None)
        .boat(Patch::Reset)
        .radio(Patch::Reset)
        .lamp(Patch::Reset)
        .stairs(Patch::Reset)
        .tower(Patch::Reset)
        .light(Patch::Reset)
        .sound(Patch::Reset)
        .log(Patch::Reset)
        .heir(Patch::Reset)
        .cellar(Patch::Reset);
    client.put_keeper(&keeper).await.unwrap();
    let nulls = names.into_iter().chain(["address"]).map(|name| (name.to_owned(), Value::Null));
    assert_eq!(server.request().json(), Value::Object(nulls.collect()));

    // What was received can be sent, and nothing of it is lost.
    client.put_keeper(&received.into_inner().try_into().unwrap()).await.unwrap();
    assert_eq!(server.request().json(), response);
}

#[tokio::test]
async fn a_patch_resets_an_object() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    for (lantern, sent) in [
        (Patch::Keep, json!({})),
        (Patch::Reset, json!({ "lantern": null })),
        (Patch::Set(ChangeKeeperBodyLantern::new().lumens(800)), json!({ "lantern": { "lumens": 800 } })),
    ] {
        client.change_keeper(&ChangeKeeperBody::new().lantern(lantern)).await.unwrap();
        assert_eq!(server.request().json(), sent);
    }
}

#[tokio::test]
async fn a_whole_body_is_null_or_an_object() {
    let server = Server::responding([json(200, &json!({ "until": "dawn" }))]).await;
    let client = server.client(Client::builder());
    let watch: Option<PutWatchResult> = client.put_watch(&None).await.unwrap().into_inner();
    assert_eq!(watch.unwrap().until.as_deref(), Some("dawn"));
    assert_eq!(server.request().json(), json!(null));
    client.put_watch(&Some(PutWatchBody::new("dusk"))).await.unwrap();
    assert_eq!(server.request().json(), json!({ "from": "dusk" }));
    client.post_watch(&Some(PostWatchBody::new().height(3).bell(true))).await.unwrap();
    assert_eq!(server.request().json(), json!({ "height": 3, "bell": true }));
}

#[tokio::test]
async fn a_list_in_a_response_has_none_where_an_object_is_null() {
    let server = Server::responding([json(200, &json!([{ "name": "Ida" }, null]))]).await;
    let client = server.client(Client::builder());
    let keepers = client.find_keepers().near(&FindKeepersNear::new().town("Bell Rock").miles(11)).await.unwrap();
    let names: Vec<_> = keepers.iter().map(|keeper| keeper.as_ref().and_then(|keeper| keeper.name.as_deref())).collect();
    assert_eq!(names, [Some("Ida"), None]);
    assert_eq!(keepers.mismatches(), []);
    assert_eq!(server.request().line, "GET /keepers?near%5Btown%5D=Bell%20Rock&near%5Bmiles%5D=11");
}
