use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::read;
use crate::{
    call::{Call, Output},
    cloud::{
        service::{Command, Encryption, IpAccessEntry, Provider, ScalingUpdate, Service, Settings, Tier},
        services::Services,
    },
    identity::Identity,
    kinds::organization::register_private_endpoints,
    list_update::ListUpdate,
    refusal::Refusal,
    resources::Store,
};

/// The body of a creation, without the fields of [`ScalingUpdate`].
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateService {
    name: String,
    provider: Provider,
    region: String,
    tier: Option<Tier>,
    ip_access_list: Vec<IpAccessEntry>,
    backup_id: Option<Uuid>,
    encryption_key: Option<String>,
    encryption_assumed_role_identifier: Option<String>,
    #[serde(default)]
    private_endpoint_ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateService {
    name: Option<String>,
    ip_access_list: Option<ListUpdate<IpAccessEntry>>,
    private_endpoint_ids: Option<ListUpdate<String>>,
}

#[derive(Deserialize)]
pub(super) struct UpdateServiceState {
    command: Command,
}

/// The body of a change of the password. The hashes are not stored, because nothing needs them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateServicePassword {
    new_password_hash: Option<String>,
    new_double_sha1_hash: Option<String>,
}

/// Returns the API's own refusal of a creation that breaks the document, if it is known.
pub(super) fn creation_refusal(body: &Value) -> Option<Refusal> {
    let lacks_list = body.as_object()?.get("ipAccessList").is_none();
    lacks_list.then(|| Refusal::bad_request("request body.ipAccessList value is not an array: undefined"))
}

pub(super) fn list(services: &Services, seen_at: DateTime<Utc>) -> Output {
    Output::list(services.snapshot().into_iter().map(move |service| service.to_json(seen_at)))
}

pub(super) fn create(
    services: &mut Services,
    resources: &mut Store,
    identity: &mut Identity,
    call: &Call<'_>,
) -> Result<Output, Refusal> {
    let (body, scaling): (CreateService, ScalingUpdate) = (read(call.body)?, read(call.body)?);
    if let Some(backup) = body.backup_id {
        check_backup(services, backup, &body.region, body.tier, call.now)?;
    }
    let settings = Settings {
        name: body.name,
        provider: body.provider,
        region: body.region,
        tier: body.tier,
        ip_access_list: body.ip_access_list,
        private_endpoint_ids: body.private_endpoint_ids,
        encryption: Encryption {
            key: body.encryption_key,
            assumed_role_identifier: body.encryption_assumed_role_identifier,
        },
    };
    let service = Service::create(settings, &scaling, identity, call.now)?;
    register(resources, call, service.private_endpoint_ids(), &service);
    let service = services.add(service);
    Ok(Output::Json(json!({ "service": service.to_json(call.now), "password": identity.password() })))
}

/// Registers private endpoints of a service for its organization.
fn register(resources: &mut Store, call: &Call<'_>, endpoints: &[String], service: &Service) {
    let organization = call.path.get("organizationId").unwrap_or_default();
    register_private_endpoints(resources, organization, endpoints, service.location());
}

/// Refuses a backup of a service with another region or tier, or one that is in progress.
fn check_backup(
    services: &Services,
    backup: Uuid,
    region: &str,
    tier: Option<Tier>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let found = services.iter().find_map(|service| Some((service, service.backups().get(backup)?)));
    let (origin, backup) = found.ok_or_else(|| Refusal::bad_request("backupId: there is no such backup"))?;
    if !backup.is_done(now) {
        return Err(Refusal::bad_request("backupId: the backup is not complete yet"));
    }
    if origin.location().region() != region {
        return Err(Refusal::bad_request("region: this is not the region of the backup"));
    }
    if origin.tier() != tier {
        return Err(Refusal::bad_request("tier: this is not the tier of the backup"));
    }
    Ok(())
}

pub(super) fn get(service: &Service, seen_at: DateTime<Utc>) -> Output {
    Output::Json(service.to_json(seen_at))
}

pub(super) fn update(service: &mut Service, resources: &mut Store, call: &Call<'_>) -> Result<(), Refusal> {
    let body: UpdateService = read(call.body)?;
    service.touch(call.now)?;
    // The only change that can be refused comes first, so that all changes are made or none.
    if let Some(update) = body.ip_access_list {
        service.update_ip_access_list(update)?;
    }
    if let Some(name) = body.name {
        service.rename(name);
    }
    if let Some(update) = body.private_endpoint_ids {
        register(resources, call, &update.add, service);
        service.update_private_endpoint_ids(update);
    }
    Ok(())
}

pub(super) fn delete(service: &mut Service, now: DateTime<Utc>) -> Result<Output, Refusal> {
    service.delete(now)?;
    Ok(Output::Nothing)
}

pub(super) fn get_private_endpoint_config(service: &Service) -> Output {
    Output::Json(service.private_endpoint_config())
}

pub(super) fn update_state(
    service: &mut Service,
    body: &UpdateServiceState,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    service.command(body.command, now)
}

pub(super) fn update_scaling(service: &mut Service, body: &ScalingUpdate, now: DateTime<Utc>) -> Result<(), Refusal> {
    service.touch(now)?;
    service.scale(body)
}

pub(super) fn update_password(
    service: &mut Service,
    identity: &mut Identity,
    body: &UpdateServicePassword,
    now: DateTime<Utc>,
) -> Result<Output, Refusal> {
    service.touch(now)?;
    if body.new_password_hash.is_none() {
        return Ok(Output::Json(json!({ "password": identity.password() })));
    }
    if body.new_double_sha1_hash.is_some() {
        service.set_mysql_password();
    }
    Ok(Output::Json(Value::Object(serde_json::Map::new())))
}
