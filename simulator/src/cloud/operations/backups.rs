use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Output;
use crate::cloud::{
    Refusal,
    backup::ConfigurationUpdate,
    service::{Service, Tier},
};

pub(super) fn list(service: &Service, now: DateTime<Utc>) -> Output {
    Output::Json(service.backups().iter().map(|backup| backup.to_json(service.id(), now)).collect())
}

pub(super) fn get(service: &Service, id: Uuid, now: DateTime<Utc>) -> Result<Output, Refusal> {
    let backup = service.backups().get(id).ok_or_else(|| Refusal::not_found("there is no such backup"))?;
    Ok(Output::Json(backup.to_json(service.id(), now)))
}

pub(super) fn get_configuration(service: &Service) -> Output {
    Output::Json(service.backups().configuration().to_json())
}

pub(super) fn update_configuration(
    service: &mut Service,
    body: &ConfigurationUpdate,
    now: DateTime<Utc>,
) -> Result<Output, Refusal> {
    if service.tier() == Some(Tier::Development) {
        // The API's message.
        return Err(Refusal::bad_request("cannot update backup configuration for development tier service"));
    }
    service.touch(now)?;
    service.backups_mut().configure(body, now)?;
    Ok(get_configuration(service))
}
