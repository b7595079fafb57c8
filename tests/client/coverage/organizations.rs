//! Organizations, and who is calling.

use clickhouse_cloud::types::*;

use super::{Tour, done, refused};

#[expect(deprecated, reason = "what is deprecated still works")]
pub(super) async fn visit(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let endpoint = || {
        OrganizationPrivateEndpoint::new("vpce-1")
            .description("Analytics VPC")
            .cloud_provider(Provider::Aws)
            .region(Region::UsEast1)
    };
    let change = OrganizationPrivateEndpointsUpdate::new().add([endpoint()]);
    let update = UpdateOrganization::new().name("Example").private_endpoints(change).enable_core_dumps(true);
    done(cloud.update_organization(organization, &update)).await;
    done(cloud.get_organization(organization)).await;
    done(cloud.list_organizations()).await;
    cloud.list_organizations().limit(1).all().await.unwrap();
    done(cloud.whoami()).await;
    refused(400, cloud.list_organizations().cursor("unknown")).await;

    let change = OrganizationPrivateEndpointsUpdate::new().remove([endpoint()]);
    done(cloud.update_organization(organization, &UpdateOrganization::new().private_endpoints(change))).await;
}
