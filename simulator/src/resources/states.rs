use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{Models, Resource, Store};

/// A resource cannot be given a state.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidState {
    /// There is no resource with this id, or it has no states that can be set.
    #[error("nothing with the id {0} has a state that can be set")]
    UnknownResource(Uuid),
    /// The document does not have this state.
    #[error("a {kind} cannot be `{state}`")]
    UnknownState {
        /// The kind of the resource.
        kind: &'static str,
        /// The state.
        state: String,
    },
}

/// The states that resources of a kind go through.
pub(crate) struct States {
    /// The field that shows the state.
    pub(crate) field: &'static str,
    /// The state of a new resource.
    pub(crate) first: &'static str,
    /// The transitions that take time. They never lead back to a state that they started from.
    pub(crate) transitions: &'static [Transition],
    /// The state that a deletion begins with. Without one, the resource is gone at once.
    pub(crate) deletion: Option<&'static str>,
}

/// A transition that happens by itself.
pub(crate) struct Transition {
    pub(super) from: &'static str,
    /// The time in the first state, in seconds of the simulator's clock.
    seconds: i64,
    /// The next state. Without one, the resource is gone.
    pub(super) to: Option<&'static str>,
    applies_to: fn(&Resource) -> bool,
}

impl Transition {
    pub(crate) const fn new(from: &'static str, seconds: i64, to: &'static str) -> Self {
        Self { from, seconds, to: Some(to), applies_to: |_| true }
    }

    /// Returns the transition after which the resource is gone.
    pub(crate) const fn end(from: &'static str, seconds: i64) -> Self {
        Self { from, seconds, to: None, applies_to: |_| true }
    }

    /// Limits the transition to some resources. The first one in the table that applies to a resource happens.
    pub(crate) const fn of(self, applies_to: fn(&Resource) -> bool) -> Self {
        Self { applies_to, ..self }
    }
}

impl States {
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
        let is_next = |transition: &&Transition| transition.from == state && (transition.applies_to)(resource);
        let transition = self.transitions.iter().find(is_next)?;
        Some((transition, resource.since + TimeDelta::seconds(transition.seconds)))
    }
}

impl Store {
    /// Gives a resource a state, as something outside of the API does. From there, it goes on by itself.
    pub(crate) fn set_state(
        &mut self,
        models: &Models,
        id: Uuid,
        state: &str,
        now: DateTime<Utc>,
    ) -> Result<(), InvalidState> {
        let unknown = InvalidState::UnknownResource(id);
        let id = id.to_string();
        let located = self.everything().filter(|located| located.id == id).find_map(|located| {
            let model = models.named(located.kind)?;
            Some((model, model.kind().states.as_ref()?, located.scope.clone()))
        });
        let Some((model, states, scope)) = located else { return Err(unknown) };
        let Some(resource) = self.get(model.kind(), &scope, &id, now) else { return Err(unknown) };
        let mut changed = Resource::clone(resource);
        changed.enter(states, state, now);
        if !model.schema().violations(&Value::Object(changed.fields.clone())).is_empty() {
            return Err(InvalidState::UnknownState { kind: model.kind().name, state: state.to_owned() });
        }
        *resource = Arc::new(changed);
        self.note_unsaved();
        Ok(())
    }
}
