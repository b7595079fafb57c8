use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::read;
use crate::{
    call::{Call, Output},
    cloud::{
        permissions,
        service::{Command, Options, PROFILES, Provider, ScalingUpdate, Service, Settings, Update},
        services::Services,
    },
    identity::Identity,
    kinds::organization::{has_infrastructure, private_endpoints, register_private_endpoint},
    refusal::Refusal,
    resources::{Filter, Store},
};

/// The fields of a creation that refer to something else.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct References {
    backup_id: Option<Uuid>,
    backup_encryption_config: Option<Value>,
    data_warehouse_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct UpdateServiceState {
    command: Command,
}

#[derive(Deserialize)]
struct CreatePrivateEndpoint {
    id: String,
    description: Option<String>,
}

/// The query of the configuration of private endpoints in a region.
#[derive(Deserialize)]
struct Region {
    cloud_provider: Provider,
    region_id: String,
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

/// Returns the API's own refusal of an update that breaks the document, if it is known.
pub(super) fn update_refusal(body: &Value) -> Option<Refusal> {
    body["tags"].is_array().then(|| Refusal::bad_request("request body.tags is an array."))
}

/// Returns a service as the API shows it. The organization has registered some private endpoints.
fn show(service: &Service, registered: &[Value], seen_at: DateTime<Utc>) -> Value {
    let (provider, region) = (service.location().provider().as_str(), service.location().region());
    let available = registered.iter().filter(|one| one["cloudProvider"] == provider && one["region"] == region);
    let mut shown = service.to_json(seen_at);
    shown["availablePrivateEndpointIds"] = available.map(|endpoint| endpoint["id"].clone()).collect();
    shown
}

fn organization<'a>(call: &Call<'a>) -> &'a str {
    call.path.get("organizationId").unwrap_or_default()
}

pub(super) fn list(services: &Services, resources: &Store, call: &Call<'_>) -> Output {
    let mut services = services.snapshot();
    services.retain(|service| permissions::may_view(resources, call, service.id()));
    if let Some(filter) = call.query.get("filter") {
        services.retain(|service| {
            let shown = service.to_json(call.seen_at);
            shown.as_object().is_some_and(|fields| Filter::Tag("tags").passes(fields, filter))
        });
    }
    let (registered, seen_at) = (private_endpoints(resources, organization(call)).to_vec(), call.seen_at);
    Output::list(services.into_iter().map(move |service| show(&service, &registered, seen_at)))
}

pub(super) fn list_profiles(resources: &Store, call: &Call<'_>) -> Result<Output, Refusal> {
    let infrastructure = call.query.get("byoc_id").map(read).transpose()?;
    if infrastructure.is_none() && call.query.get("region_id").is_none() {
        return Err(Refusal::bad_request("region_id: this or byoc_id has to be there"));
    }
    check_infrastructure("byoc_id", infrastructure, resources, call)?;
    Ok(Output::list(PROFILES.iter().map(|profile| json!(profile))))
}

pub(super) fn create(
    services: &mut Services,
    resources: &mut Store,
    identity: &mut Identity,
    call: &Call<'_>,
) -> Result<Output, Refusal> {
    check_tier(call.body)?;
    let (settings, options): (Settings, Options) = (read(call.body)?, read(call.body)?);
    let (references, scaling): (References, ScalingUpdate) = (read(call.body)?, read(call.body)?);
    let primary = references
        .data_warehouse_id
        .as_deref()
        .map(|id| find_primary(services, id, &settings, &options))
        .transpose()?;
    if primary.is_none() && call.body["isReadonly"] == true {
        return Err(Refusal::bad_request("isReadonly: this needs dataWarehouseId"));
    }
    check_backup(services, &references, &settings, call.now)?;
    check_profile(&options, resources, call)?;
    let service = Service::create(settings, options, &scaling, primary, identity, call.now)?;
    for id in service.private_endpoint_ids() {
        register_private_endpoint(resources, organization(call), id, None, service.location());
    }
    let service = services.add(service);
    let shown = show(service, private_endpoints(resources, organization(call)), call.now);
    Ok(Output::Json(json!({ "service": shown, "password": identity.password() })))
}

/// Refuses tiers that only older services have.
fn check_tier(body: &Value) -> Result<(), Refusal> {
    match body["tier"].as_str() {
        None | Some("development" | "production") => Ok(()),
        Some(_) => Err(Refusal::bad_request("tier: a new service is `development` or `production`")),
    }
}

/// Returns the primary service of a data warehouse for another service there.
fn find_primary<'a>(
    services: &'a Services,
    warehouse: &str,
    settings: &Settings,
    options: &Options,
) -> Result<&'a Service, Refusal> {
    let primary = warehouse.parse().ok().and_then(|warehouse| services.primary(warehouse));
    let primary = primary.ok_or_else(|| Refusal::bad_request("dataWarehouseId: there is no such data warehouse"))?;
    if primary.location().provider() != settings.provider || primary.location().region() != settings.region {
        return Err(Refusal::bad_request("region: this is not the region of the data warehouse"));
    }
    if primary.has_transparent_data_encryption() != options.has_transparent_data_encryption {
        // The API's message.
        return Err(Refusal::bad_request("Transparent data encryption setting must match primary service."));
    }
    Ok(primary)
}

/// Refuses a backup of a service with another region or tier, or one that is in progress.
fn check_backup(
    services: &Services,
    references: &References,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let has_configuration = references.backup_encryption_config.is_some();
    let refuse_configuration =
        || Err(Refusal::bad_request("backupEncryptionConfig: the backup is not in a bucket of the organization"));
    let Some(backup) = references.backup_id else {
        return if has_configuration { refuse_configuration() } else { Ok(()) };
    };
    if references.data_warehouse_id.is_some() {
        return Err(Refusal::bad_request("backupId: this excludes dataWarehouseId"));
    }
    let found = services.iter().find_map(|service| Some((service, service.backups().get(backup)?)));
    let (origin, backup) = found.ok_or_else(|| Refusal::bad_request("backupId: there is no such backup"))?;
    if !backup.is_done(now) {
        return Err(Refusal::bad_request("backupId: the backup is not complete yet"));
    }
    if has_configuration && !backup.is_in_bucket() {
        return refuse_configuration();
    }
    if backup.is_in_bucket() && !has_configuration {
        return Err(Refusal::bad_request("backupEncryptionConfig: a backup in a bucket of the organization needs it"));
    }
    if origin.location().region() != settings.region {
        return Err(Refusal::bad_request("region: this is not the region of the backup"));
    }
    if origin.tier() != settings.tier {
        return Err(Refusal::bad_request("tier: this is not the tier of the backup"));
    }
    Ok(())
}

fn check_profile(options: &Options, resources: &Store, call: &Call<'_>) -> Result<(), Refusal> {
    if options.byoc_id.is_some()
        && ["minReplicaMemoryGb", "maxReplicaMemoryGb"].iter().any(|name| call.body[name].is_null())
    {
        return Err(Refusal::bad_request("byocId: this needs minReplicaMemoryGb and maxReplicaMemoryGb"));
    }
    check_infrastructure("byocId", options.byoc_id, resources, call)?;
    if options.byoc_id.is_none() && PROFILES.iter().all(|one| one.name != options.profile) {
        return Err(Refusal::bad_request("profile: there is no such profile, or it needs byocId"));
    }
    Ok(())
}

/// Refuses infrastructure that the organization does not have.
fn check_infrastructure(
    field: &str,
    infrastructure: Option<Uuid>,
    resources: &Store,
    call: &Call<'_>,
) -> Result<(), Refusal> {
    match infrastructure {
        Some(id) if !has_infrastructure(resources, organization(call), id) => {
            Err(Refusal::bad_request(format_args!("{field}: there is no such infrastructure")))
        }
        _ => Ok(()),
    }
}

pub(super) fn get(service: &Service, resources: &Store, call: &Call<'_>) -> Output {
    Output::Json(show(service, private_endpoints(resources, organization(call)), call.seen_at))
}

pub(super) fn update(
    services: &mut Services,
    id: Uuid,
    resources: &mut Store,
    call: &Call<'_>,
) -> Result<Output, Refusal> {
    let update: Update = read(call.body)?;
    let added = update.private_endpoint_ids.as_ref().map(|update| update.add.clone()).unwrap_or_default();
    let channel = update.release_channel.clone();
    let service = services.get(id, call.now)?;
    // Changed as a copy, so that all changes are made or none.
    let mut changed = service.clone();
    changed.touch(call.now)?;
    changed.update(update)?;
    *service = changed;
    for id in added {
        register_private_endpoint(resources, organization(call), &id, None, service.location());
    }
    let output = get(service, resources, call);
    if let Some(channel) = channel {
        let warehouse = service.data_warehouse_id();
        for sharing in services.sharing(warehouse) {
            sharing.set_release_channel(channel.clone());
        }
    }
    Ok(output)
}

pub(super) fn delete(service: &mut Service, now: DateTime<Utc>) -> Result<Output, Refusal> {
    service.delete(now)?;
    Ok(Output::Nothing)
}

pub(super) fn create_private_endpoint(
    service: &mut Service,
    resources: &mut Store,
    call: &Call<'_>,
) -> Result<Output, Refusal> {
    let CreatePrivateEndpoint { id, description } = read(call.body)?;
    service.touch(call.now)?;
    let location = service.location();
    let registered = register_private_endpoint(resources, organization(call), &id, description.as_deref(), location);
    service.update(read(&json!({ "privateEndpointIds": { "add": [id] } }))?)?;
    Ok(Output::Json(registered))
}

/// The services of a data warehouse share the configuration of the primary one.
pub(super) fn get_private_endpoint_config(services: &Services, id: Uuid) -> Result<Output, Refusal> {
    let service = services.iter().find(|service| service.id() == id).ok_or_else(|| Refusal::no_such("service"))?;
    let primary = services.primary(service.data_warehouse_id()).unwrap_or(service);
    Ok(Output::Json(primary.private_endpoint_config()))
}

pub(super) fn get_organization_private_endpoint_config(
    services: &Services,
    call: &Call<'_>,
) -> Result<Output, Refusal> {
    let Region { cloud_provider, region_id } = read(call.query)?;
    let mut there = services
        .iter()
        .filter(|service| service.location().provider() == cloud_provider && service.location().region() == region_id);
    let service = there.next().ok_or_else(|| {
        Refusal::bad_request("region_id: the organization has no service of this provider in this region")
    })?;
    let endpoint_service_id = service.private_endpoint_config()["endpointServiceId"].take();
    Ok(Output::Json(json!({ "endpointServiceId": endpoint_service_id })))
}

pub(super) fn update_state(
    service: &mut Service,
    body: &UpdateServiceState,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    service.command(body.command, now)
}

pub(super) fn update_scaling(service: &mut Service, call: &Call<'_>) -> Result<(), Refusal> {
    // Each of the two operations ignores the fields that only the other one has.
    let body = call.known_body();
    service.touch(call.now)?;
    service.scale(&read(&body)?)
}

pub(super) fn update_password(
    service: &mut Service,
    identity: &mut Identity,
    body: &UpdateServicePassword,
    now: DateTime<Utc>,
) -> Result<Output, Refusal> {
    if service.is_secondary() {
        return Err(Refusal::bad_request("the password of a secondary service is that of the primary service"));
    }
    service.touch(now)?;
    if body.new_password_hash.is_none() {
        return Ok(Output::Json(json!({ "password": identity.password() })));
    }
    if body.new_double_sha1_hash.is_some() {
        service.set_mysql_password();
    }
    Ok(Output::Json(Value::Object(serde_json::Map::new())))
}
