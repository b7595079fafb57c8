use super::Cloud;
use crate::{call::Call, kinds::role, refusal::Refusal, resources::Scope};

/// Refuses a call whose caller lacks a permission that the operation needs.
pub(super) fn check(cloud: &Cloud, call: &Call<'_>) -> Result<(), Refusal> {
    let of_command = needed_for_command(call);
    match call.operation.permissions().chain(of_command).find(|permission| !has(cloud, call, permission)) {
        Some(lacking) => Err(Refusal::forbidden(format_args!("the API key lacks {lacking}"))),
        None => Ok(()),
    }
}

/// Returns the permission that the command in a body needs. The document tells it in prose.
fn needed_for_command(call: &Call<'_>) -> Option<&'static str> {
    let command = call.body.get("command").filter(|_| call.operation.id() == "updateServiceState")?;
    Some(if command == "awake" { "control-plane:service:view" } else { "control-plane:service:manage" })
}

/// Returns whether the caller has a permission on what the path of a call names. A new service is one of all services.
fn has(cloud: &Cloud, call: &Call<'_>, permission: &str) -> bool {
    let organization = call.path.uuid("organizationId").unwrap_or_default();
    let Some(actor) = call.caller.actor_in(organization) else { return false };
    let organization = organization.to_string();
    let instance = |parameter| format!("instance/{}", call.path.get(parameter).unwrap_or("*"));
    let resource = match permission.split(':').nth(1) {
        Some("organization") => format!("organization/{organization}"),
        Some("postgres-service") => instance("postgresId"),
        _ => instance("serviceId"),
    };
    let scope = Scope::new([("organizationId", organization.as_str())]);
    role::permit(&cloud.resources, &scope, actor, permission, &resource)
}
