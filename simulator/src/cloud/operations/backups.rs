use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    call::Output,
    cloud::{
        backup::ConfigurationUpdate,
        service::{Service, Tier},
    },
    refusal::Refusal,
};

pub(super) fn list(service: &Service, now: DateTime<Utc>) -> Output {
    let shown: Vec<_> = service.backups().iter().map(|backup| backup.to_json(service.id(), now)).collect();
    Output::list(shown.into_iter())
}

pub(super) fn get(service: &Service, id: Uuid, now: DateTime<Utc>) -> Result<Output, Refusal> {
    let backup = service.backups().get(id).ok_or_else(|| Refusal::no_such("backup"))?;
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
    if service.is_secondary() {
        return Err(Refusal::bad_request("cannot update backup configuration for secondary service"));
    }
    service.touch(now)?;
    service.backups_mut().configure(body, now)?;
    Ok(get_configuration(service))
}
