//! Secrets in lists and maps: found by name and by the config, sent, and never shown.

use std::collections::BTreeMap;

use clickhouse_cloud_runtime::{Patch, Secret};
use held_secrets::{Client, types::*};
use wire::{Server, Value, json, status};

fn map<T>(value: T) -> BTreeMap<String, T> {
    BTreeMap::from([("key".to_owned(), value)])
}

/// With `hush` in every place that there is for a secret.
fn vault() -> Value {
    json!({
        "credentials": { "key": "hush" },
        "secret": ["hush"],
        "keys": { "key": "hush" },
        "grouped": { "key": { "key": "hush" } },
        "listed": { "key": ["hush"] },
        "mapped": [{ "key": "hush" }],
        "maybe": { "key": "hush", "other": null },
        "gaps": ["hush", null],
        "named": { "key": "hush" },
        "either": { "key": ["hush"] },
        "doors": { "key": { "codes": { "key": "hush" } } }
    })
}

#[tokio::test]
async fn secrets_in_lists_and_maps_are_sent_and_shown_nowhere() {
    let server = Server::responding([json(200, &vault())]).await;
    let client = server.client(Client::builder());
    let secret = || Secret::from("hush");
    let sent = Vault::new(map(secret()))
        .secret(["hush"])
        .keys(map(secret()))
        .grouped(map(map(secret())))
        .listed(map(vec![secret()]))
        .mapped([map(secret())])
        .maybe(BTreeMap::from([("key".to_owned(), Some(secret())), ("other".to_owned(), None)]))
        .gaps([Some(secret()), None])
        .named(map(secret()))
        .either(map(vec![secret()]))
        .doors(map(Door::new().codes(map(secret()))));
    assert!(!format!("{sent:?}").contains("hush"), "{sent:?}");
    let received = client.put_vault(&sent).await.unwrap();
    assert_eq!(server.request().json(), vault());

    assert_eq!(received.mismatches(), []);
    assert_eq!(received.credentials().unwrap()["key"].expose_secret(), "hush");
    assert!(!format!("{received:?}").contains("hush"), "{received:?}");
    let written = serde_json::to_value(&*received).unwrap();
    assert_eq!(written, json!({ "either": null, "doors": { "key": {} } }));

    // What was received can be sent.
    client.put_vault(&received.into_inner().try_into().unwrap()).await.unwrap();
    assert_eq!(server.request().json(), vault());
}

#[tokio::test]
async fn a_list_of_maps_of_secrets_in_a_union_is_sent_and_shown_nowhere() {
    let response = json!({ "credentials": {}, "either": [{ "key": "hush" }] });
    let server = Server::responding([json(200, &response)]).await;
    let sent = Vault::new(BTreeMap::<String, Secret>::new()).either(vec![map(Secret::from("hush"))]);
    let received = server.client(Client::builder()).put_vault(&sent).await.unwrap();
    assert_eq!(server.request().json(), response);
    assert_eq!(received.either, Some(VaultEither::List(vec![map(Secret::from("hush"))])));
    assert!(!format!("{received:?}").contains("hush"), "{received:?}");
    assert_eq!(serde_json::to_value(&*received).unwrap(), json!({ "either": null }));
}

#[test]
fn what_is_wrong_with_a_secret_in_a_map_is_told_without_it() {
    let sent = Vault::new(BTreeMap::<String, Secret>::new()).keys(map(Secret::from("#")));
    let error = sent.validate().unwrap_err().to_string();
    assert!(error.contains("`keys[\"key\"]`") && !error.contains('#'), "{error}");
}

#[tokio::test]
async fn a_map_of_secrets_can_be_kept_reset_and_set() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    for (keys, sent) in [
        (Patch::Keep, json!({})),
        (Patch::Reset, json!({ "keys": null })),
        (Patch::Set(map(Secret::from("hush"))), json!({ "keys": { "key": "hush" } })),
    ] {
        client.change_vault(&ChangeVaultBody::new().keys(keys)).await.unwrap();
        assert_eq!(server.request().json(), sent);
    }
}

#[tokio::test]
async fn the_values_of_a_write_only_map_are_sent_and_shown_nowhere() {
    let server = Server::responding([status(204)]).await;
    let hook = Hook::new().headers(map(Secret::from("hush")));
    assert!(!format!("{hook:?}").contains("hush"), "{hook:?}");
    server.client(Client::builder()).create_hook(&hook).await.unwrap();
    assert_eq!(server.request().json(), json!({ "headers": { "key": "hush" } }));
}

#[tokio::test]
async fn a_whole_body_of_secrets_is_sent() {
    let responses = [json(200, &json!({ "key": "hush" })), json(200, &json!(["hush"])), status(204)];
    let server = Server::responding(responses).await;
    let client = server.client(Client::builder());
    let secrets = client.put_secrets(&map(Secret::from("hush"))).await.unwrap();
    assert_eq!(server.request().json(), json!({ "key": "hush" }));
    assert!(!format!("{secrets:?}").contains("hush"), "{secrets:?}");
    let secrets = client.post_secrets(&["hush".into()]).await.unwrap();
    assert_eq!(server.request().json(), json!(["hush"]));
    assert!(!format!("{secrets:?}").contains("hush"), "{secrets:?}");
    client.send_secret_form(&map(Secret::from("hush"))).await.unwrap();
    assert_eq!(server.request().text(), "key=hush");
    client.find_secrets().proof(&map(Secret::from("hush"))).await.unwrap();
    assert_eq!(server.request().line, "GET /secrets?proof%5Bkey%5D=hush");
}
