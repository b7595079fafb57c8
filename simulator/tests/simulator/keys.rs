//! The keys of an organization, those that the simulator is started with and those that calls create.

use clickhouse_cloud_simulator::Simulator;
use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, POST, read};

/// Calls a path of the organization with a key.
async fn call(simulator: &Simulator, (id, secret): (&str, &str), below: &str) -> (u16, Value) {
    let url = format!("{}/v1/organizations/{}{below}", simulator.base_url(), simulator.organization());
    read(reqwest::Client::new().get(url).basic_auth(id, Some(secret)).send().await.unwrap()).await
}

#[tokio::test]
async fn a_created_key_is_kept_across_restarts_with_its_role_and_without_its_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let first = Client::start_with(|builder| builder.state_file(&path)).await;
    let organization = format!("/v1/organizations/{}", first.simulator.organization());
    let get = first.signed(GET, &format!("{organization}/roles"));
    let (_, roles) = read(get.send().await.unwrap()).await;
    let reader = roles["result"].as_array().unwrap().iter().find(|role| role["name"] == "Developer").unwrap();
    let body = json!({ "name": "kept", "assignedRoleIds": [reader["id"]] });
    let create = first.signed(POST, &format!("{organization}/keys")).json(&body);
    let (status, created) = read(create.send().await.unwrap()).await;
    assert_eq!(status, 200, "{created}");
    let created = &created["result"];
    let key = (created["keyId"].as_str().unwrap(), created["keySecret"].as_str().unwrap());
    assert_eq!(call(&first.simulator, key, "").await.0, 200);
    drop(first);
    assert!(!std::fs::read_to_string(&path).unwrap().contains(key.1));

    let second = Client::start_with(|builder| builder.state_file(&path)).await;
    let (status, shown) =
        call(&second.simulator, key, &format!("/keys/{}", created["key"]["id"].as_str().unwrap())).await;
    assert_eq!((status, &shown["result"]["name"]), (200, &json!("kept")));
    assert_eq!(call(&second.simulator, key, "/roles").await.0, 403);
}

#[tokio::test]
async fn the_key_of_the_reference_acts_for_the_owner_if_keys_are_given() {
    let client = Client::start_with(|builder| builder.key("given", "secret")).await;
    let script = client.request(GET, "/reference/swagger-initializer.js").send().await.unwrap().text().await.unwrap();
    let arguments = script.split("preauthorizeBasic(\"key\", ").nth(1).unwrap().split(')').next().unwrap();
    let (id, secret): (String, String) = serde_json::from_str(&format!("[{arguments}]")).unwrap();
    let request = client.request(GET, "/v1/whoami").basic_auth(id, Some(secret));
    let (_, caller) = read(request.send().await.unwrap()).await;
    let organization = client.simulator.organization();
    let (_, members) = call(&client.simulator, ("given", "secret"), "/members").await;
    let owner = &members["result"][0];
    assert_eq!((&caller["result"]["actorType"], &caller["result"]["userId"]), (&json!("user"), &owner["userId"]));
    assert_eq!(caller["result"]["organizations"][0]["organizationId"], json!(organization));
}

#[tokio::test]
async fn a_generated_key_can_be_deleted_by_another() {
    let client = Client::start_with(|builder| builder).await;
    let organization = format!("/v1/organizations/{}", client.simulator.organization());
    let (_, listed) = call(&client.simulator, client.simulator.key(), "/keys").await;
    let (generated, admin) = (&listed["result"][0], &listed["result"][0]["assignedRoles"][0]["roleId"]);
    assert_eq!(generated["roles"], json!(["admin"]));
    let body = json!({ "name": "another", "assignedRoleIds": [admin] });
    let create = client.signed(POST, &format!("{organization}/keys")).json(&body);
    let (_, created) = read(create.send().await.unwrap()).await;
    let (id, secret) = (&created["result"]["keyId"], &created["result"]["keySecret"]);
    let path = format!("{organization}/keys/{}", generated["id"].as_str().unwrap());
    let delete = client.request(DELETE, &path).basic_auth(id.as_str().unwrap(), secret.as_str());
    assert_eq!(read(delete.send().await.unwrap()).await.0, 200);
    // The reference had this key, too.
    assert_eq!(call(&client.simulator, client.simulator.key(), "").await.0, 401);
}
