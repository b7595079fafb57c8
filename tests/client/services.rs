//! Services as they are today: found by tag, scaled in both modes, sharing data, with profiles and private endpoints.

#![expect(deprecated, reason = "what is deprecated still works")]

use std::time::Duration;

use clickhouse_cloud::{Error, SecretJson, types::*, uuid::Uuid};
use tests::{
    ids::BACKUP,
    simulated_cloud::{SimulatedCloud, bad_request, fitting, new_service},
};

#[path = "../../generated/examples/scale_fleet.rs"]
#[expect(dead_code, reason = "it is a program of its own, of which a part is called here")]
mod example;

async fn create(cloud: &SimulatedCloud, body: &CreateService) -> Service {
    fitting(cloud.client.create_service(cloud.organization, body).await.unwrap()).service.unwrap()
}

async fn scale(cloud: &SimulatedCloud, id: ServiceId, body: &UpdateServiceReplicaScaling) -> Result<Service, Error> {
    cloud.client.update_service_replica_scaling(cloud.organization, id, body).await.map(fitting)
}

/// Creates a service that another one can share the data of.
async fn create_primary(cloud: &SimulatedCloud) -> Service {
    create(cloud, &new_service().release_channel(ReleaseChannel::Fast).has_transparent_data_encryption(true)).await
}

fn secondary_of(primary: &Service) -> CreateService {
    new_service()
        .data_warehouse_id(primary.data_warehouse_id.unwrap())
        .is_readonly(true)
        .has_transparent_data_encryption(primary.has_transparent_data_encryption.unwrap())
}

fn keys(service: &Service) -> Vec<(&str, Option<&str>)> {
    service.tags.iter().flatten().map(|tag| (tag.key().unwrap(), tag.value.as_deref())).collect()
}

#[tokio::test]
async fn a_new_service_has_its_settings_and_defaults() {
    let cloud = SimulatedCloud::start().await;
    let plain = create(&cloud, &new_service()).await;
    assert_eq!((plain.is_primary, plain.is_readonly), (Some(true), Some(false)));
    assert_eq!(plain.release_channel, Some(ReleaseChannel::Default));
    assert_eq!((plain.has_transparent_data_encryption, plain.enable_core_dumps), (Some(false), Some(true)));
    assert_eq!((plain.profile.as_deref(), keys(&plain)), (Some("v1-default"), vec![]));
    assert!(plain.clickhouse_version.is_some());
    assert_eq!((plain.byoc_id, &plain.compliance_type, &plain.encryption_role_id), (None, &None, &None));

    let body = new_service()
        .release_channel(ReleaseChannel::Slow)
        .has_transparent_data_encryption(true)
        .endpoints([EndpointSetting::new(EndpointProtocol::Mysql, true)])
        .profile("v1-highmem-xs")
        .compliance_type(ComplianceType::Hipaa)
        .tags([Tag::new("Environment").value("production"), Tag::new("Critical")])
        .enable_core_dumps(false)
        .private_preview_terms_checked(true);
    let service = create(&cloud, &body).await;
    assert_eq!(service.release_channel, Some(ReleaseChannel::Slow));
    assert_eq!((service.has_transparent_data_encryption, service.enable_core_dumps), (Some(true), Some(false)));
    assert!(service.transparent_data_encryption_key_id.is_some() && service.encryption_role_id.is_some());
    assert_eq!(service.endpoints().unwrap().last().unwrap().protocol().unwrap(), &EndpointProtocol::Mysql);
    assert_eq!(
        (service.profile.as_deref(), &service.compliance_type),
        (Some("v1-highmem-xs"), &Some(ComplianceType::Hipaa))
    );
    assert_eq!(keys(&service), [("Environment", Some("production")), ("Critical", None)]);
}

#[tokio::test]
async fn settings_are_updated_and_those_left_out_stay() {
    let cloud = SimulatedCloud::start().await;
    let encrypted = create_primary(&cloud).await.id().unwrap();
    let update = |id, body: UpdateService| {
        let (client, org) = (&cloud.client, cloud.organization);
        async move { client.update_service(org, id, &body).await.map(fitting) }
    };
    let body = UpdateService::new()
        .release_channel(ReleaseChannel::Slow)
        .endpoints([EndpointSetting::new(EndpointProtocol::Mysql, true)])
        .transparent_data_encryption_key_id("arn:aws:kms:us-east-1:111122223333:key/another")
        .enable_core_dumps(false);
    let updated = update(encrypted, body).await.unwrap();
    assert_eq!((&updated.release_channel, updated.enable_core_dumps), (&Some(ReleaseChannel::Slow), Some(false)));
    let key = updated.transparent_data_encryption_key_id.as_ref().unwrap().expose_secret();
    assert_eq!(key, "arn:aws:kms:us-east-1:111122223333:key/another");
    assert_eq!(updated.endpoints().unwrap().len(), 3);

    let off = UpdateService::new().endpoints([EndpointSetting::new(EndpointProtocol::Mysql, false)]);
    let updated = update(encrypted, off).await.unwrap();
    assert_eq!((updated.endpoints().unwrap().len(), updated.enable_core_dumps), (2, Some(false)));

    let plain = cloud.create_service().await;
    let message = bad_request(update(plain, UpdateService::new().transparent_data_encryption_key_id("a")).await);
    assert!(message.contains("transparentDataEncryptionKeyId"), "{message}");
    let body = UpdateService::new().name("lost").endpoints([EndpointSetting::new(EndpointProtocol::Https, false)]);
    assert!(bad_request(update(plain, body).await).contains("endpoints"));
    let kept = fitting(cloud.client.get_service(cloud.organization, plain).await.unwrap());
    assert_eq!(kept.name(), Ok("analytics"), "all changes are made or none");
}

#[tokio::test]
async fn services_are_found_by_the_tags_that_they_get_and_lose() {
    let cloud = SimulatedCloud::start().await;
    let (first, second) = (cloud.create_service().await, cloud.create_service().await);
    let tag = |id, update: TagsUpdate| {
        let (client, org) = (&cloud.client, cloud.organization);
        async move { fitting(client.update_service(org, id, &UpdateService::new().tags(update)).await.unwrap()) }
    };
    let found = |filter: Vec<&'static str>| {
        let (client, org) = (&cloud.client, cloud.organization);
        async move {
            let services = fitting(client.list_services(org).filter(filter).await.unwrap());
            services.iter().map(|service| service.id().unwrap()).collect::<Vec<_>>()
        }
    };
    tag(first, TagsUpdate::new().add([Tag::new("team").value("data"), Tag::new("old")])).await;
    tag(second, TagsUpdate::new().add([Tag::new("team").value("sales")])).await;
    assert_eq!(found(vec![]).await, [first, second]);
    assert_eq!(found(vec!["tag:team"]).await, [first, second]);
    assert_eq!(found(vec!["tag:team=data"]).await, [first]);
    assert_eq!(found(vec!["tag:team", "tag:old"]).await, [first]);
    assert_eq!(found(vec!["tag:nothing"]).await, []);

    // The key alone tells which tag goes, and one that is not there is no error.
    let update = TagsUpdate::new()
        .remove([Tag::new("old").value("other"), Tag::new("nothing")])
        .add([Tag::new("team").value("platform")]);
    assert_eq!(keys(&tag(first, update).await), [("team", Some("platform"))]);
    assert_eq!(found(vec!["tag:team=platform"]).await, [first]);

    let many = (0..50).map(|number| Tag::new(format!("tag-{number}")));
    let body = UpdateService::new().tags(TagsUpdate::new().add(many));
    let message = bad_request(cloud.client.update_service(cloud.organization, first, &body).await);
    assert!(message.contains("at most 50"), "{message}");
}

#[tokio::test]
async fn a_service_scales_in_vertical_mode_by_the_memory_of_each_replica() {
    let cloud = SimulatedCloud::start().await;
    let id = cloud.create_service().await;
    let body = UpdateServiceReplicaScaling::new()
        .min_replica_memory_gb(16)
        .max_replica_memory_gb(40)
        .num_replicas(2)
        .idle_scaling(true)
        .idle_timeout_minutes(30);
    let service = scale(&cloud, id, &body).await.unwrap();
    assert_eq!(service.autoscaling_mode().unwrap(), &AutoscalingMode::Vertical);
    assert_eq!((service.min_replica_memory_gb, service.max_replica_memory_gb), (Some(16), Some(40)));
    assert_eq!((service.num_replicas, service.min_replicas, service.max_replicas), (Some(2), None, None));
    assert_eq!((service.idle_scaling(), service.idle_timeout_minutes), (Ok(true), Some(30)));
    // The total always stands for three replicas.
    assert_eq!((service.min_total_memory_gb, service.max_total_memory_gb), (Some(48), Some(120)));
    let current = service.current_scaling().unwrap();
    assert_eq!(current.effective_autoscaling_mode, Some(AutoscalingMode::Vertical));
    assert_eq!(
        (current.effective_min_replica_memory_gb, current.effective_max_replica_memory_gb),
        (Some(16), Some(40))
    );
    assert_eq!((current.effective_min_replicas, current.effective_max_replicas), (Some(2), Some(2)));
    assert_eq!((current.effective_idle_scaling, current.effective_idle_timeout_minutes), (Some(true), Some(30)));

    // Limits that are the same stand for a fixed number.
    let service = scale(&cloud, id, &UpdateServiceReplicaScaling::new().min_replicas(4).max_replicas(4)).await.unwrap();
    assert_eq!((service.num_replicas, service.min_replicas), (Some(4), None));
    let service = scale(&cloud, id, &UpdateServiceReplicaScaling::new().idle_scaling(false)).await.unwrap();
    assert_eq!(
        (service.idle_scaling(), service.idle_timeout_minutes, service.num_replicas),
        (Ok(false), None, Some(4))
    );
}

#[tokio::test]
async fn a_service_scales_in_horizontal_mode_by_the_number_of_replicas() {
    let cloud = SimulatedCloud::start().await;
    let horizontal = UpdateServiceReplicaScaling::new()
        .autoscaling_mode(AutoscalingMode::Horizontal)
        .min_replica_memory_gb(32)
        .max_replica_memory_gb(32)
        .min_replicas(2)
        .max_replicas(6);
    let created = new_service()
        .autoscaling_mode(AutoscalingMode::Horizontal)
        .min_replica_memory_gb(32)
        .max_replica_memory_gb(32)
        .min_replicas(2)
        .max_replicas(6);
    let created = create(&cloud, &created).await;
    let id = cloud.create_service().await;
    for service in [created, scale(&cloud, id, &horizontal).await.unwrap()] {
        assert_eq!(service.autoscaling_mode().unwrap(), &AutoscalingMode::Horizontal);
        assert_eq!((service.num_replicas, service.min_replicas, service.max_replicas), (None, Some(2), Some(6)));
        assert_eq!((service.replica_memory_gb, service.min_total_memory_gb), (Some(32), None));
        let current = service.current_scaling().unwrap();
        assert_eq!((current.effective_min_replicas, current.effective_max_replicas), (Some(2), Some(6)));
    }

    // Back again: the memory stays.
    let vertical = UpdateServiceReplicaScaling::new().autoscaling_mode(AutoscalingMode::Vertical).num_replicas(3);
    let service = scale(&cloud, id, &vertical).await.unwrap();
    assert_eq!(
        (service.num_replicas, service.replica_memory_gb, service.max_replica_memory_gb),
        (Some(3), None, Some(32))
    );
}

#[tokio::test]
async fn scaling_that_contradicts_itself_is_refused_and_changes_nothing() {
    let cloud = SimulatedCloud::start().await;
    let id = cloud.create_service().await;
    let before = fitting(cloud.client.get_service(cloud.organization, id).await.unwrap());
    let new = UpdateServiceReplicaScaling::new;
    for (body, part) in [
        (new().num_replicas(0), "numReplicas"),
        (new().num_replicas(3).min_replicas(2).max_replicas(4), "numReplicas"),
        (new().min_replicas(2), "minReplicas"),
        (new().max_replicas(2), "maxReplicas"),
        (new().min_replicas(2).max_replicas(4), "vertical mode"),
        (new().autoscaling_mode(AutoscalingMode::Horizontal), "horizontal mode needs"),
        (new().autoscaling_mode(AutoscalingMode::Horizontal).num_replicas(3), "vertical mode"),
        (new().autoscaling_mode(AutoscalingMode::Horizontal).min_replicas(4).max_replicas(2), "above maxReplicas"),
        (new().autoscaling_mode(AutoscalingMode::Horizontal).min_replicas(2).max_replicas(4), "maxReplicaMemoryGb"),
        (new().min_replica_memory_gb(40).max_replica_memory_gb(16), "above maxReplicaMemoryGb"),
        (new().min_replica_memory_gb(9), "minReplicaMemoryGb"),
        (new().idle_scaling(false).idle_timeout_minutes(5), "idleTimeoutMinutes"),
    ] {
        let message = bad_request(scale(&cloud, id, &body).await);
        assert!(message.contains(part), "{part}: {message}");
    }
    let horizontal =
        new().autoscaling_mode(AutoscalingMode::Horizontal).max_replica_memory_gb(8).min_replicas(2).max_replicas(4);
    assert_eq!(fitting(cloud.client.get_service(cloud.organization, id).await.unwrap()), before);
    scale(&cloud, id, &horizontal).await.unwrap();
    let message = bad_request(scale(&cloud, id, &new().autoscaling_mode(AutoscalingMode::Vertical)).await);
    assert!(message.contains("vertical mode needs"), "{message}");
}

#[tokio::test]
async fn services_of_a_warehouse_share_data_and_what_belongs_to_it() {
    let cloud = SimulatedCloud::start().await;
    let (client, org) = (&cloud.client, cloud.organization);
    let primary = create_primary(&cloud).await;
    let secondary = create(&cloud, &secondary_of(&primary)).await;
    assert_eq!(secondary.data_warehouse_id, primary.data_warehouse_id);
    assert_eq!((secondary.is_primary, secondary.is_readonly), (Some(false), Some(true)));
    assert_eq!(secondary.release_channel, Some(ReleaseChannel::Fast));
    let (primary, id) = (primary.id().unwrap(), secondary.id().unwrap());

    let body = UpdateService::new().release_channel(ReleaseChannel::Slow);
    fitting(client.update_service(org, id, &body).await.unwrap());
    assert_eq!(client.get_service(org, primary).await.unwrap().release_channel, Some(ReleaseChannel::Slow));
    let config = |id| async move { fitting(client.get_private_endpoint_config(org, id).await.unwrap()) };
    assert_eq!(config(id).await, config(primary).await);

    let message = bad_request(client.update_service_password(org, id, &UpdateServicePassword::new()).await);
    assert!(message.contains("secondary service"), "{message}");
    let body = UpdateBackupConfiguration::new().backup_period_in_hours(12);
    let message = bad_request(client.update_backup_configuration(org, id, &body).await);
    assert!(message.contains("secondary service"), "{message}");
    cloud.advance(Duration::from_secs(3_600));
    assert_eq!(client.list_backups(org, id).await.unwrap().len(), 0, "the backups belong to the primary one");
    assert_eq!(client.list_backups(org, primary).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_creation_that_refers_to_nothing_is_refused() {
    let cloud = SimulatedCloud::start().await;
    let (client, org) = (&cloud.client, cloud.organization);
    let primary = create_primary(&cloud).await;
    let elsewhere = CreateService::new("reports", Provider::Gcp, Region::EuropeWest4, []);
    for (body, part) in [
        (new_service().data_warehouse_id(Uuid::nil().into()), "dataWarehouseId"),
        (new_service().is_readonly(true), "isReadonly"),
        (secondary_of(&primary).has_transparent_data_encryption(false), "must match primary service"),
        (elsewhere.data_warehouse_id(primary.data_warehouse_id.unwrap()), "region"),
        (new_service().profile("v1-nothing"), "profile"),
        (new_service().byoc_id(Uuid::nil().into()), "minReplicaMemoryGb"),
        (new_service().byoc_id(Uuid::nil().into()).min_replica_memory_gb(48).max_replica_memory_gb(48), "byocId"),
        (new_service().tier(Tier::DedicatedStandardN2dStandard8), "tier"),
        (new_service().tier(Tier::Development).release_channel(ReleaseChannel::Fast), "releaseChannel"),
        (new_service().backup_id(BACKUP), "backupId"),
        (secondary_of(&primary).backup_id(BACKUP), "backupId"),
        (new_service().backup_encryption_config(SecretJson::default()), "backupEncryptionConfig"),
    ] {
        let message = bad_request(client.create_service(org, &body).await);
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(client.list_services(org).await.unwrap().len(), 1);
}

#[tokio::test]
async fn profiles_are_listed_for_a_region() {
    let cloud = SimulatedCloud::start().await;
    let (client, org) = (&cloud.client, cloud.organization);
    let profiles = fitting(client.list_service_profiles(org).region_id(&Region::UsEast1).await.unwrap());
    let default = profiles.iter().find(|profile| profile.profile() == Ok("v1-default")).unwrap();
    assert_eq!((default.cpu_cores(), default.memory_gi()), (Ok(4.0), Ok(16)));
    assert!(bad_request(client.list_service_profiles(org).await).contains("region_id"));
    assert!(bad_request(client.list_service_profiles(org).byoc_id(Uuid::nil().into()).await).contains("byoc_id"));
}

#[tokio::test]
async fn a_private_endpoint_belongs_to_a_service_and_its_organization() {
    let cloud = SimulatedCloud::start().await;
    let (client, org) = (&cloud.client, cloud.organization);
    let region = |region: &'static Region| client.get_organization_private_endpoint_config(org, &Provider::Aws, region);
    assert!(bad_request(region(&Region::UsEast1).await).contains("no service"));

    let (first, second) = (cloud.create_service().await, cloud.create_service().await);
    let endpoint = CreatePrivateEndpoint::new("vpce-1").description("Analytics VPC");
    let registered = fitting(client.create_private_endpoint(org, first, &endpoint).await.unwrap());
    assert_eq!((registered.id(), registered.description.as_deref()), (Ok("vpce-1"), Some("Analytics VPC")));
    assert_eq!((registered.cloud_provider, registered.region), (Some(Provider::Aws), Some(Region::UsEast1)));

    let service = fitting(client.get_service(org, first).await.unwrap());
    assert_eq!(service.private_endpoint_ids().unwrap(), ["vpce-1"]);
    let other = fitting(client.get_service(org, second).await.unwrap());
    assert_eq!(other.private_endpoint_ids().unwrap(), <[String; 0]>::default());
    assert_eq!(other.available_private_endpoint_ids.as_deref().unwrap(), ["vpce-1"]);
    let elsewhere = create(&cloud, &CreateService::new("a", Provider::Gcp, Region::EuropeWest4, [])).await;
    assert_eq!(elsewhere.available_private_endpoint_ids.as_deref(), Some(&[][..]));

    let config = fitting(client.get_private_endpoint_config(org, first).await.unwrap());
    let of_region = fitting(region(&Region::UsEast1).await.unwrap());
    assert_eq!(of_region.endpoint_service_id().unwrap(), config.endpoint_service_id().unwrap());
    assert!(bad_request(region(&Region::EuWest1).await).contains("no service"));
}

#[tokio::test]
async fn the_example_scales_the_services_with_a_tag_and_no_others() {
    let cloud = SimulatedCloud::start().await;
    let tagged = create(&cloud, &new_service().tags([Tag::new("team").value("data")])).await.id().unwrap();
    let other = cloud.create_service().await;
    let scaling = UpdateServiceReplicaScaling::new().num_replicas(2);
    example::scale(&cloud.client, cloud.organization, "tag:team=data", &scaling).await.unwrap();
    for (id, replicas) in [(tagged, 2), (other, 3)] {
        let service = fitting(cloud.client.get_service(cloud.organization, id).await.unwrap());
        assert_eq!(service.num_replicas, Some(replicas));
    }
    let refused = UpdateServiceReplicaScaling::new().num_replicas(2).min_replicas(2);
    assert!(example::scale(&cloud.client, cloud.organization, "tag:team=data", &refused).await.is_err());
}
