use super::role;
use crate::{
    caller::Caller,
    resources::{Action, Filter, Id, Kind, Operation, Resource, Scope, Store, make},
};

/// The notifications of an organization.
pub(crate) const KIND: Kind = Kind {
    name: "notification",
    title: "Notifications",
    // No operation has this parameter.
    id: Some(Id { parameter: "notificationId", field: "id" }),
    operations: &[Operation::new("listNotifications", Action::List)],
    made: &[("createdAt", make::now)],
    filters: &[
        ("severity", Filter::Is("severity")),
        ("type", Filter::Is("type")),
        ("resource_id", Filter::Is("resourceId")),
        ("resource_type", Filter::Is("resourceType")),
        ("from_date", Filter::From("createdAt")),
        ("to_date", Filter::To("createdAt")),
    ],
    max_page_size: 250,
    newest_first: true,
    is_visible,
    ..Kind::PLAIN
};

/// Returns whether a caller may see the resource that a notification is about.
fn is_visible(notification: &Resource, scope: &Scope, caller: &Caller, store: &Store) -> bool {
    let Some(organization) = scope.id("organizationId") else { return false };
    let Some(actor) = organization.parse().ok().and_then(|id| caller.actor_in(id)) else { return false };
    let (permission, resource) = match notification.fields["resourceType"].as_str() {
        Some("service") => {
            let service = notification.fields["resourceId"].as_str().unwrap_or_default();
            ("control-plane:service:view", format!("instance/{service}"))
        }
        _ => ("control-plane:organization:view", format!("organization/{organization}")),
    };
    role::permit(store, scope, actor, permission, &resource)
}
