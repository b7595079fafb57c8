//! The operations of the document.

mod backup_buckets;
mod backups;
mod billing;
mod caller;
mod click_pipes;
mod metrics;
mod service_settings;
mod services;
mod snapshot_configuration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Cloud, UnknownId, activities, backup, notifications, permissions, quotas, service::State, snapshots};
use crate::{
    call::{Call, Output},
    kinds::{cdc_scaling, clickhouse_settings, postgres_backup, service_query_endpoint},
    refusal::Refusal,
    resources::{self, Making, Models},
};

/// Carries out a call.
pub(crate) fn carry_out(cloud: &mut Cloud, models: &Models, call: &Call<'_>) -> Result<Output, Refusal> {
    // A caller does not learn whether another organization exists.
    let unknown = cloud.look_up(models, call.caller, call.path, call.now).unknown;
    let unknown = unknown.map(|UnknownId { thing, .. }| Refusal::no_such(thing));
    if call.path.uuid("organizationId").is_none_or(|id| call.caller.actor_in(id).is_some()) {
        permissions::check(&cloud.resources, call)?;
    }
    check_service_state(cloud, call)?;
    unknown.map_or(Ok(()), Err)?;
    bring_up_to_date(cloud, models, call);
    let output = match models.operation(call.operation.id()) {
        Some((model, operation)) => {
            resources::carry_out(&mut cloud.resources, &mut cloud.identity, model, operation, call)
        }
        None if call.operation.id() == "whoami" => Ok(caller::whoami(cloud, models, call.caller)),
        None => carry_out_special(cloud, call),
    }?;
    activities::record(cloud, models, call, &output);
    Ok(output)
}

/// Refuses calls that need a running service, which are those whose document lists 424, and calls about the query endpoint
/// of a service that is not provisioned yet.
fn check_service_state(cloud: &mut Cloud, call: &Call<'_>) -> Result<(), Refusal> {
    let needs_running = call.operation.response(424).is_some();
    let is_about_query_endpoint =
        service_query_endpoint::KIND.operations.iter().any(|operation| operation.id == call.operation.id());
    if !needs_running && !is_about_query_endpoint {
        return Ok(());
    }
    let services = call.path.uuid("organizationId").and_then(|id| cloud.services.get_mut(&id));
    let service = services.and_then(|services| services.get(call.path.uuid("serviceId")?, call.now).ok());
    match service.map(|service| service.state()) {
        Some(State::Provisioning) if is_about_query_endpoint => {
            Err(Refusal::internal_error("the service is provisioning"))
        }
        None | Some(State::Running) => Ok(()),
        Some(_) if !needs_running => Ok(()),
        // Clients know the API's message by its end.
        Some(state) => Err(Refusal::failed_dependency(format_args!(
            "ClickPipes are available only when the ClickHouse service is running. Current state: {}",
            state.as_str()
        ))),
    }
}

/// Brings resources up to date that depend on others.
fn bring_up_to_date(cloud: &mut Cloud, models: &Models, call: &Call<'_>) {
    let organization = call.path.uuid("organizationId").unwrap_or_default();
    match call.operation.id() {
        "listQuotas" | "getQuota" => quotas::count(cloud, organization, call),
        "getCdcScaling" | "updateCdcScaling" => {
            let making = &mut Making { identity: &mut cloud.identity, now: call.now, path: call.path };
            cdc_scaling::catch_up(&mut cloud.resources, models, making);
        }
        "listSnapshots" | "getSnapshot" => snapshots::catch_up(cloud, models, call),
        "listPostgresBackups" => {
            postgres_backup::catch_up(&mut cloud.resources, models, &mut cloud.identity, call.path, call.now);
        }
        "listActivities" | "listNotifications" => notifications::catch_up(cloud, models, organization, call.now),
        _ => {}
    }
}

/// Carries out a call about services or backups.
fn carry_out_special(cloud: &mut Cloud, call: &Call<'_>) -> Result<Output, Refusal> {
    let &Call { path, body, now, .. } = call;
    let organization = path.uuid("organizationId").unwrap_or_default();
    match call.operation.id() {
        "listNotificationTypes" => return Ok(notifications::list_types()),
        "getUsageCost" => return billing::get_usage_cost(cloud, organization, call),
        "listActiveBalances" => return billing::list_active_balances(cloud, organization, call),
        "listCreditBalances" => return Ok(billing::list_credit_balances(cloud, organization, call)),
        "getOrganizationPrometheus" => return metrics::of_services(cloud, organization, call),
        "discoverPrometheusTargets" => return metrics::discover(cloud, organization, call),
        "getOrganizationPostgresPrometheus" => return Ok(metrics::of_all_postgres(cloud, organization, now)),
        "getClickhouseSettingsSchema" => return Ok(Output::Json(clickhouse_settings::schema().clone())),
        "discoverClickPipeSchema" => return click_pipes::discover(call),
        "getPostgresPrometheus" => return Ok(metrics::of_postgres(cloud, organization, call)),
        _ => {}
    }
    let looks_at_all = match call.operation.id() {
        // Most creations look at no other service.
        "createService" => ["dataWarehouseId", "backupId"].iter().any(|name| body.get(name).is_some()),
        operation => ["listServices", "updateService", "getOrganizationPrivateEndpointConfig"].contains(&operation),
    };
    if looks_at_all {
        cloud.services_of(organization, now);
    }
    let services = cloud.services.entry(organization).or_default();
    let service_id = path.uuid("serviceId").unwrap_or_default();
    let (resources, identity) = (&mut cloud.resources, &mut cloud.identity);
    match call.operation.id() {
        "listServices" => Ok(services::list(services, resources, call)),
        "listServiceProfiles" => services::list_profiles(resources, call),
        "createService" => services::create(services, resources, identity, call),
        "updateService" => services::update(services, service_id, resources, call),
        "getPrivateEndpointConfig" => services::get_private_endpoint_config(services, service_id),
        "getUpgradeWindow" => service_settings::get_upgrade_window(services, service_id),
        "getOrganizationPrivateEndpointConfig" => services::get_organization_private_endpoint_config(services, call),
        operation => {
            let service = services.get(service_id, now)?;
            match operation {
                "getService" => {}
                "updateServiceState" => services::update_state(service, &read(body)?, now)?,
                "updateServiceScaling" | "updateServiceReplicaScaling" => services::update_scaling(service, call)?,
                "createPrivateEndpoint" => return services::create_private_endpoint(service, resources, call),
                "deleteService" => return services::delete(service, now),
                "updateServicePassword" => return services::update_password(service, identity, &read(body)?, now),
                "getScalingSchedule" => return service_settings::get_schedule(service, call.seen_at),
                "setScalingSchedule" => return service_settings::set_schedule(service, identity, call),
                "deleteScalingSchedule" => return service_settings::delete_schedule(service, now),
                "setUpgradeWindow" => return service_settings::set_upgrade_window(service, body, now),
                "deleteUpgradeWindow" => return service_settings::delete_upgrade_window(service, now),
                "getServicePrometheus" => return metrics::of_service(service, call),
                "getClickPipesContext" => return Ok(click_pipes::get_context(service)),
                "listBackups" => return Ok(backups::list(service, now)),
                "getBackup" => return backups::get(service, path.uuid("backupId").unwrap_or_default(), now),
                "getBackupConfiguration" => return Ok(backups::get_configuration(service)),
                "updateBackupConfiguration" => {
                    return backups::update_configuration(service, &read(body)?, now);
                }
                "getBackupBucket" => return backup_buckets::get(service),
                "createBackupBucket" => return backup_buckets::create(service, identity, body, now),
                "updateBackupBucket" => return backup_buckets::update(service, body, now),
                "deleteBackupBucket" => return backup_buckets::delete(service, now),
                "getSnapshotConfiguration" => return Ok(snapshot_configuration::get(service)),
                "updateSnapshotConfiguration" => {
                    return snapshot_configuration::update(service, &read(body)?, now);
                }
                _ => return Err(Refusal::internal_error(format_args!("the simulator does not know {operation}"))),
            }
            Ok(services::get(service, resources, call))
        }
    }
}

/// Returns the API's own refusal of a body that breaks the document, if it is known.
pub(crate) fn known_refusal(operation: &str, body: &Value) -> Option<Refusal> {
    match operation {
        "createService" => services::creation_refusal(body),
        "updateService" => services::update_refusal(body),
        "updateBackupConfiguration" => backup::refusal(body),
        _ => None,
    }
}

/// Deserializes a query or a body. Numbers that fit the document can still be too large.
pub(super) fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(body)
        .map_err(|error| Refusal::bad_request(format_args!("{}: the value is too large", error.path())))
}
