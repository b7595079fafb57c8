use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Answer;
use crate::cloud::{
    Refusal, Role,
    backup::ConfigurationUpdate,
    service::{Service, Tier},
};

pub(super) fn list(service: &Service, now: DateTime<Utc>) -> Answer {
    Answer::Json(service.backups().iter().map(|backup| backup.to_json(service.id(), now)).collect())
}

pub(super) fn get(service: &Service, id: Uuid, now: DateTime<Utc>) -> Result<Answer, Refusal> {
    let backup = service.backups().get(id).ok_or_else(|| Refusal::not_found("there is no such backup"))?;
    Ok(Answer::Json(backup.to_json(service.id(), now)))
}

pub(super) fn get_configuration(service: &Service) -> Answer {
    Answer::Json(service.backups().configuration().to_json())
}

pub(super) fn update_configuration(
    service: &mut Service,
    role: Role,
    body: &ConfigurationUpdate,
    now: DateTime<Utc>,
) -> Result<Answer, Refusal> {
    if role != Role::Admin {
        return Err(Refusal::forbidden("the API key needs the admin role"));
    }
    if service.tier() == Some(Tier::Development) {
        // The words of the API.
        return Err(Refusal::bad_request("cannot update backup configuration for development tier service"));
    }
    service.touch(now)?;
    service.backups_mut().configure(body, now)?;
    Ok(get_configuration(service))
}
