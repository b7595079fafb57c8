//! The operations of the document.

mod backups;
mod organizations;
mod services;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::{Caller, Cloud, Refusal, Role, backup};

/// The ids in the path of a call. A path without an organization is about that of the caller.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) organization: Uuid,
    pub(crate) service: Option<Uuid>,
    pub(crate) backup: Option<Uuid>,
}

/// A call of an operation.
pub(crate) struct Call<'a> {
    pub(crate) caller: Caller,
    pub(crate) operation: &'a str,
    pub(crate) target: Target,
    /// The query, which fits the document.
    pub(crate) query: &'a Value,
    /// The body, which fits the document. It is `null` for operations without one.
    pub(crate) body: &'a Value,
    pub(crate) now: DateTime<Utc>,
    /// The time until which changes of state are shown.
    pub(crate) seen_at: DateTime<Utc>,
}

/// The result of a call that was carried out.
pub(crate) enum Output {
    Nothing,
    Json(Value),
    /// A list that can be long. Its items are made one by one.
    List(Items),
    /// The end of a list that comes in pages.
    LastPage {
        items: Vec<Value>,
        limit: u64,
    },
    Text(String),
}

pub(crate) type Items = Box<dyn Iterator<Item = Value> + Send>;

/// Carries out a call.
pub(crate) fn carry_out(cloud: &mut Cloud, call: &Call<'_>) -> Result<Output, Refusal> {
    let &Call { caller, operation, target, query, body, now, seen_at } = call;
    // A caller does not learn whether another organization exists.
    let found =
        cloud.organizations.get_mut(&target.organization).filter(|_| target.organization == caller.organization);
    let organization = found.ok_or_else(|| Refusal::not_found("there is no such organization"))?;
    let identity = &mut cloud.identity;
    match operation {
        "listOrganizations" => organizations::list(organization, target.organization, &read(query)?),
        "getOrganization" => Ok(organizations::get(organization, target.organization)),
        "updateOrganization" => {
            require_admin(caller)?;
            Ok(organizations::update(organization, target.organization, read(body)?))
        }
        "listServices" => Ok(services::list(organization, now, seen_at)),
        "createService" => services::create(organization, identity, read(body)?, &read(body)?, now),
        "updateService" => {
            services::update(organization, target.service.unwrap_or_default(), read(body)?, now, seen_at)
        }
        _ => {
            let service = organization.service(target.service.unwrap_or_default(), now)?;
            match operation {
                "getService" => {}
                "updateServiceState" => services::update_state(service, &read(body)?, now)?,
                "updateServiceScaling" => services::update_scaling(service, &read(body)?, now)?,
                "deleteService" => return services::delete(service, now),
                "getPrivateEndpointConfig" => return Ok(services::get_private_endpoint_config(service)),
                "updateServicePassword" => return services::update_password(service, identity, &read(body)?, now),
                "getServicePrometheus" => return Ok(services::get_prometheus(service)),
                "listBackups" => return Ok(backups::list(service, now)),
                "getBackup" => return backups::get(service, target.backup.unwrap_or_default(), now),
                "getBackupConfiguration" => return Ok(backups::get_configuration(service)),
                "updateBackupConfiguration" => {
                    require_admin(caller)?;
                    return backups::update_configuration(service, &read(body)?, now);
                }
                _ => return Err(Refusal::internal_error(format_args!("the simulator does not know {operation}"))),
            }
            Ok(services::get(service, seen_at))
        }
    }
}

fn require_admin(caller: Caller) -> Result<(), Refusal> {
    match caller.role {
        Role::Admin => Ok(()),
        Role::Developer => Err(Refusal::forbidden("the API key needs the admin role")),
    }
}

/// Returns the API's own refusal of a body that breaks the document, if it is known.
pub(crate) fn known_refusal(operation: &str, body: &Value) -> Option<Refusal> {
    match operation {
        "createService" => services::creation_refusal(body),
        "updateBackupConfiguration" => backup::refusal(body),
        _ => None,
    }
}

/// Deserializes a query or a body. Numbers that fit the document can still be too large.
pub(super) fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(body)
        .map_err(|error| Refusal::bad_request(format_args!("{}: the value is too large", error.path())))
}
