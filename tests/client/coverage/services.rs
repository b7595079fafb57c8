//! Services, their backups and their private endpoints.

use std::time::Duration;

use clickhouse_cloud::types::*;

use super::{Tour, done, refused};

const HOUR: Duration = Duration::from_secs(3600);

pub(super) async fn visit(tour: &Tour) {
    let service = create(tour).await;
    legacy(tour).await;
    change(tour, service).await;
    private_endpoints(tour, service).await;
    scaling(tour, service).await;
    backups(tour, service).await;
    end(tour, service).await;
}

/// Creates a service that scales horizontally, and one that shares its data.
async fn create(tour: &Tour) -> ServiceId {
    let (cloud, organization) = (&tour.client, tour.organization);
    let office = IpAccessEntry::new("203.0.113.0/24").description("Office");
    let horizontal = CreateService::new("orders", Provider::Aws, Region::UsEast1, [office])
        .autoscaling_mode(AutoscalingMode::Horizontal)
        .min_replica_memory_gb(16)
        .max_replica_memory_gb(16)
        .min_replicas(2)
        .max_replicas(4)
        .idle_scaling(true)
        .idle_timeout_minutes(15)
        .release_channel(ReleaseChannel::Fast)
        .has_transparent_data_encryption(true)
        .endpoints([EndpointSetting::new(EndpointProtocol::Mysql, true)])
        .profile("v1-default")
        .compliance_type(ComplianceType::Hipaa)
        .tags([Tag::new("Team").value("orders")])
        .enable_core_dumps(true);
    let created = done(cloud.create_service(organization, &horizontal)).await;
    let service = created.service().unwrap();
    let id = service.id().unwrap();
    tour.advance(HOUR);

    let secondary = CreateService::new("reports", Provider::Aws, Region::UsEast1, [])
        .data_warehouse_id(service.data_warehouse_id.unwrap())
        .is_readonly(true)
        .has_transparent_data_encryption(true)
        .min_replica_memory_gb(8)
        .max_replica_memory_gb(16)
        .num_replicas(1);
    done(cloud.create_service(organization, &secondary)).await;
    done(cloud.get_service(organization, id)).await;
    done(cloud.list_services(organization).filter(["tag:Team=orders"])).await;
    done(cloud.list_service_profiles(organization).region_id(&Region::UsEast1)).await;
    id
}

/// Creates a service as before replica scaling.
#[expect(deprecated, reason = "what is deprecated still works")]
async fn legacy(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let legacy = CreateService::new("legacy", Provider::Aws, Region::UsEast1, [])
        .tier(Tier::Production)
        .min_total_memory_gb(24)
        .max_total_memory_gb(48)
        .num_replicas(3)
        .encryption_key("arn:aws:kms:us-east-1:111122223333:key/example")
        .encryption_assumed_role_identifier("arn:aws:iam::111122223333:role/example")
        .private_endpoint_ids(["vpce-1"])
        .private_preview_terms_checked(true);
    let created = done(cloud.create_service(organization, &legacy)).await;
    let id = created.service().unwrap().id().unwrap();
    tour.advance(HOUR);
    let scaling = UpdateServiceScaling::new()
        .min_total_memory_gb(48)
        .max_total_memory_gb(96)
        .num_replicas(3)
        .idle_scaling(true)
        .idle_timeout_minutes(15);
    done(cloud.update_service_scaling(organization, id, &scaling)).await;
    done(cloud.update_service_replica_scaling(organization, id, &UpdateServiceReplicaScaling::new().num_replicas(4)))
        .await;
    done(cloud.update_service(organization, id, &UpdateService::new().name("legacy-1"))).await;
    done(cloud.get_service(organization, id)).await;
    done(cloud.list_services(organization)).await;
    done(cloud.update_service_state(organization, id, &UpdateServiceState::new(StateCommand::Stop))).await;
}

async fn change(tour: &Tour, id: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let home = || IpAccessEntry::new("198.51.100.7").description("Home");
    let update = UpdateService::new()
        .name("orders-1")
        .ip_access_list(IpAccessListUpdate::new().add([home()]).remove([home()]))
        .private_endpoint_ids(PrivateEndpointIdsUpdate::new().add(["vpce-1"]).remove(["vpce-2"]))
        .release_channel(ReleaseChannel::Slow)
        .endpoints([EndpointSetting::new(EndpointProtocol::Mysql, true)])
        .transparent_data_encryption_key_id("arn:aws:kms:us-east-1:111122223333:key/example")
        .tags(TagsUpdate::new().add([Tag::new("Stage").value("test")]).remove([Tag::new("Stage").value("prod")]))
        .enable_core_dumps(false);
    done(cloud.update_service(organization, id, &update)).await;
    done(cloud.update_service_password(organization, id, &UpdateServicePassword::new())).await;
    let hashes = UpdateServicePassword::new()
        .new_password_hash("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=")
        .new_double_sha1_hash("6bb4837eb74329105ee4568dda7dc67ed2ca2ad9");
    done(cloud.update_service_password(organization, id, &hashes)).await;
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn private_endpoints(tour: &Tour, id: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let endpoint = CreatePrivateEndpoint::new("vpce-3").description("Batch VPC");
    done(cloud.create_private_endpoint(organization, id, &endpoint)).await;
    done(cloud.get_private_endpoint_config(organization, id)).await;
    done(cloud.get_organization_private_endpoint_config(organization, &Provider::Aws, &Region::UsEast1)).await;
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn scaling(tour: &Tour, id: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let idling = UpdateServiceScaling::new().idle_scaling(true).idle_timeout_minutes(30);
    done(cloud.update_service_scaling(organization, id, &idling)).await;
    let vertical = UpdateServiceReplicaScaling::new()
        .autoscaling_mode(AutoscalingMode::Vertical)
        .min_replica_memory_gb(16)
        .max_replica_memory_gb(32)
        .num_replicas(3)
        .idle_scaling(true)
        .idle_timeout_minutes(15);
    done(cloud.update_service_replica_scaling(organization, id, &vertical)).await;
    tour.advance(HOUR);
    let horizontal = UpdateServiceReplicaScaling::new()
        .autoscaling_mode(AutoscalingMode::Horizontal)
        .min_replica_memory_gb(16)
        .max_replica_memory_gb(16)
        .min_replicas(2)
        .max_replicas(4);
    done(cloud.update_service_replica_scaling(organization, id, &horizontal)).await;
}

async fn backups(tour: &Tour, id: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let configuration = UpdateBackupConfiguration::new()
        .backup_period_in_hours(24)
        .backup_retention_period_in_hours(48)
        .backup_start_time("02:00");
    done(cloud.update_backup_configuration(organization, id, &configuration)).await;
    done(cloud.get_backup_configuration(organization, id)).await;
    let backup = done(cloud.list_backups(organization, id)).await.first().unwrap().id().unwrap();
    done(cloud.get_backup(organization, id, backup)).await;
    let restored = CreateService::new("restored", Provider::Aws, Region::UsEast1, [])
        .backup_id(backup)
        .min_replica_memory_gb(16)
        .max_replica_memory_gb(16);
    done(cloud.create_service(organization, &restored)).await;
}

async fn end(tour: &Tour, id: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    done(cloud.update_service_state(organization, id, &UpdateServiceState::new(StateCommand::Awake))).await;
    tour.advance(Duration::from_secs(60));
    refused(409, cloud.delete_service(organization, id)).await;
    let stop = UpdateServiceState::new(StateCommand::Stop);
    done(cloud.update_service_state(organization, id, &stop)).await;
    refused(409, cloud.update_service_state(organization, id, &UpdateServiceState::new(StateCommand::Start))).await;
    tour.advance(HOUR);
    done(cloud.delete_service(organization, id)).await;
}
