//! A simulated cloud and a client of it: both know the API from its document alone, so each is a test of the other.

use std::{fmt::Debug, time::Duration};

use clickhouse_cloud::{Client, Error, NoRetry, Response, types::*};
use clickhouse_cloud_simulator::{Builder, Simulator};

/// A simulator whose clock is advanced by hand, and a client with a key of its first organization. The client makes
/// each call once, as soon as it is asked to.
pub struct SimulatedCloud {
    /// The simulator.
    pub simulator: Simulator,
    /// The client.
    pub client: Client,
    /// The organization.
    pub organization: OrganizationId,
}

impl SimulatedCloud {
    /// Starts one that may be called as often as one likes.
    pub async fn start() -> Self {
        Self::start_with(Builder::no_rate_limit).await
    }

    /// Starts one with settings of its own.
    pub async fn start_with(configure: impl FnOnce(Builder) -> Builder) -> Self {
        let builder = configure(Simulator::builder().seed(1).manual_clock());
        let simulator = builder.start().await.expect("a simulator");
        let (id, secret) = simulator.key();
        let client = client(&simulator, id, secret);
        Self { client, organization: simulator.organization().into(), simulator }
    }

    /// A client of the same simulator with another key.
    pub fn client_with_key(&self, id: &str, secret: &str) -> Client {
        client(&self.simulator, id, secret)
    }

    /// Lets time go by.
    pub fn advance(&self, by: Duration) {
        self.simulator.advance(by);
    }

    /// Puts a fault into force, written like `createService=reset-after,times=1`.
    pub fn fault(&self, rule: &str) {
        self.simulator.faults().add(rule.parse().expect("a rule")).expect("a rule that fits the document");
    }

    /// Creates a service that never idles.
    pub async fn create_service(&self) -> ServiceId {
        let created = self.client.create_service(self.organization, &new_service()).await.expect("a service");
        fitting(created).service().and_then(Service::id).expect("an id")
    }

    /// Creates a service, and lets time go by until it is up.
    pub async fn create_running_service(&self) -> ServiceId {
        let id = self.create_service().await;
        self.advance(Duration::from_secs(90));
        id
    }
}

/// A simulated cloud with a running service.
pub struct RunningService {
    /// The cloud.
    pub cloud: SimulatedCloud,
    /// The service.
    pub service: ServiceId,
}

impl RunningService {
    /// Starts a cloud, and lets time go by until there is a service.
    pub async fn start() -> Self {
        let cloud = SimulatedCloud::start().await;
        let service = cloud.create_running_service().await;
        Self { cloud, service }
    }

    /// The client, and the organization of the service.
    pub fn client(&self) -> (&Client, OrganizationId) {
        (&self.cloud.client, self.cloud.organization)
    }
}

fn client(simulator: &Simulator, id: &str, secret: &str) -> Client {
    let builder = Client::builder().base_url(simulator.base_url()).key(id, secret);
    builder.no_rate_limit().retry(NoRetry).build().expect("a client")
}

/// What a service that never idles is created with.
pub fn new_service() -> CreateService {
    CreateService::new("analytics", Provider::Aws, Region::UsEast1, []).idle_scaling(false)
}

/// What a pipe from Kafka into a table that exists is created with.
pub fn new_pipe(name: &str) -> CreateClickPipe {
    pipe_into_table(name, kafka())
}

/// A topic of Kafka, without credentials.
pub fn kafka() -> KafkaSourceInput {
    let brokers = "kafka.example.com:9092";
    KafkaSource::new(KafkaType::Kafka, StreamFormat::JsonEachRow, brokers, "orders", KafkaAuthentication::Plain)
}

/// What a pipe into a table that exists is created with.
pub fn pipe_into_table(name: &str, source: impl Into<CreateClickPipeSource>) -> CreateClickPipe {
    let table = ExistingTableDestination::new("default", "orders", [DestinationColumn::new("id", "UInt64")]);
    CreateClickPipe::new(name, source, table).field_mappings([FieldMapping::new("id", "id")])
}

/// The status and the message of a refusal.
pub fn refusal<T: Debug>(outcome: Result<T, Error>) -> (u16, String) {
    match outcome.expect_err("it is refused") {
        Error::Api(refusal) => (refusal.status().as_u16(), refusal.message().expect("a message").to_owned()),
        error => panic!("{error:?}"),
    }
}

/// The message of a refusal with 400.
pub fn bad_request<T: Debug>(outcome: Result<T, Error>) -> String {
    let (status, message) = refusal(outcome);
    assert_eq!(status, 400, "{message}");
    message
}

/// The value of a response without mismatches.
pub fn fitting<T>(response: Response<T>) -> T {
    assert_eq!(response.mismatches(), []);
    assert!(response.status().is_success(), "{}", response.status());
    response.into_inner()
}
