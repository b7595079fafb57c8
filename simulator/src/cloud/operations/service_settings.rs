//! The scaling schedule and the upgrade window of a service.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::read;
use crate::{
    call::{Call, Output},
    cloud::{
        service::{NewEntry, Schedule, Service, UpgradeWindow},
        services::Services,
    },
    identity::Identity,
    refusal::Refusal,
};

const SCHEDULE: &str = "scaling schedule";
const WINDOW: &str = "upgrade window";

#[derive(Deserialize)]
struct SetScalingSchedule {
    entries: Vec<NewEntry>,
}

pub(super) fn get_schedule(service: &Service, seen_at: DateTime<Utc>) -> Result<Output, Refusal> {
    service.schedule_to_json(seen_at).map(Output::Json).ok_or_else(|| Refusal::no_such(SCHEDULE))
}

pub(super) fn set_schedule(service: &mut Service, identity: &mut Identity, call: &Call<'_>) -> Result<Output, Refusal> {
    let SetScalingSchedule { entries } = read(&call.known_body())?;
    let schedule = Schedule::new(entries, identity)?;
    service.touch(call.now)?;
    service.set_schedule(Some(schedule));
    get_schedule(service, call.seen_at)
}

pub(super) fn delete_schedule(service: &mut Service, now: DateTime<Utc>) -> Result<Output, Refusal> {
    if service.schedule().is_none() {
        return Err(Refusal::no_such(SCHEDULE));
    }
    service.touch(now)?;
    service.set_schedule(None);
    Ok(Output::Nothing)
}

/// The services of a data warehouse share the window of the primary one.
pub(super) fn get_upgrade_window(services: &Services, id: Uuid) -> Result<Output, Refusal> {
    let service = services.iter().find(|service| service.id() == id).ok_or_else(|| Refusal::no_such("service"))?;
    let window = services.primary(service.data_warehouse_id()).and_then(Service::upgrade_window);
    window.map(|window| Output::Json(window.to_json())).ok_or_else(|| Refusal::no_such(WINDOW))
}

pub(super) fn set_upgrade_window(service: &mut Service, body: &Value, now: DateTime<Utc>) -> Result<Output, Refusal> {
    if service.is_secondary() {
        // Clients know the API's message by its end.
        return Err(Refusal::bad_request("cannot set upgrade window on a secondary service"));
    }
    let window: UpgradeWindow = read(body)?;
    service.touch(now)?;
    service.set_upgrade_window(Some(window));
    Ok(Output::Json(window.to_json()))
}

pub(super) fn delete_upgrade_window(service: &mut Service, now: DateTime<Utc>) -> Result<Output, Refusal> {
    if service.is_secondary() {
        return Err(Refusal::bad_request("cannot delete upgrade window on a secondary service"));
    }
    if service.upgrade_window().is_none() {
        return Err(Refusal::no_such(WINDOW));
    }
    service.touch(now)?;
    service.set_upgrade_window(None);
    Ok(Output::Nothing)
}
