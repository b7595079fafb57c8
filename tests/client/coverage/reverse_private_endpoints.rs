//! Reverse private endpoints of all types.

use std::time::Duration;

use clickhouse_cloud::types::*;

use super::{Tour, done};

pub(super) async fn visit(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let body = CreateService::new("network", Provider::Aws, Region::UsEast1, []).idle_scaling(false);
    let service = done(cloud.create_service(organization, &body)).await.service().unwrap().id().unwrap();
    tour.advance(Duration::from_secs(120));
    for body in endpoints() {
        let id = done(cloud.create_reverse_private_endpoint(organization, service, &body)).await.id().unwrap();
        tour.advance(Duration::from_secs(60));
        done(cloud.get_reverse_private_endpoint(organization, service, id)).await;
        done(cloud.list_reverse_private_endpoints(organization, service)).await;
        let is_msk = body.type_ == ReversePrivateEndpointType::MskMultiVpc;
        let names = (!is_msk).then(|| mapping(&body)).into_iter();
        let update = UpdateReversePrivateEndpoint::new().custom_private_dns_mappings(names);
        done(cloud.update_reverse_private_endpoint(organization, service, id, &update)).await;
        done(cloud.delete_reverse_private_endpoint(organization, service, id)).await;
        tour.advance(Duration::from_secs(60));
    }
}

fn mapping(body: &CreateReversePrivateEndpoint) -> CustomPrivateDnsMappingInput {
    let mapping = CustomPrivateDnsMapping::new("orders.example.com");
    if body.type_ == ReversePrivateEndpointType::VpcResource { mapping.target_id("rcfg-1") } else { mapping }
}

fn endpoints() -> [CreateReversePrivateEndpoint; 4] {
    let new = |kind| CreateReversePrivateEndpoint::new("Orders", kind);
    let resource = new(ReversePrivateEndpointType::VpcResource)
        .vpc_resource_configuration_id("rcfg-1")
        .vpc_resource_share_arn("arn:aws:ram:us-east-1:111122223333:resource-share/1");
    let names = [mapping(&resource)];
    [
        new(ReversePrivateEndpointType::VpcEndpointService)
            .vpc_endpoint_service_name("com.amazonaws.vpce.us-east-1.vpce-svc-1"),
        resource.custom_private_dns_mappings(names),
        new(ReversePrivateEndpointType::MskMultiVpc)
            .msk_cluster_arn("arn:aws:kafka:us-east-1:111122223333:cluster/events/1")
            .msk_authentication(MskAuthentication::SaslIam),
        new(ReversePrivateEndpointType::GcpPscServiceAttachment)
            .gcp_service_attachment("projects/a/regions/us-central1/serviceAttachments/b"),
    ]
}
