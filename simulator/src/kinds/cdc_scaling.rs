use super::click_pipe;
use crate::{
    refusal::Refusal,
    resources::{Action, Attempt, Kind, Making, Models, Operation, Scope, Store},
};

/// The gigabytes of memory for each core.
const MEMORY_PER_CORE: u64 = 4;

/// The size of what the database pipes of a service share.
pub(crate) const KIND: Kind = Kind {
    name: "scaling of database pipes",
    title: "Scaling of database pipes",
    operations: &[Operation::new("getCdcScaling", Action::Get), Operation::new("updateCdcScaling", Action::Update)],
    update_delay: 120,
    check,
    ..Kind::PLAIN
};

/// Adds what the database pipes of a service share with the first one that is provisioned, and removes it with the last one.
pub(crate) fn catch_up(store: &mut Store, models: &Models, making: &mut Making<'_>) {
    let Some(model) = models.named(KIND.name) else { return };
    let scope = Scope::of(&making.path.0);
    let needs_it = |pipe: &_| click_pipe::is_from_database(pipe) && click_pipe::is_provisioned(pipe);
    if store.iter(&click_pipe::KIND, &scope, making.now).any(|pipe| needs_it(&pipe)) {
        store.seed(model, &scope, model.example().clone(), making);
    } else {
        store.delete(&KIND, &scope, "");
    }
}

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    if !matches!(attempt.action, Action::Update) {
        return Ok(());
    }
    let number = |name: &str| attempt.call.body[name].as_u64().unwrap_or_default();
    let cores = number("replicaCpuMillicores") / 1000;
    if number("replicaMemoryGb") != cores * MEMORY_PER_CORE {
        return Err(Refusal::bad_request(format_args!(
            "replicaMemoryGb: {cores} cores need {} GB, which is {MEMORY_PER_CORE} GB for each",
            cores * MEMORY_PER_CORE
        )));
    }
    Ok(())
}
