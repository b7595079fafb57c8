use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Kind, Making, Model, States, fields};
use crate::call::Call;

/// A resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resource {
    /// The fields that the API shows.
    pub(crate) fields: Map<String, Value>,
    /// What the API keeps and does not show.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) hidden: Map<String, Value>,
    /// The number of the resource in the order of creation.
    pub(super) number: u64,
    /// The time of the creation, if a call created it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_at: Option<DateTime<Utc>>,
    /// The time since when it has its state.
    pub(super) since: DateTime<Utc>,
    /// The previous state, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<String>,
    /// The last update, if it is shown with a delay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) update: Option<Update>,
}

/// An update that is shown with a delay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Update {
    at: DateTime<Utc>,
    /// The fields before it.
    before: Map<String, Value>,
}

impl Resource {
    /// Returns a new resource that starts from some fields. Without a call, it comes with its parent.
    pub(super) fn new(
        model: &Model,
        start: Map<String, Value>,
        call: Option<&Call<'_>>,
        making: &mut Making<'_>,
    ) -> Self {
        let mut fields = fields::create(model, start, call, making);
        if let Some(states) = &model.kind().states {
            fields.insert(states.field.to_owned(), states.first.into());
        }
        let created_at = call.map(|call| call.now);
        Self { fields, hidden: Map::new(), number: 0, created_at, since: making.now, before: None, update: None }
    }

    /// Returns the state, which is empty if the resource has none.
    pub(crate) fn state(&self, states: &States) -> &str {
        self.fields.get(states.field).and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns the previous state, if there was one.
    pub(crate) fn before(&self) -> Option<&str> {
        self.before.as_deref()
    }

    /// Changes the state.
    pub(crate) fn enter(&mut self, states: &States, state: &str, at: DateTime<Utc>) {
        let before = self.fields.insert(states.field.to_owned(), state.into());
        self.before = before.as_ref().and_then(Value::as_str).map(str::to_owned);
        self.since = at;
    }

    /// Returns the time since its creation, if a call created it.
    pub(crate) fn age(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        self.created_at.map(|created_at| now - created_at)
    }

    /// Returns whether the API shows the resource already.
    pub(super) fn is_shown(&self, kind: &Kind, now: DateTime<Utc>) -> bool {
        self.since + TimeDelta::seconds(kind.creation_delay) <= now
    }

    /// Returns the time since when it has its state, or exists if it has none.
    pub(crate) fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// Notes the fields before an update, if updates of the kind are shown with a delay.
    pub(crate) fn note_update(&mut self, kind: &Kind, at: DateTime<Utc>, before: Map<String, Value>) {
        if kind.update_delay > 0 {
            self.update = Some(Update { at, before });
        }
    }

    /// Returns the resource as the API shows it, without changes of state after `seen_at`.
    pub(crate) fn show(&self, kind: &Kind, seen_at: DateTime<Utc>) -> Value {
        let delay = TimeDelta::seconds(kind.update_delay);
        let mut shown = match &self.update {
            Some(update) if update.at + delay > seen_at => update.before.clone(),
            _ => self.fields.clone(),
        };
        if let Some(states) = &kind.states {
            let before = self.before.as_deref().filter(|_| self.since > seen_at);
            let state = before.unwrap_or_else(|| self.state(states));
            shown.insert(states.field.to_owned(), state.into());
        }
        (kind.shown)(&mut shown, self, seen_at);
        Value::Object(shown)
    }
}
