//! The metrics of services in the format of Prometheus.

#![expect(deprecated, reason = "what is deprecated still works")]

use std::time::Duration;

use clickhouse_cloud::types::*;
use tests::simulated_cloud::{SimulatedCloud, fitting, new_service};

const HOUR: Duration = Duration::from_secs(3600);

/// Returns the names of the metrics in a text.
fn names(metrics: &str) -> Vec<&str> {
    metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect()
}

/// Returns the number of samples of a metric.
fn count(metrics: &str, name: &str) -> usize {
    metrics.lines().filter(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with('{'))).count()
}

#[tokio::test]
async fn the_metrics_of_a_service_follow_its_replicas_and_its_memory() {
    let cloud = SimulatedCloud::start().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let service = cloud.create_running_service().await;
    let metrics = async || fitting(client.get_service_prometheus(*organization, service).await.unwrap());
    let before = metrics().await;
    assert!(before.contains("clickhouse_cluster_status=\"running\""), "{before}");
    assert_eq!(count(&before, "ClickHouseMetrics_MemoryTracking"), 3);
    assert!(before.contains(&format!("hostname=\"server-2\"}} {}\n", 8_u64 << 30)), "{before}");

    let body = UpdateServiceReplicaScaling::new().num_replicas(2).min_replica_memory_gb(16).max_replica_memory_gb(16);
    fitting(client.update_service_replica_scaling(*organization, service, &body).await.unwrap());
    let after = metrics().await;
    assert_eq!(count(&after, "ClickHouseMetrics_MemoryTracking"), 2);
    assert!(after.contains(&format!("hostname=\"server-1\"}} {}\n", 16_u64 << 30)), "{after}");

    let stop = UpdateServiceState::new(StateCommand::Stop);
    fitting(client.update_service_state(*organization, service, &stop).await.unwrap());
    cloud.advance(HOUR);
    assert_eq!(metrics().await, "", "a stopped service has none");
}

#[tokio::test]
async fn filtered_metrics_are_fewer() {
    let cloud = SimulatedCloud::start().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let service = cloud.create_running_service().await;
    for filtered in [true, false] {
        let of_one = client.get_service_prometheus(*organization, service).filtered_metrics(filtered);
        let of_all = client.get_organization_prometheus(*organization).filtered_metrics(filtered);
        let of_one = fitting(of_one.await.unwrap());
        let of_all = fitting(of_all.await.unwrap());
        assert_eq!(names(&of_one), names(&of_all));
        assert_eq!(names(&of_one).len(), if filtered { 2 } else { 4 }, "{of_one}");
        assert_eq!(count(&of_one, "ClickHouse_ServiceInfo"), 1);
    }
}

#[tokio::test]
async fn the_metrics_of_an_organization_are_those_of_the_services_that_emit_any() {
    let cloud = SimulatedCloud::start().await;
    let SimulatedCloud { client, organization, .. } = &cloud;
    let metrics = async || fitting(client.get_organization_prometheus(*organization).await.unwrap());
    assert_eq!(metrics().await, "");
    cloud.create_service().await;
    assert_eq!(metrics().await, "", "one that starts emits none yet");
    let other = cloud.create_running_service().await;
    let both = metrics().await;
    assert_eq!(count(&both, "ClickHouse_ServiceInfo"), 2);
    assert_eq!(count(&both, "ClickHouseMetrics_MemoryTracking"), 6);
    assert!(both.contains(&format!("{{clickhouse_org=\"{organization}\",clickhouse_service=\"{other}\"")), "{both}");
    let families = names(&both);
    assert!(families.iter().all(|name| both.matches(&format!("# TYPE {name} ")).count() == 1), "{families:?}");
}

#[tokio::test]
async fn discovery_has_a_target_for_each_service_that_is_not_being_deleted() {
    let cloud = SimulatedCloud::start().await;
    let SimulatedCloud { client, organization, simulator } = &cloud;
    let discover = async || fitting(client.discover_prometheus_targets(*organization).await.unwrap()).to_vec();
    assert_eq!(discover().await, []);
    let tags = [Tag::new("cost-center").value("42"), Tag::new("Critical")];
    let created = client.create_service(*organization, &new_service().tags(tags)).await.unwrap();
    let service = fitting(created).service().unwrap().id().unwrap();
    let groups = discover().await;
    let [group] = &groups[..] else { panic!("{groups:?}") };
    assert_eq!(group.targets().unwrap(), [simulator.address().to_string()]);
    let labels = group.labels().unwrap();
    for (name, value) in [
        ("__scheme__", "http"),
        ("__metrics_path__", &format!("/v1/organizations/{organization}/services/{service}/prometheus")),
        ("__param_filtered_metrics", "true"),
        ("clickhouse_org_id", &organization.to_string()),
        ("clickhouse_service_id", &service.to_string()),
        ("clickhouse_discovery_service_name", "analytics"),
        ("__meta_clickhouse_region", "us-east-1"),
        ("__meta_clickhouse_provider", "aws"),
        ("__meta_clickhouse_tag_cost_center", "42"),
        ("__meta_clickhouse_tagpresent_cost_center", "true"),
        ("__meta_clickhouse_tagpresent_Critical", "true"),
    ] {
        assert_eq!(labels.get(name).map(String::as_str), Some(value), "{name}");
    }
    assert!(!labels.contains_key("__meta_clickhouse_tag_Critical"), "it has no value");
    let unfiltered = client.discover_prometheus_targets(*organization).filtered_metrics(false);
    let unfiltered = fitting(unfiltered.await.unwrap());
    assert_eq!(unfiltered[0].labels().unwrap()["__param_filtered_metrics"], "false");

    fitting(client.delete_service(*organization, service).await.unwrap());
    assert_eq!(discover().await, []);
}
