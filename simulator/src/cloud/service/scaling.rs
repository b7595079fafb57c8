use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::refusal::Refusal;

/// The replicas that share the memory in the fields with a total, whatever their number.
const REPLICAS_OF_TOTAL: i32 = 3;

const DEFAULT_MEMORY: Memory = Memory { min: 24, max: 48 };
const DEFAULT_REPLICAS: Replicas = Replicas::Fixed(3);
const DEFAULT_IDLE_TIMEOUT_MINUTES: i32 = 15;

/// The size of services whose tier has a fixed one.
const FIXED_MEMORY: Memory = Memory { min: 48, max: 48 };
const FIXED_REPLICAS: Replicas = Replicas::Fixed(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tier {
    Development,
    Production,
    DedicatedHighMem,
    DedicatedHighCpu,
    DedicatedStandard,
}

/// The scaling settings of a service. A tier with a fixed size has no memory and perhaps no replicas in them.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Scaling {
    memory: Option<Memory>,
    replicas: Option<Replicas>,
    idle: bool,
    idle_timeout_minutes: i32,
}

/// The limits of the memory of three replicas together, in gigabytes.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Memory {
    min: i32,
    max: i32,
}

/// The number of replicas, which scales in horizontal mode.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(untagged)]
enum Replicas {
    Fixed(i32),
    Between { min: i32, max: i32 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Vertical,
    Horizontal,
}

/// The scaling of an entry of a schedule. What it lacks is that of the service.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ScheduledScaling {
    memory: Option<Memory>,
    replicas: Option<Replicas>,
    idle: Option<bool>,
    idle_timeout_minutes: Option<i32>,
}

/// Changes to the scaling settings: the fields of a creation and of both updates.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScalingUpdate {
    min_total_memory_gb: Option<i32>,
    max_total_memory_gb: Option<i32>,
    min_replica_memory_gb: Option<i32>,
    max_replica_memory_gb: Option<i32>,
    autoscaling_mode: Option<Mode>,
    num_replicas: Option<i32>,
    min_replicas: Option<i32>,
    max_replicas: Option<i32>,
    idle_scaling: Option<bool>,
    idle_timeout_minutes: Option<i32>,
}

impl Scaling {
    pub(super) fn new(tier: Option<Tier>, settings: &ScalingUpdate) -> Result<Self, Refusal> {
        // A default must not contradict a limit that is given.
        let memory =
            Memory { min: DEFAULT_MEMORY.min, max: DEFAULT_MEMORY.max.max(settings.min_memory().unwrap_or_default()) };
        let mut scaling = Self {
            memory: scales(tier).then_some(memory),
            replicas: (tier != Some(Tier::Development)).then_some(DEFAULT_REPLICAS),
            idle: true,
            idle_timeout_minutes: DEFAULT_IDLE_TIMEOUT_MINUTES,
        };
        scaling.update(tier, settings)?;
        Ok(scaling)
    }

    /// Makes all changes, or none.
    pub(super) fn update(&mut self, tier: Option<Tier>, update: &ScalingUpdate) -> Result<(), Refusal> {
        let mut changed = *self;
        match &mut changed.memory {
            Some(memory) => {
                memory.min = update.min_memory().unwrap_or(memory.min);
                memory.max = update.max_memory().unwrap_or(memory.max);
            }
            None => {
                if let Some(field) = update.memory_field() {
                    return Err(Refusal::bad_request(format_args!("{field}: only production services have this")));
                }
            }
        }
        let replicas = update.replicas(self.mode())?;
        if replicas.is_some() && tier == Some(Tier::Development) {
            return Err(Refusal::bad_request("numReplicas: development services have a fixed size"));
        }
        changed.replicas = replicas.or(changed.replicas);
        changed.memory.map_or(Ok(()), |memory| memory.check(changed.mode()))?;
        if let Some(idle) = update.idle_scaling {
            if tier == Some(Tier::Development) && !idle {
                return Err(Refusal::bad_request("idleScaling: this is always true for development services"));
            }
            changed.idle = idle;
        }
        match update.idle_timeout_minutes {
            Some(_) if !changed.idle => {
                return Err(Refusal::bad_request("idleTimeoutMinutes: this excludes idleScaling of false"));
            }
            Some(minutes) => changed.idle_timeout_minutes = minutes,
            None if changed.idle && !self.idle => changed.idle_timeout_minutes = DEFAULT_IDLE_TIMEOUT_MINUTES,
            None => {}
        }
        *self = changed;
        Ok(())
    }

    fn mode(&self) -> Mode {
        mode(self.replicas)
    }

    /// Returns the scaling while an entry of a schedule is active.
    pub(super) fn during(&self, entry: &ScheduledScaling) -> Self {
        Self {
            memory: entry.memory.or(self.memory),
            replicas: entry.replicas.or_else(|| Some(Replicas::Fixed(self.replicas?.limits().0))),
            idle: entry.idle.unwrap_or(self.idle),
            idle_timeout_minutes: entry.idle_timeout_minutes.unwrap_or(self.idle_timeout_minutes),
        }
    }

    /// Returns the time without activity after which the service idles, if it does.
    pub(super) fn idle_timeout(&self) -> Option<TimeDelta> {
        self.idle.then(|| TimeDelta::minutes(self.idle_timeout_minutes.into()))
    }

    /// Returns the number of replicas of a running service. There are no queries, so no more than the least is needed.
    pub(super) fn replicas(&self) -> u32 {
        u32::try_from(self.replicas.unwrap_or(FIXED_REPLICAS).limits().0).unwrap_or_default()
    }

    /// Returns the memory of each replica of a running service, in gigabytes.
    pub(super) fn replica_memory_gb(&self) -> u32 {
        u32::try_from(self.memory.unwrap_or(FIXED_MEMORY).of_replica().0).unwrap_or_default()
    }

    /// Returns the settings as the API shows them. Those that do not apply are `null`.
    pub(super) fn to_json(self) -> Value {
        let mode = self.mode();
        let (min_memory, max_memory) = self.memory.unwrap_or(FIXED_MEMORY).of_replica();
        let mut shown = json!({
            "minReplicaMemoryGb": self.memory.map(|_| min_memory),
            "maxReplicaMemoryGb": self.memory.map(|_| max_memory),
            "autoscalingMode": mode,
            "idleScaling": self.idle,
            "idleTimeoutMinutes": self.idle.then_some(self.idle_timeout_minutes),
        });
        match self.replicas {
            Some(Replicas::Fixed(replicas)) => {
                shown["numReplicas"] = replicas.into();
                shown["minTotalMemoryGb"] = self.memory.map(|total| total.min).into();
                shown["maxTotalMemoryGb"] = self.memory.map(|total| total.max).into();
            }
            Some(Replicas::Between { min, max }) => {
                shown["minReplicas"] = min.into();
                shown["maxReplicas"] = max.into();
                shown["replicaMemoryGb"] = min_memory.into();
            }
            None => {}
        }
        shown
    }

    /// Returns the scaling as the API shows it while it is in effect.
    pub(super) fn to_json_in_effect(self) -> Value {
        let (min_memory, max_memory) = self.memory.unwrap_or(FIXED_MEMORY).of_replica();
        let (min_replicas, max_replicas) = self.replicas.unwrap_or(FIXED_REPLICAS).limits();
        let mut shown = json!({
            "effectiveAutoscalingMode": self.mode(),
            "effectiveMinReplicaMemoryGb": min_memory,
            "effectiveMaxReplicaMemoryGb": max_memory,
            "effectiveMinReplicas": min_replicas,
            "effectiveMaxReplicas": max_replicas,
            "effectiveIdleScaling": self.idle,
        });
        if self.idle {
            shown["effectiveIdleTimeoutMinutes"] = self.idle_timeout_minutes.into();
        }
        shown
    }

    /// Returns the scaling as a schedule shows that of the service.
    pub(super) fn to_json_as_base(self) -> Value {
        ScheduledScaling {
            memory: self.memory,
            replicas: Some(self.replicas.unwrap_or(FIXED_REPLICAS)),
            idle: Some(self.idle),
            idle_timeout_minutes: self.idle.then_some(self.idle_timeout_minutes),
        }
        .to_json()
    }
}

impl ScheduledScaling {
    pub(super) fn new(settings: &ScalingUpdate) -> Result<Self, Refusal> {
        let replicas = settings.replicas(Mode::Vertical)?;
        let refuse = |message| Err(Refusal::bad_request(message));
        let memory = match (settings.min_memory(), settings.max_memory()) {
            (Some(min), Some(max)) => Some(Memory { min, max }),
            (Some(_), None) => return refuse("minReplicaMemoryGb: this goes with maxReplicaMemoryGb"),
            (None, Some(_)) => return refuse("maxReplicaMemoryGb: this goes with minReplicaMemoryGb"),
            (None, None) => None,
        };
        let entry =
            Self { memory, replicas, idle: settings.idle_scaling, idle_timeout_minutes: settings.idle_timeout_minutes };
        entry.check()?;
        Ok(entry)
    }

    pub(super) fn check(&self) -> Result<(), Refusal> {
        match (mode(self.replicas), self.memory) {
            (mode, Some(memory)) => memory.check(mode),
            (Mode::Horizontal, None) => Err(Refusal::bad_request("minReplicaMemoryGb: horizontal mode needs this")),
            (Mode::Vertical, None) => Ok(()),
        }
    }

    /// Returns the settings as the API shows them. Those that it lacks are left out.
    pub(super) fn to_json(self) -> Value {
        let (memory, replicas) = (self.memory.map(Memory::of_replica), self.replicas.map(Replicas::limits));
        let mut shown = json!({
            "autoscalingMode": mode(self.replicas),
            "minReplicaMemoryGb": memory.map(|(min, _)| min),
            "maxReplicaMemoryGb": memory.map(|(_, max)| max),
            "minReplicas": replicas.map(|(min, _)| min),
            "maxReplicas": replicas.map(|(_, max)| max),
            "idleScaling": self.idle,
            "idleTimeoutMinutes": self.idle_timeout_minutes,
        });
        if let Some(fields) = shown.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        shown
    }
}

impl ScalingUpdate {
    fn min_memory(&self) -> Option<i32> {
        self.min_replica_memory_gb.map(|memory| memory * REPLICAS_OF_TOTAL).or(self.min_total_memory_gb)
    }

    fn max_memory(&self) -> Option<i32> {
        self.max_replica_memory_gb.map(|memory| memory * REPLICAS_OF_TOTAL).or(self.max_total_memory_gb)
    }

    /// Returns the name of the first field about memory, if there is one.
    fn memory_field(&self) -> Option<&'static str> {
        let fields = [
            ("minTotalMemoryGb", self.min_total_memory_gb),
            ("maxTotalMemoryGb", self.max_total_memory_gb),
            ("minReplicaMemoryGb", self.min_replica_memory_gb),
            ("maxReplicaMemoryGb", self.max_replica_memory_gb),
        ];
        fields.into_iter().find_map(|(name, value)| value.and(Some(name)))
    }

    /// Returns the new number of replicas, if it changes. `before` is the mode before the update.
    fn replicas(&self, before: Mode) -> Result<Option<Replicas>, Refusal> {
        let mode = self.autoscaling_mode.unwrap_or(before);
        let refuse = |message| Err(Refusal::bad_request(message));
        match (mode, self.num_replicas, self.min_replicas, self.max_replicas) {
            (_, Some(_), Some(_), _) | (_, Some(_), _, Some(_)) => {
                refuse("numReplicas: this excludes minReplicas and maxReplicas")
            }
            (_, None, Some(_), None) => refuse("minReplicas: this goes with maxReplicas"),
            (_, None, None, Some(_)) => refuse("maxReplicas: this goes with minReplicas"),
            (_, None, Some(min), Some(max)) if min > max => refuse("minReplicas: this is above maxReplicas"),
            (Mode::Vertical, None, Some(min), Some(max)) if min < max => {
                refuse("minReplicas: in vertical mode, this has to be the same as maxReplicas")
            }
            (Mode::Vertical, Some(replicas), None, None) | (Mode::Vertical, None, Some(replicas), Some(_)) => {
                Ok(Some(Replicas::Fixed(replicas)))
            }
            (Mode::Horizontal, None, Some(min), Some(max)) => Ok(Some(Replicas::Between { min, max })),
            (Mode::Horizontal, Some(_), None, None) => refuse("numReplicas: this is for vertical mode"),
            (_, None, None, None) if mode == before => Ok(None),
            (Mode::Vertical, None, None, None) => refuse("numReplicas: vertical mode needs this"),
            (Mode::Horizontal, None, None, None) => refuse("minReplicas: horizontal mode needs this"),
        }
    }
}

impl Memory {
    fn check(self, mode: Mode) -> Result<(), Refusal> {
        if self.min > self.max {
            return Err(Refusal::bad_request("minReplicaMemoryGb: this is above maxReplicaMemoryGb"));
        }
        if self.min < self.max && mode == Mode::Horizontal {
            let message = "minReplicaMemoryGb: in horizontal mode, this has to be the same as maxReplicaMemoryGb";
            return Err(Refusal::bad_request(message));
        }
        Ok(())
    }

    /// Returns the limits of the memory of each replica.
    fn of_replica(self) -> (i32, i32) {
        (self.min / REPLICAS_OF_TOTAL, self.max / REPLICAS_OF_TOTAL)
    }
}

impl Replicas {
    fn limits(self) -> (i32, i32) {
        match self {
            Self::Fixed(replicas) => (replicas, replicas),
            Self::Between { min, max } => (min, max),
        }
    }
}

fn mode(replicas: Option<Replicas>) -> Mode {
    match replicas {
        Some(Replicas::Between { .. }) => Mode::Horizontal,
        _ => Mode::Vertical,
    }
}

/// Returns whether the memory of a tier can change. Without a tier, a service is of a newer plan, where it can.
fn scales(tier: Option<Tier>) -> bool {
    matches!(tier, None | Some(Tier::Production))
}
