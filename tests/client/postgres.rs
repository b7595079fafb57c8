//! Postgres services: what the types and the calls add to the API.

use std::{collections::BTreeMap, time::Duration};

use clickhouse_cloud::{Backoff, Client, Created, Error, chrono::TimeDelta, types::*};
use tests::simulated_cloud::{SimulatedCloud, fitting, refusal};

use crate::clock::pass;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

fn new_service() -> CreatePostgresService {
    let office = PostgresIpAccessEntry::new("203.0.113.0/24", "5432");
    CreatePostgresService::new("Orders", PostgresProvider::Aws, Region::UsEast1, PostgresSize::R8gdLarge, [office])
}

/// A cloud with a Postgres service that has just been created.
struct Postgres {
    cloud: SimulatedCloud,
    id: PostgresServiceId,
}

impl Postgres {
    async fn start() -> Self {
        let cloud = SimulatedCloud::start().await;
        let created = cloud.client.create_postgres_service(cloud.organization, &new_service()).await.unwrap();
        Self { id: fitting(created).id().unwrap(), cloud }
    }

    fn client(&self) -> (&Client, OrganizationId, PostgresServiceId) {
        (&self.cloud.client, self.cloud.organization, self.id)
    }

    /// A client that retries at once.
    fn retrying(&self) -> Client {
        let (id, secret) = self.cloud.simulator.key();
        let backoff = Backoff::new().first(Duration::ZERO).max_attempts(3);
        let client = Client::builder().base_url(self.cloud.simulator.base_url()).key(id, secret);
        client.no_rate_limit().retry(backoff).build().unwrap()
    }

    fn count(&self, operation: &str) -> usize {
        self.cloud.simulator.log().count(operation)
    }
}

#[tokio::test]
async fn a_service_is_waited_for_from_its_creation_to_its_end() {
    let postgres = Postgres::start().await;
    let (client, org, id) = postgres.client();
    let simulator = &postgres.cloud.simulator;
    let running = pass(simulator, client.wait_until_postgres_running(org, id).into_future()).await.unwrap();
    assert_eq!(running.state(), Ok(&PostgresState::Running));

    fitting(client.delete_postgres_service(org, id).await.unwrap());
    let error = pass(simulator, client.wait_until_postgres_running(org, id).into_future()).await.unwrap_err();
    assert!(matches!(error, Error::Wait(_) | Error::Api(_)), "{error}");
    pass(simulator, client.wait_until_postgres_deleted(org, id).into_future()).await.unwrap();
}

#[tokio::test]
async fn a_new_size_is_polled_for_because_the_service_is_running_all_the_time() {
    let postgres = Postgres::start().await;
    let (client, org, id) = postgres.client();
    postgres.cloud.advance(HOUR);
    let update = UpdatePostgresService::new([]).size(PostgresSize::R8gdXlarge);
    fitting(client.update_postgres_service(org, id, &update).await.unwrap());
    let running =
        pass(&postgres.cloud.simulator, client.wait_until_postgres_running(org, id).into_future()).await.unwrap();
    assert_eq!(running.size(), Ok(&PostgresSize::R8gdLarge), "not yet");
    let resized = client.get_postgres_service(org, id).until(|it| it.size() == Ok(&PostgresSize::R8gdXlarge));
    pass(&postgres.cloud.simulator, resized.into_future()).await.unwrap();
}

#[tokio::test]
async fn a_patient_call_creates_a_read_replica_once_there_is_a_backup() {
    let postgres = Postgres::start().await;
    let (client, org, id) = postgres.client();
    let body = CreatePostgresReadReplica::new("Reports");
    let (status, message) = refusal(client.create_postgres_read_replica(org, id, &body).await);
    assert!(status == 400 && message.contains("There are no backups, yet"), "{message}");
    let patient = client.create_postgres_read_replica(org, id, &body).timeout(HOUR).patient();
    let replica = pass(&postgres.cloud.simulator, patient.into_future()).await.unwrap();
    assert_eq!(replica.is_primary, Some(false));
    assert!(replica.attempts() > 1);
}

#[tokio::test]
async fn what_a_lost_creation_leaves_is_found_and_gets_another_password() {
    let cloud = SimulatedCloud::start().await;
    let (client, org) = (&cloud.client, cloud.organization);
    cloud.fault("createPostgresService=reset-after,times=1");
    let body = new_service();
    let outcome = client.create_postgres_service(org, &body).or_find().await.unwrap();
    let Created::Found(found) = outcome else { panic!("the response was lost") };
    let id = found.id().unwrap();
    let password = client.update_postgres_password(org, id, &UpdatePostgresPassword::new()).await.unwrap();
    assert!(fitting(password).password.is_some());
    assert_eq!(client.list_postgres_services(org).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_command_and_a_new_password_are_never_sent_again() {
    let postgres = Postgres::start().await;
    let (client, (_, org, id)) = (postgres.retrying(), postgres.client());
    postgres.cloud.advance(HOUR);
    for operation in ["updatePostgresState", "updatePostgresPassword", "replacePostgresConfig"] {
        postgres.cloud.fault(&format!("{operation}=reset-after,times=1"));
    }
    let restart = UpdatePostgresState::new(PostgresCommand::Restart);
    let error = client.update_postgres_state(org, id, &restart).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");
    let commands = postgres.cloud.simulator.log().entries();
    let commands: Vec<_> = commands.iter().filter_map(|entry| entry.command.as_deref()).collect();
    assert_eq!(commands, ["restart"]);

    let error = client.update_postgres_password(org, id, &UpdatePostgresPassword::new()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");
    assert_eq!(postgres.count("updatePostgresPassword"), 1);

    let config = PostgresConfig::new(PostgresParameters::new(), BTreeMap::<String, String>::new());
    client.replace_postgres_config(org, id, &config).await.unwrap();
    assert_eq!(postgres.count("replacePostgresConfig"), 2, "this replaces the whole");
}

#[tokio::test]
async fn parameters_are_numbers_or_text_and_come_back_as_text() {
    let postgres = Postgres::start().await;
    let (client, org, id) = postgres.client();
    let parameters = PostgresParameters::new().max_connections(200).work_mem("64MB").random_page_cost(1.1);
    let config = PostgresConfig::new(parameters, BTreeMap::<String, String>::new());
    let changed = fitting(client.replace_postgres_config(org, id, &config).await.unwrap());
    assert!(changed.message.unwrap().contains("restart"));
    let shown = fitting(client.get_postgres_config(org, id).await.unwrap());
    let shown = shown.pg_config().unwrap();
    assert_eq!(shown.max_connections, Some("200".into()));
    assert_eq!(shown.work_mem, Some("64MB".into()));
    assert_eq!(shown.random_page_cost, Some("1.1".into()));
}

#[test]
fn parameters_and_passwords_are_validated() {
    let config = |connections: i64| {
        PostgresConfig::new(PostgresParameters::new().max_connections(connections), BTreeMap::<String, String>::new())
            .validate()
    };
    assert!(config(1).is_ok() && config(0).is_err());
    let password = |text: &str| UpdatePostgresPassword::new().password(text).validate();
    assert!(password("Correct1HorseBattery").is_ok() && password("correct1horsebattery").is_err());
}

#[tokio::test]
async fn a_password_is_shown_to_nobody_who_does_not_ask() {
    let cloud = SimulatedCloud::start().await;
    let created = fitting(cloud.client.create_postgres_service(cloud.organization, &new_service()).await.unwrap());
    let password = created.password().unwrap().expose_secret();
    assert!(created.connection_string().unwrap().expose_secret().contains(password));
    assert!(!format!("{created:?}").contains(password));
    assert!(!serde_json::to_string(&created).unwrap().contains(password));
}

#[tokio::test]
async fn slow_queries_and_logs_end_with_an_empty_page_and_take_times_of_any_precision() {
    let postgres = Postgres::start().await;
    let (client, org, id) = postgres.client();
    postgres.cloud.advance(30 * MINUTE);
    let now = postgres.cloud.simulator.now();
    let from = now - TimeDelta::hours(1);
    let patterns = client.list_postgres_slow_query_patterns(org, id, from, now);
    assert_eq!(patterns.limit(2).all().await.unwrap().len(), 3);
    assert_eq!(postgres.count("listPostgresSlowQueryPatterns"), 3);
    let all = client.list_postgres_logs(org, id, from, now).limit(2000).all().await.unwrap();
    let in_pages = client.list_postgres_logs(org, id, from, now).limit(3).all().await.unwrap();
    assert_eq!(in_pages[..], all[..]);
    let metrics = client.get_postgres_metrics(org, id, from, now).await.unwrap();
    assert!(!metrics.metrics().unwrap().is_empty());
}

#[tokio::test]
async fn only_running_services_have_metrics_of_prometheus() {
    let postgres = Postgres::start().await;
    let (client, org, id) = postgres.client();
    assert_eq!(fitting(client.get_organization_postgres_prometheus(org).await.unwrap()), "");
    postgres.cloud.advance(HOUR);
    let of_one = fitting(client.get_postgres_prometheus(org, id).await.unwrap());
    assert!(of_one.contains(&format!("{{postgres_service=\"{id}\",postgres_service_name=\"Orders\"}}")), "{of_one}");
    assert_eq!(fitting(client.get_organization_postgres_prometheus(org).await.unwrap()), of_one);
}
