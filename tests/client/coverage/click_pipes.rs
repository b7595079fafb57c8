//! ClickPipes from all sources, with everything that a request takes.

use std::time::Duration;

use clickhouse_cloud::{Secret, chrono::DateTime, types::*};

use super::{Tour, done};

const MINUTE: Duration = Duration::from_secs(60);

/// A pipe, and a change of it.
struct Pipe {
    creation: CreateClickPipe,
    update: UpdateClickPipe,
}

pub(super) async fn visit(tour: &Tour) {
    let service = create_service(tour).await;
    let endpoint = create_endpoint(tour, service).await;
    for pipe in streams(endpoint).into_iter().chain(files()) {
        let id = create(tour, service, &pipe).await;
        scale(tour, service, id, &pipe).await;
        finish(tour, service, id, &pipe).await;
    }
    for pipe in databases() {
        let id = create(tour, service, &pipe).await;
        tour.advance(MINUTE * 10);
        scale_databases(tour, service).await;
        finish(tour, service, id, &pipe).await;
    }
    discover(tour, service, endpoint).await;
    done(tour.client.get_click_pipes_context(tour.organization, service)).await;
}

/// Creates a service at Google Cloud, where pipes have an identity.
async fn create_service(tour: &Tour) -> ServiceId {
    let body = CreateService::new("pipes", Provider::Gcp, Region::EuropeWest4, []).idle_scaling(false);
    let created = done(tour.client.create_service(tour.organization, &body)).await;
    tour.advance(MINUTE * 2);
    created.service().unwrap().id().unwrap()
}

async fn create_endpoint(tour: &Tour, service: ServiceId) -> ReversePrivateEndpointId {
    let body = CreateReversePrivateEndpoint::new("Kafka", ReversePrivateEndpointType::GcpPscServiceAttachment)
        .gcp_service_attachment("projects/a/regions/europe-west4/serviceAttachments/b");
    let created = tour.client.create_reverse_private_endpoint(tour.organization, service, &body);
    done(created).await.id().unwrap()
}

async fn create(tour: &Tour, service: ServiceId, pipe: &Pipe) -> ClickPipeId {
    done(tour.client.create_click_pipe(tour.organization, service, &pipe.creation)).await.id().unwrap()
}

/// Looks at a pipe, pauses it, changes it and deletes it.
async fn finish(tour: &Tour, service: ServiceId, id: ClickPipeId, pipe: &Pipe) {
    let (cloud, organization) = (&tour.client, tour.organization);
    done(cloud.get_click_pipe(organization, service, id)).await;
    done(cloud.list_click_pipes(organization, service)).await;
    let stop = UpdateClickPipeState::new(ClickPipeCommand::Stop);
    done(cloud.update_click_pipe_state(organization, service, id, &stop)).await;
    tour.advance(MINUTE);
    done(cloud.update_click_pipe(organization, service, id, &pipe.update)).await;
    done(cloud.delete_click_pipe(organization, service, id)).await;
    tour.advance(MINUTE);
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn scale(tour: &Tour, service: ServiceId, id: ClickPipeId, pipe: &Pipe) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let reads_files = matches!(pipe.creation.source, CreateClickPipeSource::ObjectStorage(_));
    let (scaling, settings) = if reads_files {
        let settings = ReplaceClickPipeSettings::new()
            .object_storage_concurrency(4)
            .object_storage_polling_interval_ms(60_000)
            .object_storage_max_insert_bytes(1 << 30)
            .object_storage_max_file_count(200)
            .object_storage_use_cluster_function(true)
            .clickhouse_max_threads(8)
            .clickhouse_max_download_threads(4)
            .clickhouse_parallel_distributed_insert_select(2);
        (UpdateClickPipeScaling::new().replicas(2).concurrency(4), settings)
    } else {
        let settings = ReplaceClickPipeSettings::new()
            .streaming_max_insert_wait_ms(1_000)
            .clickhouse_max_insert_threads(2)
            .clickhouse_min_insert_block_size_bytes(1 << 28)
            .clickhouse_parallel_view_processing(true);
        let is_kafka = matches!(pipe.creation.source, CreateClickPipeSource::Kafka(_));
        let settings = if is_kafka { settings.kafka_read_committed(true) } else { settings };
        (UpdateClickPipeScaling::new().replicas(2).replica_cpu_millicores(500).replica_memory_gb(2.0), settings)
    };
    done(cloud.update_click_pipe_scaling(organization, service, id, &scaling)).await;
    done(cloud.replace_click_pipe_settings(organization, service, id, &settings)).await;
    done(cloud.get_click_pipe_settings(organization, service, id)).await;
}

async fn scale_databases(tour: &Tour, service: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    done(cloud.get_cdc_scaling(organization, service)).await;
    done(cloud.update_cdc_scaling(organization, service, &UpdateCdcScaling::new(4_000, 16))).await;
}

async fn discover(tour: &Tour, service: ServiceId, endpoint: ReversePrivateEndpointId) {
    let mut sources: Vec<DiscoverClickPipeSource> = Vec::new();
    for credentials in kafka_credentials() {
        for registry in schema_registries() {
            sources.push(kafka(credentials.clone(), registry, endpoint).into());
        }
    }
    sources.extend([object_storage().into(), kinesis().into(), pubsub().into()]);
    for source in sources {
        let body = DiscoverClickPipeSchema::new(source);
        done(tour.client.discover_click_pipe_schema(tour.organization, service, &body)).await;
    }
}

fn user() -> UsernamePassword {
    UsernamePassword::new("user", "hunter2")
}

fn access_key() -> AwsAccessKey {
    AwsAccessKey::new("AKIAIOSFODNN7EXAMPLE", "hunter2")
}

fn service_account() -> GcpServiceAccountKey {
    GcpServiceAccountKey::new("aHVudGVyMg==")
}

fn columns() -> [DestinationColumnInput; 1] {
    [DestinationColumn::new("id", "UInt64")]
}

fn mappings() -> [FieldMappingInput; 1] {
    [FieldMapping::new("id", "id")]
}

fn kafka_credentials() -> [KafkaCredentials; 4] {
    [
        user().into(),
        access_key().into(),
        EventHubConnection::new("hunter2").into(),
        ClientCertificate::new("certificate", "hunter2").into(),
    ]
}

fn glue() -> GlueSchemaRegistryInput {
    GlueSchemaRegistry::new("us-east-1", "orders").glue_role_arn("arn:aws:iam::111122223333:role/example")
}

fn schema_registries() -> [KafkaSchemaRegistryInput; 2] {
    let confluent = ConfluentSchemaRegistry::new("https://registry.example.com", user())
        .type_(ConfluentSchemaRegistryType::Confluent)
        .ca_certificate("certificate");
    [confluent.into(), glue().into()]
}

fn kafka(
    credentials: KafkaCredentials,
    registry: KafkaSchemaRegistryInput,
    endpoint: ReversePrivateEndpointId,
) -> KafkaSourceInput {
    let brokers = "kafka.example.com:9092";
    KafkaSource::new(KafkaType::Confluent, StreamFormat::Protobuf, brokers, "orders", KafkaAuthentication::Plain)
        .consumer_group("clickhouse")
        .iam_role("arn:aws:iam::111122223333:role/example")
        .offset(KafkaOffset::new(KafkaOffsetStrategy::FromTimestamp).timestamp("2024-06-01T00:00"))
        .schema_registry(registry)
        .ca_certificate("certificate")
        .reverse_private_endpoint_ids([endpoint])
        .exactly_once(true)
        .tombstone_mode(KafkaTombstoneMode::SoftDelete)
        .credentials(credentials)
        .protobuf_schema("c3ludGF4")
}

fn stream_settings() -> ClickPipeSettingsInput {
    ClickPipeSettings::new()
        .streaming_max_insert_wait_ms(5_000)
        .clickhouse_max_insert_threads(2)
        .clickhouse_min_insert_block_size_bytes(1 << 30)
        .clickhouse_parallel_view_processing(true)
}

fn into_existing_table(source: impl Into<CreateClickPipeSource>) -> CreateClickPipe {
    let table = ExistingTableDestination::new("default", "orders", columns()).roles(["writer"]);
    CreateClickPipe::new("Orders", source, table).field_mappings(mappings())
}

fn update(source: impl Into<UpdateClickPipeSource>) -> UpdateClickPipe {
    UpdateClickPipe::new()
        .name("Renamed")
        .source(source)
        .destination(UpdateClickPipeDestination::new().columns(columns()))
        .field_mappings(mappings())
}

fn streams(endpoint: ReversePrivateEndpointId) -> Vec<Pipe> {
    let scaling = || CreateClickPipeScaling::new().replicas(2).replica_cpu_millicores(250).replica_memory_gb(1.0);
    let engine = TableEngine::new(TableEngineType::ReplacingMergeTree).version_column_id("id").column_ids(["id"]);
    let definition = TableDefinition::new(engine)
        .sorting_key(["id"])
        .partition_by("id % 8")
        .primary_key("id")
        .ttl("created_at + INTERVAL 1 YEAR");
    let mut pipes = Vec::new();
    for credentials in kafka_credentials() {
        for registry in schema_registries() {
            let source = KafkaPipeSource::new(kafka(credentials.clone(), registry, endpoint)).validate_samples(true);
            let table = ManagedTableDestination::new("default", "orders", definition.clone(), columns());
            let creation = CreateClickPipe::new("Orders", source, table.roles(["writer"]))
                .field_mappings(mappings())
                .scaling(scaling())
                .settings(stream_settings().kafka_read_committed(true))
                .start_paused(true);
            let change = UpdateKafkaSource::new()
                .authentication(KafkaAuthentication::ScramSha256)
                .iam_role("arn:aws:iam::111122223333:role/other")
                .ca_certificate("certificate")
                .reverse_private_endpoint_ids([endpoint])
                .credentials(credentials.clone());
            let change = UpdateKafkaPipeSource::new(change).validate_samples(true);
            let settings = stream_settings().kafka_read_committed(true);
            pipes.push(Pipe { creation, update: update(change).settings(settings) });
        }
    }
    let change = UpdateKinesisSource::new()
        .authentication(KinesisAuthentication::IamUser)
        .iam_role("arn:aws:iam::111122223333:role/other")
        .access_key(access_key());
    pipes.push(Pipe {
        creation: into_existing_table(KinesisPipeSource::new(kinesis()).validate_samples(true)).scaling(scaling()),
        update: update(UpdateKinesisPipeSource::new(change).validate_samples(true)),
    });
    let change = UpdatePubSubSource::new(GcpAuthentication::ServiceAccount)
        .ack_deadline(60)
        .service_account_key(service_account());
    pipes.push(Pipe {
        creation: into_existing_table(PubSubPipeSource::new(pubsub()).validate_samples(true)).scaling(scaling()),
        update: update(UpdatePubSubPipeSource::new(change).validate_samples(true)),
    });
    pipes
}

fn kinesis() -> KinesisSourceInput {
    let (at, user) = (KinesisIteratorType::AtTimestamp, KinesisAuthentication::IamUser);
    KinesisSource::new(StreamFormat::Protobuf, "orders", "us-east-1", at, user)
        .use_enhanced_fan_out(true)
        .timestamp(1_717_200_000)
        .iam_role("arn:aws:iam::111122223333:role/example")
        .schema_registry(glue())
        .access_key(access_key())
        .protobuf_schema("c3ludGF4")
}

fn pubsub() -> PubSubSourceInput {
    let (account, at) = (GcpAuthentication::ServiceAccount, PubSubSeekType::Timestamp);
    PubSubSource::new(PubSubFormat::Avro, "example", "orders", account, at)
        .seek_timestamp(DateTime::UNIX_EPOCH)
        .filter("attributes.region = \"eu\"")
        .enable_ordering(true)
        .ack_deadline(30)
        .service_account_key(service_account())
}

fn object_storage() -> ObjectStorageSourceInput {
    ObjectStorageSource::new(ObjectStorageType::S3, ObjectStorageFormat::Parquet)
        .url("https://files.example.com/**")
        .delimiter(",")
        .compression(ObjectStorageCompression::Gzip)
        .is_continuous(true)
        .queue_url("https://sqs.us-east-1.amazonaws.com/111122223333/example")
        .skip_initial_load(true)
        .start_after("2024/")
        .authentication(ObjectStorageAuthentication::IamUser)
        .iam_role("arn:aws:iam::111122223333:role/example")
        .connection_string("hunter2")
        .path("orders/*")
        .azure_container_name("orders")
        .access_key(access_key())
        .service_account_key("hunter2")
}

#[expect(deprecated, reason = "what is deprecated still works")]
fn files() -> [Pipe; 1] {
    let settings = || {
        ClickPipeSettings::new()
            .object_storage_concurrency(4)
            .object_storage_polling_interval_ms(60_000)
            .object_storage_max_insert_bytes(1 << 30)
            .object_storage_max_file_count(200)
            .object_storage_use_cluster_function(true)
            .clickhouse_max_threads(8)
            .clickhouse_max_download_threads(4)
            .clickhouse_parallel_distributed_insert_select(2)
    };
    let change = UpdateObjectStorageSource::new()
        .skip_initial_load(false)
        .start_after("2025/".to_owned())
        .authentication(ObjectStorageAuthentication::IamUser)
        .iam_role("arn:aws:iam::111122223333:role/other".to_owned())
        .connection_string(Secret::from("hunter2"))
        .path("orders/**".to_owned())
        .azure_container_name("orders".to_owned())
        .access_key(access_key())
        .service_account_key(Secret::from("hunter2"));
    let creation = into_existing_table(ObjectStoragePipeSource::new(object_storage()).validate_samples(true));
    let scaling = CreateClickPipeScaling::new().replicas(2).concurrency(2);
    [Pipe {
        creation: creation.scaling(scaling).settings(settings()),
        update: update(UpdateObjectStoragePipeSource::new(change).validate_samples(true)).settings(settings()),
    }]
}

fn table(name: &str) -> TableMappingInput {
    TableMapping::new("public", name, name)
        .excluded_columns(["secret"])
        .use_custom_sorting_key(true)
        .sorting_keys(["id"])
        .table_engine(ReplicaTableEngine::ReplacingMergeTree)
        .partition_key("id")
        .partition_by_expr("id % 8")
}

fn without(name: &str) -> TableMappingRemoval {
    TableMappingRemoval::new("public", name, name)
        .table_engine(ReplicaTableEngine::ReplacingMergeTree)
        .partition_key("id".to_owned())
        .partition_by_expr("id % 8".to_owned())
}

fn from_database(source: impl Into<CreateClickPipeSource>) -> CreateClickPipe {
    CreateClickPipe::new("Shop", source, DatabaseDestination::new("shop").roles(["writer"]))
}

fn databases() -> Vec<Pipe> {
    vec![postgres(), mysql(), bigquery(), mongodb()]
}

fn postgres() -> Pipe {
    let settings = PostgresSettings::new(ReplicationMode::Cdc)
        .sync_interval_seconds(30)
        .pull_batch_size(100_000)
        .initial_load_parallelism(4)
        .snapshot_num_rows_per_partition(500_000)
        .snapshot_number_of_parallel_tables(2)
        .delete_on_merge(true)
        .publication_name("clickhouse")
        .replication_slot_name("clickhouse")
        .allow_nullable_columns(true)
        .enable_failover_slots(true);
    let source = PostgresSource::new("db.example.com", 5432, "shop", settings, [table("orders")])
        .type_(PostgresType::Rds)
        .authentication(DatabaseAuthentication::Basic)
        .iam_role("arn:aws:iam::111122223333:role/example")
        .tls_host("db.example.com")
        .ca_certificate("certificate")
        .disable_tls(false)
        .skip_cert_verification(false)
        .credentials(user());
    let change = UpdatePostgresSource::new()
        .credentials(user())
        .settings(UpdatePostgresSettings::new().sync_interval_seconds(60).pull_batch_size(1_000))
        .table_mappings_to_add([table("invoices")])
        .table_mappings_to_remove([without("orders")])
        .host("other.example.com".to_owned())
        .port(5433)
        .database("store".to_owned())
        .tls_host("other.example.com".to_owned())
        .ca_certificate("certificate".to_owned())
        .disable_tls(true)
        .skip_cert_verification(true);
    Pipe {
        creation: from_database(PostgresPipeSource::new(source).validate_samples(true)),
        update: UpdateClickPipe::new().source(UpdatePostgresPipeSource::new(change).validate_samples(true)),
    }
}

fn mysql() -> Pipe {
    let settings = MySqlSettings::new(ReplicationMode::Cdc)
        .sync_interval_seconds(30)
        .pull_batch_size(100_000)
        .initial_load_parallelism(4)
        .snapshot_num_rows_per_partition(500_000)
        .snapshot_number_of_parallel_tables(2)
        .delete_on_merge(true)
        .replication_mechanism(MySqlReplicationMechanism::Gtid)
        .use_compression(true)
        .allow_nullable_columns(true);
    let source = MySqlSource::new("db.example.com", 3306, settings, [table("orders")])
        .type_(MySqlType::Aurora)
        .authentication(DatabaseAuthentication::IamRole)
        .iam_role("arn:aws:iam::111122223333:role/example")
        .tls_host("db.example.com")
        .ca_certificate("certificate")
        .disable_tls(false)
        .skip_cert_verification(false)
        .server_id(4242)
        .credentials(user());
    let settings = UpdateMySqlSettings::new().sync_interval_seconds(60).pull_batch_size(1_000).use_compression(false);
    let change = UpdateMySqlSource::new()
        .credentials(user())
        .settings(settings)
        .table_mappings_to_add([table("invoices")])
        .table_mappings_to_remove([without("orders")])
        .host("other.example.com".to_owned())
        .port(3307)
        .authentication(DatabaseAuthentication::Basic)
        .iam_role("arn:aws:iam::111122223333:role/other".to_owned())
        .tls_host("other.example.com".to_owned())
        .ca_certificate("certificate".to_owned())
        .disable_tls(true)
        .skip_cert_verification(true)
        .server_id(4243);
    Pipe {
        creation: from_database(MySqlPipeSource::new(source).validate_samples(true)),
        update: UpdateClickPipe::new().source(UpdateMySqlPipeSource::new(change).validate_samples(true)),
    }
}

fn bigquery() -> Pipe {
    let settings = BigQuerySettings::new(ReplicationMode::Cdc)
        .replication_method(BigQueryReplicationMethod::QueryBased)
        .sync_interval_seconds(3_600)
        .query_cdc_pull_sync_parallelism(4)
        .sync_delay_seconds(120)
        .pull_window_size_seconds(21_600)
        .sync_cron("@hourly")
        .allow_nullable_columns(true)
        .initial_load_parallelism(4.0)
        .snapshot_num_rows_per_partition(500_000.0)
        .snapshot_number_of_parallel_tables(2.0);
    let table = BigQueryTableMapping::new("shop", "orders", "orders")
        .excluded_columns(["secret"])
        .use_custom_sorting_key(true)
        .sorting_keys(["id"])
        .table_engine(ReplicaTableEngine::ReplacingMergeTree)
        .query_cdc_watermark_column("updated_at")
        .events_function(BigQueryEventsFunction::Changes);
    let source = BigQuerySource::new("gs://example/staging/", settings, [table])
        .authentication(GcpAuthentication::ServiceAccount)
        .project_id("example")
        .credentials(service_account());
    Pipe {
        creation: from_database(BigQueryPipeSource::new(source).validate_samples(true)),
        update: UpdateClickPipe::new().name("Renamed"),
    }
}

fn collection(name: &str) -> MongoDbTableMappingInput {
    let structure = MongoDbStructuredIngestion::new(true)
        .drop_unexpected_values(true)
        .columns([MongoDbColumn::new("rating", "UInt8")])
        .excluded_columns(["secret"])
        .sorting_keys(["_id"])
        .partition_by_expr("rating");
    MongoDbTableMapping::new("shop", name, name)
        .table_engine(ReplicaTableEngine::ReplacingMergeTree)
        .structured_ingestion(structure)
}

fn mongodb() -> Pipe {
    let settings = MongoDbSettings::new(ReplicationMode::Cdc)
        .sync_interval_seconds(30)
        .pull_batch_size(100_000)
        .initial_load_parallelism(4)
        .snapshot_num_rows_per_partition(500_000)
        .snapshot_number_of_parallel_tables(2)
        .delete_on_merge(true)
        .use_json_native_format(true);
    let (uri, primary) = ("mongodb://db.example.com", MongoDbReadPreference::Primary);
    let source = MongoDbSource::new(uri, primary, settings, [collection("orders")])
        .tls_host("db.example.com")
        .disable_tls(false)
        .skip_cert_verification(false)
        .ca_certificate("certificate")
        .credentials(user());
    let removal = MongoDbTableMappingRemoval::new("shop", "orders", "orders");
    let change = UpdateMongoDbSource::new()
        .credentials(user())
        .settings(UpdateMongoDbSettings::new().sync_interval_seconds(60).pull_batch_size(1_000))
        .table_mappings_to_add([collection("invoices")])
        .table_mappings_to_remove([removal.table_engine(ReplicaTableEngine::ReplacingMergeTree)])
        .uri(Secret::from("mongodb://other.example.com"))
        .read_preference(MongoDbReadPreference::Nearest)
        .tls_host("other.example.com".to_owned())
        .disable_tls(true)
        .skip_cert_verification(true)
        .ca_certificate("certificate".to_owned());
    Pipe {
        creation: from_database(MongoDbPipeSource::new(source).validate_samples(true)),
        update: UpdateClickPipe::new().source(UpdateMongoDbPipeSource::new(change).validate_samples(true)),
    }
}
