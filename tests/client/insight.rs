//! Quotas, activities and notifications, as they follow from what is done to services.

use std::time::Duration;

use clickhouse_cloud::{Client, types::*};
use tests::simulated_cloud::{SimulatedCloud, fitting, new_service};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The seconds until an activity is shown.
const DELAY: u32 = 30;

#[tokio::test]
async fn the_usage_of_quotas_follows_what_exists() {
    let SimulatedCloud { client, organization, .. } = &SimulatedCloud::start().await;
    let services = async || {
        let code = QuotaCode::ServicesPerOrganization;
        fitting(client.get_quota(*organization, &code).await.unwrap())
    };
    assert_eq!(services().await.usage, Some(0));
    fitting(client.create_service(*organization, &new_service()).await.unwrap());
    let quota = services().await;
    assert_eq!((quota.usage, quota.value(), quota.scope()), (Some(1), Ok(20), Ok(&QuotaScope::Organization)));
    assert!(
        quota.adjustable().unwrap() && !quota.name().unwrap().is_empty() && !quota.description().unwrap().is_empty()
    );

    let quotas = fitting(client.list_quotas(*organization).await.unwrap());
    assert!(quotas.contains(&quota), "{quotas:?}");
    let replicas = quotas.iter().find(|quota| quota.quota_code() == Ok(&QuotaCode::ReplicasPerWarehouse)).unwrap();
    assert_eq!((replicas.usage, replicas.scope()), (None, Ok(&QuotaScope::Warehouse)));
}

#[tokio::test]
async fn a_quota_that_is_unknown_or_does_not_apply_is_not_found() {
    let SimulatedCloud { client, organization, .. } = &SimulatedCloud::start().await;
    for code in [QuotaCode::PostgresServicesPerOrganization, QuotaCode::from("dashboards-per-organization")] {
        let error = client.get_quota(*organization, &code).await.unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "{code}: {error}");
    }
}

async fn activities(client: &Client, organization: OrganizationId) -> Vec<Activity> {
    fitting(client.list_activities(organization).await.unwrap()).into_items()
}

fn types(activities: &[Activity]) -> Vec<String> {
    activities.iter().map(|activity| activity.type_().unwrap().to_string()).collect()
}

#[tokio::test]
async fn an_activity_tells_what_a_call_did_and_is_shown_with_a_delay() {
    let cloud = SimulatedCloud::start().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let service = cloud.create_service().await;
    cloud.advance((DELAY - 1) * SECOND);
    assert_eq!(activities(client, *organization).await, []);
    cloud.advance(SECOND);
    let [created] = &activities(client, *organization).await[..] else { panic!("one activity") };
    assert_eq!(created.type_(), Ok(&ActivityType::ServiceCreate));
    assert_eq!((created.service_id, created.organization_id()), (Some(service), Ok(*organization)));
    assert_eq!(created.actor_type(), Ok(&ActivityActorType::Api));
    let key = fitting(client.list_api_keys(*organization).await.unwrap());
    let key = key.only().unwrap();
    let actor = (created.actor_id.as_deref(), created.actor_details.as_deref());
    assert_eq!(actor, (Some(key.id().unwrap().to_string().as_str()), Some(key.name().unwrap())));
    assert_eq!(created.actor_ip_address.as_deref(), Some("127.0.0.1"));
    assert!(created.user_agent.as_deref().unwrap().contains("clickhouse-cloud"), "{created:?}");
    assert_eq!(&fitting(client.get_activity(*organization, created.id().unwrap()).await.unwrap()), created);

    let error = client.get_activity(*organization, &ActivityId::from("nobody")).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
}

#[tokio::test]
async fn activities_of_calls_and_of_the_service_itself_are_listed_the_newest_first() {
    let cloud = SimulatedCloud::start().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let body = new_service().idle_scaling(true).idle_timeout_minutes(15);
    let id = fitting(client.create_service(*organization, &body).await.unwrap()).service().unwrap().id().unwrap();
    cloud.advance(HOUR);
    let changes = UpdateService::new().name("renamed").ip_access_list(IpAccessListUpdate::new().add([]));
    fitting(client.update_service(*organization, id, &changes).await.unwrap());
    cloud.advance(SECOND);
    let stop = UpdateServiceState::new(StateCommand::Stop);
    fitting(client.update_service_state(*organization, id, &stop).await.unwrap());
    cloud.advance(HOUR);
    fitting(client.delete_service(*organization, id).await.unwrap());
    cloud.advance(HOUR);

    let all = activities(client, *organization).await;
    let expected = [
        "service_delete",
        "service_stop",
        "service_update_ip_access_list",
        "service_update_name",
        "service_idle",
        "service_running",
        "service_create",
    ];
    assert_eq!(types(&all), expected);
    assert!(all.iter().all(|activity| activity.service_id == Some(id)));
    let by_system: Vec<_> =
        all.iter().filter(|activity| activity.actor_type() == Ok(&ActivityActorType::System)).cloned().collect();
    assert_eq!(types(&by_system), ["service_idle", "service_running"]);
    assert!(by_system.iter().all(|activity| activity.actor_ip_address.is_none() && activity.actor_id.is_none()));

    let created_at = |index: usize| all[index].created_at().unwrap();
    let between = client.list_activities(*organization).from_date(created_at(4)).to_date(created_at(2));
    let between = fitting(between.await.unwrap()).into_items();
    assert_eq!(types(&between), expected[2..=4]);
}

/// Starts a cloud with a service that has been stopped, and one that is idle since later.
async fn notified() -> (SimulatedCloud, ServiceId, ServiceId) {
    let cloud = SimulatedCloud::start().await;
    let stopped = cloud.create_running_service().await;
    let stop = UpdateServiceState::new(StateCommand::Stop);
    fitting(cloud.client.update_service_state(cloud.organization, stopped, &stop).await.unwrap());
    cloud.advance(HOUR);
    let body = new_service().idle_scaling(true).idle_timeout_minutes(15);
    let created = fitting(cloud.client.create_service(cloud.organization, &body).await.unwrap());
    cloud.advance(HOUR);
    (cloud, stopped, created.service().unwrap().id().unwrap())
}

#[tokio::test]
async fn notifications_tell_what_happened_without_a_call_the_newest_first() {
    let (cloud, stopped, idle) = notified().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let list = fitting(client.list_notifications(*organization).await.unwrap());
    let shown: Vec<_> = list.iter().map(|one| (one.type_().unwrap(), one.resource_id().unwrap().to_owned())).collect();
    assert_eq!(shown, [("service_idle", idle.to_string()), ("service_stopped", stopped.to_string())]);
    let first = &list[0];
    assert_eq!(
        (first.severity(), first.resource_type()),
        (Ok(&NotificationSeverity::Info), Ok(&NotificationResourceType::Service))
    );
    assert_eq!((first.resource_name.as_deref(), first.title()), (Some("analytics"), Ok("A service is idle")));
    assert!(first.description().unwrap().contains("analytics"), "{first:?}");
    assert!(first.created_at().unwrap() > list[1].created_at().unwrap());
    assert_eq!(fitting(client.list_notifications(*organization).await.unwrap())[..], list[..], "none is sent twice");

    let types = fitting(client.list_notification_types(*organization).await.unwrap());
    for one in &list {
        let of = types.iter().find(|of| of.name() == one.type_()).unwrap();
        assert_eq!((of.severity(), of.resource_type(), of.title()), (one.severity(), one.resource_type(), one.title()));
        assert_eq!(of.category(), Ok(&NotificationCategory::Service));
        assert!(of.is_configurable().unwrap() && of.is_available().unwrap() && of.description.is_some());
    }
}

#[tokio::test]
async fn notifications_are_selected_by_severity_type_resource_and_time() {
    let (cloud, stopped, idle) = notified().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let all = fitting(client.list_notifications(*organization).await.unwrap());
    let list = || client.list_notifications(*organization);
    for (call, expected) in [
        (list().severity(&NotificationSeverity::Warning), &all[1..]),
        (list().severity(&NotificationSeverity::Critical), &[]),
        (list().type_("service_idle"), &all[..1]),
        (list().resource_id(&stopped.to_string()), &all[1..]),
        (list().resource_id(&idle.to_string()).severity(&NotificationSeverity::Warning), &[]),
        (list().resource_type(&NotificationResourceType::Service), &all[..]),
        (list().resource_type(&NotificationResourceType::Organization), &[]),
        (list().from_date(all[0].created_at().unwrap()), &all[..1]),
        (list().to_date(all[1].created_at().unwrap()), &all[1..]),
    ] {
        assert_eq!(*fitting(call.await.unwrap()), *expected);
    }
}

#[tokio::test]
async fn notifications_come_in_pages_and_are_kept_for_180_days() {
    let (cloud, ..) = notified().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let all = fitting(client.list_notifications(*organization).await.unwrap());
    let first = fitting(client.list_notifications(*organization).limit(1).await.unwrap());
    assert_eq!(*first, all[..1]);
    let cursor = first.next().unwrap().to_string();
    assert_eq!(*fitting(client.list_notifications(*organization).limit(1).cursor(&cursor).await.unwrap()), all[1..]);
    let items = client.list_notifications(*organization).limit(1).all().at_most(10).await.unwrap();
    assert_eq!(items[..], all[..]);

    cloud.advance(179 * DAY);
    let later = fitting(client.list_notifications(*organization).await.unwrap());
    assert!(later.ends_with(&all), "{later:?}");
    cloud.advance(DAY);
    let later = fitting(client.list_notifications(*organization).await.unwrap());
    assert!(
        !later.is_empty() && later.iter().all(|one| one.resource_type() == Ok(&NotificationResourceType::Organization))
    );
}

#[tokio::test]
async fn a_week_before_credits_expire_there_is_a_notification() {
    let cloud = SimulatedCloud::start().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    cloud.advance(22 * DAY);
    assert!(fitting(client.list_notifications(*organization).await.unwrap()).is_empty());
    cloud.advance(DAY);
    let list = fitting(client.list_notifications(*organization).await.unwrap());
    let [expiring] = &list[..] else { panic!("{list:?}") };
    assert_eq!(expiring.type_(), Ok("organization_credits_expiring"));
    assert_eq!(expiring.resource_id(), Ok(organization.to_string().as_str()));
    assert!(expiring.description().unwrap().starts_with("300 credits expire on "), "{expiring:?}");
}

#[tokio::test]
async fn a_key_of_one_service_sees_what_is_about_it_alone() {
    let (cloud, stopped, idle) = notified().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let policy = Policy::new(PolicyEffect::Allow, ["control-plane:service:view"], [format!("instance/{idle}")]);
    let role = CreateRole::new("One service", [""; 0], [policy]);
    let role = fitting(client.create_role(*organization, &role).await.unwrap()).id().unwrap();
    let key = CreateApiKey::new("One service").assigned_role_ids([role]);
    let key = fitting(client.create_api_key(*organization, &key).await.unwrap());
    let (id, secret) = (key.key_id.unwrap(), key.key_secret.unwrap());
    let client = cloud.client_with_key(id.expose_secret(), secret.expose_secret());

    let notifications = fitting(client.list_notifications(*organization).await.unwrap());
    let about: Vec<_> = notifications.iter().map(|one| one.resource_id().unwrap().to_owned()).collect();
    assert_eq!(about, [idle.to_string()], "and not {stopped}");
    let targets = fitting(client.discover_prometheus_targets(*organization).await.unwrap());
    let labels: Vec<_> =
        targets.iter().map(|target| target.labels().unwrap()["clickhouse_service_id"].clone()).collect();
    assert_eq!(labels, [idle.to_string()]);
}

#[tokio::test]
async fn activities_about_keys_and_roles_name_their_targets() {
    let cloud = SimulatedCloud::start().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let policy = Policy::new(PolicyEffect::Allow, ["control-plane:service:view"], ["instance/*"]);
    let role = CreateRole::new("Viewer", [""; 0], [policy]);
    let role = fitting(client.create_role(*organization, &role).await.unwrap()).id().unwrap();
    cloud.advance(SECOND);
    let key = CreateApiKey::new("Viewer").assigned_role_ids([role]);
    let key = fitting(client.create_api_key(*organization, &key).await.unwrap()).key.unwrap().id().unwrap();
    cloud.advance(SECOND);
    let off = UpdateApiKey::new().state(ApiKeyState::Disabled);
    fitting(client.update_api_key(*organization, key, &off).await.unwrap());
    cloud.advance(SECOND);
    fitting(client.delete_api_key(*organization, key).await.unwrap());
    cloud.advance(DELAY * SECOND);

    let all = activities(client, *organization).await;
    let [deleted, disabled, created, of_role] = &all[..] else { panic!("{all:?}") };
    for (activity, change) in [
        (deleted, ApiKeyUpdateType::Deleted),
        (disabled, ApiKeyUpdateType::StateChanged),
        (created, ApiKeyUpdateType::Created),
    ] {
        assert_eq!(activity.type_(), Ok(&ActivityType::OpenapiKeyUpdate));
        assert_eq!((activity.target_key_id, &activity.key_update_type), (Some(key), &Some(change)));
        assert_eq!(activity.service_id, None);
    }
    assert_eq!(of_role.type_(), Ok(&ActivityType::RoleCreate));
    assert_eq!(of_role.target_role_ids.as_deref(), Some(&[role][..]));
    assert_eq!(of_role.target_role_names.as_deref(), Some(&["Viewer".to_owned()][..]));
}
