use uuid::Uuid;

use crate::{
    call::Call,
    kinds::role,
    refusal::Refusal,
    resources::{Scope, Store},
};

/// Refuses a call whose caller lacks a permission that the operation needs.
pub(super) fn check(resources: &Store, call: &Call<'_>) -> Result<(), Refusal> {
    let mut permissions = call.operation.permissions().chain(needed_for_command(call));
    match permissions.find(|permission| !has(resources, call, permission, &resource_of(call, permission))) {
        Some(lacking) => Err(Refusal::forbidden(format_args!("the API key lacks {lacking}"))),
        None => Ok(()),
    }
}

/// Returns whether the caller may view a service.
pub(super) fn may_view(resources: &Store, call: &Call<'_>, id: Uuid) -> bool {
    has(resources, call, "control-plane:service:view", &format!("instance/{id}"))
}

/// Returns the permission that the command in a body needs. The document tells it in prose.
fn needed_for_command(call: &Call<'_>) -> Option<&'static str> {
    let command = call.body.get("command").filter(|_| call.operation.id() == "updateServiceState")?;
    Some(if command == "awake" { "control-plane:service:view" } else { "control-plane:service:manage" })
}

/// Returns the resource that a call needs a permission on. A new service is one of all services.
fn resource_of(call: &Call<'_>, permission: &str) -> String {
    let (kind, parameter, otherwise) = match permission.split(':').nth(1) {
        Some("organization") => ("organization", "organizationId", ""),
        Some("postgres-service") => ("instance", "postgresId", "*"),
        _ => ("instance", "serviceId", "*"),
    };
    format!("{kind}/{}", call.path.get(parameter).unwrap_or(otherwise))
}

fn has(resources: &Store, call: &Call<'_>, permission: &str, resource: &str) -> bool {
    let organization = call.path.uuid("organizationId").unwrap_or_default();
    let Some(actor) = call.caller.actor_in(organization) else { return false };
    let scope = Scope::new([("organizationId", organization.to_string().as_str())]);
    role::permit(resources, &scope, actor, permission, resource)
}
