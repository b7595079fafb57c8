//! Calls that wake the service that they need, against a simulator. Time goes by for it and for the client alike.

use std::{collections::BTreeSet, time::Duration};

use clickhouse_cloud::{Backoff, Client, Created, Error, WakeError, types::*};
use clickhouse_cloud_simulator::{LogEntry, Simulator};
use tests::simulated_cloud::{new_pipe, new_service};
use tokio::task::JoinSet;

use crate::clock;

const HOUR: Duration = Duration::from_secs(60 * 60);
const TASKS: usize = 100;

/// An idle service of a simulated cloud.
struct Idle {
    simulator: Simulator,
    org: OrganizationId,
    service: ServiceId,
}

impl Idle {
    async fn start() -> Self {
        let simulator = Simulator::builder().seed(1).manual_clock().no_rate_limit().start().await.unwrap();
        let org = simulator.organization().into();
        let client = client(&simulator, false);
        let new = new_service().idle_scaling(true).idle_timeout_minutes(60);
        let service = client.create_service(org, &new).await.unwrap().service().unwrap().id().unwrap();
        simulator.advance(2 * HOUR);
        assert_eq!(client.get_service(org, service).await.unwrap().state(), Ok(&ServiceState::Idle));
        simulator.log().clear();
        Self { simulator, org, service }
    }

    fn client(&self) -> Client {
        client(&self.simulator, false)
    }

    fn fault(&self, rule: &str) {
        self.simulator.faults().add(rule.parse().unwrap()).unwrap();
    }

    /// The number of requests with this operation and command that were carried out.
    fn times(&self, operation: &str, command: Option<&str>) -> usize {
        let is_it = |entry: &LogEntry| entry.operation.as_deref() == Some(operation) && entry.carried_out;
        let log = self.simulator.log().entries();
        log.iter().filter(|entry| is_it(entry) && entry.command.as_deref() == command).count()
    }

    fn times_woken(&self) -> usize {
        self.times("updateServiceState", Some("awake"))
    }

    async fn command(&self, command: StateCommand) {
        let body = UpdateServiceState::new(command);
        self.client().update_service_state(self.org, self.service, &body).await.unwrap();
    }

    async fn state(&self) -> ServiceState {
        self.client().get_service(self.org, self.service).await.unwrap().state().unwrap().clone()
    }

    /// Creates a pipe in each of many tasks, and returns their errors.
    async fn create_pipes(&self, client: impl Fn(usize) -> Client) -> Vec<Error> {
        let mut tasks = JoinSet::new();
        for number in 0..TASKS {
            let (client, org, service) = (client(number), self.org, self.service);
            tasks.spawn(async move { client.create_click_pipe(org, service, &pipe(number)).wake().await });
        }
        let outcomes = clock::pass(&self.simulator, tasks.join_all()).await;
        outcomes.into_iter().filter_map(Result::err).collect()
    }

    /// Checks that no pipe was created twice, and returns how many there are.
    async fn count(&self) -> usize {
        let pipes = self.client().list_click_pipes(self.org, self.service).await.unwrap();
        let names: BTreeSet<_> = pipes.iter().map(|pipe| pipe.name().unwrap()).collect();
        assert_eq!((pipes.len(), self.times("createClickPipe", None)), (names.len(), names.len()));
        names.len()
    }
}

/// A client that is in no hurry.
fn client(simulator: &Simulator, wakes: bool) -> Client {
    let (key, secret) = simulator.key();
    let builder = Client::builder().base_url(simulator.base_url()).key(key, secret).no_rate_limit().wake(wakes);
    builder.retry(Backoff::new()).timeout(HOUR).attempt_timeout(HOUR).build().unwrap()
}

fn pipe(number: usize) -> CreateClickPipe {
    new_pipe(&format!("pipe {number}"))
}

/// Returns the refusal of a call with 424.
fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Box<clickhouse_cloud::ApiError> {
    match outcome.unwrap_err() {
        Error::Api(refusal) if refusal.status() == 424 => refusal,
        error => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn a_hundred_tasks_wake_a_service_once_and_each_call_is_carried_out_once() {
    let idle = Idle::start().await;
    let client = idle.client();
    let errors = idle.create_pipes(|_| client.clone()).await;
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(idle.times_woken(), 1);
    assert_eq!(idle.simulator.log().count("createClickPipe"), 2 * TASKS, "each is refused once");
    assert_eq!(idle.count().await, TASKS);
}

#[tokio::test]
async fn a_service_is_woken_once_whatever_fails_meanwhile() {
    for fault in [
        "updateServiceState=reset-after,times=1",
        "updateServiceState=internal-error,times=1",
        "getService=reset-before,times=3",
        "getService=too-many-requests,seconds=2,times=3",
        "getService=stale-state,seconds=8",
    ] {
        let idle = Idle::start().await;
        idle.fault(fault);
        let client = idle.client();
        let errors = idle.create_pipes(|_| client.clone()).await;
        assert!(errors.is_empty(), "{fault}: {errors:?}");
        assert_eq!(idle.times_woken(), 1, "{fault}");
        assert_eq!(idle.count().await, TASKS);
    }
}

#[tokio::test]
async fn clients_of_their_own_wake_a_service_side_by_side() {
    let idle = Idle::start().await;
    let clients: Vec<_> = (0..10).map(|_| idle.client()).collect();
    let errors = idle.create_pipes(|number| clients[number % clients.len()].clone()).await;
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(idle.count().await, TASKS);
}

#[tokio::test]
async fn no_call_is_carried_out_twice_if_its_response_is_lost_after_the_service_woke() {
    let idle = Idle::start().await;
    idle.fault("createClickPipe=reset-after,probability=0.3");
    let client = idle.client();
    let errors = idle.create_pipes(|_| client.clone()).await;
    for error in &errors {
        assert!(matches!(error, Error::OutcomeUnknown(unknown) if !unknown.is_retry_harmless()), "{error:?}");
    }
    // A refusal may be lost as well.
    let (count, done) = (idle.count().await, TASKS - errors.len());
    assert!(done < count && count < TASKS, "{count} are there, {done} reported");
}

#[tokio::test]
async fn a_lost_creation_is_found_in_the_service_that_woke_for_it() {
    let idle = Idle::start().await;
    idle.fault("createClickPipe=reset-after,times=1");
    let (client, body) = (idle.client(), pipe(1));
    let find = client.create_click_pipe(idle.org, idle.service, &body).wake().or_find();
    let created = clock::pass(&idle.simulator, find.into_future()).await.unwrap();
    let Created::Found(found) = created else { panic!("the response was lost") };
    assert_eq!((found.name(), idle.count().await), (Ok("pipe 1"), 1));
}

#[tokio::test]
async fn a_stopped_service_is_never_started() {
    let idle = Idle::start().await;
    idle.command(StateCommand::Stop).await;
    idle.simulator.advance(HOUR);
    let (client, body) = (idle.client(), pipe(1));
    let creation = client.create_click_pipe(idle.org, idle.service, &body).wake();
    let refusal = refused(clock::pass(&idle.simulator, creation.into_future()).await);
    assert!(refusal.message().unwrap().ends_with("Current state: stopped"), "{refusal}");
    let Some(WakeError::NotIdle { operation: "getService", field: "state", state, .. }) = refusal.wake_error() else {
        panic!("{refusal:?}")
    };
    assert_eq!(state.as_deref(), Some("stopped"));
    assert_eq!((idle.times_woken(), idle.times("updateServiceState", Some("start"))), (0, 0));
    assert_eq!(idle.state().await, ServiceState::Stopped);
}

#[tokio::test]
async fn a_service_that_starts_is_waited_for_and_not_woken() {
    let idle = Idle::start().await;
    idle.command(StateCommand::Stop).await;
    idle.simulator.advance(HOUR);
    idle.command(StateCommand::Start).await;
    assert_eq!(idle.state().await, ServiceState::Starting);
    let list = idle.client().list_click_pipes(idle.org, idle.service).wake();
    assert!(clock::pass(&idle.simulator, list.into_future()).await.unwrap().is_empty());
    assert_eq!(idle.times_woken(), 0);
}

#[tokio::test]
async fn nothing_is_woken_unless_the_call_or_the_client_says_so() {
    let idle = Idle::start().await;
    let list = |client: &Client| client.list_click_pipes(idle.org, idle.service);
    let refusal = refused(list(&idle.client()).await);
    assert!(refusal.message().unwrap().ends_with("Current state: idle"), "{refusal}");
    assert!(refusal.to_string().contains("make the call with `.wake()`"), "{refusal}");
    let waking = client(&idle.simulator, true);
    refused(list(&waking).no_wake().await);
    assert_eq!((idle.times_woken(), idle.state().await), (0, ServiceState::Idle));

    clock::pass(&idle.simulator, list(&waking).into_future()).await.unwrap();
    assert_eq!((idle.times_woken(), idle.state().await), (1, ServiceState::Running));
}

#[tokio::test]
async fn the_polls_of_a_wait_wake_a_service_that_idles_meanwhile_if_the_client_does() {
    let idle = Idle::start().await;
    let (waking, body) = (client(&idle.simulator, true), pipe(1));
    let created = waking.create_click_pipe(idle.org, idle.service, &body).into_future();
    let id = clock::pass(&idle.simulator, created).await.unwrap().id().unwrap();
    idle.simulator.advance(2 * HOUR);
    refused(idle.client().wait_until_click_pipe_running(idle.org, idle.service, id).await);
    let running = waking.wait_until_click_pipe_running(idle.org, idle.service, id);
    let running = clock::pass(&idle.simulator, running.into_future()).await.unwrap();
    assert_eq!((running.state(), idle.times_woken()), (Ok(&ClickPipeState::Running), 2));
}
