//! The client that one would write for two operations, on `reqwest` and `serde` alone.

use std::{error::Error, time::Duration};

use chrono::{DateTime, Utc};
use clickhouse_cloud::{chrono, uuid::Uuid};
use reqwest::{
    Client,
    header::{ACCEPT, HeaderMap, HeaderValue},
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only the cost of reading it matters")]
pub(crate) struct Envelope<T> {
    pub(crate) result: T,
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only the cost of reading it matters")]
pub(crate) struct Service {
    pub(crate) id: Option<Uuid>,
    name: Option<String>,
    provider: Option<Provider>,
    region: Option<String>,
    state: Option<State>,
    clickhouse_version: Option<String>,
    endpoints: Option<Vec<Endpoint>>,
    tier: Option<Tier>,
    min_total_memory_gb: Option<i64>,
    max_total_memory_gb: Option<i64>,
    min_replica_memory_gb: Option<i64>,
    max_replica_memory_gb: Option<i64>,
    num_replicas: Option<i64>,
    min_replicas: Option<i64>,
    max_replicas: Option<i64>,
    autoscaling_mode: Option<AutoscalingMode>,
    replica_memory_gb: Option<i64>,
    idle_scaling: Option<bool>,
    idle_timeout_minutes: Option<i64>,
    ip_access_list: Option<Vec<IpAccessEntry>>,
    created_at: Option<DateTime<Utc>>,
    encryption_key: Option<String>,
    encryption_assumed_role_identifier: Option<String>,
    iam_role: Option<String>,
    private_endpoint_ids: Option<Vec<String>>,
    available_private_endpoint_ids: Option<Vec<String>>,
    data_warehouse_id: Option<Uuid>,
    is_primary: Option<bool>,
    is_readonly: Option<bool>,
    release_channel: Option<ReleaseChannel>,
    byoc_id: Option<Uuid>,
    has_transparent_data_encryption: Option<bool>,
    profile: Option<String>,
    transparent_data_encryption_key_id: Option<String>,
    encryption_role_id: Option<String>,
    compliance_type: Option<String>,
    tags: Option<Vec<Tag>>,
    enable_core_dumps: Option<bool>,
    scaling_schedule: Option<ScalingSchedule>,
    current_scaling: Option<CurrentScaling>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the cost of reading it matters")]
struct Tag {
    key: Option<String>,
    value: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only the cost of reading it matters")]
struct ScalingSchedule {
    entries: Option<Vec<ScalingScheduleEntry>>,
    active_entry_id: Option<Uuid>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only the cost of reading it matters")]
struct ScalingScheduleEntry {
    id: Option<Uuid>,
    name: Option<String>,
    weekdays: Option<Vec<i64>>,
    start_hour_utc: Option<i64>,
    end_hour_utc: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only the cost of reading it matters")]
struct CurrentScaling {
    effective_autoscaling_mode: Option<AutoscalingMode>,
    effective_min_replica_memory_gb: Option<i64>,
    effective_max_replica_memory_gb: Option<i64>,
    effective_min_replicas: Option<i64>,
    effective_max_replicas: Option<i64>,
    effective_idle_scaling: Option<bool>,
    effective_idle_timeout_minutes: Option<i64>,
    active_entry_id: Option<Uuid>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the cost of reading it matters")]
struct Endpoint {
    protocol: Option<Protocol>,
    host: Option<String>,
    port: Option<i64>,
    username: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the cost of reading it matters")]
struct IpAccessEntry {
    source: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Provider {
    Aws,
    Gcp,
    Azure,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Starting,
    Stopping,
    Terminating,
    Softdeleting,
    Awaking,
    PartiallyRunning,
    Provisioning,
    Running,
    Stopped,
    Terminated,
    Softdeleted,
    Degraded,
    Failed,
    Idle,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tier {
    Development,
    Production,
    DedicatedHighMem,
    DedicatedHighCpu,
    DedicatedStandard,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum AutoscalingMode {
    Vertical,
    Horizontal,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ReleaseChannel {
    Slow,
    Default,
    Fast,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Protocol {
    Https,
    Nativesecure,
    Mysql,
}

pub(crate) fn client() -> reqwest::Result<Client> {
    let accept = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    Client::builder().user_agent("by-hand/1.0").default_headers(accept).timeout(Duration::from_secs(60)).build()
}

pub(crate) async fn get_service(
    client: &Client,
    base_url: &str,
    (key_id, key_secret): (&str, &str),
    organization: Uuid,
    service: Uuid,
) -> Result<Service, Box<dyn Error>> {
    let url = format!("{base_url}/v1/organizations/{organization}/services/{service}");
    let response = client.get(url).basic_auth(key_id, Some(key_secret)).send().await?.error_for_status()?;
    Ok(response.json::<Envelope<Service>>().await?.result)
}

pub(crate) fn list_of_services(body: &[u8]) -> serde_json::Result<Vec<Service>> {
    Ok(serde_json::from_slice::<Envelope<_>>(body)?.result)
}
