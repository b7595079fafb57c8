//! What was done, what it costs, and how services are.

use std::time::Duration;

use clickhouse_cloud::{chrono::TimeDelta, types::*};

use super::{Tour, done};

pub(super) async fn visit(tour: &Tour) {
    quotas(tour).await;
    activities(tour).await;
    notifications(tour).await;
    costs(tour).await;
    metrics(tour).await;
}

async fn quotas(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    done(cloud.list_quotas(organization)).await;
    for quota in [QuotaCode::ServicesPerOrganization, QuotaCode::ApiKeysPerOrganization] {
        done(cloud.get_quota(organization, &quota)).await;
    }
}

async fn activities(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    tour.advance(Duration::from_secs(60));
    for activity in &done(cloud.list_activities(organization)).await {
        done(cloud.get_activity(organization, activity.id().unwrap())).await;
    }
    let now = tour.now();
    done(cloud.list_activities(organization).from_date(now - TimeDelta::days(7)).to_date(now)).await;
}

async fn notifications(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let now = tour.now();
    done(cloud.list_notification_types(organization)).await;
    cloud.list_notifications(organization).limit(1).all().await.unwrap();
    let all = done(cloud.list_notifications(organization)).await;
    let first = all.first().unwrap();
    let some = cloud
        .list_notifications(organization)
        .severity(first.severity().unwrap())
        .type_(first.type_().unwrap())
        .resource_id(first.resource_id().unwrap())
        .resource_type(first.resource_type().unwrap())
        .from_date(now - TimeDelta::days(7))
        .to_date(now);
    done(some).await;
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn costs(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let today = tour.now().date_naive();
    let last_week = today - TimeDelta::days(7);
    done(cloud.get_usage_cost(organization, last_week, today)).await;
    done(cloud.get_usage_cost(organization, last_week, today).filter(["tag:Team"])).await;
    done(cloud.list_active_balances(organization).limit(1).offset(0)).await;
    done(cloud.list_credit_balances(organization)).await;
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn metrics(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let service = done(cloud.list_services(organization)).await.first().unwrap().id().unwrap();
    done(cloud.get_service_prometheus(organization, service).filtered_metrics(true)).await;
    done(cloud.get_organization_prometheus(organization).filtered_metrics(true)).await;
    done(cloud.discover_prometheus_targets(organization).filtered_metrics(true)).await;
}
