use crate::{
    refusal::Refusal,
    resources::{Action, Attempt, Kind, Operation},
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
