use chrono::{DateTime, Utc};

use crate::{
    call::Output,
    cloud::{service::Service, snapshots::ConfigurationUpdate},
    refusal::Refusal,
};

pub(super) fn get(service: &Service) -> Output {
    Output::Json(service.snapshots().configuration())
}

pub(super) fn update(service: &mut Service, body: &ConfigurationUpdate, now: DateTime<Utc>) -> Result<Output, Refusal> {
    if service.is_secondary() {
        return Err(Refusal::bad_request("only a primary service has snapshots"));
    }
    service.touch(now)?;
    service.snapshots_mut().configure(body, now)?;
    Ok(get(service))
}
