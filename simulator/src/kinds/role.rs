use serde_json::{Map, Value, json};

use super::{assignment, elements};
use crate::{
    caller::Actor,
    clock::timestamp,
    identity::Identity,
    refusal::Refusal,
    resources::{Action, Attempt, Completion, Id, Kind, Making, Models, Operation, Resource, Scope, Store, make},
};

/// The roles: those of the system, which come with an organization, and the custom ones.
pub(crate) const KIND: Kind = Kind {
    name: "role",
    title: "Roles",
    id: Some(Id { parameter: "roleId", field: "id" }),
    operations: &[
        Operation::new("listRoles", Action::List),
        Operation::new("createRole", Action::Create),
        Operation::new("getRole", Action::Get),
        Operation::new("updateRole", Action::Update),
        Operation::new("deleteRole", Action::Delete),
    ],
    made: &[
        ("id", make::uuid),
        ("tenantId", organization),
        ("ownerId", organization),
        ("type", |_| json!("custom")),
        ("createdAt", make::now),
        ("updatedAt", make::now),
    ],
    update_delay: 5,
    check,
    complete,
    deleted: |role, scope, store| assignment::take_from_all(store, scope, role),
    ..Kind::PLAIN
};

/// A role that every organization has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SystemRole {
    Admin,
    Developer,
    Billing,
    Member,
    ServiceAdmin,
    ServiceReader,
}

impl SystemRole {
    const ALL: [Self; 6] =
        [Self::Admin, Self::Developer, Self::Billing, Self::Member, Self::ServiceAdmin, Self::ServiceReader];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Developer => "Developer",
            Self::Billing => "Billing",
            Self::Member => "Member",
            Self::ServiceAdmin => "Service admin",
            Self::ServiceReader => "Service reader",
        }
    }

    fn grants(self, permission: &str) -> bool {
        let is_of_organization = is_of_organization(permission);
        let is_to_view = permission.rsplit(':').next().is_some_and(|action| action.starts_with("view"));
        let is_about_billing = permission.ends_with("-billing");
        match self {
            Self::Admin => true,
            Self::Developer => is_to_view && !is_about_billing || permission.ends_with(":create-api-keys"),
            Self::Billing => is_about_billing || permission == "control-plane:organization:view",
            Self::Member => false,
            Self::ServiceAdmin => !is_of_organization,
            Self::ServiceReader => is_to_view && !is_of_organization,
        }
    }
}

/// Adds the roles of the system to an organization. Those of a state from an earlier version get the permissions that
/// they lack.
pub(crate) fn seed(store: &mut Store, models: &Models, scope: &Scope, making: &mut Making<'_>) {
    let Some(model) = models.named(KIND.name) else { return };
    let permissions = models.document().permissions();
    for role in SystemRole::ALL {
        let organization = organization(making);
        let policies =
            [(true, organization), (false, json!("instance/*"))].into_iter().filter_map(|(own, resource)| {
                let granted = permissions.iter().filter(|one| is_of_organization(one) == own && role.grants(one));
                let granted: Vec<_> = granted.collect();
                (!granted.is_empty())
                    .then(|| json!({ "allowDeny": "ALLOW", "permissions": granted, "resources": [resource] }))
            });
        let policies = policies.collect::<Vec<_>>();
        let id = id_of(store, scope, role).unwrap_or_else(|| {
            let start = json!({ "name": role.name(), "actors": [], "policies": [] });
            store.seed(model, scope, start.as_object().cloned().unwrap_or_default(), making)
        });
        let Some(seeded) = store.get_mut(&KIND, scope, &id) else { continue };
        seeded.fields.insert("type".to_owned(), json!("system"));
        if permissions_of(&seeded.fields["policies"]).ne(permissions_of(&json!(policies))) {
            seeded.fields.insert("policies".to_owned(), json!(policies));
            complete_policies(&mut seeded.fields, making.identity);
        }
    }
}

fn permissions_of(policies: &Value) -> impl Iterator<Item = &Value> {
    elements(policies).iter().flat_map(|policy| elements(&policy["permissions"]))
}

/// Returns the id of a role of the system.
pub(crate) fn id_of(store: &Store, scope: &Scope, role: SystemRole) -> Option<String> {
    let mut roles = store.ids(&KIND, scope).filter_map(|id| Some((id, store.peek(&KIND, scope, id)?)));
    let found = roles.find(|(_, found)| is_of_the_system(found) && found.fields["name"] == role.name());
    found.map(|(id, _)| id.to_owned())
}

/// Returns whether an actor has a permission on a resource, such as `instance/*` for all services.
pub(crate) fn permit(store: &Store, scope: &Scope, actor: &Actor, permission: &str, resource: &str) -> bool {
    let actor = actor.to_string();
    let mut is_allowed = false;
    for id in store.ids(&KIND, scope) {
        let Some(role) = store.peek(&KIND, scope, id).filter(|role| has(&role.fields["actors"], &actor)) else {
            continue;
        };
        for policy in role.fields["policies"].as_array().into_iter().flatten() {
            let covers_all = has(&policy["resources"], "instance/*") && resource.starts_with("instance/");
            if !has(&policy["permissions"], permission) || !(covers_all || has(&policy["resources"], resource)) {
                continue;
            }
            if policy["allowDeny"] == "DENY" {
                return false;
            }
            is_allowed = true;
        }
    }
    is_allowed
}

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let body = attempt.call.body;
    if attempt.resource.is_some_and(is_of_the_system) {
        let is_changed = body.get("name").is_some() || body.get("policies").is_some();
        match attempt.action {
            Action::Delete => return Err(Refusal::bad_request("a role of the system cannot be deleted")),
            Action::Update if is_changed => {
                return Err(Refusal::bad_request("only the actors of a role of the system can be changed"));
            }
            _ => {}
        }
    }
    for (index, policy) in body["policies"].as_array().into_iter().flatten().enumerate() {
        check_policy(policy, attempt)
            .map_err(|problem| Refusal::bad_request(format_args!("policies[{index}].{problem}")))?;
    }
    assignment::check_actors(attempt)
}

/// Checks a policy. The error is a field of it and the reason.
fn check_policy(policy: &Value, attempt: &Attempt<'_>) -> Result<(), &'static str> {
    let texts = |field: &str| policy[field].as_array().into_iter().flatten().filter_map(Value::as_str);
    let is_of_organization = texts("permissions").next().is_some_and(is_of_organization);
    if texts("permissions").any(|permission| self::is_of_organization(permission) != is_of_organization) {
        return Err("permissions: all have to be about the organization, or all about services");
    }
    let own = format!("organization/{}", attempt.call.path.get("organizationId").unwrap_or_default());
    let fits = |resource: &str| {
        if is_of_organization { resource == own } else { resource.starts_with("instance/") }
    };
    if !texts("resources").all(fits) {
        return Err("resources: permissions of the organization need `organization/` and its ID, those of services \
                    `instance/` and an ID or `*`");
    }
    Ok(())
}

fn complete(role: &mut Resource, completion: &mut Completion<'_, '_>) {
    let body = completion.call.body;
    role.fields.insert("updatedAt".to_owned(), timestamp(completion.call.now).into());
    if body.get("policies").is_some() {
        complete_policies(&mut role.fields, completion.making.identity);
    }
    assignment::give_to_actors(completion.store, completion.scope, role);
}

/// Completes the policies of a role: their ids, and the permissions that come with others.
fn complete_policies(role: &mut Map<String, Value>, identity: &mut Identity) {
    let (id, tenant) = (role["id"].clone(), role["tenantId"].clone());
    for policy in role.get_mut("policies").and_then(Value::as_array_mut).into_iter().flatten() {
        policy["id"] = identity.uuid().to_string().into();
        policy["roleId"] = id.clone();
        policy["tenantId"] = tenant.clone();
        if let Some(permissions) = policy["permissions"].as_array_mut()
            && permissions.iter().any(|permission| permission == "control-plane:service:manage")
            && permissions.iter().all(|permission| permission != "control-plane:service:delete")
        {
            permissions.push(json!("control-plane:service:delete"));
        }
    }
}

fn organization(making: &mut Making<'_>) -> Value {
    format!("organization/{}", making.path.get("organizationId").unwrap_or_default()).into()
}

fn is_of_the_system(role: &Resource) -> bool {
    role.fields["type"] == "system"
}

/// Returns whether a permission is about an organization, and not about services.
fn is_of_organization(permission: &str) -> bool {
    permission.split(':').nth(1) == Some("organization")
}

fn has(list: &Value, text: &str) -> bool {
    list.as_array().is_some_and(|items| items.iter().any(|item| item == text))
}
