//! The assignment of roles. A role shows its actors, and each of these shows its roles.

use serde_json::{Value, json};

use super::{api_key, elements, invitation, member, role};
use crate::{
    caller::Actor,
    refusal::Refusal,
    resources::{Action, Attempt, Completion, Kind, Resource, Scope, Store},
};

/// The kinds with roles.
const KINDS: [&Kind; 3] = [&api_key::KIND, &member::KIND, &invitation::KIND];

/// Refuses roles that do not exist, and those that the caller may not give: without the permission to manage the
/// organization, a caller gives only its own.
pub(super) fn check_roles(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Attempt { call, scope, store, .. } = attempt;
    for deprecated in ["role", "roles"] {
        if call.body.get(deprecated).is_some() {
            return Err(Refusal::bad_request(format_args!(
                "{deprecated}: the organization has custom roles, so use assignedRoleIds"
            )));
        }
    }
    let organization = call.path.uuid("organizationId").unwrap_or_default();
    let Some(caller) = call.caller.actor_in(organization) else { return Ok(()) };
    let manage = "control-plane:organization:manage";
    let manages = role::permit(store, scope, caller, manage, &format!("organization/{organization}"));
    let caller = json!(caller.to_string());
    for (index, id) in ids(call.body).enumerate() {
        let Some(role) = store.peek(&role::KIND, scope, id) else {
            return Err(Refusal::bad_request(format_args!("assignedRoleIds[{index}]: there is no such role")));
        };
        if !manages && !elements(&role.fields["actors"]).contains(&caller) {
            return Err(Refusal::forbidden(format_args!("the API key lacks {manage}, or this role of its own")));
        }
    }
    Ok(())
}

/// Refuses actors of a role that do not exist.
pub(super) fn check_actors(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Attempt { call, scope, store, .. } = attempt;
    for (index, actor) in elements(&call.body["actors"]).iter().enumerate() {
        let (kind, id) = actor.as_str().and_then(|actor| actor.split_once('/')).unwrap_or_default();
        let exists = match kind {
            "apiKey" => store.peek(&api_key::KIND, scope, id).is_some(),
            "user" => store.peek(&member::KIND, scope, id).is_some(),
            _ => false,
        };
        if !exists {
            return Err(Refusal::bad_request(format_args!("actors[{index}]: there is no such user or API key")));
        }
    }
    Ok(())
}

/// Gives the roles of a request to the resource that it creates or changes. A new resource has no others.
pub(super) fn give_roles(holder: &mut Resource, actor: Option<&Actor>, completion: &mut Completion<'_, '_>) {
    let body = completion.call.body;
    if body.get("assignedRoleIds").is_some() || matches!(completion.action, Action::Create) {
        let roles = assign(completion.store, completion.scope, actor, &ids(body).collect::<Vec<_>>());
        holder.fields.insert("assignedRoles".to_owned(), roles);
    }
}

/// Gives an actor these roles and no others. Returns the roles as their holder shows them.
pub(crate) fn assign(store: &mut Store, scope: &Scope, actor: Option<&Actor>, ids: &[&str]) -> Value {
    let mut roles = Vec::new();
    for role in store.iter_mut(&role::KIND, scope) {
        let is_assigned = role.fields["id"].as_str().is_some_and(|id| ids.contains(&id));
        if let Some(actor) = actor {
            set_actor(role, actor, is_assigned);
        }
        roles.extend(is_assigned.then(|| shown(role)));
    }
    roles.into()
}

/// Gives a role to its actors, and takes it from all others. Invitations keep it.
pub(super) fn give_to_actors(store: &mut Store, scope: &Scope, role: &Resource) {
    let actors = elements(&role.fields["actors"]).to_vec();
    let is_actor = |actor: &Actor| actors.contains(&json!(actor.to_string()));
    for key in store.iter_mut(&api_key::KIND, scope) {
        let has_role = is_actor(&api_key::actor(key));
        set_role(key, role, has_role);
    }
    for member in store.iter_mut(&member::KIND, scope) {
        let has_role = is_actor(&member::actor(member));
        set_role(member, role, has_role);
    }
    for invitation in store.iter_mut(&invitation::KIND, scope) {
        let has_role =
            elements(&invitation.fields["assignedRoles"]).iter().any(|one| one["roleId"] == role.fields["id"]);
        set_role(invitation, role, has_role);
    }
}

/// Takes a role from everybody who has it.
pub(super) fn take_from_all(store: &mut Store, scope: &Scope, role: &Resource) {
    for kind in KINDS {
        for holder in store.iter_mut(kind, scope) {
            set_role(holder, role, false);
        }
    }
}

/// Takes all roles from an actor that is gone.
pub(super) fn take_all_from(store: &mut Store, scope: &Scope, actor: &Actor) {
    for role in store.iter_mut(&role::KIND, scope) {
        set_actor(role, actor, false);
    }
}

/// Sets whether a role is among those of a resource, where it has its present name.
fn set_role(holder: &mut Resource, role: &Resource, is_assigned: bool) {
    let Some(roles) = holder.fields.get_mut("assignedRoles").and_then(Value::as_array_mut) else { return };
    let place = roles.iter().position(|one| one["roleId"] == role.fields["id"]);
    match place {
        Some(place) if is_assigned => roles[place] = shown(role),
        Some(place) => _ = roles.remove(place),
        None => roles.extend(is_assigned.then(|| shown(role))),
    }
}

/// Returns a role as its holders show it.
fn shown(role: &Resource) -> Value {
    let fields = &role.fields;
    json!({ "roleId": fields["id"], "roleName": fields["name"], "roleType": fields["type"] })
}

/// Sets whether somebody is among the actors of a role.
fn set_actor(role: &mut Resource, actor: &Actor, is_assigned: bool) {
    let Some(actors) = role.fields.get_mut("actors").and_then(Value::as_array_mut) else { return };
    let actor = json!(actor.to_string());
    let had_it = actors.contains(&actor);
    if is_assigned && !had_it {
        actors.push(actor);
    } else if !is_assigned {
        actors.retain(|one| *one != actor);
    }
}

/// Returns the ids of roles in a request.
fn ids(body: &Value) -> impl Iterator<Item = &str> {
    elements(&body["assignedRoleIds"]).iter().filter_map(Value::as_str)
}
