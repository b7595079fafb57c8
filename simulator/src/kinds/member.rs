use serde_json::{Map, Value};

use super::{
    assignment,
    role::{self, SystemRole},
};
use crate::{
    caller::Actor,
    resources::{Action, Id, Kind, Making, Models, Operation, Resource, Scope, Store},
};

/// The members, who are those of the document's example in every organization. The first one owns it.
pub(crate) const KIND: Kind = Kind {
    name: "member",
    title: "Members",
    id: Some(Id { parameter: "userId", field: "userId" }),
    operations: &[
        Operation::new("listMembers", Action::List),
        Operation::new("getMember", Action::Get),
        Operation::new("updateMember", Action::Update),
        Operation::new("deleteMember", Action::Delete),
    ],
    update_delay: 5,
    check: assignment::check_roles,
    complete: |member, completion| {
        let actor = actor(member);
        assignment::give_roles(member, Some(&actor), completion);
    },
    deleted: |member, scope, store| assignment::take_all_from(store, scope, &actor(member)),
    ..Kind::PLAIN
};

/// Adds the members to an organization.
pub(crate) fn seed(store: &mut Store, models: &Models, scope: &Scope, making: &mut Making<'_>) {
    let Some(model) = models.named(KIND.name) else { return };
    for (index, example) in model.examples().iter().enumerate() {
        let id = store.seed(model, scope, example.clone(), making);
        let role = if index == 0 { SystemRole::Admin } else { SystemRole::Developer };
        let role = role::id_of(store, scope, role);
        let roles = assignment::assign(store, scope, Some(&Actor::User(id.clone())), role.as_deref().as_slice());
        if let Some(member) = store.get_mut(&KIND, scope, &id) {
            member.fields.insert("assignedRoles".to_owned(), roles);
        }
    }
}

/// Returns the owner of all organizations, as the document's example has it.
pub(crate) fn owner(models: &Models) -> Option<&Map<String, Value>> {
    models.named(KIND.name)?.examples().first()
}

pub(super) fn actor(member: &Resource) -> Actor {
    Actor::User(KIND.id_of(&member.fields).unwrap_or_default().to_owned())
}
