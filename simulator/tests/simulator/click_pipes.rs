//! ClickPipes: what is refused, what is never returned, and what goes with a pipe.

use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, NOBODY, PATCH, POST, PUT};

/// A running service, and a client for its pipes.
struct Pipes {
    client: Client,
    service: String,
}

impl Pipes {
    async fn start() -> Self {
        let client = Client::start().await;
        let service = client.create_running().await;
        Self { client, service }
    }

    fn path(&self, below: &str) -> String {
        format!("{}/clickpipes{below}", self.service)
    }

    /// Creates a pipe, and returns its path.
    async fn create(&self, body: Value) -> String {
        let created = self.client.result(POST, &self.path(""), Some(body)).await;
        self.path(&format!("/{}", created["id"].as_str().unwrap()))
    }

    async fn get(&self, pipe: &str) -> Value {
        self.client.result(GET, pipe, None).await
    }

    async fn state(&self, pipe: &str) -> Value {
        self.get(pipe).await["state"].take()
    }

    /// Sends a command, and returns the status and the error.
    async fn refused_command(&self, pipe: &str, command: &str) -> (u16, String) {
        self.client.refusal(PATCH, &format!("{pipe}/state"), Some(json!({ "command": command }))).await
    }

    async fn command(&self, pipe: &str, command: &str) {
        self.client.result(PATCH, &format!("{pipe}/state"), Some(json!({ "command": command }))).await;
    }

    /// Asserts that a creation is refused with a message.
    async fn refuses(&self, body: Value, part: &str) {
        let (status, message) = self.client.refusal(POST, &self.path(""), Some(body)).await;
        assert_eq!(status, 400, "{message}");
        assert!(message.contains(part), "{part}: {message}");
    }
}

fn kafka() -> Value {
    json!({
        "type": "kafka",
        "format": "JSONEachRow",
        "brokers": "kafka.example.com:9092",
        "topics": "orders",
        "authentication": "PLAIN",
        "credentials": { "username": "user", "password": "hunter2" },
    })
}

fn postgres() -> Value {
    json!({
        "host": "db.example.com",
        "port": 5432,
        "database": "shop",
        "settings": { "replicationMode": "cdc" },
        "tableMappings": [{ "sourceSchemaName": "public", "sourceTable": "orders", "targetTable": "orders" }],
        "credentials": { "username": "user", "password": "hunter2" },
    })
}

fn table() -> Value {
    json!({ "database": "default", "table": "orders", "managedTable": false, "columns": [{ "name": "id", "type": "Int64" }] })
}

fn stream(source: &Value) -> Value {
    let mappings = json!([{ "sourceField": "id", "destinationField": "id" }]);
    json!({ "name": "Orders", "source": source, "destination": table(), "fieldMappings": mappings })
}

fn database(source: &Value) -> Value {
    json!({ "name": "Shop", "source": source, "destination": { "database": "default" } })
}

/// Returns the object with a field of another value.
fn with(mut object: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    object.pointer_mut(parent).unwrap()[name] = value;
    object
}

#[tokio::test]
async fn requests_that_contradict_themselves_or_the_source_are_refused() {
    let pipes = Pipes::start().await;
    let on_kafka = || stream(&json!({ "kafka": kafka() }));
    let on_postgres = || database(&json!({ "postgres": postgres() }));
    pipes.refuses(stream(&json!({ "kafka": kafka(), "postgres": postgres() })), "source").await;
    pipes.refuses(with(on_postgres(), "/destination", table()), "destination.table").await;
    pipes.refuses(with(on_kafka(), "/destination", json!({ "database": "default" })), "destination.table").await;
    pipes.refuses(with(on_postgres(), "/startPaused", json!(true)), "startPaused").await;
    pipes.refuses(with(on_postgres(), "/scaling", json!({ "replicas": 1 })), "scaling").await;
    pipes
        .refuses(with(on_postgres(), "/settings", json!({ "kafka_read_committed": false })), "kafka_read_committed")
        .await;
    pipes
        .refuses(
            with(on_kafka(), "/settings", json!({ "object_storage_concurrency": 1 })),
            "object_storage_concurrency",
        )
        .await;
    pipes.refuses(with(on_kafka(), "/scaling", json!({ "concurrency": 1 })), "concurrency").await;
    pipes.refuses(with(on_kafka(), "/fieldMappings", json!([])), "fieldMappings: the column id has none").await;
    pipes.refuses(with(on_kafka(), "/name", json!("")), "name").await;
    let endpoint = with(kafka(), "/reversePrivateEndpointIds", json!([NOBODY]));
    pipes.refuses(stream(&json!({ "kafka": endpoint })), "source.kafka.reversePrivateEndpointIds[0]").await;
    assert_eq!(pipes.client.result(GET, &pipes.path(""), None).await, json!([]));
}

#[tokio::test]
async fn a_source_that_cannot_be_reached_is_refused_wherever_it_is_tried() {
    let pipes = Pipes::start().await;
    let unreachable =
        || json!({ "kafka": with(kafka(), "/brokers", json!("kafka.example.com:9092,kafka.invalid:9092")) });
    pipes.refuses(stream(&unreachable()), "dial tcp: lookup kafka.invalid: no such host").await;
    let path = pipes.path("/schemaDiscovery");
    let (status, message) = pipes.client.refusal(POST, &path, Some(json!({ "source": unreachable() }))).await;
    assert_eq!((status, message.contains("dial tcp")), (400, true), "{message}");
    let pipe = pipes.create(database(&json!({ "postgres": postgres() }))).await;
    let change = json!({ "source": { "postgres": { "host": "db.invalid" } } });
    let (status, message) = pipes.client.refusal(PATCH, &pipe, Some(change)).await;
    assert_eq!((status, message.contains("db.invalid")), (400, true), "{message}");
}

#[tokio::test]
async fn credentials_are_never_returned() {
    let pipes = Pipes::start().await;
    let secret = || json!("hunter2");
    let registry = json!({
        "url": "https://registry.example.com",
        "authentication": "PLAIN",
        "credentials": { "username": "user", "password": "hunter2" },
    });
    let with_registry = with(with(kafka(), "/schemaRegistry", registry), "/protobufSchema", secret());
    let files = |kind: &str| json!({ "type": kind, "format": "Parquet", "url": "https://files.example.com/**" });
    let key = || json!({ "accessKeyId": "hunter2", "secretKey": "hunter2" });
    let azure = with(
        with(with(files("azureblobstorage"), "/connectionString", secret()), "/path", secret()),
        "/azureContainerName",
        secret(),
    );
    let kinesis = json!({
        "format": "JSONEachRow", "streamName": "a", "region": "us-east-1", "iteratorType": "LATEST",
        "authentication": "IAM_USER", "accessKey": key(),
    });
    let pubsub = json!({
        "format": "JSONEachRow", "projectId": "a", "topic": "b", "authentication": "SERVICE_ACCOUNT",
        "seekType": "latest", "serviceAccountKey": { "serviceAccountFile": "hunter2" },
    });
    let mysql = json!({
        "host": "db.example.com", "port": 3306, "settings": { "replicationMode": "cdc" },
        "tableMappings": [], "credentials": { "username": "user", "password": "hunter2" },
    });
    let bigquery = json!({
        "snapshotStagingPath": "gs://a/", "settings": { "replicationMode": "snapshot" }, "tableMappings": [],
        "credentials": { "serviceAccountFile": "hunter2" },
    });
    let mongodb = json!({
        "uri": "mongodb://user:hunter2@db.example.com/shop", "readPreference": "primary",
        "settings": { "replicationMode": "cdc" }, "tableMappings": [],
        "credentials": { "username": "user", "password": "hunter2" },
    });
    for body in [
        stream(&json!({ "kafka": with_registry })),
        stream(&json!({ "objectStorage": with(files("s3"), "/accessKey", key()) })),
        stream(&json!({ "objectStorage": with(files("gcs"), "/serviceAccountKey", secret()) })),
        stream(&json!({ "objectStorage": azure })),
        stream(&json!({ "kinesis": kinesis })),
        stream(&json!({ "pubsub": pubsub })),
        database(&json!({ "postgres": postgres() })),
        database(&json!({ "mysql": mysql })),
        database(&json!({ "bigquery": bigquery })),
        database(&json!({ "mongodb": mongodb })),
    ] {
        let (status, created) = pipes.client.call(POST, &pipes.path(""), Some(body.clone())).await;
        assert_eq!(status, 200, "{created}");
        let pipe = pipes.path(&format!("/{}", created["result"]["id"].as_str().unwrap()));
        let kind = body["source"].as_object().unwrap().keys().next().unwrap();
        let mut responses = vec![created, pipes.get(&pipe).await];
        if kind != "bigquery" {
            let mut change = json!({ "source": { kind: { "authentication": "SERVICE_ACCOUNT" } } });
            match kind.as_str() {
                "kafka" | "postgres" | "mysql" | "mongodb" => {
                    change["source"] =
                        json!({ kind: { "credentials": { "username": "user", "password": "hunter2" } } });
                }
                "objectStorage" => change["source"] = json!({ kind: { "connectionString": "hunter2" } }),
                "kinesis" => change["source"] = json!({ kind: { "accessKey": key() } }),
                _ => {}
            }
            responses.push(pipes.client.result(PATCH, &pipe, Some(change)).await);
        }
        pipes.client.advance(10);
        responses.push(pipes.client.result(GET, &pipes.path(""), None).await);
        for response in responses {
            assert!(!response.to_string().contains("hunter2"), "{response}");
        }
    }
    let list = pipes.client.result(GET, &pipes.path(""), None).await;
    let azure =
        list.as_array().unwrap().iter().find(|pipe| pipe["source"]["objectStorage"]["type"] == "azureblobstorage");
    assert_eq!(
        azure.unwrap()["source"],
        json!({ "objectStorage": { "type": "azureblobstorage", "format": "Parquet" } })
    );
    let state = serde_json::to_string(&list).unwrap();
    assert!(state.contains("mongodb://redacted:redacted@db.example.com/shop"), "{state}");
}

#[tokio::test]
async fn commands_are_refused_where_they_make_no_sense() {
    let pipes = Pipes::start().await;
    let pipe = pipes.create(stream(&json!({ "kafka": kafka() }))).await;
    pipes.client.advance(60);
    assert_eq!(pipes.state(&pipe).await, "Running");
    let already = (400, "BAD_REQUEST: ClickPipe is already running".to_owned());
    assert_eq!(pipes.refused_command(&pipe, "start").await, already);
    assert_eq!(pipes.refused_command(&pipe, "resync").await.0, 400);
    for expected in ["Stopping", "Stopping"] {
        pipes.command(&pipe, "stop").await;
        assert_eq!(pipes.state(&pipe).await, expected);
    }
    assert_eq!(pipes.refused_command(&pipe, "start").await.0, 400, "it is on its way to a state that allows it");
    pipes.client.advance(10);
    pipes.command(&pipe, "stop").await;
    assert_eq!(pipes.state(&pipe).await, "Stopped");

    pipes.client.result(DELETE, &pipe, None).await;
    for (method, below, body) in [
        (PATCH, "", json!({ "name": "other" })),
        (PATCH, "/state", json!({ "command": "start" })),
        (PATCH, "/scaling", json!({ "replicas": 2 })),
        (PUT, "/settings", json!({})),
    ] {
        let (status, message) = pipes.client.refusal(method, &format!("{pipe}{below}"), Some(body)).await;
        assert_eq!((status, message.contains("deleted")), (400, true), "{message}");
    }
    pipes.client.result(DELETE, &pipe, None).await;
    pipes.client.advance(20);
    assert_eq!(pipes.client.refusal(GET, &pipe, None).await.0, 404);
}

#[tokio::test]
async fn each_resync_is_in_the_log_with_its_command() {
    let pipes = Pipes::start().await;
    let pipe = pipes.create(database(&json!({ "postgres": postgres() }))).await;
    pipes.client.advance(400);
    for _ in 0..2 {
        pipes.command(&pipe, "resync").await;
        pipes.client.advance(100);
        assert_eq!(pipes.state(&pipe).await, "Snapshot", "each one begins it anew");
    }
    pipes.client.advance(200);
    assert_eq!(pipes.state(&pipe).await, "Resync");
    pipes.command(&pipe, "stop").await;
    let entries = pipes.client.simulator.log().entries();
    let commands = entries.iter().filter(|entry| entry.carried_out).filter_map(|entry| entry.command.as_deref());
    assert_eq!(commands.collect::<Vec<_>>(), ["resync", "resync", "stop"]);
}

#[tokio::test]
async fn a_field_that_is_no_command_is_not_in_the_log() {
    let client = Client::start().await;
    let body =
        json!({ "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [], "command": "hunter2" });
    client.result(POST, "", Some(body)).await;
    assert_eq!(client.simulator.log().entries()[0].command, None);
}

#[tokio::test]
async fn pipes_go_with_their_service() {
    let pipes = Pipes::start().await;
    pipes.create(stream(&json!({ "kafka": kafka() }))).await;
    pipes.create(database(&json!({ "postgres": postgres() }))).await;
    let shown = || async {
        let status = pipes.client.request(GET, "/_simulator/status").send().await.unwrap();
        let status: Value = status.json().await.unwrap();
        let kinds = status["resources"].as_array().unwrap();
        kinds.iter().filter(|kind| kind["title"] == "ClickPipes").map(|kind| kind["count"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown().await, [json!(2)]);
    pipes.client.command(&pipes.service, "stop").await;
    pipes.client.advance(60);
    pipes.client.result(DELETE, &pipes.service, None).await;
    pipes.client.advance(60);
    assert_eq!(shown().await, <[Value; 0]>::default());
}

#[tokio::test]
async fn a_service_that_does_not_run_refuses_all_calls_about_pipes() {
    let pipes = Pipes::start().await;
    let pipe = pipes.create(stream(&json!({ "kafka": kafka() }))).await;
    pipes.client.command(&pipes.service, "stop").await;
    for (seconds, state) in [(0, "stopping"), (60, "stopped")] {
        pipes.client.advance(seconds);
        for (method, path, body) in [
            (GET, pipes.path(""), None),
            (POST, pipes.path(""), Some(stream(&json!({ "kafka": kafka() })))),
            (GET, pipes.path("/context"), None),
            (POST, pipes.path("/schemaDiscovery"), Some(json!({ "source": { "kafka": kafka() } }))),
            (GET, pipe.clone(), None),
            (PATCH, pipe.clone(), Some(json!({}))),
            (DELETE, pipe.clone(), None),
            (GET, format!("{pipe}/settings"), None),
            (PUT, format!("{pipe}/settings"), Some(json!({}))),
            (PATCH, format!("{pipe}/scaling"), Some(json!({ "replicas": 2 }))),
            (PATCH, format!("{pipe}/state"), Some(json!({ "command": "stop" }))),
        ] {
            let (status, message) = pipes.client.refusal(method, &path, body).await;
            assert_eq!(status, 424, "{path}: {message}");
            assert!(message.ends_with(&format!("Current state: {state}")), "{message}");
        }
    }
    assert_eq!(pipes.client.refusal(GET, &format!("/{NOBODY}/clickpipes"), None).await.0, 404);
}
