//! Quotas, activities and notifications, as they follow from what is done to services.

use std::time::Duration;

use clickhouse_cloud::{
    Client, Error,
    chrono::{DateTime, TimeDelta, Utc},
    types::*,
};
use tests::simulated_cloud::{SimulatedCloud, fitting, new_service};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The time until an activity is shown.
const DELAY: Duration = Duration::from_secs(30);

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
    cloud.advance(DELAY - SECOND);
    assert_eq!(activities(client, *organization).await, []);
    cloud.advance(SECOND);
    let [created] = &activities(client, *organization).await[..] else { panic!("one activity") };
    assert_eq!(created.type_(), Ok(&ActivityType::ServiceCreate));
    assert_eq!((created.service_id, created.organization_id()), (Some(service), Ok(*organization)));
    assert_eq!(created.actor_type(), Ok(&ActivityActorType::Api));
    assert_eq!(created.actor_ip_address.as_deref(), Some("127.0.0.1"));
    assert!(created.user_agent.as_deref().unwrap().contains("clickhouse-cloud"), "{created:?}");
    assert_eq!(&fitting(client.get_activity(*organization, created.id().unwrap()).await.unwrap()), created);

    let error = client.get_activity(*organization, &ActivityId::from("nobody")).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404));
}
