use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Answer;
use crate::{
    cloud::{
        Organization, Refusal,
        service::{Command, Encryption, IpAccessEntry, ListUpdate, Provider, ScalingUpdate, Service, Settings, Tier},
    },
    identity::Identity,
};

/// The body of a creation, but for the fields that it has in common with an update of the scaling.
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

/// The hashes themselves are not kept: there is nothing to log in to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateServicePassword {
    new_password_hash: Option<String>,
    new_double_sha1_hash: Option<String>,
}

/// Why the API refuses a creation that does not fit the document, in the API's words, where these are known.
pub(super) fn creation_refusal(body: &Value) -> Option<Refusal> {
    let lacks_list = body.as_object()?.get("ipAccessList").is_none();
    lacks_list.then(|| Refusal::bad_request("request body.ipAccessList value is not an array: undefined"))
}

pub(super) fn list(organization: &mut Organization, now: DateTime<Utc>, seen_at: DateTime<Utc>) -> Answer {
    organization.settle(now);
    Answer::List(Box::new(organization.snapshot().into_iter().map(move |service| service.to_json(seen_at))))
}

pub(super) fn create(
    organization: &mut Organization,
    identity: &mut Identity,
    body: CreateService,
    scaling: &ScalingUpdate,
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    if let Some(backup) = body.backup_id {
        check_backup(organization, backup, &body.region, body.tier, now)?;
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
    let service = organization.add(Service::create(settings, scaling, identity, now)?);
    Ok(Answer::Json(json!({ "service": service.to_json(now), "password": identity.password() })))
}

/// The new service has to be where the backup was made, and like the service that it was made from.
fn check_backup(
    organization: &mut Organization,
    backup: Uuid,
    region: &str,
    tier: Option<Tier>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    organization.settle(now);
    let found = organization.services().find_map(|service| Some((service, service.backups().get(backup)?)));
    let (origin, backup) = found.ok_or_else(|| Refusal::bad_request("backupId: there is no such backup"))?;
    if !backup.is_done(now) {
        return Err(Refusal::bad_request("backupId: the backup is not complete yet"));
    }
    if origin.place().region() != region {
        return Err(Refusal::bad_request("region: it is not that of the backup"));
    }
    if origin.tier() != tier {
        return Err(Refusal::bad_request("tier: it is not that of the backup"));
    }
    Ok(())
}

pub(super) fn get(service: &Service, seen_at: DateTime<Utc>) -> Answer {
    Answer::Json(service.to_json(seen_at))
}

pub(super) fn update(service: &mut Service, body: UpdateService, now: DateTime<Utc>) -> Result<(), Refusal> {
    service.touch(now)?;
    // The only change that can be refused goes first, so that all are made or none.
    if let Some(update) = body.ip_access_list {
        service.update_ip_access_list(update)?;
    }
    if let Some(update) = body.private_endpoint_ids {
        service.update_private_endpoint_ids(update);
    }
    if let Some(name) = body.name {
        service.rename(name);
    }
    Ok(())
}

pub(super) fn delete(service: &mut Service, now: DateTime<Utc>) -> Result<Answer, Refusal> {
    service.delete(now)?;
    Ok(Answer::Nothing)
}

pub(super) fn get_private_endpoint_config(service: &Service) -> Answer {
    Answer::Json(service.private_endpoint_config())
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
) -> Result<Answer, Refusal> {
    service.touch(now)?;
    if body.new_password_hash.is_none() {
        return Ok(Answer::Json(json!({ "password": identity.password() })));
    }
    if body.new_double_sha1_hash.is_some() {
        service.set_mysql_password();
    }
    Ok(Answer::Json(Value::Object(serde_json::Map::new())))
}

pub(super) fn get_prometheus(service: &Service) -> Answer {
    Answer::Text(service.metrics())
}
