//! Many tasks work on a cloud in which one call in five fails in one way or another. Afterwards the simulator's log says
//! what really happened, and has to agree with what the client said.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use clickhouse_cloud::{
    Backoff, Client, Error, OutcomeUnknownCause, Response, reqwest::StatusCode, types::*, uuid::Uuid,
};
use clickhouse_cloud_simulator::{LogEntry, Simulator};
use tests::simulated_cloud::new_service;
use tokio::task::JoinSet;

const SEEDS: u64 = 50;
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

/// With eleven faults, one call in five fails.
const PROBABILITY: f64 = 0.02;

#[test]
fn nothing_is_done_twice_and_everything_is_told_as_it_was() {
    for seed in 0..SEEDS {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let passed = catch_unwind(AssertUnwindSafe(|| runtime.block_on(chaos(seed))));
        assert!(passed.is_ok(), "with the seed {seed}");
    }
}

async fn chaos(seed: u64) {
    let simulator = Simulator::builder().seed(seed).speed(2_000.0).no_rate_limit().start().await.unwrap();
    let org = simulator.organization();
    let (key, secret) = simulator.key();
    let client = Client::builder()
        .base_url(simulator.base_url())
        .key(key, secret)
        .no_rate_limit()
        .retry(UNTIRING)
        .attempt_timeout(Duration::from_millis(200))
        .build()
        .unwrap();
    for fault in FAULTS {
        simulator.faults().add(format!("*={fault},probability={PROBABILITY}").parse().unwrap()).unwrap();
    }

    let mut tasks = JoinSet::new();
    for number in 0..TASKS {
        tasks.spawn(Task::new(number, client.clone(), org, seed).run());
    }
    let ledgers = tasks.join_all().await;

    simulator.faults().clear();
    simulator.advance(Duration::from_secs(600));
    let left = client.list_services(org).await.unwrap();
    let left: Vec<_> = left.iter().map(|service| (service.id().unwrap(), service.name().unwrap().to_owned())).collect();
    let books = Books {
        ledger: ledgers.into_iter().fold(Ledger::default(), Ledger::add),
        log: simulator.log().entries(),
        left,
    };
    assert!(books.log.iter().filter(|entry| entry.fault.is_some()).count() > CALLS / 7, "there was hardly any chaos");
    books.balance();
}

/// What the client said of a call.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Done { request_id: Option<String> },
    Refused,
    Unknown,
}

#[derive(Debug)]
struct CallMade {
    operation: &'static str,
    path: String,
    told: Told,
}

/// What a task was told.
#[derive(Default)]
struct Ledger {
    calls: Vec<CallMade>,
    /// The names of all services that were asked for, and their ids as far as they were told.
    asked_for: BTreeMap<String, Option<Uuid>>,
    deleted: BTreeSet<Uuid>,
}

impl Ledger {
    fn add(mut self, other: Self) -> Self {
        self.calls.extend(other.calls);
        self.asked_for.extend(other.asked_for);
        self.deleted.extend(other.deleted);
        self
    }
}

/// Does what operators do, to services of its own.
struct Task {
    number: usize,
    client: Client,
    org: Uuid,
    random: fastrand::Rng,
    services: Vec<Uuid>,
    ledger: Ledger,
}

impl Task {
    fn new(number: usize, client: Client, org: Uuid, seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed * 1_000 + number as u64);
        Self { number, client, org, random, services: Vec::new(), ledger: Ledger::default() }
    }

    async fn run(mut self) -> Ledger {
        while self.ledger.calls.len() < CALLS / TASKS {
            let service = self.random.choice(&self.services).copied();
            match (service, self.random.u32(0..100)) {
                (None, _) | (_, 0..10) => self.create().await,
                (Some(service), 10..15) => self.delete(service).await,
                (Some(service), 15..40) => self.change_password(service).await,
                (Some(service), 40..60) => self.update(service).await,
                (Some(service), 60..98) => drop(self.get(service).await),
                (Some(_), _) => self.list().await,
            }
        }
        self.ledger
    }

    async fn create(&mut self) {
        let name = format!("task {} call {}", self.number, self.ledger.calls.len());
        let mut service = new_service();
        service.name.clone_from(&name);
        let outcome = self.client.create_service(self.org, &service).await;
        let id = outcome.as_ref().ok().and_then(|created| created.service().ok()?.id);
        self.ledger.asked_for.insert(name, id);
        self.services.extend(id);
        self.note("createService", String::new(), outcome);
    }

    async fn change_password(&mut self, service: Uuid) {
        let outcome = self.client.update_service_password(self.org, service, &UpdateServicePassword::new()).await;
        self.note("updateServicePassword", format!("/{service}/password"), outcome);
    }

    async fn update(&mut self, service: Uuid) {
        let source = format!("203.0.113.{}", self.random.u8(..));
        let add = IpAccessListUpdate::new().add([IpAccessEntry::new(source)]);
        let outcome = self.client.update_service(self.org, service, &UpdateService::new().ip_access_list(add)).await;
        self.note("updateService", format!("/{service}"), outcome);
    }

    async fn get(&mut self, service: Uuid) -> Option<ServiceState> {
        let outcome = self.client.get_service(self.org, service).await;
        let state = outcome.as_ref().ok().and_then(|service| service.state.clone());
        self.note("getService", format!("/{service}"), outcome);
        state
    }

    async fn list(&mut self) {
        let outcome = self.client.list_services(self.org).await;
        self.note("listServices", String::new(), outcome);
    }

    /// Stops a service, waits for that and deletes it.
    async fn delete(&mut self, service: Uuid) {
        self.services.retain(|other| *other != service);
        while self.get(service).await != Some(ServiceState::Stopped) {
            let stop = UpdateServiceState::new(StateCommand::Stop);
            let outcome = self.client.update_service_state(self.org, service, &stop).await;
            self.note("updateServiceState", format!("/{service}/state"), outcome);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        loop {
            let outcome = self.client.delete_service(self.org, service).await;
            // After a deletion whose answer was lost, others are refused until the service is gone.
            let done = outcome.as_ref().map_or_else(|error| error.status() == Some(StatusCode::NOT_FOUND), |_| true);
            self.note("deleteService", format!("/{service}"), outcome);
            if done {
                self.ledger.deleted.insert(service);
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn note<T: fmt::Debug>(&mut self, operation: &'static str, path: String, outcome: Result<Response<T>, Error>) {
        let repeatable = !matches!(operation, "createService" | "updateServicePassword");
        let told = match outcome {
            Ok(response) => Told::Done { request_id: response.request_id().map(ToOwned::to_owned) },
            // It says that the call was carried out.
            Err(Error::Decode(error)) => Told::Done { request_id: error.request_id().map(ToOwned::to_owned) },
            // What may be repeated is, until it succeeds or is refused; what may not is not even once.
            Err(Error::OutcomeUnknown(unknown))
                if unknown.is_retry_harmless() == repeatable
                    && matches!(unknown.cause(), OutcomeUnknownCause::Refused(_)) == repeatable =>
            {
                Told::Unknown
            }
            Err(Error::Api(error)) if matches!(error.status().as_u16(), 400 | 409) => Told::Refused,
            Err(Error::Api(error)) if operation == "deleteService" && error.status() == StatusCode::NOT_FOUND => {
                Told::Refused
            }
            Err(error) => panic!("another attempt would have done: {error:?}"),
        };
        self.ledger.calls.push(CallMade { operation, path, told });
    }
}

/// What was told, and what was so.
struct Books {
    ledger: Ledger,
    log: Vec<LogEntry>,
    left: Vec<(Uuid, String)>,
}

impl Books {
    fn balance(&self) {
        self.what_was_told_as_done_was_carried_out();
        self.no_password_was_changed_more_often_than_asked();
        self.no_service_was_created_twice();
        self.every_service_is_accounted_for();
    }

    fn what_was_told_as_done_was_carried_out(&self) {
        let carried_out: BTreeSet<_> = self.carried_out().map(|entry| entry.request_id.to_string()).collect();
        for call in &self.ledger.calls {
            match &call.told {
                Told::Done { request_id: Some(id) } if carried_out.contains(id) => {}
                // The answer lacks its id, or it is the 404 to a repeated deletion.
                Told::Done { .. } => assert!(self.times_carried_out(call.operation, &call.path) > 0, "{call:?}"),
                Told::Refused | Told::Unknown => {}
            }
        }
    }

    fn no_password_was_changed_more_often_than_asked(&self) {
        let mut asked: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for call in self.ledger.calls.iter().filter(|call| call.operation == "updateServicePassword") {
            let (done, unknown) = asked.entry(&call.path).or_default();
            match call.told {
                Told::Done { .. } => *done += 1,
                Told::Unknown => *unknown += 1,
                Told::Refused => {}
            }
        }
        assert!(!asked.is_empty());
        for (path, (done, unknown)) in asked {
            let times = self.times_carried_out("updateServicePassword", path);
            assert!((done..=done + unknown).contains(&times), "{path}: {times} times, {done} done, {unknown} unknown");
        }
    }

    fn no_service_was_created_twice(&self) {
        let names: BTreeSet<_> = self.left.iter().map(|(_, name)| name).collect();
        assert_eq!(names.len(), self.left.len(), "two services of one name: {:?}", self.left);
        for (name, id) in &self.ledger.asked_for {
            if id.is_some_and(|id| self.ledger.deleted.contains(&id)) {
                assert!(!names.contains(name), "{name} was deleted, and is there all the same");
            }
        }
        assert_eq!(self.times_carried_out("createService", ""), self.left.len() + self.ledger.deleted.len());
    }

    fn every_service_is_accounted_for(&self) {
        let left: BTreeMap<_, _> = self.left.iter().map(|(id, name)| (name, id)).collect();
        for name in left.keys() {
            assert!(self.ledger.asked_for.contains_key(*name), "nobody asked for {name}");
        }
        for (name, id) in &self.ledger.asked_for {
            let Some(id) = id else { continue };
            let is_left = left.get(name) == Some(&id);
            assert_ne!(is_left, self.ledger.deleted.contains(id), "{name}");
        }
    }

    fn carried_out(&self) -> impl Iterator<Item = &LogEntry> {
        self.log.iter().filter(|entry| entry.carried_out)
    }

    fn times_carried_out(&self, operation: &str, path: &str) -> usize {
        let is_it = |entry: &&LogEntry| entry.operation.as_deref() == Some(operation) && entry.path.ends_with(path);
        self.carried_out().filter(is_it).count()
    }
}
