//! Notifies organizations of what happens without a call.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Cloud, activities};
use crate::{
    call::{Output, Path},
    identity,
    kinds::notification,
    resources::{Making, Models, Scope},
};

/// The time for which notifications are kept.
const RETENTION: TimeDelta = TimeDelta::days(180);

/// The time before credits expire in which there is a notification of it.
const EXPIRATION_NOTICE: TimeDelta = TimeDelta::days(7);

/// A type of notifications.
pub(super) struct NotificationType {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    category: &'static str,
    severity: &'static str,
    resource_type: &'static str,
}

pub(super) const IDLE: NotificationType = NotificationType {
    name: "service_idle",
    title: "A service is idle",
    description: "A service had nothing to do for its idle timeout.",
    category: "service",
    severity: "info",
    resource_type: "service",
};

pub(super) const STOPPED: NotificationType = NotificationType {
    name: "service_stopped",
    title: "A service has stopped",
    description: "A service was stopped, and does not start by itself.",
    category: "service",
    severity: "warning",
    resource_type: "service",
};

const CREDITS_EXPIRING: NotificationType = NotificationType {
    name: "organization_credits_expiring",
    title: "Credits expire soon",
    description: "Credits that are not used up expire within a week.",
    category: "billing",
    severity: "warning",
    resource_type: "organization",
};

const TYPES: [&NotificationType; 3] = [&IDLE, &STOPPED, &CREDITS_EXPIRING];

/// A notification before it is sent.
struct Notice {
    of: &'static NotificationType,
    resource: Uuid,
    /// The name of a service.
    name: Option<String>,
    at: DateTime<Utc>,
    description: String,
}

impl NotificationType {
    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "category": self.category,
            "severity": self.severity,
            "resourceType": self.resource_type,
            "isConfigurable": true,
            "isAvailable": true,
        })
    }
}

/// Returns the types of notifications.
pub(super) fn list_types() -> Output {
    Output::list(TYPES.into_iter().map(NotificationType::to_json))
}

/// Records what has happened without a call, as activities and as notifications. Drops old notifications.
pub(super) fn catch_up(cloud: &mut Cloud, models: &Models, organization: Uuid, now: DateTime<Utc>) {
    let events = cloud.take_events(organization, now);
    for event in &events {
        activities::record_event(cloud, models, organization, event);
    }
    let of_services = events.into_iter().filter_map(|event| {
        let of = event.notification()?;
        let description = format!("{}: {}", event.name, of.description);
        Some(Notice { of, resource: event.service, name: Some(event.name), at: event.at, description })
    });
    let expiring = cloud.expiring_balances(organization, EXPIRATION_NOTICE, now);
    let of_balances = expiring.into_iter().map(|balance| Notice {
        of: &CREDITS_EXPIRING,
        resource: organization,
        name: None,
        at: balance.expiration - EXPIRATION_NOTICE,
        description: format!("{} credits expire on {}.", balance.remaining(), balance.expiration.date_naive()),
    });
    let mut notices: Vec<Notice> = of_services.chain(of_balances).collect();
    notices.sort_by_key(|notice| notice.at);
    let scope = Cloud::scope_of(organization);
    for notice in notices {
        send(cloud, models, &scope, notice);
    }
    cloud.resources.drop_created_before(&notification::KIND, &scope, now - RETENTION);
}

/// Adds a notification, unless it was sent before.
fn send(cloud: &mut Cloud, models: &Models, scope: &Scope, notice: Notice) {
    let Some(model) = models.named(notification::KIND.name) else { return };
    let Notice { of, resource, name, at, description } = notice;
    let fields = json!({
        "id": identity::derived(resource, at.timestamp().unsigned_abs()).uuid(),
        "type": of.name,
        "severity": of.severity,
        "resourceType": of.resource_type,
        "resourceId": resource,
        "title": of.title,
        "description": description,
    });
    let Value::Object(mut fields) = fields else { return };
    fields.extend(name.map(|name| ("resourceName".to_owned(), name.into())));
    let making = &mut Making { identity: &mut cloud.identity, now: at, path: &Path::default() };
    cloud.resources.seed(model, scope, fields, making);
}
