//! The query endpoint of a service, query API endpoints and saved queries: what is refused, and what stays.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Client, DELETE, GET, NOBODY, POST, PUT, read};

/// A running service, and a client for its queries.
struct Queries {
    client: Client,
    service: String,
}

impl Queries {
    async fn start() -> Self {
        let client = Client::start().await;
        let service = client.create_running().await;
        Self { client, service }
    }

    fn path(&self, below: &str) -> String {
        format!("{}{below}", self.service)
    }

    /// Calls a path of the organization, and returns the result.
    async fn of_organization(&self, method: reqwest::Method, below: &str, body: Option<Value>) -> Value {
        let path = format!("/v1/organizations/{}{below}", self.client.simulator.organization());
        let mut request = self.client.signed(method, &path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let (status, mut response) = read(request.send().await.unwrap()).await;
        assert_eq!(status, 200, "{response}");
        response["result"].take()
    }

    /// Creates an API key, and returns its id.
    async fn key(&self) -> String {
        let created = self.of_organization(POST, "/keys", Some(json!({ "name": "queries" }))).await;
        created["key"]["id"].as_str().unwrap().to_owned()
    }

    /// Sets the query endpoint for some keys, and returns the status and the response.
    async fn set(&self, keys: &[&str]) -> (u16, Value) {
        let body = json!({ "roles": ["sql_console_read_only"], "openApiKeys": keys });
        self.client.call(POST, &self.path("/serviceQueryEndpoint"), Some(body)).await
    }

    /// Creates something, and returns its path.
    async fn create(&self, below: &str, body: Value) -> String {
        let (status, created) = self.client.call(POST, &self.path(below), Some(body)).await;
        assert_eq!((status, &created["status"]), (201, &json!(201)), "{created}");
        self.path(&format!("{below}/{}", created["result"]["id"].as_str().unwrap()))
    }
}

fn unknown_key(id: &str) -> String {
    format!("BAD_REQUEST: OpenAPI key {id} does not belong to the organization")
}

fn endpoint() -> Value {
    json!({
        "name": "Orders", "sql": "SELECT * FROM orders LIMIT {limit:UInt32}", "database": "default",
        "parameters": { "limit": "10" }, "apiKeyIds": [NOBODY], "roles": ["reader"],
    })
}

fn query(name: &str) -> Value {
    json!({ "name": name, "sql": "SELECT {a:String}", "database": "default", "parameters": { "a": "b" } })
}

#[tokio::test]
async fn a_key_has_to_exist_for_more_than_5_seconds_and_until_the_endpoint_is_set() {
    let queries = Queries::start().await;
    let (first, second) = (queries.key().await, queries.key().await);
    for (seconds, expected) in [(0, 400), (5, 400), (1, 200)] {
        queries.client.advance(seconds);
        let (status, response) = queries.set(&[&first]).await;
        assert_eq!(status, expected, "{response}");
        assert!(status == 200 || response["error"] == unknown_key(&first), "{response}");
    }
    assert_eq!(queries.set(&[&first, &second.to_uppercase()]).await.0, 200);
    assert_eq!(queries.set(&[&first, NOBODY]).await.1["error"], unknown_key(NOBODY));

    queries.of_organization(DELETE, &format!("/keys/{second}"), None).await;
    let path = queries.path("/serviceQueryEndpoint");
    let kept = queries.client.result(GET, &path, None).await;
    assert_eq!(kept["openApiKeys"].as_array().map(Vec::len), Some(2), "a deleted key stays in the list");
    assert_eq!(queries.set(&[&first, &second]).await.1["error"], unknown_key(&second));
    assert_eq!(queries.set(&[&first]).await.1["result"]["openApiKeys"], json!([first]));
}

#[tokio::test]
async fn a_key_that_the_simulator_is_started_with_is_known_at_once() {
    let queries = Queries::start().await;
    let keys = queries.of_organization(GET, "/keys", None).await;
    assert_eq!(queries.set(&[keys[0]["id"].as_str().unwrap()]).await.0, 200);
}

#[tokio::test]
async fn the_query_endpoint_is_replaced_as_a_whole_and_keeps_its_id() {
    let queries = Queries::start().await;
    let path = queries.path("/serviceQueryEndpoint");
    let none = (404, "NOT_FOUND: there is no such query endpoint".to_owned());
    assert_eq!(queries.client.refusal(GET, &path, None).await, none);
    assert_eq!(queries.client.refusal(DELETE, &path, None).await, none);
    let body = json!({ "roles": ["sql_console_admin"], "openApiKeys": [], "allowedOrigins": "*" });
    let set = queries.client.result(POST, &path, Some(body)).await;
    let (_, replaced) = queries.set(&[]).await;
    let expected = json!({ "id": set["id"], "openApiKeys": [], "roles": ["sql_console_read_only"] });
    assert_eq!(replaced["result"], expected, "also without the origins");
    assert_eq!(queries.client.result(GET, &path, None).await, expected);
    assert_eq!(queries.client.call(DELETE, &path, None).await.0, 200);
    assert_eq!(queries.client.refusal(GET, &path, None).await, none);
    assert_ne!(queries.set(&[]).await.1["result"]["id"], set["id"]);
}

#[tokio::test]
async fn the_query_endpoint_of_a_service_that_is_provisioning_fails() {
    let client = Client::start().await;
    let service = client.create().await;
    let path = format!("{service}/serviceQueryEndpoint");
    let body = json!({ "roles": [], "openApiKeys": [] });
    for (method, body) in [(GET, None), (POST, Some(body.clone())), (DELETE, None)] {
        let (status, message) = client.refusal(method, &path, body).await;
        assert_eq!((status, message.as_str()), (500, "INTERNAL_ERROR: the service is provisioning"));
    }
    client.advance(30);
    assert_eq!(client.call(POST, &path, Some(body)).await.0, 200);
}

#[tokio::test]
async fn lists_lack_what_is_long() {
    let queries = Queries::start().await;
    queries.create("/query-api-endpoints", endpoint()).await;
    queries.create("/saved-queries", query("a")).await;
    let endpoints = queries.client.result(GET, &queries.path("/query-api-endpoints"), None).await;
    let id = endpoints[0]["id"].as_str().unwrap();
    let expected = json!([{
        "id": id, "name": "Orders", "database": "default", "apiKeyIds": [NOBODY], "roles": ["reader"],
        "allowedOrigins": [], "url": format!("https://queries.clickhouse.cloud/run/{id}"), "ownerType": "queryApiEndpoint",
    }]);
    assert_eq!(endpoints, expected);
    let saved = queries.client.result(GET, &queries.path("/saved-queries"), None).await;
    assert_eq!(saved, json!([{ "id": saved[0]["id"], "name": "a", "database": "default" }]));
}

#[tokio::test]
async fn what_a_replacement_leaves_out_becomes_empty() {
    let queries = Queries::start().await;
    let path = queries.create("/query-api-endpoints", endpoint()).await;
    let before = queries.client.result(GET, &path, None).await;
    assert_eq!(before["parameters"], json!({ "limit": "10" }));
    let mut body = endpoint();
    body.as_object_mut().unwrap().shift_remove("parameters");
    let after = queries.client.result(PUT, &path, Some(body)).await;
    assert_eq!((&after["parameters"], &after["url"]), (&json!({}), &before["url"]));

    let path = queries.create("/saved-queries", query("a")).await;
    let replaced = queries.client.result(PUT, &path, Some(json!({ "name": "a", "sql": "", "database": "" }))).await;
    assert_eq!(replaced["parameters"], json!({}));
}

#[tokio::test]
async fn the_endpoint_of_a_user_can_be_read_alone() {
    let queries = Queries::start().await;
    let path = queries.create("/query-api-endpoints", endpoint()).await;
    let id: Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    queries.client.simulator.set_state(id, "user").unwrap();
    assert_eq!(queries.client.result(GET, &path, None).await["ownerType"], "user");
    for (method, body) in [(PUT, Some(endpoint())), (DELETE, None)] {
        let refusal = queries.client.refusal(method, &path, body).await;
        assert_eq!(refusal, (409, "CONFLICT: the query belongs to a user".to_owned()));
    }
}

#[tokio::test]
async fn a_saved_query_has_a_name_of_its_own_and_an_endpoint_need_not() {
    let queries = Queries::start().await;
    let first = queries.create("/saved-queries", query("a")).await;
    let second = queries.create("/saved-queries", query("b")).await;
    let taken = (409, "CONFLICT: there already is a saved query of this name".to_owned());
    assert_eq!(queries.client.refusal(POST, &queries.path("/saved-queries"), Some(query("a"))).await, taken);
    assert_eq!(queries.client.refusal(PUT, &second, Some(query("a"))).await, taken);
    queries.client.result(PUT, &second, Some(query("b"))).await;
    assert_eq!(queries.client.call(DELETE, &first, None).await.0, 200);
    queries.client.result(PUT, &second, Some(query("a"))).await;
    for _ in 0..2 {
        queries.create("/query-api-endpoints", endpoint()).await;
    }
}

#[tokio::test]
async fn each_mistake_is_listed_where_the_document_has_a_list() {
    let queries = Queries::start().await;
    let saved = queries.path("/saved-queries");
    let body = json!({ "name": "", "database": "default", "parameters": { "a": 1 }, "sql": "SELECT 1" });
    let (status, response) = queries.client.call(POST, &saved, Some(body)).await;
    let mut issues = response["issues"].as_array().unwrap().clone();
    issues.sort_by_key(|issue| issue["code"].to_string());
    let issue = |index: usize| (&issues[index]["path"], &issues[index]["code"]);
    assert_eq!((status, issues.len()), (400, 2), "{response}");
    assert_eq!(issue(0), (&json!(["name"]), &json!("minLength")));
    assert_eq!(issue(1), (&json!(["parameters", "a"]), &json!("type")));
    for (method, path, expected) in [
        (GET, format!("{saved}?limit=0"), json!(["limit"])),
        (GET, format!("{saved}/latest"), json!(["queryId"])),
        (DELETE, queries.path("/query-api-endpoints/latest"), json!(["endpointId"])),
    ] {
        let (status, response) = queries.client.call(method, &path, None).await;
        assert_eq!((status, &response["issues"][0]["path"]), (400, &expected), "{response}");
    }
    let (status, response) = queries.client.call(POST, &queries.path("/query-api-endpoints"), Some(json!({}))).await;
    assert_eq!((status, response.get("issues")), (400, None), "{response}");
}
