//! Postgres services: their states, their replicas and backups, what is refused, and what is never shown.

use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, PATCH, POST};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

async fn start() -> Client {
    Client::start().await.below("postgres")
}

fn new_service() -> Value {
    json!({
        "name": "Orders",
        "provider": "aws",
        "region": "us-east-1",
        "size": "r8gd.large",
        "ipAccessList": [{ "source": "203.0.113.7", "portRange": "5432", "description": "Office" }],
    })
}

/// Returns the object with a field of another value.
fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

/// Creates a service, and returns its path.
async fn create(client: &Client) -> String {
    path(&client.result(POST, "", Some(new_service())).await)
}

/// Creates a service that has a backup, and returns its path.
async fn create_backed_up(client: &Client) -> String {
    let service = create(client).await;
    client.advance(10 * MINUTE);
    service
}

async fn create_replica(client: &Client, service: &str) -> String {
    path(&client.result(POST, &format!("{service}/readReplica"), Some(json!({ "name": "Reports" }))).await)
}

fn path(service: &Value) -> String {
    format!("/{}", service["id"].as_str().unwrap())
}

async fn get(client: &Client, service: &str) -> Value {
    client.result(GET, service, None).await
}

/// Asserts that a call is refused with a status and a part of the message.
async fn refuses(client: &Client, call: (reqwest::Method, &str, Value), status: u16, part: &str) {
    let (method, path, body) = call;
    let (found, message) = client.refusal(method, path, Some(body)).await;
    assert!(found == status && message.contains(part), "{found}, and not {status}: {message}");
}

async fn command(client: &Client, service: &str, command: &str) -> Value {
    client.result(PATCH, &format!("{service}/state"), Some(json!({ "command": command }))).await
}

#[tokio::test]
async fn a_service_runs_restarts_and_goes_from_any_state() {
    let client = start().await;
    let service = create(&client).await;
    assert_eq!(client.state(&service).await, "creating");
    client.advance(3 * MINUTE);
    assert_eq!(client.state(&service).await, "running");

    assert_eq!(command(&client, &service, "restart").await["state"], "restarting");
    client.advance(20);
    assert_eq!(client.state(&service).await, "running");
    let commands: Vec<_> = client.simulator.log().entries().into_iter().filter_map(|entry| entry.command).collect();
    assert_eq!(commands, ["restart"]);

    assert_eq!(client.call(DELETE, &service, None).await.0, 200);
    assert_eq!(client.state(&service).await, "deleting");
    client.advance(30);
    assert_eq!(client.call(GET, &service, None).await.0, 404);
    assert_eq!(client.result(GET, "", None).await, json!([]));
}

#[tokio::test]
async fn only_the_responses_of_the_creation_and_of_a_reset_have_a_password() {
    let client = start().await;
    let created = client.result(POST, "", Some(new_service())).await;
    let (service, password) = (path(&created), created["password"].as_str().unwrap());
    assert!(created["connectionString"].as_str().unwrap().contains(password), "{created}");
    client.advance(10 * MINUTE);
    let restored = json!({ "name": "Again", "restoreTarget": client.simulator.now() });
    for shown in [
        get(&client, &service).await,
        client.result(GET, "", None).await[0].clone(),
        client.result(PATCH, &service, Some(json!({ "tags": [] }))).await,
        command(&client, &service, "restart").await,
        client.result(POST, &format!("{service}/readReplica"), Some(json!({ "name": "Reports" }))).await,
        client.result(POST, &format!("{service}/restoredService"), Some(restored)).await,
    ] {
        assert_eq!((&shown["password"], &shown["connectionString"]), (&Value::Null, &Value::Null), "{shown}");
    }
    let path = format!("{service}/password");
    assert!(client.result(PATCH, &path, Some(json!({}))).await["password"].is_string());
    let own = json!({ "password": "Correct1HorseBattery" });
    assert_eq!(client.result(PATCH, &path, Some(own)).await, json!({}));
    for password in ["Short1", "no-capital-letter-1", "NO-SMALL-LETTER-1", "No-digit-in-this-one"] {
        refuses(&client, (PATCH, &path, json!({ "password": password })), 400, "password").await;
    }
}

#[tokio::test]
async fn what_a_request_leaves_out_lets_everybody_in_and_removes_the_tags() {
    let client = start().await;
    let mut body = with(new_service(), "tags", json!([{ "key": "team", "value": "data" }]));
    body.as_object_mut().unwrap().remove("ipAccessList");
    let service = client.result(POST, "", Some(body)).await;
    let shown = get(&client, &path(&service)).await;
    assert_eq!(shown["tags"], json!([{ "key": "team", "value": "data" }]));
    let list = shown["ipAccessList"].as_array().unwrap();
    let list: Vec<_> = list.iter().map(|entry| (entry["source"].as_str(), entry["portRange"].as_str())).collect();
    assert_eq!(list, [(Some("0.0.0.0/0"), Some("5432")), (Some("0.0.0.0/0"), Some("6432"))]);

    client.result(PATCH, &path(&service), Some(json!({ "name": "Sales" }))).await;
    assert_eq!(get(&client, &path(&service)).await["tags"], json!([]));
    let nobody = client.result(POST, "", Some(with(new_service(), "ipAccessList", json!([])))).await;
    assert_eq!(nobody["ipAccessList"], json!([]));
}

#[tokio::test]
async fn an_access_list_is_changed_by_the_ids_of_its_entries() {
    let client = start().await;
    let service = create(&client).await;
    let before = get(&client, &service).await["ipAccessList"].take();
    assert_eq!(before[0]["source"], "203.0.113.7/32");
    let entry = |source: &str| json!({ "source": source, "portRange": "5432..6432" });
    let add =
        [entry("198.51.100.0/24"), entry("192.0.2.0/24"), with(entry("10.0.0.0/8"), "id", before[0]["id"].clone())];
    let body = json!({ "tags": [], "ipAccessList": { "add": add } });
    let list = client.result(PATCH, &service, Some(body)).await["ipAccessList"].take();
    let sources =
        |list: &Value| -> Vec<Value> { list.as_array().unwrap().iter().map(|entry| entry["source"].clone()).collect() };
    assert_eq!(sources(&list), ["10.0.0.0/8", "198.51.100.0/24", "192.0.2.0/24"]);
    assert_eq!(list[0]["id"], before[0]["id"]);

    let remove = json!([{ "id": list[1]["id"] }, { "id": "fwr-nothing" }]);
    let body = json!({ "tags": [], "ipAccessList": { "remove": remove } });
    let list = client.result(PATCH, &service, Some(body)).await["ipAccessList"].take();
    assert_eq!(sources(&list), ["10.0.0.0/8", "192.0.2.0/24"]);
    let shown = client.result(PATCH, &service, Some(json!({ "tags": [] }))).await;
    assert_eq!(shown["ipAccessList"], Value::Null, "nothing was asked of it");

    for (entry, part) in [
        (with(entry("10.0.0.0/8"), "id", json!("fwr-nothing")), "ipAccessList.add[0].id"),
        (entry("300.0.0.1"), "ipAccessList.add[0].source"),
        (entry("2001:db8::/32"), "ipAccessList.add[0].source"),
        (with(entry("10.0.0.0/8"), "portRange", json!("6432..5432")), "ipAccessList.add[0].portRange"),
        (with(entry("10.0.0.0/8"), "portRange", json!("0")), "ipAccessList.add[0].portRange"),
    ] {
        let body = json!({ "tags": [], "ipAccessList": { "add": [entry] } });
        refuses(&client, (PATCH, &service, body), 400, part).await;
    }
}

#[tokio::test]
async fn a_new_name_brings_a_new_host_name_and_a_new_size_takes_minutes() {
    let client = start().await;
    let service = create(&client).await;
    client.advance(3 * MINUTE);
    let host = async || get(&client, &service).await["hostname"].as_str().unwrap().to_owned();
    let before = host().await;
    assert!(before.starts_with("orders-") && before.ends_with(".us-east-1.aws.pg.clickhouse.cloud"), "{before}");
    let body = json!({ "tags": [], "name": "Big Sales", "size": "r8gd.xlarge", "haType": "async" });
    client.result(PATCH, &service, Some(body)).await;
    assert_eq!(host().await, before.replace("orders-", "big-sales-"));

    let shown = get(&client, &service).await;
    assert_eq!(
        (&shown["state"], &shown["size"], &shown["haType"]),
        (&json!("running"), &json!("r8gd.large"), &json!("none"))
    );
    client.advance(2 * MINUTE);
    let shown = get(&client, &service).await;
    assert_eq!((&shown["size"], &shown["haType"]), (&json!("r8gd.xlarge"), &json!("async")));
}

#[tokio::test]
async fn replicas_and_restores_wait_for_the_first_backup() {
    let client = start().await;
    let service = create(&client).await;
    client.advance(9 * MINUTE);
    let replica = (POST, &*format!("{service}/readReplica"), json!({ "name": "Reports" }));
    let message = "BAD_REQUEST: Parent server is not ready for read replicas. There are no backups, yet.";
    refuses(&client, replica, 400, message).await;
    let restore = format!("{service}/restoredService");
    let target = |at: Value| json!({ "name": "Again", "restoreTarget": at });
    let now = || json!(client.simulator.now());
    refuses(&client, (POST, &restore, target(now())), 400, "restoreTarget").await;
    assert_eq!(get(&client, &service).await["earliestRestoreTime"], Value::Null);

    client.advance(MINUTE);
    let earliest = get(&client, &service).await["earliestRestoreTime"].take();
    for outside in ["2000-01-01T00:00:00Z", "2999-01-01T00:00:00Z"] {
        refuses(&client, (POST, &restore, target(json!(outside))), 400, "restoreTarget").await;
    }
    client.result(POST, &restore, Some(target(earliest))).await;
    let restored = client.result(POST, &restore, Some(target(now()))).await;
    assert_eq!((&restored["state"], &restored["isPrimary"]), (&json!("restoring_backup"), &json!(true)));
    let list = get(&client, &path(&restored)).await["ipAccessList"].take();
    assert_eq!(list[0]["source"], "0.0.0.0/0", "it has not the list of the other one");

    let replica = create_replica(&client, &service).await;
    let shown = get(&client, &replica).await;
    assert_eq!((&shown["state"], &shown["isPrimary"]), (&json!("creating"), &json!(false)));
    assert_eq!(shown["size"], "r8gd.large");
    client.advance(6 * MINUTE);
    assert_eq!(client.state(&replica).await, "running");
    assert_eq!(get(&client, &replica).await["earliestRestoreTime"], Value::Null);
}

#[tokio::test]
async fn a_read_replica_is_changed_through_its_primary_and_keeps_it_from_going() {
    let client = start().await;
    let service = create_backed_up(&client).await;
    let config = json!({ "pgConfig": { "work_mem": "8MB" }, "pgBouncerConfig": {} });
    client.result(POST, &format!("{service}/config"), Some(config)).await;
    let replica = create_replica(&client, &service).await;
    client.advance(10 * MINUTE);
    let message = "BAD_REQUEST: Read replicas cannot be modified directly!";
    refuses(&client, (PATCH, &replica, json!({ "tags": [] })), 400, message).await;
    refuses(&client, (PATCH, &format!("{replica}/password"), json!({})), 400, message).await;
    refuses(&client, (POST, &format!("{replica}/readReplica"), json!({ "name": "More" })), 400, "a read replica").await;

    let path = format!("{replica}/config");
    assert_eq!(client.result(GET, &path, None).await["pgConfig"], json!({ "work_mem": "8MB" }), "that of its primary");
    let config = json!({ "pgConfig": { "work_mem": "4MB" }, "pgBouncerConfig": {} });
    client.result(PATCH, &path, Some(config)).await;

    let (status, message) = client.refusal(DELETE, &service, None).await;
    assert_eq!((status, &*message), (409, "CONFLICT: the Postgres service has read replicas"));
    client.call(DELETE, &replica, None).await;
    client.advance(30);
    assert_eq!(client.call(DELETE, &service, None).await.0, 200);
}

#[tokio::test]
async fn a_promotion_leaves_two_primaries_and_a_switchover_shows_nothing() {
    let client = start().await;
    let service = create_backed_up(&client).await;
    let replica = create_replica(&client, &service).await;
    let state = format!("{replica}/state");
    refuses(&client, (PATCH, &state, json!({ "command": "promote" })), 400, "creating").await;
    client.advance(10 * MINUTE);
    let promoted = command(&client, &replica, "promote").await;
    assert_eq!(promoted.get("isPrimary"), None, "{promoted}");
    for one in [&service, &replica] {
        assert_eq!(get(&client, one).await["isPrimary"], true);
    }
    refuses(&client, (PATCH, &state, json!({ "command": "promote" })), 400, "only a read replica").await;
    assert_eq!(client.call(PATCH, &replica, Some(json!({ "tags": [] }))).await.0, 200);
    client.advance(10 * MINUTE);
    assert!(get(&client, &replica).await["earliestRestoreTime"].is_string(), "it has backups of its own");

    let before = get(&client, &service).await;
    let shown = command(&client, &service, "switchover").await;
    assert_eq!((&shown["state"], &shown["isPrimary"]), (&json!("running"), &json!(true)));
    assert_eq!(get(&client, &service).await, before);
    assert_eq!(client.call(DELETE, &service, None).await.0, 200, "it has no read replica any more");
}

#[tokio::test]
async fn parameters_are_replaced_or_changed_and_some_need_a_restart() {
    let client = start().await;
    let body = with(new_service(), "pgConfig", json!({ "max_connections": 200, "random_page_cost": 1.1 }));
    let service = path(&client.result(POST, "", Some(body)).await);
    let config = format!("{service}/config");
    let shown = json!({ "pgConfig": { "max_connections": "200", "random_page_cost": "1.1" }, "pgBouncerConfig": {} });
    assert_eq!(client.result(GET, &config, None).await, shown);

    let body = json!({ "pgConfig": { "max_connections": 300 }, "pgBouncerConfig": { "pool_mode": "session" } });
    let changed = client.result(PATCH, &config, Some(body)).await;
    assert_eq!(changed["pgConfig"], json!({ "max_connections": "300", "random_page_cost": "1.1" }));
    assert!(changed["message"].as_str().unwrap().contains("restart"), "{changed}");
    let body = json!({ "pgConfig": { "work_mem": "8MB", "max_connections": "300" }, "pgBouncerConfig": {} });
    let replaced = client.result(POST, &config, Some(body)).await;
    let expected = json!({ "work_mem": "8MB", "max_connections": "300" });
    assert_eq!(replaced, json!({ "pgConfig": expected, "pgBouncerConfig": {} }), "nothing needs a restart");
    let nothing = json!({ "pgConfig": {}, "pgBouncerConfig": {} });
    client.result(POST, &config, Some(nothing.clone())).await;
    assert_eq!(client.result(GET, &config, None).await, nothing);

    for name in ["pgConfig", "pgBouncerConfig"] {
        let mut lacking = nothing.clone();
        lacking.as_object_mut().unwrap().remove(name);
        for method in [POST, PATCH] {
            refuses(&client, (method, &config, lacking.clone()), 400, name).await;
        }
        refuses(&client, (POST, "", with(new_service(), name, json!({}))), 400, name).await;
    }
    let too_few = json!({ "pgConfig": { "max_connections": 0 }, "pgBouncerConfig": {} });
    refuses(&client, (PATCH, &config, too_few), 400, "pgConfig.max_connections").await;
}

#[tokio::test]
async fn requests_that_contradict_themselves_are_refused() {
    let client = start().await;
    let service = create(&client).await;
    for (name, value, part) in [
        ("region", json!("us-central1"), "region"),
        ("size", json!("c4a-highmem-lssd-4"), "size"),
        ("tags", json!([{ "key": "chc_id", "value": "1" }]), "tags[0].key"),
        ("ipAccessList", json!([{ "source": "anywhere", "portRange": "5432" }]), "ipAccessList"),
    ] {
        refuses(&client, (POST, "", with(new_service(), name, value)), 400, part).await;
    }
    client.result(POST, "", Some(with(new_service(), "name", json!("order-analytics")))).await;
    for (body, part) in [
        (json!({ "tags": [], "name": "order-analytics" }), "request body property can't be validated: name"),
        (json!({ "tags": [{ "key": "team" }] }), "tags[0].value"),
        (json!({ "tags": [], "size": "c4a-highmem-lssd-4" }), "size"),
    ] {
        refuses(&client, (PATCH, &service, body), 400, part).await;
    }
    client.call(DELETE, &service, None).await;
    refuses(&client, (PATCH, &service, json!({ "tags": [] })), 400, "being deleted").await;
    refuses(&client, (PATCH, &format!("{service}/state"), json!({ "command": "restart" })), 400, "deleting").await;
}

#[tokio::test]
async fn backups_are_made_each_day_and_kept_for_a_week() {
    let client = start().await;
    let service = create_backed_up(&client).await;
    let backups = format!("{service}/backups");
    let (_, first) = client.call(GET, &backups, None).await;
    assert_eq!((&first["totalCount"], &first["nextCursor"], &first["limit"]), (&json!(1), &Value::Null, &json!(100)));
    client.advance(20 * DAY);
    let (_, page) = client.call(GET, &format!("{backups}?limit=4"), None).await;
    assert_eq!(page["totalCount"], 7);
    let cursor = page["nextCursor"].as_str().unwrap();
    let (_, last) = client.call(GET, &format!("{backups}?limit=4&cursor={cursor}"), None).await;
    assert_eq!(last["nextCursor"], Value::Null);
    let times = page["result"].as_array().unwrap().iter().chain(last["result"].as_array().unwrap());
    let times: Vec<_> = times.map(|backup| backup["lastModified"].as_str().unwrap()).collect();
    assert!(times.len() == 7 && times.is_sorted_by(|one, other| one > other), "{times:?}");
    assert_eq!(get(&client, &service).await["earliestRestoreTime"], times[6]);
    assert_eq!(client.call(GET, &format!("{backups}?cursor=unknown"), None).await.0, 400);
}

#[tokio::test]
async fn certificates_are_a_file() {
    let client = start().await;
    let service = create(&client).await;
    let response = client.signed(GET, &client.path(&format!("{service}/caCertificates"))).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/x-pem-file");
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"ca-certificates.pem\"");
    let text = response.text().await.unwrap();
    assert!(text.starts_with("-----BEGIN CERTIFICATE-----\n") && text.ends_with("-----END CERTIFICATE-----\n"));
}

/// Returns the query of the last minutes, and as many before the creation as make up an hour.
fn last_hour(client: &Client) -> String {
    let now = client.simulator.now();
    let text = |minutes| (now - chrono::TimeDelta::minutes(minutes)).format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    format!("from_date={}&to_date={}", text(60), text(0))
}

#[tokio::test]
async fn times_have_milliseconds_and_an_order() {
    let client = start().await;
    let service = create(&client).await;
    for operation in ["metrics", "slowQueryPatterns"] {
        for time in ["2024-06-05T09:00:00Z", "2024-06-05T09:00:00.1Z", "2024-06-05T09:00:00.123456Z"] {
            let query = format!("{service}/{operation}?from_date={time}&to_date=2024-06-06T00:00:00.000Z");
            let (status, message) = client.refusal(GET, &query, None).await;
            assert!(status == 400 && message.contains("from_date"), "{message}");
        }
    }
    for operation in ["metrics", "slowQueryPatterns", "logs"] {
        let query = "from_date=2024-06-05T09:00:00.000Z&to_date=2024-06-05T09:00:00.000Z";
        let (status, message) = client.refusal(GET, &format!("{service}/{operation}?{query}"), None).await;
        assert!(status == 400 && message.contains("to_date"), "{message}");
    }
    let month = format!("{service}/logs?from_date=2024-06-01T00:00:00Z&to_date=2024-07-01T00:00:01Z");
    assert_eq!(client.call(GET, &month, None).await.0, 400);
}

#[tokio::test]
async fn metrics_begin_with_the_service_and_have_250_buckets_at_most() {
    let client = start().await;
    let service = create(&client).await;
    client.advance(30 * MINUTE - 30);
    let points = async |more: &str| {
        let query = format!("{service}/metrics?{}{more}", last_hour(&client));
        let metrics = client.result(GET, &query, None).await;
        metrics["metrics"][0]["series"][0]["dataPoints"].as_array().unwrap().clone()
    };
    let found = points("").await;
    assert_eq!(found.len(), 30, "one in each minute since the creation");
    let times: Vec<_> = found.iter().map(|point| point["timestamp"].as_i64().unwrap()).collect();
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] == 60), "{times:?}");
    assert_eq!(points("&bucket_size_seconds=600").await.len(), 3);
    client.advance(30 * MINUTE);
    assert_eq!(points("&bucket_size_seconds=1").await.len(), 250);
}

#[tokio::test]
async fn slow_queries_are_those_of_the_time_and_add_up() {
    let client = start().await;
    let service = create(&client).await;
    client.advance(2 * 60 * MINUTE + 30);
    let list = async |more: &str| {
        let query = format!("{service}/slowQueryPatterns?{}{more}", last_hour(&client));
        client.result(GET, &query, None).await.as_array().unwrap().clone()
    };
    let all = list("").await;
    assert_eq!(all.len(), 3);
    assert!(all.is_sorted_by_key(|pattern| -pattern["totalDurationUs"].as_f64().unwrap()));
    let counts = list("&sort_by=call_count&sort_order=asc").await;
    let counts: Vec<_> = counts.iter().map(|pattern| pattern["callCount"].as_i64().unwrap()).collect();
    assert_eq!(counts, [4, 12, 60]);
    for pattern in &all {
        let number = |name: &str| pattern[name].as_f64().unwrap();
        assert!((number("avgDurationUs") * number("callCount") - number("totalDurationUs")).abs() < 1.0, "{pattern}");
    }
    assert_eq!(list("&limit=2&offset=2").await, all[2..]);
    assert_eq!(list("&app=reports").await.len(), 1);
    assert_eq!(list("&db_name=nothing").await, [Value::Null; 0]);

    let id = all[0]["queryId"].as_str().unwrap();
    let one = format!("{service}/slowQueryPatterns/{id}?db_name=postgres&db_user=postgres&db_operation=SELECT");
    let details = client.result(GET, &one, None).await;
    let executions = details["recentExecutions"].as_array().unwrap();
    assert_eq!(details["aggregate"]["callCount"], 8, "in all the time");
    assert_eq!(executions.len(), 8);
    let at = executions[3]["timestamp"].as_str().unwrap();
    let single = client.result(GET, &format!("{one}&timestamp={at}"), None).await["recentExecutions"].take();
    assert_eq!(single, json!([executions[3]]));
    assert_eq!(client.call(GET, &one.replace("SELECT", "DELETE"), None).await.0, 404);
}

#[tokio::test]
async fn logs_come_in_pages_and_are_selected() {
    let client = start().await;
    let service = create(&client).await;
    client.advance(60 * MINUTE);
    let list = async |more: &str| {
        let query = format!("{service}/logs?{}{more}", last_hour(&client));
        client.result(GET, &query, None).await.as_array().unwrap().clone()
    };
    let all = list("").await;
    let time = |entry: &Value| entry["timestamp"].as_str().unwrap().to_owned();
    assert!(all.is_sorted_by(|one, other| time(one) >= time(other)));
    let mut reversed = list("&sort_order=asc&limit=2000").await;
    reversed.reverse();
    assert_eq!(reversed, all);
    assert_eq!(list("&limit=2&offset=1").await, all[1..3]);
    assert_eq!(list("&offset=1000").await, [Value::Null; 0]);
    let errors = list("&severity=ERROR").await;
    assert!(!errors.is_empty() && errors.len() < all.len());
    assert_eq!(list("&body_contains=statement%20timeout").await, errors);
    assert_eq!(list("&body_contains=Statement").await, [Value::Null; 0], "in the same case");
}

#[tokio::test]
async fn an_organization_has_a_limited_number_of_services() {
    let client = start().await;
    let first = create_backed_up(&client).await;
    for _ in 1..50 {
        create(&client).await;
    }
    refuses(&client, (POST, "", new_service()), 409, "limit").await;
    refuses(&client, (POST, &format!("{first}/readReplica"), json!({ "name": "Reports" })), 409, "limit").await;
    let restored = json!({ "name": "Again", "restoreTarget": client.simulator.now() });
    refuses(&client, (POST, &format!("{first}/restoredService"), restored), 409, "limit").await;
    client.call(DELETE, &first, None).await;
    client.advance(30);
    create(&client).await;
}

#[tokio::test]
async fn a_service_that_is_unavailable_restarts() {
    let client = start().await;
    let service = create(&client).await;
    let id = service[1..].parse().unwrap();
    assert!(client.simulator.set_state(id, "tired").is_err());
    client.simulator.set_state(id, "unavailable").unwrap();
    client.advance(DAY);
    assert_eq!(client.state(&service).await, "unavailable");
    command(&client, &service, "restart").await;
    client.advance(20);
    assert_eq!(client.state(&service).await, "running");
}

#[tokio::test]
async fn services_and_their_backups_are_kept_across_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let start = async || Client::start_with(|builder| builder.state_file(&file)).await.below("postgres");
    let client = start().await;
    let service = create_backed_up(&client).await;
    let created = client.result(POST, "", Some(new_service())).await;
    let replica = create_replica(&client, &service).await;
    let (_, backups) = client.call(GET, &format!("{service}/backups"), None).await;
    let shown = get(&client, &replica).await;
    drop(client);
    assert!(!std::fs::read_to_string(&file).unwrap().contains(created["password"].as_str().unwrap()));

    let client = start().await;
    assert_eq!(get(&client, &replica).await, shown);
    assert_eq!(client.call(GET, &format!("{service}/backups"), None).await.1["result"], backups["result"]);
    assert_eq!(client.call(DELETE, &service, None).await.0, 409, "it still has a read replica");
}
