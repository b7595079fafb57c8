//! The store over HTTP, with kinds that the document does not have.

mod kinds;

use std::{collections::BTreeSet, fs, path::Path, ptr, time::Duration};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{
    Builder, Fault, FaultRule, Simulator, StartError, StateFileError,
    kinds::embedded,
    resources::{Model, Models},
};

const SOURCE: &str = "db.example";

/// A simulator with the kinds of the tests and a service, and a client for it.
struct Client {
    simulator: Simulator,
    http: reqwest::Client,
    service: String,
}

impl Client {
    async fn start() -> Self {
        Self::start_with(|builder| builder).await
    }

    async fn start_with(configure: impl FnOnce(Builder) -> Builder) -> Self {
        let builder = Simulator::builder().models(kinds::models()).seed(1).manual_clock().no_rate_limit();
        let simulator = configure(builder).start().await.unwrap();
        let mut client = Self { simulator, http: reqwest::Client::new(), service: String::new() };
        let services = format!("/v1/organizations/{}/services", client.simulator.organization());
        let (_, list) = client.send(client.request(Method::GET, &services)).await;
        client.service = match list["result"][0]["id"].as_str() {
            Some(id) => format!("{services}/{id}"),
            None => {
                let body = json!({ "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [] });
                let (_, created) = client.send(client.request(Method::POST, &services).json(&body)).await;
                format!("{services}/{}", created["result"]["service"]["id"].as_str().unwrap())
            }
        };
        client
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let (id, secret) = self.simulator.key();
        let url = format!("{}{path}", self.simulator.base_url());
        self.http.request(method, url).basic_auth(id, Some(secret))
    }

    async fn send(&self, request: RequestBuilder) -> (u16, Value) {
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Calls a path below the service.
    async fn call(&self, method: Method, below: &str, body: Value) -> (u16, Value) {
        let mut request = self.request(method, &format!("{}{below}", self.service));
        if !body.is_null() {
            request = request.json(&body);
        }
        self.send(request).await
    }

    /// Returns the result of a call that succeeds.
    async fn result(&self, method: Method, below: &str, body: Value) -> Value {
        let (status, response) = self.call(method, below, body).await;
        assert!([200, 201].contains(&status), "{response}");
        assert_eq!(response["status"], status);
        response["result"].clone()
    }

    /// Returns the status and the error of a call that fails.
    async fn refusal(&self, method: Method, below: &str, body: Value) -> (u16, String) {
        let (status, response) = self.call(method, below, body).await;
        (status, response["error"].as_str().unwrap_or_else(|| panic!("{response}")).to_owned())
    }

    async fn get(&self, below: &str) -> Value {
        self.result(Method::GET, below, Value::Null).await
    }

    /// Creates a pipe, and returns its path below the service.
    async fn create_pipe(&self, name: &str) -> String {
        let created = self.result(Method::POST, "/pipes", json!({ "name": name, "source": { "host": SOURCE } })).await;
        format!("/pipes/{}", created["pipe"]["id"].as_str().unwrap())
    }

    async fn pipe_names(&self, query: &str) -> Vec<String> {
        names(&self.get(&format!("/pipes{query}")).await)
    }

    fn advance(&self, seconds: u64) {
        self.simulator.advance(Duration::from_secs(seconds));
    }
}

fn names(items: &Value) -> Vec<String> {
    items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_new_resource_is_the_example_with_the_request_and_what_the_api_makes() {
    let client = Client::start().await;
    let source = json!({ "host": SOURCE, "password": "hunter2" });
    let body = json!({ "name": "Clicks", "source": source, "version": "0", "state": "Running", "more": 1 });
    let (status, response) = client.call(Method::POST, "/pipes", body).await;
    assert_eq!((status, &response["status"]), (201, &json!(201)), "{response}");
    let pipe = &response["result"]["pipe"];
    let (id, service) = (pipe["id"].clone(), client.service.rsplit('/').next());
    assert_ne!(id, "158423ac-e2dc-4f76-8778-a7a1587bf3bb");
    let expected = json!({
        "id": id,
        "name": "Clicks",
        "region": null,
        "size": 1,
        "state": "Provisioning",
        "tags": [],
        "source": { "host": SOURCE, "user": null, "mode": "pull" },
        "serviceId": service,
        "createdAt": pipe["createdAt"],
        "version": "7.1",
    });
    assert_eq!(*pipe, expected);
    assert!(response["result"]["secret"].is_string());
    assert_eq!(client.get(&format!("/pipes/{}", id.as_str().unwrap())).await, *pipe);
    let taken = json!({ "name": "Clicks", "source": {} });
    let refusal = client.refusal(Method::POST, "/pipes", taken).await;
    assert_eq!(refusal, (409, "CONFLICT: the name is taken".to_owned()));
}

#[tokio::test]
async fn an_update_merges_adds_removes_and_resets() {
    let client = Client::start().await;
    let pipe = client.create_pipe("a").await;
    let update = |body| client.result(Method::PATCH, &pipe, body);
    let source = json!({ "port": 5432, "password": "hunter2", "user": "u", "mode": "push" });
    let changed = update(json!({ "description": "d", "region": "eu", "size": 9, "source": source, "more": 1 })).await;
    assert_eq!(changed["source"], json!({ "host": SOURCE, "port": 5432, "user": "u", "mode": "push" }));
    assert_eq!([&changed["description"], &changed["region"], &changed["size"]], [&json!("d"), &json!("eu"), &json!(9)]);

    let tag = |key: &str, value: &str| json!({ "key": key, "value": value });
    update(json!({ "tags": { "add": [tag("a", "1"), tag("b", "2")] } })).await;
    let tags = json!({ "tags": { "remove": [{ "key": "b" }, { "key": "x" }], "add": [tag("a", "3"), tag("c", "4")] } });
    assert_eq!(update(tags).await["tags"], json!([tag("a", "3"), tag("c", "4")]));

    let source = json!({ "port": null, "user": null, "mode": null });
    let reset = update(json!({ "description": null, "region": null, "size": null, "source": source })).await;
    assert_eq!(reset.get("description"), None, "it is optional");
    assert_eq!((&reset["region"], &reset["size"]), (&Value::Null, &json!(1)), "null is allowed, and the default");
    let source = json!({ "host": SOURCE, "user": null, "mode": "pull" });
    assert_eq!(reset["source"], source, "optional, null, and the value of the example");
    assert_eq!(client.get(&pipe).await, reset);
    let body = json!({ "name": "b", "description": null, "source": { "host": SOURCE, "port": null } });
    let created = client.result(Method::POST, "/pipes", body).await;
    assert_eq!((created["pipe"].get("description"), &created["pipe"]["source"]), (None, &source));

    let other = client.request(Method::PATCH, &format!("{}{pipe}", client.service)).json(&json!({ "size": "x" }));
    assert_eq!(client.send(other).await.0, 400);
    assert_eq!(client.get(&pipe).await, reset);
}

#[tokio::test]
async fn a_replacement_sets_what_the_request_lacks_to_its_default() {
    let client = Client::start().await;
    let pipe = client.create_pipe("a").await;
    let changes = json!({ "description": "d", "size": 9, "tags": { "add": [{ "key": "k" }] } });
    let before = client.result(Method::PATCH, &pipe, changes).await;
    let replaced = client.result(Method::PUT, &pipe, json!({ "name": "b", "source": { "host": "h" } })).await;
    let source = json!({ "host": "h", "user": null, "mode": "pull" });
    assert_eq!((&replaced["name"], &replaced["source"]), (&json!("b"), &source));
    assert_eq!((replaced.get("description"), &replaced["size"], &replaced["tags"]), (None, &json!(1), &json!([])));
    for kept in ["id", "createdAt", "state"] {
        assert_eq!(replaced[kept], before[kept], "{kept}");
    }
}

#[tokio::test]
async fn a_list_comes_in_pages_that_a_cursor_leads_through() {
    let client = Client::start().await;
    let mut pipes = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        pipes.push(client.create_pipe(name).await);
    }
    let page = async |query: &str| {
        let (status, page) = client.call(Method::GET, &format!("/pipes{query}"), Value::Null).await;
        assert_eq!(status, 200, "{page}");
        page
    };
    let first = page("").await;
    assert_eq!(names(&first["result"]), ["a", "b", "c", "d"], "the default limit is that of the document");
    assert_eq!((&first["limit"], &first["totalCount"]), (&json!(4), &json!(6)));
    let cursor = first["nextCursor"].as_str().unwrap();
    let last = page(&format!("?cursor={cursor}")).await;
    assert_eq!((names(&last["result"]).join(""), &last["nextCursor"]), ("ef".to_owned(), &Value::Null));
    let clamped = page("?limit=1000").await;
    assert_eq!((&clamped["limit"], clamped["result"].as_array().unwrap().len()), (&json!(5), 5));

    // Neither deletion of the last one nor a new one moves the rest.
    client.advance(30);
    client.result(Method::PATCH, &format!("{}/state", pipes[3]), json!({ "command": "stop" })).await;
    client.result(Method::DELETE, &pipes[3], Value::Null).await;
    client.advance(20);
    client.create_pipe("g").await;
    assert_eq!(client.pipe_names(&format!("?limit=2&cursor={cursor}")).await, ["e", "f"]);
    assert_eq!(client.pipe_names("?limit=5").await, ["a", "b", "c", "e", "f"]);

    for forged in ["17", "4.0", "", &format!("{cursor}0")] {
        let refusal = client.refusal(Method::GET, &format!("/pipes?cursor={forged}"), Value::Null).await;
        assert_eq!(refusal, (400, "BAD_REQUEST: cursor: no response had this".to_owned()), "{forged}");
    }
    let elsewhere = client.request(Method::GET, &format!("/v1/organizations?cursor={cursor}"));
    assert_eq!(client.send(elsewhere).await.0, 400, "the cursor is of another list");
}

#[tokio::test]
async fn a_list_with_offsets_ends_with_an_empty_page() {
    let client = Client::start().await;
    let notes = format!("{}/notes", client.create_pipe("a").await);
    for title in ["a", "b", "c"] {
        client.result(Method::POST, &notes, json!({ "title": title, "text": "" })).await;
    }
    let titles = async |query: &str| {
        let items = client.get(&format!("{notes}?{query}")).await;
        items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect::<String>()
    };
    assert_eq!(titles("").await, "cba", "the newest first");
    assert_eq!(titles("limit=2").await, "cb");
    assert_eq!(titles("limit=2&offset=2").await, "a");
    assert_eq!(titles("offset=3").await, "");
    assert_eq!(titles("offset=9007199254740993").await, "");
    let (_, page) = client.call(Method::GET, &notes, Value::Null).await;
    assert_eq!(page.as_object().unwrap().keys().collect::<Vec<_>>(), ["status", "requestId", "result"]);
    let (status, error) =
        client.refusal(Method::GET, &format!("{notes}?limit=99999999999999999999"), Value::Null).await;
    assert_eq!((status, error.as_str()), (400, "BAD_REQUEST: limit: the value is too large"));
}

#[tokio::test]
async fn a_list_is_filtered() {
    let client = Client::start().await;
    for (name, region, tags) in [("a", "eu", json!([])), ("b", "us", json!([{ "key": "t", "value": "1" }]))] {
        let body = json!({ "name": name, "region": region, "tags": tags, "source": { "host": SOURCE } });
        client.result(Method::POST, "/pipes", body).await;
    }
    assert_eq!(client.pipe_names("?region=eu").await, ["a"]);
    assert_eq!(client.pipe_names("?filter=tag:t&filter=tag:t%3D1").await, ["b"]);
    assert_eq!(client.pipe_names("?filter=tag:t&filter=tag:t%3D2").await, [""; 0]);
    assert_eq!(client.pipe_names("?filter=tag:t&region=eu").await, [""; 0]);
}

#[tokio::test]
async fn states_follow_the_clock_and_commands() {
    let client = Client::start().await;
    let pipe = client.create_pipe("a").await;
    let state = async || client.get(&pipe).await["state"].as_str().unwrap().to_owned();
    let command = async |command: &str| {
        let (status, response) =
            client.call(Method::PATCH, &format!("{pipe}/state"), json!({ "command": command })).await;
        (status, response["error"].as_str().unwrap_or_default().to_owned())
    };
    client.advance(29);
    assert_eq!(state().await, "Provisioning");
    client.advance(1);
    assert_eq!(state().await, "Running");
    assert_eq!(command("start").await, (400, "BAD_REQUEST: the pipe is already running".to_owned()));
    let refusal = client.refusal(Method::DELETE, &pipe, Value::Null).await;
    assert_eq!(refusal, (409, "CONFLICT: the pipe is running".to_owned()));
    assert_eq!(command("stop").await.0, 200);
    assert_eq!(state().await, "Stopping");
    client.advance(365 * 24 * 60 * 60);
    assert_eq!(state().await, "Stopped");
    client.result(Method::POST, &format!("{pipe}/notes"), json!({ "title": "n", "text": "" })).await;

    assert_eq!(client.result(Method::DELETE, &pipe, Value::Null).await, Value::Null);
    assert_eq!(state().await, "Deleting");
    assert_eq!(client.pipe_names("").await, ["a"]);
    client.advance(20);
    let gone = (404, "NOT_FOUND: there is no such pipe".to_owned());
    for below in ["", "/notes"] {
        assert_eq!(client.refusal(Method::GET, &format!("{pipe}{below}"), Value::Null).await, gone, "{below}");
    }
    assert_eq!(client.pipe_names("").await, [""; 0]);
}

#[tokio::test]
async fn an_action_of_its_own_changes_all_or_nothing() {
    let client = Client::start().await;
    let pipe = client.create_pipe("a").await;
    let to = async |region: &str| client.call(Method::POST, &format!("{pipe}/move"), json!({ "region": region })).await;
    let before = client.get(&pipe).await;
    assert_eq!(to("mars-1").await.0, 400);
    assert_eq!(client.get(&pipe).await, before);
    assert_eq!(to("eu").await.1["result"]["region"], "eu");
    assert_eq!(client.get(&pipe).await["size"], 0);
}

#[tokio::test]
async fn an_id_of_the_request_exists_one_time() {
    let client = Client::start().await;
    let notes = format!("{}/notes", client.create_pipe("a").await);
    client.result(Method::POST, &notes, json!({ "title": "a", "text": "1" })).await;
    let refusal = client.refusal(Method::POST, &notes, json!({ "title": "a", "text": "2" })).await;
    assert_eq!(refusal, (409, "CONFLICT: there already is such a note".to_owned()));
    assert_eq!(client.get(&notes).await, json!([{ "title": "a", "text": "1" }]));
}

#[tokio::test]
async fn resources_that_come_with_their_parent_are_those_of_the_example() {
    let client = Client::start().await;
    let organization = client.simulator.organization();
    let call = async |method, below: &str| {
        client.send(client.request(method, &format!("/v1/organizations/{organization}/limits{below}"))).await
    };
    let (_, status) = client.send(client.request(Method::GET, "/_simulator/status")).await;
    assert_eq!(titles(&status)[0], "Limits", "rules of other kinds can rely on them");
    let services = json!({ "code": "services", "organizationId": organization, "used": 1 });
    let keys = json!({ "code": "keys/active", "organizationId": organization });
    assert_eq!(call(Method::GET, "/keys%2Factive").await.1["result"], keys);
    assert_eq!(call(Method::GET, "").await.1["result"], json!([services, keys]));
    assert_eq!(call(Method::GET, "/pipes").await.0, 404);
    let (status, response) = call(Method::GET, &format!("/{}", "x".repeat(21))).await;
    assert_eq!((status, response["error"].as_str().unwrap().starts_with("BAD_REQUEST: limitCode: ")), (400, true));

    for code in ["services", "keys%2Factive"] {
        assert_eq!(call(Method::DELETE, &format!("/{code}")).await.0, 200);
    }
    assert_eq!(call(Method::GET, "").await.1["result"], json!([]), "they do not come back");
}

#[tokio::test]
async fn a_rule_about_other_resources_sees_them_as_they_are_now() {
    let client = Client::start().await;
    let pipe = client.create_pipe("a").await;
    client.advance(30);
    client.result(Method::PATCH, &format!("{pipe}/state"), json!({ "command": "stop" })).await;
    client.advance(10);
    client.result(Method::DELETE, &pipe, Value::Null).await;
    let body = json!({ "name": "a", "source": { "host": SOURCE } });
    assert_eq!(client.refusal(Method::POST, "/pipes", body.clone()).await.0, 409, "it is being deleted");
    client.advance(20);
    assert_eq!(client.call(Method::POST, "/pipes", body).await.0, 201, "the name is free again");
}

#[tokio::test]
async fn a_single_resource_is_set_replaced_and_deleted() {
    let client = Client::start().await;
    let none = (404, "NOT_FOUND: there is no such schedule".to_owned());
    let set = |body| client.result(Method::POST, "/schedule", body);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(client.refusal(method, "/schedule", Value::Null).await, none);
    }
    let body = json!({ "entries": ["monday"], "zone": "CET" });
    assert_eq!(set(body.clone()).await, body);
    assert_eq!(set(json!({ "entries": [] })).await, json!({ "entries": [] }));
    assert_eq!(client.get("/schedule").await, json!({ "entries": [] }));
    client.result(Method::DELETE, "/schedule", Value::Null).await;
    assert_eq!(client.refusal(Method::GET, "/schedule", Value::Null).await, none);

    assert_eq!(client.get("/routing").await, json!({ "enabled": false }), "it comes with the service");
}

#[tokio::test]
async fn an_update_is_shown_with_the_delay_of_its_kind() {
    let client = Client::start().await;
    let (off, on) = (json!({ "enabled": false }), json!({ "enabled": true }));
    assert_eq!(client.result(Method::PATCH, "/routing", on.clone()).await, off);
    client.advance(4);
    assert_eq!(client.get("/routing").await, off);
    client.advance(1);
    assert_eq!(client.get("/routing").await, on);
}

#[tokio::test]
async fn resources_are_found_below_their_own_parents_only() {
    let client = Client::start().await;
    let pipe = client.create_pipe("a").await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    for (path, thing) in [
        (client.service.replace(client.simulator.organization().to_string().as_str(), nobody) + &pipe, "organization"),
        (format!("{}/{nobody}{pipe}", client.service.rsplit_once('/').unwrap().0), "service"),
        (format!("{}/pipes/{nobody}", client.service), "pipe"),
    ] {
        let (status, response) = client.send(client.request(Method::GET, &path)).await;
        assert_eq!((status, &response["error"]), (404, &json!(format!("NOT_FOUND: there is no such {thing}"))));
    }
    let refusal = client.refusal(Method::GET, "/pipes/17", Value::Null).await;
    assert_eq!(refusal, (400, "BAD_REQUEST: pipeId: this has to be a UUID".to_owned()));
}

#[tokio::test]
async fn an_operation_is_refused_to_a_caller_without_its_permission() {
    let client = Client::start_with(|builder| builder.key("admin", "a").developer_key("developer", "d")).await;
    let pipe = client.create_pipe("a").await;
    let request = |method| {
        let url = format!("{}{}{pipe}", client.simulator.base_url(), client.service);
        client.http.request(method, url).basic_auth("developer", Some("d"))
    };
    assert_eq!(client.send(request(Method::GET)).await.0, 200);
    assert_eq!(client.send(request(Method::PATCH).json(&json!({ "size": 2 }))).await.0, 403);
    assert_eq!(client.get(&pipe).await["size"], 1);
}

#[tokio::test]
async fn faults_apply_to_resources_of_any_kind() {
    let client = Client::start().await;
    let add = |rule| client.simulator.faults().add(rule).unwrap();
    client.advance(20);
    add(FaultRule::new(Fault::NotYetFound).operation("getPipe"));
    let pipe = client.create_pipe("a").await;
    let hidden = client.refusal(Method::GET, &pipe, Value::Null).await;
    assert_eq!(hidden, (404, "NOT_FOUND: there is no such pipe".to_owned()));
    client.advance(10);
    assert_eq!(client.get(&pipe).await["state"], "Provisioning");

    add(FaultRule::new(Fault::StaleState).operation("getPipe").times(1));
    client.advance(20);
    assert_eq!(client.get(&pipe).await["state"], "Provisioning");
    assert_eq!(client.get(&pipe).await["state"], "Running");

    add(FaultRule::new(Fault::InvalidId));
    let nobody = "00000000-0000-4000-8000-000000000000";
    let refusal = client.refusal(Method::GET, &format!("/pipes/{nobody}"), Value::Null).await;
    assert_eq!(refusal, (400, format!("BAD_REQUEST: Invalid pipe id string:\"{nobody}\"")));

    add(FaultRule::new(Fault::MissingField).operation("listPipes").field("version").times(1));
    assert_eq!(client.get("/pipes").await[0].get("version"), None);
    add(FaultRule::new(Fault::ResetAfter).operation("createPipe").times(1));
    let body = json!({ "name": "lost", "source": { "host": SOURCE } });
    assert!(client.request(Method::POST, &format!("{}/pipes", client.service)).json(&body).send().await.is_err());
    assert_eq!(client.pipe_names("").await, ["a", "lost"]);
    let entries = client.simulator.log().entries();
    let lost = entries.iter().find(|entry| entry.fault == Some(Fault::ResetAfter)).unwrap();
    assert_eq!((lost.operation.as_deref(), lost.carried_out, lost.status), (Some("createPipe"), true, None));
}

#[tokio::test]
async fn the_same_seed_and_the_same_calls_make_the_same_resources() {
    let pipes = async || {
        let client = Client::start().await;
        client.create_pipe("a").await;
        let mut pipe = client.get("/pipes").await[0].clone();
        pipe["createdAt"].take();
        pipe
    };
    assert_eq!(pipes().await, pipes().await);
}

async fn start_from(path: &Path) -> Client {
    Client::start_with(|builder| builder.state_file(path)).await
}

#[tokio::test]
async fn resources_of_any_kind_are_kept_across_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let first = start_from(&path).await;
    let pipe = first.create_pipe("a").await;
    first.result(Method::POST, &format!("{pipe}/notes"), json!({ "title": "b/c", "text": "t" })).await;
    first.result(Method::POST, "/schedule", json!({ "entries": ["monday"] })).await;
    let paths = ["/pipes", &pipe, &format!("{pipe}/notes"), "/schedule"];
    let mut before = Vec::new();
    for below in paths {
        before.push(first.get(below).await);
    }
    let body = json!({ "name": "b", "source": { "host": SOURCE, "password": "hunter2" } });
    let secret = first.result(Method::POST, "/pipes", body).await["secret"].as_str().unwrap().to_owned();
    let (_, page) = first.call(Method::GET, "/pipes?limit=1", Value::Null).await;
    drop(first);
    let read = || serde_json::from_slice::<Value>(&fs::read(&path).unwrap()).unwrap();
    let stored = read();
    assert!(!stored.to_string().contains(&secret) && !stored.to_string().contains("hunter2"));

    let second = start_from(&path).await;
    let hidden = |state: Value| {
        let by_service = state["cloud"]["resources"]["by_kind"]["pipe"].as_object().unwrap();
        let mut pipes = by_service.values().flat_map(|pipes| pipes.as_object().unwrap().values());
        pipes.next().unwrap()["hidden"]["secretHash"].as_str().unwrap().to_owned()
    };
    assert_eq!(hidden(read()), hidden(stored));
    for (below, before) in paths.into_iter().zip(before).skip(1) {
        assert_eq!(second.get(below).await, before, "{below}");
    }
    let cursor = page["nextCursor"].as_str().unwrap();
    assert_eq!(second.pipe_names(&format!("?cursor={cursor}")).await, ["b"], "a cursor stays valid");
    second.advance(30);
    assert_eq!(second.get(&pipe).await["state"], "Running");
}

#[tokio::test]
async fn what_comes_with_a_parent_is_kept_also_when_nothing_changes_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = start_from(&path).await;
    let stored = || {
        let state: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        state["cloud"]["resources"]["by_kind"]["routing"].clone()
    };
    assert_eq!(stored(), Value::Null);
    client.get("/routing").await;
    assert_eq!(stored().as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stored_resource_that_breaks_the_document_is_refused_with_its_field() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = start_from(&path).await;
    let pipe = client.create_pipe("a").await.rsplit('/').next().unwrap().to_owned();
    let service = client.service.rsplit('/').next().unwrap().to_owned();
    let scope = format!("organizationId={}/serviceId={service}", client.simulator.organization());
    drop(client);
    let whole: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let at = format!("cloud.resources.by_kind.pipe.{scope}.{pipe}");
    for (below, value, field) in [
        (&["fields", "size"][..], json!("large"), format!("{at}.fields.size")),
        (&["fields", "source"], json!({}), format!("{at}.fields.source")),
        (&["fields", "id"], json!(service), format!("{at}.fields.id")),
        (&["since"], json!("+262142-12-31T23:59:59Z"), format!("{at}.since")),
    ] {
        let mut broken = whole.clone();
        let mut place = &mut broken["cloud"]["resources"]["by_kind"]["pipe"][&scope][&pipe];
        for name in below {
            place = &mut place[*name];
        }
        *place = value;
        assert_eq!(invalid_field(&path, &broken).await, field);
    }
    let mut unknown = whole.clone();
    unknown["cloud"]["resources"]["by_kind"]["tube"] =
        json!({ "": { "a": whole["cloud"]["resources"]["by_kind"]["pipe"][&scope][&pipe] } });
    assert_eq!(invalid_field(&path, &unknown).await, "cloud.resources.by_kind.tube");
}

/// Returns the field for which a state is refused.
async fn invalid_field(path: &Path, state: &Value) -> String {
    fs::write(path, state.to_string()).unwrap();
    let builder = Simulator::builder().models(kinds::models()).state_file(path);
    match builder.start().await.err() {
        Some(StartError::StateFile(StateFileError::Invalid { field, .. })) => field,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_page_shows_resources_of_any_kind() {
    let client = Client::start().await;
    client.create_pipe("a").await;
    client.advance(30);
    let (_, status) = client.send(client.request(Method::GET, "/_simulator/status")).await;
    let pipe = &status["resources"][0]["items"][0];
    assert_eq!((&status["resources"][0]["title"], &status["resources"][0]["count"]), (&json!("Pipes"), &json!(1)));
    assert_eq!((&pipe["name"], &pipe["state"]), (&json!("a"), &json!("Running")));
}

#[tokio::test]
async fn the_resources_of_a_service_go_with_it() {
    let client = Client::start().await;
    client.create_pipe("a").await;
    client.result(Method::DELETE, "", Value::Null).await;
    client.advance(30);
    assert_eq!(client.refusal(Method::GET, "/pipes", Value::Null).await.0, 404);
    let (_, status) = client.send(client.request(Method::GET, "/_simulator/status")).await;
    assert_eq!(titles(&status)[0], "Limits", "those of the organization stay");
}

/// Returns the titles of the kinds that there are resources of.
fn titles(status: &Value) -> Vec<&str> {
    status["resources"].as_array().unwrap().iter().map(|kind| kind["title"].as_str().unwrap()).collect()
}

/// Returns the kinds of the tests and those of this package.
fn all_models() -> [&'static Models; 2] {
    [kinds::models(), embedded().unwrap()]
}

#[test]
fn transitions_end() {
    for kind in all_models().into_iter().flat_map(Models::iter).map(Model::kind) {
        let Some(states) = &kind.states else { continue };
        let mut reached: BTreeSet<&str> = states.transitions.iter().filter_map(|transition| transition.to).collect();
        for _ in states.transitions {
            let next = states.transitions.iter().filter(|transition| reached.contains(transition.from));
            reached = next.filter_map(|transition| transition.to).collect();
        }
        assert!(reached.is_empty(), "the transitions of a {} form a cycle", kind.name);
    }
}

#[test]
fn names_and_operations_belong_to_one_kind() {
    for models in all_models() {
        for model in models.iter() {
            assert!(ptr::eq(models.named(model.kind().name).unwrap(), model));
            for operation in model.kind().operations {
                assert!(ptr::eq(models.operation(operation.id).unwrap().0, model), "{}", operation.id);
            }
        }
    }
}
