//! What each operation of the document does.

mod backups;
mod services;

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::{Caller, Cloud, Refusal};

/// What the path of a call names.
#[derive(Clone, Copy, Default)]
pub(crate) struct Target {
    pub(crate) organization: Uuid,
    pub(crate) service: Uuid,
    pub(crate) backup: Uuid,
}

/// The outcome of a call that was carried out.
pub(crate) enum Answer {
    Nothing,
    Json(Value),
    /// A list that can be long: its items are made when they are taken.
    List(Items),
    Text(String),
}

pub(crate) type Items = Box<dyn Iterator<Item = Value> + Send>;

/// Carries out one call. The body has to fit the document; it is `null` for operations that take none.
pub(crate) fn carry_out(
    cloud: &mut Cloud,
    caller: Caller,
    operation: &str,
    target: Target,
    body: &Value,
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    // Someone else's organization is none of the caller's business, not even whether it exists.
    let found =
        cloud.organizations.get_mut(&target.organization).filter(|_| target.organization == caller.organization);
    let organization = found.ok_or_else(|| Refusal::not_found("there is no such organization"))?;
    let identity = &mut cloud.identity;
    match operation {
        "listServices" => Ok(services::list(organization, now)),
        "createService" => services::create(organization, identity, read(body)?, &read(body)?, now),
        _ => {
            let service = organization.service(target.service, now)?;
            match operation {
                "getService" => Ok(services::get(service)),
                "updateService" => services::update(service, read(body)?, now),
                "deleteService" => services::delete(service, now),
                "getPrivateEndpointConfig" => Ok(services::get_private_endpoint_config(service)),
                "updateServiceState" => services::update_state(service, &read(body)?, now),
                "updateServiceScaling" => services::update_scaling(service, &read(body)?, now),
                "updateServicePassword" => services::update_password(service, identity, &read(body)?, now),
                "getServicePrometheus" => Ok(services::get_prometheus(service)),
                "listBackups" => Ok(backups::list(service, now)),
                "getBackup" => backups::get(service, target.backup, now),
                "getBackupConfiguration" => Ok(backups::get_configuration(service)),
                "updateBackupConfiguration" => backups::update_configuration(service, caller.role, &read(body)?, now),
                _ => Err(Refusal::internal_error(format_args!("the simulator does not know {operation}"))),
            }
        }
    }
}

/// The body as the operation needs it. What fits the document can still be out of all proportion.
pub(super) fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(body)
        .map_err(|error| Refusal::bad_request(format_args!("{}: the value is too large", error.path())))
}
