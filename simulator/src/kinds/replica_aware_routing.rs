use crate::{
    refusal::Refusal,
    resources::{Action, Attempt, Kind, Operation},
};

/// Whether connections to a service are routed to the same replica.
pub(crate) const KIND: Kind = Kind {
    name: "replica-aware routing",
    title: "Replica-aware routing",
    with_parent: true,
    operations: &[
        Operation::new("getReplicaAwareRouting", Action::Get),
        Operation::new("updateReplicaAwareRouting", Action::Update),
    ],
    defaults: &[("httpEnabled", |_| false.into()), ("nativeEnabled", |_| false.into())],
    check,
    ..Kind::PLAIN
};

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let body = attempt.call.body;
    if matches!(attempt.action, Action::Update) && body["httpEnabled"].is_null() && body["nativeEnabled"].is_null() {
        return Err(Refusal::bad_request("httpEnabled: this or nativeEnabled has to be there"));
    }
    Ok(())
}
