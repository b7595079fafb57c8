//! A simulated cloud and a client of it: both know the API from its document alone, so each is a test of the other.

use std::time::Duration;

use clickhouse_cloud::{Client, NoRetry, Response, types::*};
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

fn client(simulator: &Simulator, id: &str, secret: &str) -> Client {
    let builder = Client::builder().base_url(simulator.base_url()).key(id, secret);
    builder.no_rate_limit().retry(NoRetry).build().expect("a client")
}

/// What a service that never idles is created with.
pub fn new_service() -> CreateService {
    CreateService::new("analytics", Provider::Aws, Region::UsEast1, []).idle_scaling(false)
}

/// The value of a response without mismatches.
pub fn fitting<T>(response: Response<T>) -> T {
    assert_eq!(response.mismatches(), []);
    assert_eq!(response.status(), 200);
    response.into_inner()
}
