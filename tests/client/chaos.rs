//! Many tasks work on a cloud in which one call in five fails in one way or another. Afterwards the simulator's log says
//! what really happened, and has to agree with what the client reported.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use clickhouse_cloud::{
    Backoff, Call, Client, Created, Error, Find, OutcomeUnknownCause, Response, reqwest::StatusCode, types::*,
};
use clickhouse_cloud_simulator::{LogEntry, Simulator};
use serde::Serialize;
use tests::simulated_cloud::new_service;
use tokio::task::JoinSet;

const TASKS: usize = 20;
const CALLS: usize = 2_000;

const FAULTS: [&str; 11] = [
    "internal-error",
    "bad-gateway",
    "too-many-requests,seconds=0.005",
    "reset-before",
    "reset-after",
    "cut-body",
    "slow-body,seconds=1",
    "invalid-json",
    "missing-field",
    "wrong-type",
    "unknown-enum-value",
];
const UNTIRING: Backoff =
    Backoff::new().first(Duration::from_millis(2)).longest(Duration::from_millis(20)).max_attempts(u32::MAX);

/// What is created can be found at once.
const SEARCH_INTERVAL: Duration = Duration::from_millis(2);
const SEARCH_TIME: Duration = Duration::from_millis(200);

/// With eleven faults, one call in five fails.
const PROBABILITY: f64 = 0.02;

/// The operations other than creations that are never repeated.
const ONCE: [&str; 4] =
    ["updateServicePassword", "updateClickPipeState", "updatePostgresPassword", "updatePostgresState"];

/// The operations that create Postgres services, and the ends of the names that these get.
const POSTGRES: [(&str, &str); 3] = [
    ("createPostgresService", " new"),
    ("restorePostgresService", " restored"),
    ("createPostgresReadReplica", " replica"),
];

/// Runs with a few seeds, or with as many as `CHAOS_SEEDS` in the environment says.
#[test]
fn nothing_is_carried_out_twice_and_every_outcome_is_reported_correctly() {
    let seeds = env::var("CHAOS_SEEDS").map_or(5, |number| number.parse().expect("`CHAOS_SEEDS` is a number"));
    for seed in 0..seeds {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let passed = catch_unwind(AssertUnwindSafe(|| runtime.block_on(chaos(seed))));
        assert!(passed.is_ok(), "with the seed {seed}");
    }
}

async fn chaos(seed: u64) {
    let simulator = Simulator::builder().seed(seed).speed(2_000.0).no_rate_limit().start().await.unwrap();
    let org = simulator.organization().into();
    let (key, secret) = simulator.key();
    let client = Client::builder()
        .base_url(simulator.base_url())
        .key(key, secret)
        .no_rate_limit()
        .retry(UNTIRING)
        .attempt_timeout(Duration::from_millis(500))
        .build()
        .unwrap();
    // They belong to no task, and stay.
    let with_pipes = client.create_service(org, &new_service()).await.unwrap().service().unwrap().id().unwrap();
    let primary = client.create_postgres_service(org, &new_postgres_service("primary")).await.unwrap().id().unwrap();
    simulator.advance(Duration::from_secs(3_600));
    simulator.log().clear();
    for fault in FAULTS {
        simulator.faults().add(format!("*={fault},probability={PROBABILITY}").parse().unwrap()).unwrap();
    }

    let mut tasks = JoinSet::new();
    for number in 0..TASKS {
        tasks.spawn(Task::new(number, client.clone(), (org, with_pipes, primary), seed).run());
    }
    let histories = tasks.join_all().await;

    simulator.faults().clear();
    simulator.advance(Duration::from_secs(600));
    let left = client.list_services(org).await.unwrap();
    let left = left.iter().map(|service| (service.id().unwrap(), service.name().unwrap().to_owned()));
    let left = left.filter(|(id, _)| *id != with_pipes).collect();
    let pipes = client.list_click_pipes(org, with_pipes).await.unwrap();
    let roles = client.list_roles(org).await.unwrap();
    let roles = roles.iter().filter(|role| role.type_() == Ok(&RoleType::Custom)).map(|role| role.name().unwrap());
    let invitations = client.list_invitations(org).await.unwrap();
    let keys = client.list_api_keys(org).all().await.unwrap();
    let postgres = client.list_postgres_services(org).await.unwrap();
    let postgres = POSTGRES.map(|(operation, end)| {
        let names = postgres.iter().map(|service| service.name().unwrap());
        (operation, names.filter(|name| name.ends_with(end)).map(str::to_owned).collect())
    });
    let mut others = BTreeMap::from(postgres);
    others.extend([
        ("createClickPipe", pipes.iter().map(|pipe| pipe.name().unwrap().to_owned()).collect()),
        ("createRole", roles.map(str::to_owned).collect()),
        ("createInvitation", invitations.iter().map(|it| it.email().unwrap().to_owned()).collect()),
        (
            "createApiKey",
            keys.iter().map(|key| key.name().unwrap().to_owned()).filter(|name| name.starts_with("task")).collect(),
        ),
    ]);
    let audit = Audit {
        others,
        history: histories.into_iter().fold(History::default(), History::add),
        log: simulator.log().entries(),
        left,
    };
    assert_eq!(audit.log.len() as u64, simulator.log().total(), "the log is whole");
    assert!(audit.log.iter().filter(|entry| entry.fault.is_some()).count() > CALLS / 7, "there was hardly any chaos");
    audit.check();
}

fn new_postgres_service(name: &str) -> CreatePostgresService {
    CreatePostgresService::new(name, PostgresProvider::Aws, Region::UsEast1, PostgresSize::R8gdLarge, [])
}

/// The outcome of a call, as the client reported it.
#[derive(Clone, Debug, PartialEq)]
enum Reported {
    Done { request_id: Option<String> },
    Refused,
    Unknown,
}

#[derive(Debug)]
struct CallMade {
    operation: &'static str,
    /// The end of the path, and the command.
    path: String,
    reported: Reported,
}

/// The calls of a task, and what they created and deleted.
#[derive(Default)]
struct History {
    calls: Vec<CallMade>,
    /// The names of all services that were requested, and their ids as far as the client reported them.
    requested: BTreeMap<String, Option<ServiceId>>,
    deleted: BTreeSet<ServiceId>,
    /// The names of other things that were requested with each operation, and whether they are there for certain.
    others: BTreeMap<&'static str, BTreeMap<String, bool>>,
}

impl History {
    fn add(mut self, other: Self) -> Self {
        self.calls.extend(other.calls);
        self.requested.extend(other.requested);
        self.deleted.extend(other.deleted);
        for (operation, requested) in other.others {
            self.others.entry(operation).or_default().extend(requested);
        }
        self
    }
}

/// Does what operators do, to services of its own.
struct Task {
    number: usize,
    client: Client,
    org: OrganizationId,
    random: fastrand::Rng,
    services: Vec<ServiceId>,
    /// The service that all pipes are of.
    with_pipes: ServiceId,
    pipes: Vec<ClickPipeId>,
    /// The Postgres service that others are made from.
    primary: PostgresServiceId,
    history: History,
}

impl Task {
    fn new(
        number: usize,
        client: Client,
        (org, with_pipes, primary): (OrganizationId, ServiceId, PostgresServiceId),
        seed: u64,
    ) -> Self {
        let random = fastrand::Rng::with_seed(seed * 1_000 + number as u64);
        let (services, pipes, history) = (Vec::new(), Vec::new(), History::default());
        Self { number, client, org, random, services, with_pipes, pipes, primary, history }
    }

    async fn run(mut self) -> History {
        while self.history.calls.len() < CALLS / TASKS {
            let service = self.random.choice(&self.services).copied();
            match (service, self.random.u32(0..100)) {
                (None, _) | (_, 0..10) => self.create().await,
                (Some(service), 10..15) => self.delete(service).await,
                (Some(service), 15..35) => self.change_password(service).await,
                (Some(service), 35..50) => self.update(service).await,
                (Some(service), 50..64) => drop(self.get(service).await),
                (Some(_), 64..67) => self.create_postgres_service().await,
                (Some(_), 67..76) => self.command_postgres_service().await,
                (Some(_), 76..80) => self.create_pipe().await,
                (Some(_), 80..88) => self.resync().await,
                (Some(_), 88..91) => self.create_role().await,
                (Some(_), 91..94) => self.invite().await,
                (Some(_), 94..97) => self.create_api_key().await,
                (Some(_), _) => self.list().await,
            }
        }
        self.history
    }

    async fn create(&mut self) {
        let name = self.new_name();
        let mut service = new_service();
        service.name.clone_from(&name);
        let call = self.client.create_service(self.org, &service);
        if self.random.bool() {
            let outcome = call.or_find().every(SEARCH_INTERVAL).within(SEARCH_TIME).await;
            let id = match &outcome {
                Ok(Created::New(created)) => created.service().ok().and_then(|service| service.id),
                Ok(Created::Found(service)) => service.id,
                Err(_) => None,
            };
            self.history.requested.insert(name, id);
            self.services.extend(id);
            self.record_found("createService", &outcome);
            return;
        }
        let outcome = call.await;
        let id = outcome.as_ref().ok().and_then(|created| created.service().ok()?.id);
        self.history.requested.insert(name, id);
        self.services.extend(id);
        self.record("createService", String::new(), &outcome);
    }

    async fn create_role(&mut self) {
        let name = self.new_name();
        let policy = Policy::new(PolicyEffect::Allow, ["control-plane:service:view"], ["instance/*"]);
        let call = self.client.create_role(self.org, &CreateRole::new(&name, [""; 0], [policy]));
        self.create_other("createRole", name, call.clone(), call.or_find()).await;
    }

    async fn invite(&mut self) {
        let email = format!("{}@example.com", self.new_name().replace(' ', "-"));
        let call = self.client.create_invitation(self.org, &CreateInvitation::new(&email));
        self.create_other("createInvitation", email, call.clone(), call.or_find()).await;
    }

    async fn create_api_key(&mut self) {
        let name = self.new_name();
        let outcome = self.client.create_api_key(self.org, &CreateApiKey::new(&name)).await;
        self.record_other("createApiKey", name, &outcome);
    }

    async fn create_pipe(&mut self) {
        let name = self.new_name();
        let settings = PostgresSettings::new(ReplicationMode::Cdc);
        let source = PostgresSource::new("db.example.com", 5432, "shop", settings, []);
        let pipe = CreateClickPipe::new(&name, source, DatabaseDestination::new("shop"));
        let call = self.client.create_click_pipe(self.org, self.with_pipes, &pipe);
        let created = self.create_other("createClickPipe", name, call.clone(), call.or_find()).await;
        self.pipes.extend(created.and_then(|created| created.into_inner().id));
    }

    /// Creates a Postgres service, from nothing or from the one that is there.
    async fn create_postgres_service(&mut self) {
        let (org, primary, random) = (self.org, self.primary, self.random.usize(0..POSTGRES.len()));
        let (operation, end) = POSTGRES[random];
        let name = self.new_name() + end;
        match operation {
            "createPostgresService" => {
                let call = self.client.create_postgres_service(org, &new_postgres_service(&name));
                self.create_other(operation, name, call.clone(), call.or_find()).await;
            }
            "restorePostgresService" => {
                let service = self.client.get_postgres_service(org, primary).await;
                let Ok(Some(earliest)) = service.map(|service| service.earliest_restore_time) else { return };
                let body = RestorePostgresService::new(&name, earliest);
                let call = self.client.restore_postgres_service(org, primary, &body);
                self.create_other(operation, name, call.clone(), call.or_find()).await;
            }
            _ => {
                let body = CreatePostgresReadReplica::new(&name);
                let call = self.client.create_postgres_read_replica(org, primary, &body);
                self.create_other(operation, name, call.clone(), call.or_find()).await;
            }
        }
    }

    /// Creates something, and half of the time looks for it if the outcome is unknown.
    async fn create_other<T, I, L>(
        &mut self,
        operation: &'static str,
        name: String,
        call: Call<T, L>,
        find: Find<T, I>,
    ) -> Option<Created<T, I>>
    where
        T: fmt::Debug + Send + 'static,
        I: Serialize + Send + Sync + 'static,
        L: Send + Sync + 'static,
    {
        if self.random.bool() {
            let outcome = find.every(SEARCH_INTERVAL).within(SEARCH_TIME).await;
            let is_there = self.record_found(operation, &outcome);
            self.history.others.entry(operation).or_default().insert(name, is_there);
            return outcome.ok();
        }
        let outcome = call.await;
        self.record_other(operation, name, &outcome);
        outcome.ok().map(Created::New)
    }

    fn record_other<T: fmt::Debug>(
        &mut self,
        operation: &'static str,
        name: String,
        outcome: &Result<Response<T>, Error>,
    ) {
        self.record(operation, String::new(), outcome);
        let is_there = matches!(outcome, Ok(_) | Err(Error::Decode(_)));
        self.history.others.entry(operation).or_default().insert(name, is_there);
    }

    /// Restarts a Postgres service, hands its work over to a standby, or sets a new password.
    async fn command_postgres_service(&mut self) {
        let (org, primary) = (self.org, self.primary);
        let command = match self.random.u8(0..3) {
            0 => PostgresCommand::Restart,
            1 => PostgresCommand::Switchover,
            _ => {
                let outcome = self.client.update_postgres_password(org, primary, &UpdatePostgresPassword::new()).await;
                return self.record("updatePostgresPassword", format!("/{primary}/password"), &outcome);
            }
        };
        let path = format!("/{primary}/state {command}");
        let outcome = self.client.update_postgres_state(org, primary, &UpdatePostgresState::new(command)).await;
        self.record("updatePostgresState", path, &outcome);
    }

    /// Loads all tables of a pipe anew.
    async fn resync(&mut self) {
        let Some(pipe) = self.random.choice(&self.pipes).copied() else { return self.create_pipe().await };
        let resync = UpdateClickPipeState::new(ClickPipeCommand::Resync);
        let outcome = self.client.update_click_pipe_state(self.org, self.with_pipes, pipe, &resync).await;
        self.record("updateClickPipeState", format!("/{pipe}/state resync"), &outcome);
    }

    fn new_name(&self) -> String {
        format!("task {} call {}", self.number, self.history.calls.len())
    }

    /// Records a creation that looks for what it created. Returns whether that is there.
    fn record_found<T, I>(&mut self, operation: &'static str, outcome: &Result<Created<T, I>, Error>) -> bool {
        let reported = match outcome {
            Ok(Created::New(_) | Created::Found(_)) => Reported::Done { request_id: None },
            Err(Error::OutcomeUnknown(_)) => Reported::Unknown,
            // Of the list before the creation.
            Err(Error::Decode(_)) => Reported::Refused,
            // There are as many as there may be.
            Err(Error::Api(error)) if error.status() == StatusCode::CONFLICT => Reported::Refused,
            Err(error) => panic!("another attempt would have done: {error:?}"),
        };
        let is_there = matches!(reported, Reported::Done { .. });
        self.history.calls.push(CallMade { operation, path: String::new(), reported });
        is_there
    }

    async fn change_password(&mut self, service: ServiceId) {
        let outcome = self.client.update_service_password(self.org, service, &UpdateServicePassword::new()).await;
        self.record("updateServicePassword", format!("/{service}/password"), &outcome);
    }

    async fn update(&mut self, service: ServiceId) {
        let source = format!("203.0.113.{}", self.random.u8(..));
        let add = IpAccessListUpdate::new().add([IpAccessEntry::new(source)]);
        let outcome = self.client.update_service(self.org, service, &UpdateService::new().ip_access_list(add)).await;
        self.record("updateService", format!("/{service}"), &outcome);
    }

    async fn get(&mut self, service: ServiceId) -> Option<ServiceState> {
        let outcome = self.client.get_service(self.org, service).await;
        let state = outcome.as_ref().ok().and_then(|service| service.state.clone());
        self.record("getService", format!("/{service}"), &outcome);
        state
    }

    async fn list(&mut self) {
        let outcome = self.client.list_services(self.org).await;
        self.record("listServices", String::new(), &outcome);
    }

    /// Stops a service, waits for that and deletes it.
    async fn delete(&mut self, service: ServiceId) {
        self.services.retain(|other| *other != service);
        while self.get(service).await != Some(ServiceState::Stopped) {
            let stop = UpdateServiceState::new(StateCommand::Stop);
            let outcome = self.client.update_service_state(self.org, service, &stop).await;
            self.record("updateServiceState", format!("/{service}/state stop"), &outcome);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        loop {
            let outcome = self.client.delete_service(self.org, service).await;
            // After a deletion whose response was lost, others are refused until the service is gone.
            let done = outcome.as_ref().map_or_else(|error| error.status() == Some(StatusCode::NOT_FOUND), |_| true);
            self.record("deleteService", format!("/{service}"), &outcome);
            if done {
                self.history.deleted.insert(service);
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn record<T: fmt::Debug>(&mut self, operation: &'static str, path: String, outcome: &Result<Response<T>, Error>) {
        let idempotent =
            !operation.starts_with("create") && operation != "restorePostgresService" && !ONCE.contains(&operation);
        let reported = match outcome {
            Ok(response) => Reported::Done { request_id: response.request_id().map(ToOwned::to_owned) },
            // It says that the call was carried out.
            Err(Error::Decode(error)) => Reported::Done { request_id: error.request_id().map(ToOwned::to_owned) },
            // An idempotent call is retried until it succeeds or is refused; another is not, not even once.
            Err(Error::OutcomeUnknown(unknown))
                if unknown.is_retry_harmless() == idempotent
                    && matches!(unknown.cause(), OutcomeUnknownCause::Refused(_)) == idempotent =>
            {
                Reported::Unknown
            }
            Err(Error::Api(error)) if matches!(error.status().as_u16(), 400 | 409) => Reported::Refused,
            Err(Error::Api(error)) if operation == "deleteService" && error.status() == StatusCode::NOT_FOUND => {
                Reported::Refused
            }
            Err(error) => panic!("another attempt would have done: {error:?}"),
        };
        self.history.calls.push(CallMade { operation, path, reported });
    }
}

/// What the client reported, what the simulator did, and which services are left.
struct Audit {
    history: History,
    log: Vec<LogEntry>,
    left: Vec<(ServiceId, String)>,
    /// The names of what else is there, by the operation that creates it.
    others: BTreeMap<&'static str, Vec<String>>,
}

impl Audit {
    fn check(&self) {
        self.calls_reported_as_done_were_carried_out();
        for operation in ONCE {
            self.nothing_was_carried_out_more_often_than_requested(operation);
        }
        self.no_service_was_created_twice();
        self.every_service_was_requested_and_is_left_or_deleted();
        self.nothing_else_was_created_twice();
    }

    fn calls_reported_as_done_were_carried_out(&self) {
        let carried_out: BTreeSet<_> = self.carried_out().map(|entry| entry.request_id.to_string()).collect();
        for call in &self.history.calls {
            match &call.reported {
                Reported::Done { request_id: Some(id) } if carried_out.contains(id) => {}
                // The response lacks its id, or it is the 404 to a retried deletion.
                Reported::Done { .. } => assert!(self.times_carried_out(call.operation, &call.path) > 0, "{call:?}"),
                Reported::Refused | Reported::Unknown => {}
            }
        }
    }

    fn nothing_was_carried_out_more_often_than_requested(&self, operation: &str) {
        let mut requested: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for call in self.history.calls.iter().filter(|call| call.operation == operation) {
            let (done, unknown) = requested.entry(&call.path).or_default();
            match call.reported {
                Reported::Done { .. } => *done += 1,
                Reported::Unknown => *unknown += 1,
                Reported::Refused => {}
            }
        }
        assert!(!requested.is_empty());
        for (path, (done, unknown)) in requested {
            let times = self.times_carried_out(operation, path);
            assert!((done..=done + unknown).contains(&times), "{path}: {times} times, {done} done, {unknown} unknown");
        }
    }

    fn no_service_was_created_twice(&self) {
        let names: BTreeSet<_> = self.left.iter().map(|(_, name)| name).collect();
        assert_eq!(names.len(), self.left.len(), "two services of one name: {:?}", self.left);
        for (name, id) in &self.history.requested {
            if id.is_some_and(|id| self.history.deleted.contains(&id)) {
                assert!(!names.contains(name), "{name} was deleted, and is there all the same");
            }
        }
        assert_eq!(self.times_carried_out("createService", ""), self.left.len() + self.history.deleted.len());
    }

    fn every_service_was_requested_and_is_left_or_deleted(&self) {
        let left: BTreeMap<_, _> = self.left.iter().map(|(id, name)| (name, id)).collect();
        for name in left.keys() {
            assert!(self.history.requested.contains_key(*name), "nobody requested {name}");
        }
        for (name, id) in &self.history.requested {
            let Some(id) = id else { continue };
            let is_left = left.get(name) == Some(&id);
            assert_ne!(is_left, self.history.deleted.contains(id), "{name}");
        }
    }

    fn nothing_else_was_created_twice(&self) {
        for (operation, left) in &self.others {
            let names: BTreeSet<_> = left.iter().collect();
            assert_eq!(names.len(), left.len(), "{operation}: two of one name: {left:?}");
            assert_eq!(self.times_carried_out(operation, ""), left.len(), "{operation}");
            let requested = &self.history.others[operation];
            for name in left {
                assert!(requested.contains_key(name), "{operation}: nobody requested {name}");
            }
            for (name, is_there) in requested {
                assert!(!is_there || names.contains(name), "{operation}: {name} is not there");
            }
        }
    }

    fn carried_out(&self) -> impl Iterator<Item = &LogEntry> {
        self.log.iter().filter(|entry| entry.carried_out)
    }

    fn times_carried_out(&self, operation: &str, path: &str) -> usize {
        let (path, command) = path.split_once(' ').map_or((path, None), |(path, command)| (path, Some(command)));
        let is_it = |entry: &&LogEntry| {
            entry.operation.as_deref() == Some(operation)
                && entry.path.ends_with(path)
                && entry.command.as_deref() == command
        };
        self.carried_out().filter(is_it).count()
    }
}
