use chrono::TimeDelta;
use serde_json::Value;

use super::assignment;
use crate::{
    clock::timestamp,
    resources::{Action, Completion, Id, Kind, Making, Operation, Resource, make},
};

/// The time until an invitation expires.
const LIFETIME: TimeDelta = TimeDelta::days(7);

/// The invitations. Nobody accepts them.
pub(crate) const KIND: Kind = Kind {
    name: "invitation",
    title: "Invitations",
    id: Some(Id { parameter: "invitationId", field: "id" }),
    operations: &[
        Operation::new("listInvitations", Action::List),
        Operation::new("createInvitation", Action::Create),
        Operation::new("getInvitation", Action::Get),
        Operation::new("deleteInvitation", Action::Delete),
    ],
    made: &[("id", make::uuid), ("createdAt", make::now), ("expireAt", end)],
    expires: Some("expireAt"),
    check: assignment::check_roles,
    complete,
    ..Kind::PLAIN
};

fn end(making: &mut Making<'_>) -> Value {
    timestamp(making.now + LIFETIME).into()
}

fn complete(invitation: &mut Resource, completion: &mut Completion<'_, '_>) {
    if let Some(Value::String(email)) = invitation.fields.get_mut("email") {
        *email = email.to_lowercase();
    }
    assignment::give_roles(invitation, None, completion);
}
