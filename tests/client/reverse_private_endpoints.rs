//! Reverse private endpoints, through which ClickPipes reach private networks, and the scaling of database pipes.

use std::{ops::Deref, time::Duration};

use clickhouse_cloud::{Created, Error, Response, types::*};
use tests::simulated_cloud::{RunningService, fitting, new_service, refusal};

const MINUTE: Duration = Duration::from_secs(60);

/// The time between two polls of a waiter.
const EVERY: Duration = Duration::from_millis(1);

/// A running service, and what creates endpoints of it.
struct Network(RunningService);

impl Deref for Network {
    type Target = RunningService;

    fn deref(&self) -> &RunningService {
        &self.0
    }
}

impl Network {
    async fn start() -> Self {
        Self(RunningService::start().await)
    }

    async fn create(&self, body: &CreateReversePrivateEndpoint) -> Result<ReversePrivateEndpoint, Error> {
        let (client, org) = self.client();
        client.create_reverse_private_endpoint(org, self.service, body).await.map(fitting)
    }

    async fn get(&self, id: ReversePrivateEndpointId) -> ReversePrivateEndpoint {
        let (client, org) = self.client();
        fitting(client.get_reverse_private_endpoint(org, self.service, id).await.unwrap())
    }

    async fn update(
        &self,
        id: ReversePrivateEndpointId,
        mappings: Vec<CustomPrivateDnsMappingInput>,
    ) -> Result<ReversePrivateEndpoint, Error> {
        let (client, org) = self.client();
        let body = UpdateReversePrivateEndpoint::new().custom_private_dns_mappings(mappings);
        client.update_reverse_private_endpoint(org, self.service, id, &body).await.map(fitting)
    }

    /// Gives an endpoint a status, as the owner of the source does.
    fn set_status(&self, id: ReversePrivateEndpointId, status: &str) {
        self.cloud.simulator.set_state(id.0, status).unwrap();
    }
}

fn of_service() -> CreateReversePrivateEndpoint {
    CreateReversePrivateEndpoint::new("Orders", ReversePrivateEndpointType::VpcEndpointService)
        .vpc_endpoint_service_name("com.amazonaws.vpce.us-east-1.vpce-svc-1")
}

fn of_resource() -> CreateReversePrivateEndpoint {
    CreateReversePrivateEndpoint::new("Inventory", ReversePrivateEndpointType::VpcResource)
        .vpc_resource_configuration_id("rcfg-1")
        .vpc_resource_share_arn("arn:aws:ram:us-east-1:111122223333:resource-share/1")
}

fn of_msk() -> CreateReversePrivateEndpoint {
    CreateReversePrivateEndpoint::new("Events", ReversePrivateEndpointType::MskMultiVpc)
        .msk_cluster_arn("arn:aws:kafka:us-east-1:111122223333:cluster/events/1")
        .msk_authentication(MskAuthentication::SaslIam)
}

#[tokio::test]
async fn an_endpoint_waits_for_the_owner_of_the_source_and_goes() {
    let network = Network::start().await;
    let (client, org) = network.client();
    let created = network.create(&of_service()).await.unwrap();
    let id = created.id().unwrap();
    assert_eq!(created.service_id(), Ok(network.service));
    assert_eq!(
        (created.description(), created.status()),
        (Ok("Orders"), Ok(&ReversePrivateEndpointStatus::Provisioning))
    );
    assert_eq!(created.dns_names.as_deref(), Some(&[][..]), "it has no names yet");
    assert_eq!(created.msk_cluster_arn, None);
    assert!(created.endpoint_id.unwrap().starts_with("vpce-"));

    network.cloud.advance(MINUTE);
    let settled = client.wait_until_reverse_private_endpoint_settled(org, network.service, id).every(EVERY).await;
    let settled = settled.unwrap().into_inner();
    assert_eq!(settled.status(), Ok(&ReversePrivateEndpointStatus::PendingAcceptance));
    let mapping = &settled.private_dns_mappings.as_deref().unwrap()[0];
    assert_eq!(settled.dns_names.as_deref().unwrap(), [mapping.internal_dns_name().unwrap()]);
    assert_eq!(settled.private_dns_names.as_deref().unwrap(), [mapping.private_dns_name().unwrap()]);

    let ready = client.wait_until_reverse_private_endpoint_ready(org, network.service, id).every(EVERY);
    let waiting = tokio::spawn(ready.into_future());
    network.cloud.advance(60 * MINUTE);
    assert_eq!(network.get(id).await.status(), Ok(&ReversePrivateEndpointStatus::PendingAcceptance));
    network.set_status(id, "Ready");
    assert_eq!(waiting.await.unwrap().unwrap().into_inner().status(), Ok(&ReversePrivateEndpointStatus::Ready));

    fitting(client.delete_reverse_private_endpoint(org, network.service, id).await.unwrap());
    assert_eq!(network.get(id).await.status(), Ok(&ReversePrivateEndpointStatus::Deleting));
    let gone = client.wait_until_reverse_private_endpoint_deleted(org, network.service, id).every(EVERY);
    let waiting = tokio::spawn(gone.into_future());
    network.cloud.advance(MINUTE);
    waiting.await.unwrap().unwrap();
    assert_eq!(*fitting(client.list_reverse_private_endpoints(org, network.service).await.unwrap()), []);
}

#[tokio::test]
async fn a_wait_for_an_endpoint_that_is_rejected_ends() {
    let network = Network::start().await;
    let (client, org) = network.client();
    let id = network.create(&of_service()).await.unwrap().id().unwrap();
    network.cloud.advance(MINUTE);
    for status in ["Rejected", "Expired", "Failed"] {
        network.set_status(id, "PendingAcceptance");
        let ready = client.wait_until_reverse_private_endpoint_ready(org, network.service, id).every(EVERY);
        let waiting = tokio::spawn(ready.into_future());
        while network.cloud.simulator.log().count("getReversePrivateEndpoint") == 0 {
            tokio::time::sleep(EVERY).await;
        }
        network.set_status(id, status);
        let error = waiting.await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Wait(_)) && error.to_string().contains(status), "{error}");
        network.cloud.simulator.log().clear();
    }
}

#[tokio::test]
async fn what_is_shared_with_the_cloud_needs_no_acceptance() {
    let network = Network::start().await;
    for body in [of_resource(), of_msk()] {
        let id = network.create(&body).await.unwrap().id().unwrap();
        network.cloud.advance(MINUTE);
        assert_eq!(network.get(id).await.status(), Ok(&ReversePrivateEndpointStatus::Ready));
    }
}

#[tokio::test]
async fn an_endpoint_has_what_its_type_needs_and_nothing_else() {
    let network = Network::start().await;
    let bare = |kind| CreateReversePrivateEndpoint::new("a", kind);
    let name = |name| [CustomPrivateDnsMapping::new(name)];
    let target = |name, target| [CustomPrivateDnsMapping::new(name).target_id(target)];
    for (body, part) in [
        (bare(ReversePrivateEndpointType::VpcEndpointService), "vpcEndpointServiceName: VPC_ENDPOINT_SERVICE needs it"),
        (bare(ReversePrivateEndpointType::VpcResource), "vpcResourceConfigurationId"),
        (bare(ReversePrivateEndpointType::MskMultiVpc).msk_cluster_arn("arn"), "mskAuthentication"),
        (bare(ReversePrivateEndpointType::GcpPscServiceAttachment), "gcpServiceAttachment"),
        (of_service().msk_cluster_arn("arn"), "mskClusterArn: VPC_ENDPOINT_SERVICE does not take it"),
        (of_msk().custom_private_dns_mappings(name("a.example.com")), "customPrivateDnsMappings"),
        (
            of_service().custom_private_dns_mappings(target("a.example.com", "rcfg-1")),
            "customPrivateDnsMappings[0].targetId",
        ),
    ] {
        let (status, message) = refusal(network.create(&body).await);
        assert_eq!(status, 400);
        assert!(message.contains(part), "{part}: {message}");
    }
    let (client, org) = network.client();
    assert_eq!(client.list_reverse_private_endpoints(org, network.service).await.unwrap().len(), 0);
}

#[tokio::test]
async fn names_of_ones_own_are_replaced_and_belong_to_one_endpoint() {
    let network = Network::start().await;
    let name = |name: &str| CustomPrivateDnsMapping::new(name);
    let body = of_resource().custom_private_dns_mappings([name("a.example.com").target_id("rcfg-later")]);
    let created = network.create(&body).await.unwrap();
    let (id, names) = (created.id().unwrap(), |endpoint: ReversePrivateEndpoint| {
        let mappings = endpoint.custom_private_dns_mappings.unwrap();
        mappings.into_iter().map(|mapping| mapping.private_dns_name.unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(names(created), ["a.example.com"]);
    network.cloud.advance(MINUTE);
    let target = network.get(id).await.dns_targets.unwrap().remove(0);
    assert_eq!((target.id(), target.kind()), (Ok("rcfg-1"), Ok(&DnsTargetKind::ResourceConfiguration)));

    // The target of a name that stays is not checked again.
    let kept = name("a.example.com").target_id("rcfg-later");
    let more = vec![kept, name("*.example.com").target_id("rcfg-1")];
    assert_eq!(names(network.update(id, more).await.unwrap()), ["a.example.com", "*.example.com"]);
    let (status, message) = refusal(network.update(id, vec![name("b.example.com").target_id("rcfg-later")]).await);
    assert_eq!((status, message.contains("dnsTargets")), (400, true), "{message}");

    let taken = of_service().custom_private_dns_mappings([name("*.example.com")]);
    assert!(refusal(network.create(&taken).await).1.contains("has this name already"));
    assert_eq!(names(network.update(id, vec![]).await.unwrap()), <[String; 0]>::default());
    network.create(&taken).await.unwrap();
}

#[tokio::test]
async fn an_endpoint_whose_creation_is_unknown_is_found() {
    let network = Network::start().await;
    let (client, org) = network.client();
    network.create(&of_msk()).await.unwrap();
    network.cloud.fault("createReversePrivateEndpoint=reset-after,times=1");
    let (service, body) = (network.service, of_service());
    let outcome = client.create_reverse_private_endpoint(org, service, &body).or_find().await;
    let Created::Found(found) = outcome.unwrap() else { panic!("the response was lost") };
    assert_eq!(found.description(), Ok("Orders"));
    assert_eq!(client.list_reverse_private_endpoints(org, network.service).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_service_that_does_not_run_refuses_all_of_it() {
    let network = Network::start().await;
    let (client, org) = network.client();
    let id = network.create(&of_service()).await.unwrap().id().unwrap();
    let idling = new_service().idle_scaling(true).idle_timeout_minutes(5);
    let created = fitting(client.create_service(org, &idling).await.unwrap());
    let idle = created.service().unwrap().id().unwrap();
    network.cloud.advance(10 * MINUTE);
    let (status, message) = refusal(client.list_reverse_private_endpoints(org, idle).await);
    assert_eq!(status, 424);
    assert!(message.starts_with("FAILED_DEPENDENCY: ") && message.ends_with("Current state: idle"), "{message}");

    let stop = UpdateServiceState::new(StateCommand::Stop);
    fitting(client.update_service_state(org, network.service, &stop).await.unwrap());
    network.cloud.advance(MINUTE);
    let service = network.service;
    let ends = |outcome: Result<Response<ReversePrivateEndpoint>, Error>| {
        let (status, message) = refusal(outcome);
        assert_eq!((status, message.ends_with("Current state: stopped")), (424, true), "{message}");
    };
    ends(client.create_reverse_private_endpoint(org, service, &of_msk()).await);
    ends(client.get_reverse_private_endpoint(org, service, id).await);
    let none = UpdateReversePrivateEndpoint::new();
    ends(client.update_reverse_private_endpoint(org, service, id, &none).await);
    assert_eq!(refusal(client.delete_reverse_private_endpoint(org, service, id).await).0, 424);
    assert_eq!(refusal(client.get_cdc_scaling(org, service).await).0, 424);
    assert_eq!(refusal(client.update_cdc_scaling(org, service, &UpdateCdcScaling::new(2000, 8)).await).0, 424);
}

#[tokio::test]
async fn database_pipes_do_not_scale_before_there_is_one() {
    let network = Network::start().await;
    let (client, org) = network.client();
    assert_eq!(refusal(client.get_cdc_scaling(org, network.service).await).0, 404);
    let body = UpdateCdcScaling::new(2000, 8);
    assert_eq!(refusal(client.update_cdc_scaling(org, network.service, &body).await).0, 404);
}
