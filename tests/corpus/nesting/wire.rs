//! Schemas in schemas, ten deep or without an end.

use std::collections::BTreeMap;

use nesting::{Client, Patch, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn objects_without_a_name_are_types_ten_deep() {
    let value =
        |value| json!({ "a": { "b": { "c": { "d": { "e": { "f": { "g": { "h": { "i": { "j": value } } } } } } } } } });
    let mut response = value(json!({ "value": "5" }));
    response["lists"] = json!([[[[1, 2], []]]]);
    let server = Server::responding([json(200, &response)]).await;
    let inner = DeepAbCdEInput::new()
        .f(DeepAbCdEfInput::new().g(DeepAbCdEfGInput::new()
            .h(DeepAbCdEfGhInput::new().i(DeepAbCdEfGhIInput::new().j(DeepAbCdEfGhIjInput::new(5))))));
    let a = DeepAInput::new().b(DeepAbInput::new().c(DeepAbCInput::new().d(DeepAbCdInput::new().e(inner))));
    let deep = server.client(Client::builder()).put_deep(&DeepInput::new().a(a)).await.unwrap();
    let path: Vec<_> = deep.mismatches().iter().map(|mismatch| mismatch.path()).collect();
    assert_eq!(path, ["$.a.b.c.d.e.f.g.h.i.j.value"]);
    assert_eq!(deep.lists, Some(vec![vec![vec![vec![1, 2], vec![]]]]));
    assert_eq!(server.request().json(), value(json!({ "value": 5 })));
}

#[tokio::test]
async fn large_fields_are_boxed() {
    let level = json!({ "a": { "a": { "a": { "a": { "id": "4" } }, "h": "3" }, "h": null }, "h": "1" });
    let server = Server::responding([json(200, &level), status(204)]).await;
    let client = server.client(Client::builder());
    let level2 = Level2::new().a(Level3::new().a(Level4::new().id("4"))).h("3");
    let sent = Level0Input::new(Level1Input::new(level2.clone(), None)).h("1");
    let received = client.put_levels(&sent).await.unwrap();
    assert_eq!(received.mismatches(), []);
    assert!(received.a().is_ok());
    assert_eq!(received.into_inner().try_into(), Ok(sent));
    client.patch_levels(&LevelChanges::new().a(level2).b(Patch::Reset)).await.unwrap();
    let bodies: Vec<_> = server.requests().iter().map(|request| request.json()).collect();
    assert_eq!(bodies, [level.clone(), json!({ "a": level["a"]["a"], "b": null })]);
}

#[tokio::test]
async fn schemas_that_hold_themselves_are_boxed() {
    let leaf = json!({ "name": "leaf", "branches": [] });
    let response = json!({
        "name": "tree",
        "parent": leaf,
        "branches": [{ "tree": leaf, "pair": { "branch": { "tree": leaf } } }],
        "roots": { "a": leaf },
        "either": leaf
    });
    let server = Server::responding([json(200, &response)]).await;
    let client = server.client(Client::builder());
    let none: [BranchInput; 0] = [];
    let leaf = TreeInput::new("leaf", none);
    let other = BranchInput::new(leaf.clone());
    let tree = TreeInput::new("tree", [BranchInput::new(leaf.clone()).pair(PairInput::new().branch(other))])
        .parent(leaf.clone())
        .roots(BTreeMap::from([("a".to_owned(), leaf.clone())]))
        .either(leaf);
    let received = client.put_tree(&tree).await.unwrap();
    assert_eq!(received.mismatches(), []);
    assert_eq!(server.request().json(), response);
    assert!(matches!(received.either, Some(TreeEither::Tree(_))));

    client.put_tree(&received.into_inner().try_into().unwrap()).await.unwrap();
    assert_eq!(server.request().json(), response);
}

#[tokio::test]
async fn what_is_deeper_than_an_example_goes_is_sent_all_the_same() {
    let server = Server::responding([status(204)]).await;
    let last = Link6::new("end");
    let chain = Link1::new(Link2::new(Link3::new(Link4::new(Link5::new(last.clone(), last)))));
    server.client(Client::builder()).post_chain("a", &chain).await.unwrap();
    let last = json!({ "name": "end" });
    let json = json!({ "next": { "next": { "next": { "next": { "next": last, "last": last } } } } });
    assert_eq!(server.request().json(), json);
}
