//! The bodies of calls about ClickPipes: one source, the destination that suits it, and credentials where they are meant.

use clickhouse_cloud::{Patch, types::*, uuid::uuid};
use serde_json::{Value, json};
use tests::{
    document,
    fake_api::{FakeApi, result},
    ids::{ORGANIZATION, SERVICE},
};

const PIPE: ClickPipeId = ClickPipeId(uuid!("8d7c1f52-0b3e-4a6f-9c58-21f4e7a90b36"));
const SECRET: &str = "secret-7462951380";

/// Returns the JSON body of the only request that came.
async fn body(api: &FakeApi) -> Value {
    let requests = api.requests().await;
    assert_eq!(requests.len(), 1);
    serde_json::from_slice(&requests[0].body).unwrap()
}

async fn created(pipe: &CreateClickPipe) -> Value {
    let api = FakeApi::responding(result(&json!({}))).await;
    api.client().create_click_pipe(ORGANIZATION, SERVICE, pipe).await.unwrap();
    body(&api).await
}

async fn updated(changes: &UpdateClickPipe) -> Value {
    let api = FakeApi::responding(result(&json!({}))).await;
    api.client().update_click_pipe(ORGANIZATION, SERVICE, PIPE, changes).await.unwrap();
    body(&api).await
}

fn topic() -> KafkaSourceInput {
    KafkaSource::new(
        KafkaType::Confluent,
        StreamFormat::JsonEachRow,
        "broker.example.com:9092",
        "events",
        KafkaAuthentication::Plain,
    )
    .credentials(UsernamePassword::new("user", SECRET))
}

fn events() -> ManagedTableDestination {
    let engine = TableEngine::new(TableEngineType::MergeTree);
    let definition = TableDefinition::new(engine).sorting_key(["id"]);
    ManagedTableDestination::new("default", "events", definition, [DestinationColumn::new("id", "UInt64")])
}

fn shop() -> PostgresSourceInput {
    let settings = PostgresSettings::new(ReplicationMode::Cdc);
    let tables = [TableMapping::new("public", "orders", "orders")];
    PostgresSource::new("db.example.com", 5432, "shop", settings, tables)
        .credentials(UsernamePassword::new("user", SECRET))
}

fn topic_on_the_wire() -> Value {
    json!({
        "type": "confluent",
        "format": "JSONEachRow",
        "brokers": "broker.example.com:9092",
        "topics": "events",
        "authentication": "PLAIN",
        "credentials": { "username": "user", "password": SECRET },
    })
}

#[tokio::test]
async fn a_pipe_from_a_stream_has_one_source_and_a_table() {
    let pipe = CreateClickPipe::new("events", topic(), events()).field_mappings([FieldMapping::new("id", "id")]);
    let expected = json!({
        "name": "events",
        "source": { "kafka": topic_on_the_wire() },
        "destination": {
            "managedTable": true,
            "database": "default",
            "table": "events",
            "tableDefinition": { "engine": { "type": "MergeTree" }, "sortingKey": ["id"] },
            "columns": [{ "name": "id", "type": "UInt64" }],
        },
        "fieldMappings": [{ "sourceField": "id", "destinationField": "id" }],
    });
    assert_eq!(created(&pipe).await, expected);
}

#[tokio::test]
async fn the_flag_to_validate_samples_stands_beside_the_source() {
    let source = KafkaPipeSource::new(topic()).validate_samples(true);
    let existing = ExistingTableDestination::new("default", "events", [DestinationColumn::new("id", "UInt64")]);
    let sent = created(&CreateClickPipe::new("events", source, existing)).await;
    assert_eq!(sent["source"], json!({ "kafka": topic_on_the_wire(), "validateSamples": true }));
    assert_eq!(sent["destination"]["managedTable"], json!(false));
}

#[tokio::test]
async fn a_pipe_from_a_database_has_a_database_alone_as_its_destination() {
    let sent = created(&CreateClickPipe::new("shop", shop(), DatabaseDestination::new("shop"))).await;
    let expected = json!({
        "name": "shop",
        "source": { "postgres": {
            "host": "db.example.com",
            "port": 5432,
            "database": "shop",
            "settings": { "replicationMode": "cdc" },
            "tableMappings": [{ "sourceSchemaName": "public", "sourceTable": "orders", "targetTable": "orders" }],
            "credentials": { "username": "user", "password": SECRET },
        } },
        "destination": { "database": "shop" },
    });
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn each_kind_of_kafka_credentials_is_sent_as_it_is() {
    for (credentials, expected) in [
        (
            KafkaCredentials::from(UsernamePassword::new("user", SECRET)),
            json!({ "username": "user", "password": SECRET }),
        ),
        (AwsAccessKey::new("id", SECRET).into(), json!({ "accessKeyId": "id", "secretKey": SECRET })),
        (EventHubConnection::new(SECRET).into(), json!({ "connectionString": SECRET })),
        (ClientCertificate::new("pem", SECRET).into(), json!({ "certificate": "pem", "privateKey": SECRET })),
    ] {
        let sent = updated(&UpdateClickPipe::new().source(UpdateKafkaSource::new().credentials(credentials))).await;
        assert_eq!(sent, json!({ "source": { "kafka": { "credentials": expected } } }));
    }
}

#[tokio::test]
async fn a_change_has_what_is_set_and_no_credentials_otherwise() {
    let tables = UpdatePostgresSource::new()
        .table_mappings_to_add([TableMapping::new("public", "invoices", "invoices")])
        .table_mappings_to_remove([TableMappingRemoval::new("public", "orders", "orders")]);
    let expected = json!({ "source": { "postgres": {
        "tableMappingsToAdd": [{ "sourceSchemaName": "public", "sourceTable": "invoices", "targetTable": "invoices" }],
        "tableMappingsToRemove": [{ "sourceSchemaName": "public", "sourceTable": "orders", "targetTable": "orders" }],
    } } });
    assert_eq!(updated(&UpdateClickPipe::new().source(tables)).await, expected);

    let certificate = UpdateKafkaSource::new().ca_certificate(Patch::Reset);
    let expected = json!({ "source": { "kafka": { "caCertificate": null } } });
    assert_eq!(updated(&UpdateClickPipe::new().source(certificate)).await, expected);
}

#[tokio::test]
async fn a_discovery_has_the_source_alone() {
    let api = FakeApi::responding(result(&json!({ "fields": [] }))).await;
    let source = DiscoverClickPipeSchema::new(topic());
    api.client().discover_click_pipe_schema(ORGANIZATION, SERVICE, &source).await.unwrap();
    assert_eq!(body(&api).await, json!({ "source": { "kafka": topic_on_the_wire() } }));
}

#[test]
fn credentials_are_hidden() {
    let mongo = MongoDbSource::new(
        format!("mongodb://user:{SECRET}@db.example.com"),
        MongoDbReadPreference::Primary,
        MongoDbSettings::new(ReplicationMode::Cdc),
        [],
    );
    let blobs = ObjectStorageSource::new(ObjectStorageType::AzureBlobStorage, ObjectStorageFormat::Csv)
        .connection_string(SECRET)
        .service_account_key(SECRET)
        .access_key(AwsAccessKey::new(SECRET, SECRET));
    let topic_of_google = PubSubSource::new(
        PubSubFormat::Avro,
        "project",
        "topic",
        GcpAuthentication::ServiceAccount,
        PubSubSeekType::Earliest,
    )
    .service_account_key(GcpServiceAccountKey::new(SECRET));
    let registry = ConfluentSchemaRegistry::new("https://example.com", UsernamePassword::new("user", SECRET));
    let sources: [CreateClickPipeSource; 5] =
        [topic().schema_registry(registry).into(), shop().into(), mongo.into(), blobs.into(), topic_of_google.into()];
    for source in sources {
        assert!(serde_json::to_string(&source).unwrap().contains(SECRET));
        let text = format!("{source:?}");
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[test]
fn a_pipe_in_a_response_has_its_source_without_credentials() {
    let (_, examples) = document::operation("getClickPipe").responses();
    let pipes: Vec<ClickPipe> =
        examples.into_iter().map(|example| serde_json::from_value(example["result"].clone()).unwrap()).collect();
    let sources: Vec<_> = pipes.iter().map(|pipe| pipe.source().unwrap()).collect();
    let [kafka, postgres, files] = sources[..] else { panic!("{sources:?}") };
    assert!(kafka.kafka.is_some() && kafka.postgres.is_none());
    assert!(matches!(
        kafka.kafka.as_ref().unwrap().schema_registry.as_ref().unwrap(),
        KafkaSchemaRegistry::Confluent(registry) if registry.url().unwrap().starts_with("https://")
    ));
    assert_eq!(postgres.postgres.as_ref().unwrap().table_mappings().unwrap().len(), 2);
    assert_eq!(files.object_storage.as_ref().unwrap().type_().unwrap(), &ObjectStorageType::S3);

    // What came back can be sent again, with credentials of its own.
    let again = KafkaSourceInput::try_from(kafka.kafka.clone().unwrap());
    assert!(again.is_err_and(|missing| missing.to_string().contains("credentials")));
    let again = PostgresSourceInput::try_from(postgres.postgres.clone().unwrap()).unwrap();
    assert_eq!(again.credentials, None);
}
