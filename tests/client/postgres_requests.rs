//! Calls about Postgres services as they are on the wire: what a request says with a list or a password and without,
//! which calls are sent only once, and where secrets are.

use std::{collections::BTreeMap, fmt::Debug, time::Duration};

use clickhouse_cloud::{
    Backoff, Call, Client, Created, Error, FindIn,
    chrono::{DateTime, Utc},
    types::*,
    uuid::{Uuid, uuid},
};
use serde_json::{Value, json};
use tests::{
    fake_api::{FakeApi, refusal, result},
    ids::ORGANIZATION,
    raw_server::{hangs_up, unresponsive},
};
use wiremock::{Request, ResponseTemplate};

use crate::clock;

const POSTGRES: PostgresServiceId = PostgresServiceId(uuid!("c1d2e3f4-a5b6-4c7d-8e9f-0a1b2c3d4e5f"));
const HOUR: Duration = Duration::from_secs(60 * 60);
const QUICK: Backoff = Backoff::new().first(Duration::from_millis(2)).longest(Duration::from_millis(10));
/// A part of every secret in this file.
const MARK: &str = "7462951380";

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

/// Makes a call to an API that accepts it, and returns the body that was sent.
async fn sent<T: Send + 'static, L: Send + Sync + 'static>(call: impl FnOnce(Client) -> Call<T, L>) -> Value {
    let api = FakeApi::responding(result(&json!({}))).await;
    call(api.client()).await.unwrap();
    body(&api.request().await)
}

fn new_service() -> CreatePostgresService {
    CreatePostgresService::new("Orders", PostgresProvider::Aws, Region::UsEast1, PostgresSize::R8gdLarge, [])
}

fn state(command: PostgresCommand) -> UpdatePostgresState {
    UpdatePostgresState::new(command)
}

#[tokio::test]
async fn a_creation_has_an_access_list_in_any_case() {
    let mut service = json!({
        "name": "Orders", "provider": "aws", "region": "us-east-1", "size": "r8gd.large", "ipAccessList": [],
    });
    let create = |body: CreatePostgresService| sent(move |cloud| cloud.create_postgres_service(ORGANIZATION, &body));
    assert_eq!(create(new_service()).await, service, "nobody is let in");

    service["ipAccessList"] = json!([
        { "source": "0.0.0.0/0", "portRange": "5432" },
        { "source": "203.0.113.0/24", "portRange": "5432..6432", "description": "Office" },
    ]);
    let everybody = PostgresIpAccessEntry::new("0.0.0.0/0", "5432");
    let office = PostgresIpAccessEntry::new("203.0.113.0/24", "5432..6432").description("Office");
    let mut body = new_service();
    body.ip_access_list = vec![everybody, office];
    assert_eq!(create(body).await, service);
}

#[tokio::test]
async fn a_change_has_all_tags_in_any_case() {
    let update =
        |body: UpdatePostgresService| sent(move |cloud| cloud.update_postgres_service(ORGANIZATION, POSTGRES, &body));
    assert_eq!(update(UpdatePostgresService::new([])).await, json!({ "tags": [] }));
    let tags = [Tag::new("Environment").value("production"), Tag::new("Team").value("shop")];
    let size = UpdatePostgresService::new(tags).size(PostgresSize::R8gd2xlarge);
    let expected = json!({
        "tags": [{ "key": "Environment", "value": "production" }, { "key": "Team", "value": "shop" }],
        "size": "r8gd.2xlarge",
    });
    assert_eq!(update(size).await, expected);
}

#[tokio::test]
async fn the_tags_of_a_response_can_be_sent_back() {
    let service = json!({ "tags": [{ "key": "Environment", "value": "production" }] });
    let api = FakeApi::responding(result(&service)).await;
    let cloud = api.client();
    let now = cloud.get_postgres_service(ORGANIZATION, POSTGRES).await.unwrap().into_inner();
    let tags: Result<Vec<TagInput>, _> = now.tags.unwrap().into_iter().map(TryInto::try_into).collect();
    let change = UpdatePostgresService::new(tags.unwrap()).ha_type(PostgresHaType::Sync);
    cloud.update_postgres_service(ORGANIZATION, POSTGRES, &change).await.unwrap();
    let expected = json!({ "tags": service["tags"], "haType": "sync" });
    assert_eq!(body(api.requests().await.last().unwrap()), expected);
}

#[tokio::test]
async fn a_change_of_the_access_list_has_what_is_added_and_removed() {
    let id = || PostgresIpAccessEntryId::from("fwr-3c9b51d0");
    let entry = || PostgresIpAccessEntry::new("198.51.100.7", "6432");
    for (change, expected) in [
        (PostgresIpAccessListUpdate::new(), json!({})),
        (PostgresIpAccessListUpdate::new().add([]).remove([]), json!({ "add": [], "remove": [] })),
        (
            PostgresIpAccessListUpdate::new().add([entry(), entry().id(id())]),
            json!({ "add": [
                { "source": "198.51.100.7", "portRange": "6432" },
                { "source": "198.51.100.7", "portRange": "6432", "id": "fwr-3c9b51d0" },
            ] }),
        ),
        (
            PostgresIpAccessListUpdate::new().remove([PostgresIpAccessEntryReference::new(id())]),
            json!({ "remove": [{ "id": "fwr-3c9b51d0" }] }),
        ),
    ] {
        let body = UpdatePostgresService::new([]).ip_access_list(change);
        let sent = sent(|cloud| cloud.update_postgres_service(ORGANIZATION, POSTGRES, &body)).await;
        assert_eq!(sent, json!({ "tags": [], "ipAccessList": expected }));
    }
}

#[tokio::test]
async fn parameters_are_numbers_and_texts() {
    let parameters = PostgresParameters::new()
        .max_connections(500)
        .work_mem("64MB")
        .autovacuum_vacuum_insert_threshold(-1)
        .random_page_cost(1.1)
        .wal_compression(WalCompression::Zstd)
        .log_lock_waits(Switch::On);
    let expected = json!({
        "max_connections": 500, "work_mem": "64MB", "autovacuum_vacuum_insert_threshold": -1, "random_page_cost": 1.1,
        "wal_compression": "zstd", "log_lock_waits": "on",
    });
    let config = PostgresConfigInput::new(parameters.clone(), [("default_pool_size", "40")]);
    let expected_config = json!({ "pgConfig": expected, "pgBouncerConfig": { "default_pool_size": "40" } });
    let replaced = sent(|cloud| cloud.replace_postgres_config(ORGANIZATION, POSTGRES, &config)).await;
    let updated = sent(|cloud| cloud.update_postgres_config(ORGANIZATION, POSTGRES, &config)).await;
    assert_eq!((replaced, updated), (expected_config.clone(), expected_config));

    let service = new_service().pg_config(parameters.clone());
    let created = sent(|cloud| cloud.create_postgres_service(ORGANIZATION, &service)).await;
    let replica = CreatePostgresReadReplica::new("Reports").pg_config(parameters);
    let replica = sent(|cloud| cloud.create_postgres_read_replica(ORGANIZATION, POSTGRES, &replica)).await;
    assert_eq!((&created["pgConfig"], &replica["pgConfig"]), (&expected, &expected));
    assert_eq!(replica, json!({ "name": "Reports", "pgConfig": expected }), "nothing else is sent");
}

#[tokio::test]
async fn no_parameters_are_two_empty_objects() {
    let none = PostgresConfigInput::new(PostgresParameters::new(), BTreeMap::<String, String>::new());
    let sent = sent(|cloud| cloud.replace_postgres_config(ORGANIZATION, POSTGRES, &none)).await;
    assert_eq!(sent, json!({ "pgConfig": {}, "pgBouncerConfig": {} }));
}

#[tokio::test]
async fn parameters_of_a_response_can_be_changed_and_sent_back() {
    let config = json!({
        "pgConfig": { "max_connections": "500", "work_mem": 65536, "random_page_cost": "1.1" },
        "pgBouncerConfig": { "default_pool_size": "40" },
    });
    let api = FakeApi::responding(result(&config)).await;
    let response = api.client().get_postgres_config(ORGANIZATION, POSTGRES).await.unwrap();
    assert_eq!(response.mismatches(), []);
    let now = response.pg_config().unwrap();
    assert_eq!(now.max_connections, Some(IntegerParameter::String("500".to_owned())));
    assert_eq!(now.work_mem, Some(IntegerParameter::Integer(65536)));

    let mut next = PostgresConfigInput::try_from(response.into_inner()).unwrap();
    next.pg_config.max_connections = Some(600.into());
    let sent = sent(|cloud| cloud.replace_postgres_config(ORGANIZATION, POSTGRES, &next)).await;
    let mut expected = config;
    expected["pgConfig"]["max_connections"] = json!(600);
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_restore_names_its_time_and_a_password_is_sent_only_if_it_is_given() {
    let time: DateTime<Utc> = "2024-06-03T18:30:00Z".parse().unwrap();
    let restore = RestorePostgresService::new("Orders of Monday", time);
    let restored = sent(|cloud| cloud.restore_postgres_service(ORGANIZATION, POSTGRES, &restore)).await;
    assert_eq!(restored, json!({ "name": "Orders of Monday", "restoreTarget": "2024-06-03T18:30:00Z" }));

    for (password, expected) in [
        (UpdatePostgresPassword::new(), json!({})),
        (UpdatePostgresPassword::new().password("Correct1HorseBattery"), json!({ "password": "Correct1HorseBattery" })),
    ] {
        let sent = sent(|cloud| cloud.update_postgres_password(ORGANIZATION, POSTGRES, &password)).await;
        assert_eq!(sent, expected);
    }
}

#[tokio::test]
async fn times_are_sent_with_milliseconds() {
    let [from, to] = ["2024-06-05T09:00:00Z", "2024-06-05T09:41:30.123456789Z"].map(|time| time.parse().unwrap());
    let api = FakeApi::responding(result(&json!([]))).await;
    api.client().list_postgres_logs(ORGANIZATION, POSTGRES, from, to).await.unwrap();
    let query = api.request().await.url.query().unwrap().to_owned();
    assert_eq!(query, "from_date=2024-06-05T09%3A00%3A00.000Z&to_date=2024-06-05T09%3A41%3A30.123Z");
}

/// Makes a call with retries to APIs that may have carried it out, and checks that it was sent once.
async fn is_sent_once<T, L>(call: impl Fn(&Client) -> Call<T, L>)
where
    T: Debug + Send + 'static,
    L: Send + Sync + 'static,
{
    for status in [408, 500, 503] {
        let api = FakeApi::responding(ResponseTemplate::new(status)).await;
        assert_unknown(call(&api.client()).retry(QUICK).await, &status.to_string());
        assert_eq!(api.requests().await.len(), 1, "{status}");
    }
    for (reason, url) in [("hangs up", hangs_up().await), ("is unresponsive", unresponsive().await)] {
        let cloud = Client::builder().base_url(url).key("key-id", "key-secret").retry(QUICK).build().unwrap();
        assert_unknown(call(&cloud).attempt_timeout(Duration::from_millis(100)).await, reason);
    }
    // A refusal was not carried out.
    let refused = refusal(429, "TOO_MANY_REQUESTS: slow down");
    let api = FakeApi::responding_in_turn([refused, ResponseTemplate::new(500)]).await;
    let Error::OutcomeUnknown(unknown) = call(&api.client()).retry(QUICK).await.unwrap_err() else { panic!() };
    assert_eq!(unknown.attempts(), 2);
}

fn assert_unknown<T: Debug>(outcome: Result<T, Error>, reason: &str) {
    let error = outcome.expect_err(reason);
    let Error::OutcomeUnknown(unknown) = &error else { panic!("{reason}: {error:?}") };
    assert_eq!((unknown.attempts(), unknown.is_retry_harmless()), (1, false), "{reason}");
    assert!(unknown.check().is_some(), "{reason}");
}

#[tokio::test]
async fn a_command_is_sent_once() {
    for command in [PostgresCommand::Restart, PostgresCommand::Promote, PostgresCommand::Switchover] {
        is_sent_once(|cloud| cloud.update_postgres_state(ORGANIZATION, POSTGRES, &state(command.clone()))).await;
    }
}

#[tokio::test]
async fn a_change_is_sent_once_because_it_may_add_to_the_access_list() {
    let list = PostgresIpAccessListUpdate::new().add([PostgresIpAccessEntry::new("198.51.100.7", "6432")]);
    let change = UpdatePostgresService::new([]).ip_access_list(list);
    is_sent_once(|cloud| cloud.update_postgres_service(ORGANIZATION, POSTGRES, &change)).await;
}

#[tokio::test]
async fn a_new_password_is_requested_once() {
    let generated = UpdatePostgresPassword::new();
    is_sent_once(|cloud| cloud.update_postgres_password(ORGANIZATION, POSTGRES, &generated)).await;
    let given = UpdatePostgresPassword::new().password("Correct1HorseBattery");
    is_sent_once(|cloud| cloud.update_postgres_password(ORGANIZATION, POSTGRES, &given)).await;
}

#[tokio::test]
async fn what_costs_money_is_created_once() {
    is_sent_once(|cloud| cloud.create_postgres_service(ORGANIZATION, &new_service())).await;
    let restore = RestorePostgresService::new("Orders", DateTime::UNIX_EPOCH);
    is_sent_once(|cloud| cloud.restore_postgres_service(ORGANIZATION, POSTGRES, &restore)).await;
    let replica = CreatePostgresReadReplica::new("Reports");
    is_sent_once(|cloud| cloud.create_postgres_read_replica(ORGANIZATION, POSTGRES, &replica)).await;
}

#[tokio::test]
async fn what_may_be_carried_out_twice_is_sent_again() {
    async fn is_repeated<T: Debug + Send + 'static>(call: impl Fn(&Client) -> Call<T>) {
        let api = FakeApi::responding_in_turn([ResponseTemplate::new(500), result(&json!({}))]).await;
        assert_eq!(call(&api.client()).retry(QUICK).await.unwrap().attempts(), 2);
    }
    let config = PostgresConfigInput::new(PostgresParameters::new(), BTreeMap::<String, String>::new());
    is_repeated(|cloud| cloud.replace_postgres_config(ORGANIZATION, POSTGRES, &config)).await;
    is_repeated(|cloud| cloud.update_postgres_config(ORGANIZATION, POSTGRES, &config)).await;
    is_repeated(|cloud| cloud.delete_postgres_service(ORGANIZATION, POSTGRES)).await;
}

/// A list of Postgres services with these names, whose IDs are their places in it.
fn services(names: &[&str]) -> ResponseTemplate {
    let service = |(place, name)| json!({ "id": Uuid::from_u128(place), "name": name });
    result(&(0..).zip(names).map(service).collect())
}

/// Makes a call whose response is lost, and returns what it finds. A service of the same name was there before.
async fn found<T: Send + 'static>(
    call: impl FnOnce(Client) -> Call<T, FindIn<PostgresServiceSummary>>,
) -> PostgresServiceId {
    let responses = [services(&["Orders"]), ResponseTemplate::new(500), services(&["Orders", "Reports", "Orders"])];
    let api = FakeApi::responding_in_turn(responses).await;
    let created = call(api.client()).or_find().await;
    assert_eq!(api.requests().await.len(), 3, "it is not created again");
    let Ok(Created::Found(service)) = created else { panic!("it is not found") };
    service.id().unwrap()
}

#[tokio::test]
async fn what_was_created_with_an_unknown_outcome_is_found_by_its_name() {
    let third = PostgresServiceId(Uuid::from_u128(2));
    assert_eq!(found(|cloud| cloud.create_postgres_service(ORGANIZATION, &new_service())).await, third);
    let restore = RestorePostgresService::new("Orders", DateTime::UNIX_EPOCH);
    assert_eq!(found(|cloud| cloud.restore_postgres_service(ORGANIZATION, POSTGRES, &restore)).await, third);
    let replica = CreatePostgresReadReplica::new("Orders");
    assert_eq!(found(|cloud| cloud.create_postgres_read_replica(ORGANIZATION, POSTGRES, &replica)).await, third);
}

#[tokio::test]
async fn a_patient_call_waits_until_the_primary_has_a_backup() {
    let none = "BAD_REQUEST: Parent server is not ready for read replicas. There are no backups, yet.";
    let responses = [refusal(400, none), refusal(400, none), result(&json!({ "name": "Reports" }))];
    let api = FakeApi::responding_in_turn(responses).await;
    let body = CreatePostgresReadReplica::new("Reports");
    let call = api.client().create_postgres_read_replica(ORGANIZATION, POSTGRES, &body);
    let call = call.timeout(HOUR).attempt_timeout(HOUR).patient();
    let created = clock::end_of(tokio::spawn(call.into_future())).await.unwrap();
    assert_eq!((created.attempts(), created.name()), (3, Ok("Reports")));

    let api = FakeApi::responding(refusal(400, "BAD_REQUEST: name is not valid")).await;
    let call = api.client().create_postgres_read_replica(ORGANIZATION, POSTGRES, &body).patient();
    assert!(matches!(call.await, Err(Error::Api(_))));
    assert_eq!(api.requests().await.len(), 1);
}

fn secret(name: &str) -> String {
    format!("{name}-A1{MARK}")
}

/// Looks at everything that a value shows of itself.
fn assert_hidden(value: &impl Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!text.contains(MARK), "{text}");
    }
}

#[tokio::test]
async fn a_password_that_is_sent_is_shown_nowhere() {
    let body = UpdatePostgresPassword::new().password(secret("password"));
    assert_hidden(&body);
    let api = FakeApi::responding(ResponseTemplate::new(500)).await;
    let call = api.client().update_postgres_password(ORGANIZATION, POSTGRES, &body);
    assert_hidden(&call);
    assert_hidden(&call.await.unwrap_err());

    let weak = UpdatePostgresPassword::new().password(MARK);
    let violations = weak.validate().unwrap_err();
    assert_hidden(&violations);
    assert!(!violations.to_string().contains(MARK), "{violations}");
}

#[tokio::test]
async fn a_password_that_is_received_is_shown_only_when_it_is_exposed() {
    let url = format!("postgres://postgres:{}@orders.example.com:5432/postgres", secret("password"));
    let service = json!({ "name": "Orders", "password": secret("password"), "connectionString": url });
    let api = FakeApi::responding(result(&service)).await;
    let created = api.client().create_postgres_service(ORGANIZATION, &new_service()).await.unwrap();
    assert_hidden(&created);
    assert_eq!(serde_json::to_value(&*created).unwrap(), json!({ "name": "Orders" }));
    assert_eq!(created.password().unwrap().expose_secret(), secret("password"));
    assert_eq!(created.connection_string().unwrap().expose_secret(), url);

    let set = api.client().update_postgres_password(ORGANIZATION, POSTGRES, &UpdatePostgresPassword::new());
    let set = set.await.unwrap();
    assert_hidden(&set);
    assert_eq!(set.password.as_ref().unwrap().expose_secret(), secret("password"));
}
