use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::read;
use crate::{
    call::{Call, Output},
    cloud::{
        Cloud,
        metrics::{self, Selection},
        permissions,
        service::{Service, State},
    },
    kinds::postgres_service,
    refusal::Refusal,
};

#[derive(Deserialize)]
struct Query {
    filtered_metrics: Option<bool>,
}

impl Query {
    fn selection(&self) -> Selection {
        if self.filtered_metrics == Some(true) { Selection::Important } else { Selection::All }
    }
}

pub(super) fn of_service(service: &Service, call: &Call<'_>) -> Result<Output, Refusal> {
    let query: Query = read(call.query)?;
    Ok(Output::Text(metrics::of_services([service], None, query.selection())))
}

/// Returns the services of an organization that the caller may see.
fn visible_services(cloud: &mut Cloud, organization: Uuid, call: &Call<'_>) -> Vec<Arc<Service>> {
    let mut services = cloud.services_of(organization, call.now).snapshot();
    services.retain(|service| permissions::may_view(&cloud.resources, call, service.id()));
    services
}

pub(super) fn of_services(cloud: &mut Cloud, organization: Uuid, call: &Call<'_>) -> Result<Output, Refusal> {
    let query: Query = read(call.query)?;
    let services = visible_services(cloud, organization, call);
    let services = services.iter().map(Arc::as_ref);
    Ok(Output::Text(metrics::of_services(services, Some(organization), query.selection())))
}

pub(super) fn discover(cloud: &mut Cloud, organization: Uuid, call: &Call<'_>) -> Result<Output, Refusal> {
    let query: Query = read(call.query)?;
    let authority = &call.origin.authority;
    let target = if authority.contains(':') && !authority.ends_with(']') {
        authority.clone()
    } else {
        format!("{authority}:80")
    };
    let services = visible_services(cloud, organization, call);
    let groups = services.iter().filter(|service| service.state() != State::Terminating).map(|service| {
        let shown = service.to_json(call.now);
        let mut labels = Map::new();
        let mut add = |name: &str, value: &str| labels.insert(name.to_owned(), value.into());
        add("__scheme__", "http");
        add("__metrics_path__", &format!("/v1/organizations/{organization}/services/{}/prometheus", service.id()));
        add("__param_filtered_metrics", if query.filtered_metrics == Some(false) { "false" } else { "true" });
        add("clickhouse_org_id", &organization.to_string());
        add("clickhouse_service_id", &service.id().to_string());
        add("clickhouse_discovery_service_name", service.name());
        add("__meta_clickhouse_region", service.location().region());
        add("__meta_clickhouse_provider", service.location().provider().as_str());
        for tag in shown["tags"].as_array().into_iter().flatten() {
            let key = metrics::label_name(tag["key"].as_str().unwrap_or_default());
            if let Some(value) = tag["value"].as_str() {
                add(&format!("__meta_clickhouse_tag_{key}"), value);
            }
            add(&format!("__meta_clickhouse_tagpresent_{key}"), "true");
        }
        json!({ "targets": [target], "labels": labels })
    });
    Ok(Output::Bare(groups.collect::<Value>()))
}

pub(super) fn of_all_postgres(cloud: &mut Cloud, organization: Uuid, now: DateTime<Utc>) -> Output {
    let services = cloud.resources.list(&postgres_service::KIND, &Cloud::scope_of(organization), now);
    Output::Text(metrics::of_postgres(services.iter().map(Arc::as_ref)))
}

pub(super) fn of_postgres(cloud: &mut Cloud, organization: Uuid, call: &Call<'_>) -> Output {
    let id = call.path.get("postgresId").unwrap_or_default();
    let service = cloud.resources.get(&postgres_service::KIND, &Cloud::scope_of(organization), id, call.now);
    Output::Text(metrics::of_postgres(service.map(|service| &**service)))
}
