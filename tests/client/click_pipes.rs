//! ClickPipes, from their creation to their deletion, as the client sees them.

use std::{ops::Deref, time::Duration};

use clickhouse_cloud::{Created, Error, types::*, uuid::Uuid};
use tests::simulated_cloud::{self, RunningService, bad_request, fitting, pipe_into_table};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// The time between two polls of a waiter.
const EVERY: Duration = Duration::from_millis(1);

/// A running service and its pipes.
struct Pipes(RunningService);

impl Deref for Pipes {
    type Target = RunningService;

    fn deref(&self) -> &RunningService {
        &self.0
    }
}

impl Pipes {
    async fn start() -> Self {
        Self(RunningService::start().await)
    }

    async fn try_create(&self, body: &CreateClickPipe) -> Result<ClickPipe, Error> {
        let (client, org) = self.client();
        client.create_click_pipe(org, self.service, body).await.map(fitting)
    }

    async fn create(&self, body: &CreateClickPipe) -> ClickPipeId {
        self.try_create(body).await.unwrap().id().unwrap()
    }

    async fn get(&self, id: ClickPipeId) -> ClickPipe {
        let (client, org) = self.client();
        fitting(client.get_click_pipe(org, self.service, id).await.unwrap())
    }

    async fn state(&self, id: ClickPipeId) -> ClickPipeState {
        self.get(id).await.state.unwrap()
    }

    async fn state_after(&self, id: ClickPipeId, time: Duration) -> ClickPipeState {
        self.cloud.advance(time);
        self.state(id).await
    }

    async fn try_command(&self, id: ClickPipeId, command: ClickPipeCommand) -> Result<ClickPipe, Error> {
        let (client, org) = self.client();
        let body = UpdateClickPipeState::new(command);
        client.update_click_pipe_state(org, self.service, id, &body).await.map(fitting)
    }

    async fn command(&self, id: ClickPipeId, command: ClickPipeCommand) -> ClickPipe {
        self.try_command(id, command).await.unwrap()
    }

    async fn update(&self, id: ClickPipeId, body: &UpdateClickPipe) -> Result<ClickPipe, Error> {
        let (client, org) = self.client();
        client.update_click_pipe(org, self.service, id, body).await.map(fitting)
    }

    /// Changes the tables of a pipe from Postgres.
    async fn change_tables(&self, id: ClickPipeId, change: UpdatePostgresSource) -> Result<ClickPipe, Error> {
        self.update(id, &UpdateClickPipe::new().source(change)).await
    }

    /// The tables of a pipe from Postgres.
    async fn tables(&self, id: ClickPipeId) -> Vec<String> {
        let tables = self.get(id).await.source.unwrap().postgres.unwrap().table_mappings.unwrap();
        tables.into_iter().map(|table| table.source_table.unwrap()).collect()
    }

    /// Creates a pipe from Postgres that is paused.
    async fn create_paused(&self) -> ClickPipeId {
        let id = self.create(&from_postgres(ReplicationMode::Cdc)).await;
        assert_eq!(self.state_after(id, 10 * MINUTE).await, ClickPipeState::Running);
        self.command(id, ClickPipeCommand::Stop).await;
        assert_eq!(self.state_after(id, 10 * SECOND).await, ClickPipeState::Paused);
        id
    }
}

fn kafka() -> KafkaSourceInput {
    simulated_cloud::kafka().credentials(UsernamePassword::new("user", "hunter2"))
}

/// A pipe into a table that exists.
fn into_table(source: impl Into<CreateClickPipeSource>) -> CreateClickPipe {
    pipe_into_table("Orders", source)
}

fn from_files(is_continuous: bool) -> CreateClickPipe {
    let files = ObjectStorageSource::new(ObjectStorageType::S3, ObjectStorageFormat::Parquet);
    into_table(files.url("https://files.example.com/**").is_continuous(is_continuous))
}

fn table(name: &str) -> TableMappingInput {
    TableMapping::new("public", name, name)
}

fn without(name: &str) -> TableMappingRemoval {
    TableMappingRemoval::new("public", name, name)
}

fn from_postgres(mode: ReplicationMode) -> CreateClickPipe {
    let source = PostgresSource::new("db.example.com", 5432, "shop", PostgresSettings::new(mode), [table("orders")])
        .credentials(UsernamePassword::new("user", "hunter2"));
    CreateClickPipe::new("Shop", source, DatabaseDestination::new("shop"))
}

#[tokio::test]
async fn a_stream_goes_through_its_life() {
    let pipes = Pipes::start().await;
    let (client, org) = pipes.client();
    let created = pipes.try_create(&into_table(kafka())).await.unwrap();
    let id = created.id().unwrap();
    assert_eq!((created.name(), created.state()), (Ok("Orders"), Ok(&ClickPipeState::Provisioning)));
    assert_eq!(created.service_id(), Ok(pipes.service));
    let source = created.source().unwrap().kafka.as_ref().unwrap();
    assert_eq!(source.consumer_group.as_deref(), Some(&*format!("clickpipes-{id}")));

    let running = client.wait_until_click_pipe_running(org, pipes.service, id).every(EVERY);
    let waiting = tokio::spawn(running.into_future());
    pipes.cloud.advance(MINUTE);
    assert_eq!(waiting.await.unwrap().unwrap().state(), Ok(&ClickPipeState::Running));

    let stopped = pipes.command(id, ClickPipeCommand::Stop).await;
    assert_eq!(stopped.state(), Ok(&ClickPipeState::Running), "the response shows the state before");
    assert_eq!(pipes.state(id).await, ClickPipeState::Stopping);
    let stopped = client.wait_until_click_pipe_stopped(org, pipes.service, id).every(EVERY);
    let waiting = tokio::spawn(stopped.into_future());
    pipes.cloud.advance(10 * SECOND);
    assert_eq!(waiting.await.unwrap().unwrap().state(), Ok(&ClickPipeState::Stopped));
    pipes.command(id, ClickPipeCommand::Stop).await;
    assert_eq!(pipes.state(id).await, ClickPipeState::Stopped, "it is stopped already");

    pipes.command(id, ClickPipeCommand::Start).await;
    assert_eq!(pipes.state(id).await, ClickPipeState::Provisioning);
    assert_eq!(pipes.state_after(id, MINUTE).await, ClickPipeState::Running);
    let message = bad_request(pipes.try_command(id, ClickPipeCommand::Start).await);
    assert_eq!(message, "BAD_REQUEST: ClickPipe is already running");

    fitting(client.delete_click_pipe(org, pipes.service, id).await.unwrap());
    let gone = client.wait_until_click_pipe_deleted(org, pipes.service, id).every(EVERY);
    let waiting = tokio::spawn(gone.into_future());
    pipes.cloud.advance(MINUTE);
    waiting.await.unwrap().unwrap();
    assert_eq!(*fitting(client.list_click_pipes(org, pipes.service).await.unwrap()), []);
}

#[tokio::test]
async fn a_database_is_loaded_before_its_changes_are_followed() {
    use ClickPipeState::{Paused, Pausing, Provisioning, Running, Setup, Snapshot};
    let pipes = Pipes::start().await;
    let (client, org) = pipes.client();
    let id = pipes.create(&from_postgres(ReplicationMode::Cdc)).await;
    assert_eq!(pipes.state(id).await, Provisioning);
    assert_eq!(pipes.state_after(id, MINUTE).await, Setup);
    assert_eq!(pipes.state_after(id, 30 * SECOND).await, Snapshot);
    let replicating = client.wait_until_click_pipe_replicating(org, pipes.service, id).every(EVERY).await.unwrap();
    assert_eq!(replicating.state(), Ok(&Snapshot));

    // What was not loaded is loaded after the pause.
    pipes.command(id, ClickPipeCommand::Stop).await;
    assert_eq!(pipes.state(id).await, Pausing);
    assert_eq!(pipes.state_after(id, 10 * SECOND).await, Paused);
    pipes.command(id, ClickPipeCommand::Start).await;
    assert_eq!(pipes.state(id).await, Setup);
    assert_eq!(pipes.state_after(id, 30 * SECOND).await, Snapshot);
    assert_eq!(pipes.state_after(id, 5 * MINUTE).await, Running);

    // What was loaded is not loaded again.
    pipes.command(id, ClickPipeCommand::Stop).await;
    pipes.cloud.advance(MINUTE);
    pipes.command(id, ClickPipeCommand::Start).await;
    assert_eq!(pipes.state_after(id, 30 * SECOND).await, Running);

    let changes_alone = pipes.create(&from_postgres(ReplicationMode::CdcOnly)).await;
    assert_eq!(pipes.state_after(changes_alone, 90 * SECOND).await, Running);
}

#[tokio::test]
async fn pipes_that_read_once_are_completed() {
    let pipes = Pipes::start().await;
    let (client, org) = pipes.client();
    let settings = BigQuerySettings::new(ReplicationMode::Snapshot);
    let tables = [BigQueryTableMapping::new("shop", "orders", "orders")];
    let from_bigquery = BigQuerySource::new("gs://example/staging/", settings, tables);
    let once = [
        pipes.create(&from_files(false)).await,
        pipes.create(&from_postgres(ReplicationMode::Snapshot)).await,
        pipes.create(&CreateClickPipe::new("a", from_bigquery, DatabaseDestination::new("shop"))).await,
    ];
    let continuous = pipes.create(&from_files(true)).await;
    pipes.cloud.advance(10 * MINUTE);
    for id in once {
        let completed = client.wait_until_click_pipe_completed(org, pipes.service, id).every(EVERY).await.unwrap();
        assert_eq!(completed.state(), Ok(&ClickPipeState::Completed));
        pipes.command(id, ClickPipeCommand::Stop).await;
        assert_eq!(pipes.state(id).await, ClickPipeState::Completed, "there is nothing to stop");
        assert!(bad_request(pipes.try_command(id, ClickPipeCommand::Start).await).contains("state Completed"));
    }
    assert_eq!(pipes.state(continuous).await, ClickPipeState::Running);
}

#[tokio::test]
async fn a_pipe_may_begin_stopped() {
    let pipes = Pipes::start().await;
    let id = pipes.create(&into_table(kafka()).start_paused(true)).await;
    assert_eq!(pipes.state_after(id, 10 * MINUTE).await, ClickPipeState::Stopped);
    pipes.command(id, ClickPipeCommand::Start).await;
    assert_eq!(pipes.state_after(id, MINUTE).await, ClickPipeState::Running);
    let from_database = from_postgres(ReplicationMode::Cdc).start_paused(true);
    assert!(bad_request(pipes.try_create(&from_database).await).contains("startPaused"));
}

#[tokio::test]
async fn tables_change_while_a_pipe_is_paused_and_it_resumes_by_itself() {
    use ClickPipeState::{Modifying, Paused, Running, Snapshot};
    let pipes = Pipes::start().await;
    let change = UpdatePostgresSource::new;
    let id = pipes.create(&from_postgres(ReplicationMode::Cdc)).await;
    pipes.cloud.advance(10 * MINUTE);
    let message = bad_request(pipes.change_tables(id, change().table_mappings_to_add([table("invoices")])).await);
    assert!(message.contains("must be paused to edit"), "{message}");

    pipes.command(id, ClickPipeCommand::Stop).await;
    assert_eq!(pipes.state_after(id, MINUTE).await, Paused);
    let added = change().table_mappings_to_add([table("invoices")]).table_mappings_to_remove([without("orders")]);
    let before = pipes.change_tables(id, added).await.unwrap();
    let shown = before.source.unwrap().postgres.unwrap().table_mappings.unwrap();
    assert_eq!(shown[0].source_table.as_deref(), Some("orders"), "the response shows the pipe as it was");
    assert_eq!(pipes.state_after(id, 5 * SECOND).await, Modifying);
    assert_eq!(pipes.tables(id).await, ["invoices"]);
    assert_eq!(pipes.state_after(id, 30 * SECOND).await, Snapshot, "the new table is loaded");
    assert_eq!(pipes.state_after(id, 5 * MINUTE).await, Running);

    let credentials = change().credentials(UsernamePassword::new("user", "hunter3"));
    pipes.change_tables(id, credentials.clone()).await.unwrap();
    assert_eq!(pipes.state(id).await, Running);
    pipes.command(id, ClickPipeCommand::Stop).await;
    pipes.cloud.advance(MINUTE);
    pipes.change_tables(id, credentials).await.unwrap();
    assert_eq!(pipes.state(id).await, Modifying);
    assert_eq!(pipes.state_after(id, 30 * SECOND).await, Running, "there is nothing to load");
}

#[tokio::test]
async fn changes_of_tables_that_contradict_each_other_are_refused() {
    let pipes = Pipes::start().await;
    let id = pipes.create_paused().await;
    let change = UpdatePostgresSource::new;
    for (change, part) in [
        (
            change().table_mappings_to_add([table("orders")]).table_mappings_to_remove([without("orders")]),
            "remove and add",
        ),
        (change().table_mappings_to_add([table("orders")]), "there already is"),
        (change().table_mappings_to_add([table("a"), table("a")]), "tableMappingsToAdd[1]"),
        (change().table_mappings_to_remove([without("a")]), "there is no such table mapping"),
        (change().host("db.invalid"), "dial tcp"),
    ] {
        let message = bad_request(pipes.change_tables(id, change).await);
        assert!(message.contains(part), "{part}: {message}");
    }
    let other = UpdateClickPipe::new().source(UpdateKafkaSource::new().iam_role("arn"));
    assert!(bad_request(pipes.update(id, &other).await).contains("source.kafka"));
    assert_eq!((pipes.tables(id).await, pipes.state(id).await), (vec!["orders".to_owned()], ClickPipeState::Paused));
}

#[tokio::test]
async fn each_resync_begins_the_snapshot_anew() {
    use ClickPipeState::{Resync, Running, Snapshot};
    let pipes = Pipes::start().await;
    let id = pipes.create(&from_postgres(ReplicationMode::Cdc)).await;
    assert_eq!(pipes.state_after(id, 10 * MINUTE).await, Running);
    for _ in 0..2 {
        pipes.command(id, ClickPipeCommand::Resync).await;
        assert_eq!(pipes.state_after(id, 4 * MINUTE).await, Snapshot);
    }
    assert_eq!(pipes.state_after(id, MINUTE).await, Resync);
    assert_eq!(pipes.state_after(id, 30 * SECOND).await, Running);
    let log = pipes.cloud.simulator.log().entries();
    let resyncs = log.iter().filter(|entry| entry.carried_out && entry.command.as_deref() == Some("resync"));
    assert_eq!(resyncs.count(), 2);

    pipes.cloud.fault("updateClickPipeState=reset-after,times=1");
    let error = pipes.try_command(id, ClickPipeCommand::Resync).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error:?}");
    assert_eq!(pipes.state(id).await, Snapshot);
    let stream = pipes.create(&into_table(kafka())).await;
    assert!(
        bad_request(pipes.try_command(stream, ClickPipeCommand::Resync).await).contains("only for Postgres and MySQL")
    );
}

#[tokio::test]
async fn a_failed_pipe_is_read_changed_and_started_again() {
    let pipes = Pipes::start().await;
    let (client, org) = pipes.client();
    for body in [into_table(kafka()), from_postgres(ReplicationMode::Cdc)] {
        let id = pipes.create(&body).await;
        let running = client.wait_until_click_pipe_running(org, pipes.service, id).every(EVERY);
        pipes.cloud.advance(10 * MINUTE);
        running.await.unwrap();
        pipes.cloud.simulator.set_state(id.0, "Failed").unwrap();
        assert_eq!(pipes.state_after(id, 10 * MINUTE).await, ClickPipeState::Failed);
        pipes.update(id, &UpdateClickPipe::new().name("Again")).await.unwrap();
        pipes.command(id, ClickPipeCommand::Start).await;
        assert_eq!(pipes.state_after(id, MINUTE).await, ClickPipeState::Running);
        assert_eq!(pipes.get(id).await.name(), Ok("Again"));
    }
    let id = pipes.create(&into_table(kafka())).await;
    let completed = client.wait_until_click_pipe_completed(org, pipes.service, id).every(EVERY);
    let waiting = tokio::spawn(completed.into_future());
    while pipes.cloud.simulator.log().entries().last().unwrap().operation.as_deref() != Some("getClickPipe") {
        tokio::time::sleep(EVERY).await;
    }
    pipes.cloud.simulator.set_state(id.0, "InternalError").unwrap();
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Wait(_)) && error.to_string().contains("InternalError"), "{error}");
}

#[tokio::test]
async fn a_scaling_is_zero_until_it_is_applied() {
    let pipes = Pipes::start().await;
    let (client, org) = pipes.client();
    let replicas = async |id| pipes.get(id).await.scaling.unwrap().replicas;
    let id = pipes.create(&into_table(kafka()).scaling(CreateClickPipeScaling::new().replicas(2))).await;
    assert_eq!(replicas(id).await, Some(0));
    pipes.cloud.advance(MINUTE);
    assert_eq!(replicas(id).await, Some(2));

    let body = UpdateClickPipeScaling::new().replicas(4).replica_cpu_millicores(500);
    let before = fitting(client.update_click_pipe_scaling(org, pipes.service, id, &body).await.unwrap());
    assert_eq!(before.scaling.unwrap().replicas, Some(2));
    assert_eq!(replicas(id).await, Some(0));
    let applied = client
        .get_click_pipe(org, pipes.service, id)
        .until(|pipe| pipe.scaling.as_ref().is_some_and(|scaling| scaling.replicas == Some(4)));
    let waiting = tokio::spawn(applied.every(EVERY).into_future());
    pipes.cloud.advance(MINUTE);
    let scaling = waiting.await.unwrap().unwrap().into_inner().scaling.unwrap();
    assert_eq!((scaling.replica_cpu_millicores, scaling.replica_memory_gb), (Some(500), Some(0.5)));

    let database = pipes.create(&from_postgres(ReplicationMode::Cdc)).await;
    let message = bad_request(client.update_click_pipe_scaling(org, pipes.service, database, &body).await);
    assert!(message.contains("clickpipesCdcScaling"), "{message}");
}

#[tokio::test]
async fn settings_are_replaced_and_have_to_suit_the_source() {
    let pipes = Pipes::start().await;
    let ((client, org), service) = (pipes.client(), pipes.service);
    let id = pipes.create(&into_table(kafka())).await;
    let get = || async { fitting(client.get_click_pipe_settings(org, pipes.service, id).await.unwrap()) };
    let replace = |id, body: ReplaceClickPipeSettings| async move {
        client.replace_click_pipe_settings(org, service, id, &body).await.map(fitting)
    };
    assert_eq!(get().await.kafka_read_committed, None);
    let body = ReplaceClickPipeSettings::new().kafka_read_committed(true).streaming_max_insert_wait_ms(1000);
    let replaced = replace(id, body).await.unwrap();
    assert_eq!((replaced.kafka_read_committed, replaced.streaming_max_insert_wait_ms), (Some(true), Some(1000)));
    assert_eq!(get().await, replaced);
    replace(id, ReplaceClickPipeSettings::new().clickhouse_max_insert_threads(2)).await.unwrap();
    let settings = get().await;
    assert_eq!((settings.kafka_read_committed, settings.clickhouse_max_insert_threads), (None, Some(2)));

    let files = pipes.create(&from_files(true)).await;
    let message = bad_request(replace(files, ReplaceClickPipeSettings::new().kafka_read_committed(false)).await);
    assert!(message.contains("kafka_read_committed"), "{message}");
}

#[tokio::test]
async fn database_pipes_share_a_scaling_as_long_as_there_is_one() {
    let pipes = Pipes::start().await;
    let ((client, org), service) = (pipes.client(), pipes.service);
    let get = || client.get_cdc_scaling(org, pipes.service);
    let is_missing = |outcome: Result<_, Error>| outcome.err().and_then(|error| error.status()).unwrap() == 404;
    let update = |cores, memory| {
        let body = UpdateCdcScaling::new(cores, memory);
        async move { client.update_cdc_scaling(org, service, &body).await.map(fitting) }
    };
    let stream = pipes.create(&into_table(kafka())).await;
    let id = pipes.create(&from_postgres(ReplicationMode::Cdc)).await;
    assert!(is_missing(get().await), "the pipe is not provisioned yet");
    pipes.cloud.advance(MINUTE);
    let size = |scaling: CdcScaling| (scaling.replica_cpu_millicores.unwrap(), scaling.replica_memory_gb.unwrap());
    assert_eq!(size(fitting(get().await.unwrap())), (2000, 8));
    assert!(bad_request(update(4000, 8).await).contains("replicaMemoryGb: 4 cores need 16 GB"));

    assert_eq!(size(update(4000, 16).await.unwrap()), (2000, 8));
    let applied = get().until(|scaling| scaling.replica_cpu_millicores == Some(4000));
    let waiting = tokio::spawn(applied.every(EVERY).into_future());
    pipes.cloud.advance(MINUTE);
    assert_eq!(size(fitting(get().await.unwrap())), (2000, 8));
    pipes.cloud.advance(MINUTE);
    assert_eq!(size(waiting.await.unwrap().unwrap().into_inner()), (4000, 16));

    for id in [id, stream] {
        fitting(client.delete_click_pipe(org, pipes.service, id).await.unwrap());
        pipes.cloud.advance(MINUTE);
        assert!(is_missing(get().await));
    }
}

#[tokio::test]
async fn a_schema_is_discovered_and_an_identity_known_at_google() {
    let pipes = Pipes::start().await;
    let (client, org) = pipes.client();
    let discover = DiscoverClickPipeSchema::new(kafka());
    let schema = fitting(client.discover_click_pipe_schema(org, pipes.service, &discover).await.unwrap());
    let fields = schema.fields().unwrap();
    assert_eq!((fields[0].name(), fields[0].type_()), (Ok("id"), Ok("UInt64")));

    let here = fitting(client.get_click_pipes_context(org, pipes.service).await.unwrap());
    assert!(!here.gcp_workload_identity.unwrap().supported().unwrap());
    let body = CreateService::new("a", Provider::Gcp, Region::EuropeWest4, []).idle_scaling(false);
    let service = fitting(client.create_service(org, &body).await.unwrap()).service.unwrap().id().unwrap();
    pipes.cloud.advance(2 * MINUTE);
    let there = fitting(client.get_click_pipes_context(org, service).await.unwrap()).gcp_workload_identity.unwrap();
    assert_eq!((there.supported(), there.ready), (Ok(true), Some(true)));
    assert!(there.principal.unwrap().ends_with(".iam.gserviceaccount.com"));
}

#[tokio::test]
async fn a_pipe_whose_creation_is_unknown_is_found() {
    let pipes = Pipes::start().await;
    let (client, org) = pipes.client();
    pipes.cloud.fault("createClickPipe=reset-after,times=1");
    let outcome = client.create_click_pipe(org, pipes.service, &into_table(kafka())).or_find().await;
    let Created::Found(found) = outcome.unwrap() else { panic!("the response was lost") };
    let all = fitting(client.list_click_pipes(org, pipes.service).await.unwrap());
    assert_eq!(all.only().unwrap().id(), found.id());
}

#[tokio::test]
async fn a_pipe_reaches_its_source_through_an_endpoint_that_exists() {
    let pipes = Pipes::start().await;
    let (client, org) = pipes.client();
    let endpoint = CreateReversePrivateEndpoint::new("Events", ReversePrivateEndpointType::MskMultiVpc)
        .msk_cluster_arn("arn:aws:kafka:us-east-1:111122223333:cluster/events/1")
        .msk_authentication(MskAuthentication::SaslScram);
    let endpoint = fitting(client.create_reverse_private_endpoint(org, pipes.service, &endpoint).await.unwrap());
    let through = |id| into_table(kafka().reverse_private_endpoint_ids([id]));
    pipes.create(&through(endpoint.id().unwrap())).await;
    let message = bad_request(pipes.try_create(&through(Uuid::nil().into())).await);
    assert!(message.contains("reversePrivateEndpointIds[0]"), "{message}");
}
