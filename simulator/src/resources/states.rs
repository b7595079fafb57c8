use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::Resource;
use crate::refusal::Refusal;

/// The states that resources of a kind go through.
pub(crate) struct States {
    /// The field that shows the state.
    pub(crate) field: &'static str,
    /// The state of a new resource.
    pub(crate) first: &'static str,
    /// The transitions that take time. They never lead back to a state that they started from.
    pub(crate) transitions: &'static [Transition],
    pub(crate) commands: &'static [Command],
    /// The state that a deletion begins with. Without one, the resource is gone at once.
    pub(crate) deletion: Option<&'static str>,
}

/// A transition that happens by itself.
pub(crate) struct Transition {
    pub(crate) from: &'static str,
    /// The time in the first state, in seconds of the simulator's clock.
    pub(crate) seconds: i64,
    /// The next state. Without one, the resource is gone.
    pub(crate) to: Option<&'static str>,
}

/// A command, in the states that allow it. In all others it is refused.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    pub(crate) from: &'static [&'static str],
    pub(crate) to: &'static str,
}

impl States {
    /// Carries out a command. In the state that it leads to, it changes nothing.
    pub(super) fn command(&self, resource: &mut Resource, name: &str, now: DateTime<Utc>) -> Result<(), Refusal> {
        let state = resource.state(self).to_owned();
        let of_name = || self.commands.iter().filter(|command| command.name == name);
        if let Some(command) = of_name().find(|command| command.from.contains(&state.as_str())) {
            resource.enter(self, command.to, now);
        } else if of_name().all(|command| command.to != state) {
            return Err(Refusal::conflict(format_args!("{name} is not possible in the state {state}")));
        }
        Ok(())
    }

    /// Applies the transitions that are due by `now`, and copies the resource only then. Returns whether it is gone.
    pub(super) fn catch_up(&self, resource: &mut Arc<Resource>, now: DateTime<Utc>) -> bool {
        while let Some((transition, at)) = self.next(resource)
            && at <= now
        {
            match transition.to {
                Some(state) => Arc::make_mut(resource).enter(self, state, at),
                None => return true,
            }
        }
        false
    }

    /// Returns the next transition and its time, unless the resource stays as it is.
    fn next(&self, resource: &Resource) -> Option<(&Transition, DateTime<Utc>)> {
        let state = resource.state(self);
        let transition = self.transitions.iter().find(|transition| transition.from == state)?;
        Some((transition, resource.since + TimeDelta::seconds(transition.seconds)))
    }
}
