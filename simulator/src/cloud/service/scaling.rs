use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

const DEFAULT_MIN_TOTAL_MEMORY_GB: i32 = 24;
const DEFAULT_MAX_TOTAL_MEMORY_GB: i32 = 48;
const DEFAULT_REPLICAS: i32 = 3;
const DEFAULT_IDLE_TIMEOUT_MINUTES: i32 = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tier {
    Development,
    Production,
    DedicatedHighMem,
    DedicatedHighCpu,
    DedicatedStandard,
}

/// The scaling settings of a service.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Scaling {
    pub(super) memory: Option<Memory>,
    pub(super) replicas: Option<i32>,
    pub(super) idle: bool,
    pub(super) idle_timeout_minutes: i32,
}

/// The limits of the memory of all replicas together, in gigabytes.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Memory {
    pub(super) min: i32,
    pub(super) max: i32,
}

/// Changes to the scaling settings.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScalingUpdate {
    min_total_memory_gb: Option<i32>,
    max_total_memory_gb: Option<i32>,
    num_replicas: Option<i32>,
    idle_scaling: Option<bool>,
    idle_timeout_minutes: Option<i32>,
}

impl Scaling {
    pub(super) fn new(tier: Option<Tier>, settings: &ScalingUpdate) -> Result<Self, Refusal> {
        // The default of the upper limit must not be below a given lower limit.
        let max = DEFAULT_MAX_TOTAL_MEMORY_GB.max(settings.min_total_memory_gb.unwrap_or_default());
        let mut scaling = Self {
            memory: scales(tier).then_some(Memory { min: DEFAULT_MIN_TOTAL_MEMORY_GB, max }),
            replicas: (tier != Some(Tier::Development)).then_some(DEFAULT_REPLICAS),
            idle: true,
            idle_timeout_minutes: DEFAULT_IDLE_TIMEOUT_MINUTES,
        };
        scaling.update(tier, settings)?;
        Ok(scaling)
    }

    /// Makes all changes, or none.
    pub(super) fn update(&mut self, tier: Option<Tier>, update: &ScalingUpdate) -> Result<(), Refusal> {
        let mut changed = self.clone();
        match &mut changed.memory {
            Some(memory) => {
                memory.min = update.min_total_memory_gb.unwrap_or(memory.min);
                memory.max = update.max_total_memory_gb.unwrap_or(memory.max);
            }
            None if update.min_total_memory_gb.is_some() => return Err(fixed_memory("minTotalMemoryGb")),
            None if update.max_total_memory_gb.is_some() => return Err(fixed_memory("maxTotalMemoryGb")),
            None => {}
        }
        if changed.memory.is_some_and(|memory| memory.min > memory.max) {
            return Err(Refusal::bad_request("minTotalMemoryGb: this is above maxTotalMemoryGb"));
        }
        if let Some(replicas) = update.num_replicas {
            if tier == Some(Tier::Development) {
                return Err(Refusal::bad_request("numReplicas: development services have a fixed size"));
            }
            changed.replicas = Some(replicas);
        }
        if let Some(idle) = update.idle_scaling {
            if tier == Some(Tier::Development) && !idle {
                return Err(Refusal::bad_request("idleScaling: this is always true for development services"));
            }
            changed.idle = idle;
        }
        changed.idle_timeout_minutes = update.idle_timeout_minutes.unwrap_or(changed.idle_timeout_minutes);
        *self = changed;
        Ok(())
    }

    /// Returns the time without activity after which the service idles, if it does.
    pub(super) fn idle_timeout(&self) -> Option<TimeDelta> {
        self.idle.then(|| TimeDelta::minutes(self.idle_timeout_minutes.into()))
    }
}

/// Returns whether the memory of a tier can change. Without a tier, a service is of a newer plan, where it can.
fn scales(tier: Option<Tier>) -> bool {
    matches!(tier, None | Some(Tier::Production))
}

fn fixed_memory(field: &str) -> Refusal {
    Refusal::bad_request(format_args!("{field}: only production services have this"))
}
