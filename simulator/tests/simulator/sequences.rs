//! Random sequences of calls, checked against a model of the services that exist.

use std::collections::BTreeMap;

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, NOBODY, PATCH, POST};

const SEQUENCES: u64 = 2_000;
const MAX_CALLS: usize = 30;

/// The expected state of a service.
struct Expected {
    name: String,
    deleted: bool,
}

#[tokio::test]
async fn no_sequence_of_calls_breaks_the_document_or_loses_a_service() {
    for seed in 0..SEQUENCES {
        let client = Client::start_with(|builder| builder.seed(seed)).await;
        let mut random = Rng::with_seed(seed);
        let mut services: BTreeMap<String, Expected> = BTreeMap::new();
        for _ in 0..random.usize(1..=MAX_CALLS) {
            step(&client, &mut random, &mut services).await;
        }
        compare(&client, &services).await;
    }
}

async fn step(client: &Client, random: &mut Rng, services: &mut BTreeMap<String, Expected>) {
    client.advance([0, 0, 5, 30, 90, 3600, 100_000][random.usize(..7)]);
    let service = random.choice(services.keys()).cloned().unwrap_or_else(|| format!("/{NOBODY}"));
    let (method, below, body) = call(random, &service);
    let (status, response) = if below.ends_with("/prometheus") {
        let response = client.signed(method.clone(), &client.path(&below)).send().await.unwrap();
        (response.status().as_u16(), Value::Null)
    } else {
        client.call(method.clone(), &below, body.clone()).await
    };
    assert!([200, 400, 404, 409].contains(&status), "{method} {below} {body:?}: {response}");
    if status == 404 {
        assert!(
            services.get(&service).is_none_or(|expected| expected.deleted) || below.contains("/backups/"),
            "{response}"
        );
        return;
    }
    if status != 200 {
        return;
    }
    if method == POST {
        let created = &response["result"]["service"];
        let name = created["name"].as_str().unwrap().to_owned();
        services.insert(format!("/{}", created["id"].as_str().unwrap()), Expected { name, deleted: false });
    } else if method == DELETE {
        services.get_mut(&service).unwrap().deleted = true;
    } else if let Some(name) = body.as_ref().and_then(|body| body["name"].as_str()) {
        name.clone_into(&mut services.get_mut(&service).unwrap().name);
    }
}

/// Returns a random call, valid or not.
fn call(random: &mut Rng, service: &str) -> (Method, String, Option<Value>) {
    let at = |below: &str| format!("{service}{below}");
    match random.u8(..15) {
        0 | 1 => (POST, String::new(), Some(create(random))),
        2 => (GET, String::new(), None),
        3 => (GET, at(""), None),
        4 => (DELETE, at(""), None),
        5 => (PATCH, at(""), Some(update(random))),
        6..=8 => {
            let command = ["start", "stop", "stop", "awake"][random.usize(..4)];
            (PATCH, at("/state"), Some(json!({ "command": command })))
        }
        9 => (PATCH, at("/scaling"), Some(scaling(random))),
        10 => (PATCH, at("/password"), Some(json!({}))),
        11 => (GET, at("/prometheus"), None),
        12 => (GET, at(if random.bool() { "/backups" } else { "/privateEndpointConfig" }), None),
        13 => (GET, at(&format!("/backups/{NOBODY}")), None),
        _ => (PATCH, at("/backupConfiguration"), Some(backup_configuration(random))),
    }
}

fn create(random: &mut Rng) -> Value {
    let (provider, region) =
        [("aws", "us-east-1"), ("gcp", "us-east1"), ("azure", "eastus"), ("aws", "eastus")][random.usize(..4)];
    let mut body = json!({ "name": name(random), "provider": provider, "region": region, "ipAccessList": [] });
    if random.bool() {
        body["tier"] = json!(["development", "production", "dedicated_standard"][random.usize(..3)]);
    }
    body.as_object_mut().unwrap().extend(scaling(random).as_object().unwrap().clone());
    body
}

fn update(random: &mut Rng) -> Value {
    let entries = |random: &mut Rng| -> Vec<Value> {
        (0..random.usize(..3)).map(|_| json!({ "source": format!("10.0.0.{}", random.u16(..300)) })).collect()
    };
    let mut body = json!({ "ipAccessList": { "add": entries(random), "remove": entries(random) } });
    if random.bool() {
        body["name"] = json!(name(random));
    }
    body
}

fn scaling(random: &mut Rng) -> Value {
    let mut body = json!({});
    let values = [
        ("minTotalMemoryGb", json!(12 * random.u32(1..10))),
        ("maxTotalMemoryGb", json!(f64::from(12 * random.u32(1..100)))),
        ("numReplicas", json!(random.u32(2..22))),
        ("idleScaling", json!(random.bool())),
        ("idleTimeoutMinutes", json!([4, 5, 15, 60, i64::from(i32::MAX), i64::MAX][random.usize(..6)])),
    ];
    for (field, value) in values {
        if random.u8(..4) == 0 {
            body[field] = value;
        }
    }
    body
}

fn backup_configuration(random: &mut Rng) -> Value {
    let hours = |random: &mut Rng| {
        [json!(null), json!(0), json!(1), json!(6.0), json!(48), json!(1e12)][random.usize(..6)].clone()
    };
    let start_time = [json!(null), json!("00:00"), json!("23:00"), json!("25:00")][random.usize(..4)].clone();
    json!({
        "backupPeriodInHours": hours(random),
        "backupRetentionPeriodInHours": hours(random),
        "backupStartTime": start_time,
    })
}

fn name(random: &mut Rng) -> String {
    (0..random.usize(..52))
        .map(|_| if random.u8(..9) == 0 { random.choice([' ', '-', '\u{e9}']).unwrap() } else { random.alphanumeric() })
        .collect()
}

/// Asserts that the listed services are those that exist.
async fn compare(client: &Client, services: &BTreeMap<String, Expected>) {
    let listed = client.result(GET, "", None).await;
    let listed: BTreeMap<String, &Value> =
        listed.as_array().unwrap().iter().map(|one| (format!("/{}", one["id"].as_str().unwrap()), one)).collect();
    for (path, expected) in services {
        match listed.get(path) {
            Some(service) => assert_eq!(service["name"], expected.name.as_str()),
            None => assert!(expected.deleted, "{path} is lost"),
        }
    }
    assert!(listed.keys().all(|path| services.contains_key(path)));
}
