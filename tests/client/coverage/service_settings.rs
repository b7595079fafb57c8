//! A service with a schedule in effect, an upgrade window, ClickHouse settings and replica-aware routing.

use std::time::Duration;

use clickhouse_cloud::types::*;

use super::{Tour, done};

pub(super) async fn visit(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let body = CreateService::new("scheduled", Provider::Aws, Region::UsEast1, []).idle_timeout_minutes(15);
    let service = done(cloud.create_service(organization, &body)).await.service().unwrap().id().unwrap();
    tour.advance(Duration::from_secs(120));
    schedule(tour, service).await;
    upgrade_window(tour, service).await;
    clickhouse_settings(tour, service).await;
    let routing = UpdateReplicaAwareRouting::new().http_enabled(true).native_enabled(true);
    done(cloud.update_replica_aware_routing(organization, service, &routing)).await;
    done(cloud.get_replica_aware_routing(organization, service)).await;
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn schedule(tour: &Tour, service: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let always = || {
        SetScalingScheduleEntry::new("Always", 0..7, 0, 24)
            .autoscaling_mode(AutoscalingMode::Horizontal)
            .min_replica_memory_gb(16)
            .max_replica_memory_gb(16)
            .idle_scaling(true)
            .idle_timeout_minutes(30)
    };
    let fixed = always().autoscaling_mode(AutoscalingMode::Vertical).num_replicas(3);
    for entry in [fixed, always().min_replicas(2).max_replicas(4)] {
        done(cloud.set_scaling_schedule(organization, service, &SetScalingSchedule::new([entry]))).await;
    }
    done(cloud.get_scaling_schedule(organization, service)).await.unwrap();
    // All that return a service show it.
    done(cloud.list_services(organization)).await;
    done(cloud.get_service(organization, service)).await;
    done(cloud.update_service(organization, service, &UpdateService::new().name("scheduled-1"))).await;
    let start = UpdateServiceState::new(StateCommand::Start);
    done(cloud.update_service_state(organization, service, &start)).await;
    done(cloud.update_service_scaling(organization, service, &UpdateServiceScaling::new().num_replicas(2))).await;
    let scaling = UpdateServiceReplicaScaling::new().num_replicas(3);
    done(cloud.update_service_replica_scaling(organization, service, &scaling)).await;
    done(cloud.delete_scaling_schedule(organization, service)).await;
}

async fn upgrade_window(tour: &Tour, service: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    done(cloud.set_upgrade_window(organization, service, &SetUpgradeWindow::new(3, 12))).await;
    done(cloud.get_upgrade_window(organization, service)).await.unwrap();
    done(cloud.delete_upgrade_window(organization, service)).await;
}

async fn clickhouse_settings(tour: &Tour, service: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    done(cloud.get_clickhouse_settings_schema(organization, service)).await;
    let settings =
        UpdateClickhouseSettings::new([("compatibility", "26.2".into()), ("max_query_size", 262_144.into())]);
    done(cloud.update_clickhouse_settings(organization, service, &settings)).await;
    tour.advance(Duration::from_secs(5));
    done(cloud.list_clickhouse_settings(organization, service)).await;
    for name in ["compatibility", "max_query_size"] {
        done(cloud.get_clickhouse_setting(organization, service, name)).await;
        done(cloud.reset_clickhouse_setting(organization, service, name)).await;
    }
}
