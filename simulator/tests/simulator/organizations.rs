//! The organization of a key.

use clickhouse_cloud_simulator::Simulator;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Client, GET, NOBODY, PATCH, POST, read};

const LIST: &str = "/v1/organizations";

fn path(client: &Client) -> String {
    format!("{LIST}/{}", client.simulator.organization())
}

async fn call(client: &Client, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let mut request = client.signed(method, path);
    if let Some(body) = body {
        request = request.json(&body);
    }
    read(request.send().await.unwrap()).await
}

/// Returns the organization after an update.
async fn update(client: &Client, body: Value) -> Value {
    let (status, response) = call(client, PATCH, &path(client), Some(body)).await;
    assert_eq!(status, 200, "{response}");
    let (_, again) = call(client, GET, &path(client), None).await;
    assert_eq!(again["result"], response["result"]);
    response["result"].clone()
}

#[tokio::test]
async fn a_key_lists_its_organization() {
    let client = Client::start().await;
    let (status, page) = call(&client, GET, LIST, None).await;
    assert_eq!((status, &page["limit"], page.get("nextCursor")), (200, &json!(250), Some(&Value::Null)));
    let organization = json!({
        "id": client.simulator.organization(),
        "createdAt": "2023-11-02T10:41:07Z",
        "name": "Example Corporation",
        "privateEndpoints": [],
        "byocConfig": [],
        "enableCoreDumps": true,
        "capabilities": { "snapshots": true },
    });
    assert_eq!(page["result"], json!([organization]));
    assert_eq!(call(&client, GET, &path(&client), None).await.1["result"], organization);
    assert_eq!(client.simulator.log().count("listOrganizations"), 1);
}

#[tokio::test]
async fn other_organizations_are_neither_listed_nor_found() {
    let other = Uuid::from_u128(2);
    let builder = Simulator::builder().no_rate_limit().organization(Uuid::from_u128(1)).key("k1", "s1");
    let simulator = builder.organization(other).key("k2", "s2").start().await.unwrap();
    let http = reqwest::Client::new();
    let get = |path: String| {
        let request = http.get(format!("{}{path}", simulator.base_url())).basic_auth("k2", Some("s2"));
        async { read(request.send().await.unwrap()).await }
    };
    let (_, page) = get(LIST.to_owned()).await;
    assert_eq!(page["result"].as_array().unwrap().len(), 1);
    assert_eq!(page["result"][0]["id"], json!(other));
    assert_eq!(get(format!("{LIST}/{other}")).await.0, 200);
    for id in [Uuid::from_u128(1), Uuid::from_u128(3)] {
        let (status, response) = get(format!("{LIST}/{id}")).await;
        assert_eq!((status, &response["error"]), (404, &json!("NOT_FOUND: there is no such organization")));
    }
}

#[tokio::test]
async fn a_key_of_several_organizations_lists_them_in_pages() {
    let ids: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
    let mut builder = Simulator::builder().no_rate_limit();
    for (index, id) in ids.iter().enumerate() {
        builder = builder.organization(*id);
        builder = if index == 4 { builder.developer_key("all", "s") } else { builder.key("all", "s") };
    }
    let simulator = builder.key("last", "s").start().await.unwrap();
    let http = reqwest::Client::new();
    let send = async |method, key: &str, path: &str| {
        let request = http.request(method, format!("{}{path}", simulator.base_url())).basic_auth(key, Some("s"));
        read(request.json(&json!({ "name": "renamed" })).send().await.unwrap()).await
    };
    let (mut seen, mut pages, mut query) = (Vec::new(), 0, String::new());
    loop {
        let (status, page) = send(GET, "all", &format!("{LIST}?limit=2{query}")).await;
        assert_eq!((status, &page["limit"]), (200, &json!(2)), "{page}");
        let items = page["result"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().parse::<Uuid>().unwrap()));
        pages += 1;
        match page["nextCursor"].as_str() {
            Some(cursor) => query = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!((seen, pages), (ids.clone(), 3));
    let (_, page) = send(GET, "last", LIST).await;
    assert_eq!(page["result"].as_array().unwrap().len(), 1);

    // The role is that of the key in the organization.
    assert_eq!(send(PATCH, "all", &format!("{LIST}/{}", ids[0])).await.1["result"]["name"], "renamed");
    assert_eq!(send(PATCH, "all", &format!("{LIST}/{}", ids[4])).await.0, 403);
    assert_eq!(send(GET, "all", &format!("{LIST}/{}", ids[1])).await.1["result"]["name"], "Example Corporation");
}

#[tokio::test]
async fn the_query_of_a_list_is_checked() {
    let client = Client::start().await;
    for (query, status, start) in [
        ("limit=1", 200, ""),
        ("limit=1000", 200, ""),
        ("limit=1.0", 200, ""),
        ("somethingElse=1", 200, ""),
        ("limit=0", 400, "BAD_REQUEST: limit: "),
        ("limit=-1", 400, "BAD_REQUEST: limit: "),
        ("limit=1.5", 400, "BAD_REQUEST: limit: "),
        ("limit=all", 400, "BAD_REQUEST: limit: "),
        ("limit=", 400, "BAD_REQUEST: limit: "),
        ("limit=99999999999999999999", 400, "BAD_REQUEST: limit: "),
        ("cursor=17", 400, "BAD_REQUEST: cursor: no response had this"),
        ("cursor=", 400, "BAD_REQUEST: cursor: no response had this"),
    ] {
        let (found, response) = call(&client, GET, &format!("{LIST}?{query}"), None).await;
        let error = response["error"].as_str().unwrap_or_default();
        assert!(found == status && error.starts_with(start), "{query}: {response}");
    }
    for (limit, used) in [(7, 7), (1000, 250)] {
        assert_eq!(call(&client, GET, &format!("{LIST}?limit={limit}"), None).await.1["limit"], used);
    }
}

#[tokio::test]
async fn what_an_update_has_is_changed() {
    let client = Client::start().await;
    let renamed = update(&client, json!({ "name": "Example", "somethingElse": 1 })).await;
    assert_eq!((&renamed["name"], &renamed["enableCoreDumps"]), (&json!("Example"), &json!(true)));
    let updated = update(&client, json!({ "enableCoreDumps": false })).await;
    assert_eq!((&updated["name"], &updated["enableCoreDumps"]), (&json!("Example"), &json!(false)));
    assert_eq!(update(&client, json!({})).await, updated);

    for body in [json!({ "name": null }), json!({ "enableCoreDumps": "no" }), json!({ "privateEndpoints": [] })] {
        assert_eq!(call(&client, PATCH, &path(&client), Some(body)).await.0, 400);
    }
    let nobody = format!("{LIST}/{NOBODY}");
    assert_eq!(call(&client, PATCH, &nobody, Some(json!({ "name": "a" }))).await.0, 404);
    assert_eq!(call(&client, GET, &path(&client), None).await.1["result"], updated);

    let status = client.request(GET, "/_simulator/status").send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(status["organizations"][0]["name"], "Example");
}

#[tokio::test]
async fn private_endpoints_are_removed_before_others_are_added_and_replaced() {
    let client = Client::start().await;
    let endpoints = |update: Value| self::update(&client, json!({ "privateEndpoints": update }));
    let whole = json!({ "id": "a", "description": "VPC", "cloudProvider": "aws", "region": "us-east-1" });
    let added = endpoints(json!({ "add": [whole, { "id": "b" }] })).await;
    assert_eq!(added["privateEndpoints"], json!([whole, { "id": "b" }]));

    let both = endpoints(json!({ "remove": [{ "id": "a" }, { "id": "x" }], "add": [{ "id": "a" }] })).await;
    assert_eq!(both["privateEndpoints"], json!([{ "id": "b" }, { "id": "a" }]));
    let replaced = endpoints(json!({ "add": [{ "id": "b", "description": "new" }] })).await;
    assert_eq!(replaced["privateEndpoints"], json!([{ "id": "b", "description": "new" }, { "id": "a" }]));

    for endpoint in [json!({}), json!({ "id": "c", "region": "mars-1" }), json!({ "id": "c", "cloudProvider": "ibm" })]
    {
        let body = json!({ "privateEndpoints": { "add": [endpoint] } });
        assert_eq!(call(&client, PATCH, &path(&client), Some(body)).await.0, 400);
    }
}

#[tokio::test]
async fn a_service_registers_its_private_endpoints() {
    let client = Client::start().await;
    let body = json!({
        "name": "a", "provider": "gcp", "region": "us-east1", "ipAccessList": [], "privateEndpointIds": ["a"],
    });
    let created = client.result(POST, "", Some(body)).await;
    let service = format!("/{}", created["service"]["id"].as_str().unwrap());
    client.result(PATCH, &service, Some(json!({ "privateEndpointIds": { "add": ["a", "b"] } }))).await;
    let registered = |id: &str| json!({ "id": id, "cloudProvider": "gcp", "region": "us-east1" });
    let listed = update(&client, json!({})).await["privateEndpoints"].clone();
    assert_eq!(listed, json!([registered("a"), registered("b")]));

    client.result(PATCH, &service, Some(json!({ "privateEndpointIds": { "remove": ["a", "b"] } }))).await;
    assert_eq!(update(&client, json!({})).await["privateEndpoints"], listed);
}

#[tokio::test]
async fn an_update_needs_the_permission_to_manage_the_organization() {
    let client = Client::start_with(|builder| builder.key("admin", "a").developer_key("developer", "d")).await;
    let status = |request: reqwest::RequestBuilder| async { request.send().await.unwrap().status().as_u16() };
    let developer = |method| client.request(method, &path(&client)).basic_auth("developer", Some("d"));
    assert_eq!(status(developer(GET)).await, 200);
    assert_eq!(status(developer(PATCH).json(&json!({ "name": "a" }))).await, 403);
}
