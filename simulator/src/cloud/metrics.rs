//! Metrics in the text format of Prometheus. They do not change while nothing else does: there are no queries.

use std::fmt::Write;

use uuid::Uuid;

use super::service::{CLICKHOUSE_VERSION, Service, State};
use crate::{kinds::postgres_service, resources::Resource};

/// The bytes that an idle server has in use.
const BYTES_IN_USE: u64 = 1_503_238_553;

/// The metrics that a call asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Selection {
    All,
    Important,
}

/// A metric of the replicas of a service.
struct Metric {
    name: &'static str,
    help: &'static str,
    kind: &'static str,
    is_important: bool,
    value: fn(&Service) -> u64,
}

const METRICS: [Metric; 3] = [
    Metric {
        name: "ClickHouseMetrics_MemoryTracking",
        help: "Bytes of memory in use",
        kind: "gauge",
        is_important: true,
        value: |_| BYTES_IN_USE,
    },
    Metric {
        name: "ClickHouseAsyncMetrics_CGroupMemoryTotal",
        help: "Bytes of memory that the server may use",
        kind: "gauge",
        is_important: false,
        value: |service| u64::from(service.replica_memory_gb()) << 30,
    },
    Metric {
        name: "ClickHouseProfileEvents_Query",
        help: "Number of queries started",
        kind: "counter",
        is_important: false,
        value: |_| 0,
    },
];

/// Returns the metrics of services. Only those that are up emit any, and only running ones emit those of replicas.
pub(super) fn of_services<'a>(
    services: impl IntoIterator<Item = &'a Service>,
    organization: Option<Uuid>,
    selection: Selection,
) -> String {
    let labels = |service: &Service| {
        let organization = organization.map_or_else(String::new, |id| format!("clickhouse_org=\"{id}\","));
        format!("{organization}clickhouse_service=\"{}\"", service.id())
    };
    let up: Vec<_> =
        services.into_iter().filter(|service| service.is_up()).map(|service| (service, labels(service))).collect();
    let mut text = String::new();
    if !up.is_empty() {
        head(&mut text, "ClickHouse_ServiceInfo", "Name, state and version of the service", "untyped");
    }
    for (service, labels) in &up {
        let name = escape(service.name());
        let state = service.state().as_str();
        _ = writeln!(
            text,
            "ClickHouse_ServiceInfo{{{labels},clickhouse_service_name=\"{name}\",clickhouse_cluster_status=\"{state}\",\
             clickhouse_version=\"{CLICKHOUSE_VERSION}\"}} 1"
        );
    }
    let running: Vec<_> = up.iter().filter(|(service, _)| service.state() == State::Running).collect();
    let selected = METRICS.iter().filter(|metric| metric.is_important || selection == Selection::All);
    for metric in selected.filter(|_| !running.is_empty()) {
        head(&mut text, metric.name, metric.help, metric.kind);
        for (service, labels) in &running {
            let value = (metric.value)(service);
            for replica in 0..service.replicas() {
                _ = writeln!(text, "{}{{{labels},hostname=\"server-{replica}\"}} {value}", metric.name);
            }
        }
    }
    text
}

/// Returns the metrics of Postgres services. Only those that are running emit any.
pub(super) fn of_postgres<'a>(services: impl IntoIterator<Item = &'a Resource>) -> String {
    let mut text = String::new();
    for service in services.into_iter().filter(|service| postgres_service::is_running(service)) {
        if text.is_empty() {
            head(&mut text, "Postgres_CpuUsagePercent", "Share of the CPU in use", "gauge");
        }
        let label = |name: &str| escape(service.fields[name].as_str().unwrap_or_default());
        let (id, name) = (label("id"), label("name"));
        _ = writeln!(text, "Postgres_CpuUsagePercent{{postgres_service=\"{id}\",postgres_service_name=\"{name}\"}} 0");
    }
    text
}

fn head(text: &mut String, name: &str, help: &str, kind: &str) {
    _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// Returns the value of a label as the format writes it.
fn escape(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Returns a text with `_` in place of the characters that the name of a label cannot have.
pub(super) fn label_name(text: &str) -> String {
    text.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '_' }).collect()
}
