//! Waits for pipes and for reverse private endpoints. Time goes by for the simulator and for the client alike.

use std::{fmt::Debug, time::Duration};

use clickhouse_cloud::{Client, Error, Wait, WaitError, types::*};
use tests::simulated_cloud::{SimulatedCloud, new_pipe};

use crate::clock;

const HOUR: Duration = Duration::from_secs(60 * 60);
const MINUTE: Duration = Duration::from_secs(60);

/// A running service, and a client that is in no hurry.
struct Pipes {
    cloud: SimulatedCloud,
    client: Client,
    org: OrganizationId,
    service: ServiceId,
}

type WaitFor = fn(&Client, OrganizationId, ServiceId, ClickPipeId) -> Wait<ClickPipe>;
type WaitForEndpoint = fn(&Client, OrganizationId, ServiceId, ReversePrivateEndpointId) -> Wait<ReversePrivateEndpoint>;

impl Pipes {
    async fn start() -> Self {
        let cloud = SimulatedCloud::start().await;
        let service = cloud.create_running_service().await;
        let (key, secret) = cloud.simulator.key();
        let builder = Client::builder().base_url(cloud.simulator.base_url()).key(key, secret).no_rate_limit();
        let client = builder.timeout(HOUR).attempt_timeout(HOUR).build().unwrap();
        Self { client, org: cloud.organization, service, cloud }
    }

    async fn create(&self, body: &CreateClickPipe) -> ClickPipeId {
        self.client.create_click_pipe(self.org, self.service, body).await.unwrap().id().unwrap()
    }

    async fn create_endpoint(&self) -> ReversePrivateEndpointId {
        let body = CreateReversePrivateEndpoint::new("Orders", ReversePrivateEndpointType::VpcEndpointService)
            .vpc_endpoint_service_name("com.amazonaws.vpce.us-east-1.vpce-svc-1");
        self.client.create_reverse_private_endpoint(self.org, self.service, &body).await.unwrap().id().unwrap()
    }

    async fn command(&self, id: ClickPipeId, command: ClickPipeCommand) {
        let body = UpdateClickPipeState::new(command);
        self.client.update_click_pipe_state(self.org, self.service, id, &body).await.unwrap();
    }

    /// Lets time go by until a wait has ended.
    async fn end_of<T: Send + 'static, O: 'static>(&self, wait: Wait<T, O>) -> Result<O, Error> {
        clock::pass(&self.cloud.simulator, wait.into_future()).await
    }

    async fn state_after(&self, wait_for: WaitFor, id: ClickPipeId) -> ClickPipeState {
        let pipe = self.end_of(wait_for(&self.client, self.org, self.service, id)).await.unwrap();
        pipe.state().unwrap().clone()
    }
}

fn from_postgres(mode: ReplicationMode) -> CreateClickPipe {
    let tables = [TableMapping::new("public", "orders", "orders")];
    let source = PostgresSource::new("db.example.com", 5432, "shop", PostgresSettings::new(mode), tables);
    CreateClickPipe::new("Shop", source, DatabaseDestination::new("shop"))
}

/// Checks that a wait has ended in a failure state.
fn assert_failed_in<T: Debug>(outcome: Result<T, Error>, state: &str) {
    let error = outcome.unwrap_err();
    let Error::Wait(wait) = &error else { panic!("{state}: {error:?}") };
    assert!(matches!(&**wait, WaitError::Failed { value, .. } if value == state), "{state}: {wait:?}");
}

fn assert_timed_out_in<T: Debug>(outcome: Result<T, Error>, state: &str) {
    let error = outcome.unwrap_err();
    let Error::Wait(wait) = &error else { panic!("{state}: {error:?}") };
    assert!(matches!(&**wait, WaitError::TimedOut { value: Some(value), .. } if value == state), "{state}: {wait:?}");
}

fn assert_not_found<T: Debug>(outcome: Result<T, Error>) {
    let error = outcome.unwrap_err();
    assert!(matches!(&error, Error::Api(refusal) if refusal.is_not_found()), "{error:?}");
}

#[tokio::test]
async fn waits_for_pipes_end_in_their_target_states() {
    let pipes = Pipes::start().await;
    let stream = pipes.create(&new_pipe("Orders")).await;
    assert_eq!(pipes.state_after(Client::wait_until_click_pipe_running, stream).await, ClickPipeState::Running);
    pipes.command(stream, ClickPipeCommand::Stop).await;
    assert_eq!(pipes.state_after(Client::wait_until_click_pipe_stopped, stream).await, ClickPipeState::Stopped);
    // In its first response, the pipe may still be stopped.
    pipes.cloud.fault("getClickPipe=stale-state,seconds=10");
    pipes.command(stream, ClickPipeCommand::Start).await;
    assert_eq!(pipes.state_after(Client::wait_until_click_pipe_running, stream).await, ClickPipeState::Running);
    pipes.cloud.simulator.faults().clear();

    let database = pipes.create(&from_postgres(ReplicationMode::Cdc)).await;
    assert_eq!(pipes.state_after(Client::wait_until_click_pipe_replicating, database).await, ClickPipeState::Snapshot);
    assert_eq!(pipes.state_after(Client::wait_until_click_pipe_running, database).await, ClickPipeState::Running);
    pipes.command(database, ClickPipeCommand::Stop).await;
    assert_eq!(pipes.state_after(Client::wait_until_click_pipe_stopped, database).await, ClickPipeState::Paused);

    let once = pipes.create(&from_postgres(ReplicationMode::Snapshot)).await;
    assert_eq!(pipes.state_after(Client::wait_until_click_pipe_completed, once).await, ClickPipeState::Completed);
}

#[tokio::test]
async fn a_wait_for_a_pipe_ends_in_each_of_its_failure_states() {
    let pipes = Pipes::start().await;
    let id = pipes.create(&new_pipe("Orders")).await;
    let waits: [(WaitFor, &[&str]); 4] = [
        (Client::wait_until_click_pipe_running, &["Failed", "InternalError", "Stopped", "Paused", "Completed"]),
        (Client::wait_until_click_pipe_replicating, &["Failed", "InternalError", "Stopped", "Paused", "Completed"]),
        (Client::wait_until_click_pipe_completed, &["Failed", "InternalError", "Stopped", "Paused"]),
        (Client::wait_until_click_pipe_stopped, &["Failed", "InternalError", "Completed"]),
    ];
    for (wait_for, failures) in waits {
        for state in failures {
            pipes.cloud.simulator.set_state(id.0, state).unwrap();
            let outcome = pipes.end_of(wait_for(&pipes.client, pipes.org, pipes.service, id)).await;
            assert_failed_in(outcome, state);
        }
        // It is neither a failure nor where the wait leads to.
        pipes.cloud.simulator.set_state(id.0, "Degraded").unwrap();
        let wait = wait_for(&pipes.client, pipes.org, pipes.service, id).within(2 * MINUTE);
        assert_timed_out_in(pipes.end_of(wait).await, "Degraded");
    }
}

#[tokio::test]
async fn a_pipe_that_is_deleted_is_waited_for_until_it_is_gone() {
    let pipes = Pipes::start().await;
    let (client, org, service) = (&pipes.client, pipes.org, pipes.service);
    let id = pipes.create(&new_pipe("Orders")).await;
    let gone = || client.wait_until_click_pipe_deleted(org, service, id);
    let outcome = pipes.end_of(gone().within(MINUTE)).await;
    assert!(matches!(outcome, Err(Error::Wait(_))), "nobody deletes it: {outcome:?}");
    client.delete_click_pipe(org, service, id).await.unwrap();
    pipes.end_of(gone()).await.unwrap();
    assert_not_found(pipes.end_of(client.wait_until_click_pipe_running(org, service, id)).await);
}

#[tokio::test]
async fn waits_for_endpoints_end_in_their_target_states() {
    let pipes = Pipes::start().await;
    let (client, org, service) = (&pipes.client, pipes.org, pipes.service);
    let id = pipes.create_endpoint().await;
    let settled = client.wait_until_reverse_private_endpoint_settled(org, service, id);
    let settled = pipes.end_of(settled).await.unwrap();
    assert_eq!((*settled).status(), Ok(&ReversePrivateEndpointStatus::PendingAcceptance));
    let ready = || client.wait_until_reverse_private_endpoint_ready(org, service, id);
    assert_timed_out_in(pipes.end_of(ready().within(5 * MINUTE)).await, "PendingAcceptance");
    pipes.cloud.simulator.set_state(id.0, "Ready").unwrap();
    assert_eq!((*pipes.end_of(ready()).await.unwrap()).status(), Ok(&ReversePrivateEndpointStatus::Ready));

    client.delete_reverse_private_endpoint(org, service, id).await.unwrap();
    pipes.end_of(client.wait_until_reverse_private_endpoint_deleted(org, service, id)).await.unwrap();
    assert_not_found(pipes.end_of(ready()).await);
}

#[tokio::test]
async fn a_wait_for_an_endpoint_ends_in_each_of_its_failure_states() {
    let pipes = Pipes::start().await;
    let id = pipes.create_endpoint().await;
    let waits: [WaitForEndpoint; 2] =
        [Client::wait_until_reverse_private_endpoint_ready, Client::wait_until_reverse_private_endpoint_settled];
    for wait_for in waits {
        for state in ["Failed", "Rejected", "Expired"] {
            pipes.cloud.simulator.set_state(id.0, state).unwrap();
            let outcome = pipes.end_of(wait_for(&pipes.client, pipes.org, pipes.service, id)).await;
            assert_failed_in(outcome, state);
        }
    }
}
