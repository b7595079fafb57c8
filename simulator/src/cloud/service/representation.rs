use std::fmt::Write;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Service;
use crate::clock::timestamp;

const CLICKHOUSE_VERSION: &str = "26.8";

impl Service {
    /// Returns the service as the API shows it, without changes of state after `seen_at`.
    pub(crate) fn to_json(&self, seen_at: DateTime<Utc>) -> Value {
        let mut shown = json!({
            "id": self.id,
            "name": self.name,
            "provider": self.location.provider().as_str(),
            "region": self.location.region(),
            "clickhouseVersion": CLICKHOUSE_VERSION,
            "state": self.state_seen_at(seen_at).as_str(),
            "endpoints": self.location.endpoints(self.has_mysql_password),
            "tier": self.tier,
            "ipAccessList": self.ip_access_list,
            "createdAt": timestamp(self.created_at),
            "encryptionKey": self.encryption.key,
            "encryptionAssumedRoleIdentifier": self.encryption.assumed_role_identifier,
            "iamRole": self.location.iam_role(),
            "privateEndpointIds": self.private_endpoint_ids,
            "dataWarehouseId": self.data_warehouse_id,
            "isPrimary": true,
        });
        if let (Some(fields), Value::Object(scaling)) = (shown.as_object_mut(), self.scaling.to_json()) {
            fields.extend(scaling);
        }
        // None of these fields may be null: a field that does not apply is left out.
        if let Some(fields) = shown.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        shown
    }

    /// Returns the metrics of the service in the text format of Prometheus.
    pub(crate) fn metrics(&self) -> String {
        let Self { id, name, .. } = self;
        let state = self.state().as_str();
        let mut metrics = format!(
            "# HELP ClickHouse_ServiceInfo Name, state and version of the service\n\
             # TYPE ClickHouse_ServiceInfo untyped\n\
             ClickHouse_ServiceInfo{{clickhouse_service=\"{id}\",clickhouse_service_name=\"{}\",\
             clickhouse_cluster_status=\"{state}\",clickhouse_version=\"{CLICKHOUSE_VERSION}\"}} 1\n\
             # HELP ClickHouseMetrics_MemoryTracking Bytes of memory in use\n\
             # TYPE ClickHouseMetrics_MemoryTracking gauge\n",
            name.replace('\n', "\\n")
        );
        for replica in 0..self.replicas_up() {
            _ = writeln!(
                metrics,
                "ClickHouseMetrics_MemoryTracking{{clickhouse_service=\"{id}\",hostname=\"server-{replica}\"}} {}",
                1_503_238_553 + 1_048_576 * i64::from(replica)
            );
        }
        metrics
    }

    /// Returns the number of replicas with metrics: an idle service has none.
    fn replicas_up(&self) -> i32 {
        if self.state() == super::State::Running { self.scaling.replicas() } else { 0 }
    }
}
