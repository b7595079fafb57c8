use std::sync::Arc;

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Kind, Making, Model, Resource};

/// The characters of an id that would make two scopes the same.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'/').add(b'%');

/// The parents of a resource, from the outermost on, as `parameter=id`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Scope(String);

/// All resources that the store holds.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Store {
    /// The number of resources that were created.
    created: u64,
    /// By the name of the kind, the parents and the id.
    by_kind: IndexMap<String, IndexMap<Scope, Resources>>,
}

/// Resources by id, in the order of creation.
type Resources = IndexMap<String, Arc<Resource>>;

/// A resource, and where the store has it.
pub(crate) struct Located<'a> {
    pub(crate) kind: &'a str,
    pub(crate) scope: &'a Scope,
    pub(crate) id: &'a str,
    pub(crate) resource: &'a Resource,
}

impl Scope {
    /// Returns the scope below the things that path parameters name.
    pub(crate) fn new<'a>(parents: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        parents.into_iter().fold(Self::default(), |scope, (parameter, id)| scope.below(parameter, id))
    }

    /// Returns the scope of what is below one of the things in this scope.
    pub(crate) fn below(&self, parameter: &str, id: &str) -> Self {
        let separator = if self.0.is_empty() { "" } else { "/" };
        Self(format!("{}{separator}{parameter}={}", self.0, utf8_percent_encode(id, ESCAPED)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn is_in(&self, outer: &Self) -> bool {
        self.0.strip_prefix(&outer.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Store {
    /// Returns a resource as it is now, if there is one.
    pub(crate) fn get(
        &mut self,
        kind: &Kind,
        scope: &Scope,
        id: &str,
        now: DateTime<Utc>,
    ) -> Option<&mut Arc<Resource>> {
        let resource = self.by_kind.get_mut(kind.name)?.get_mut(scope)?.get_mut(id)?;
        if let Some(states) = &kind.states
            && states.is_due(resource, now)
            && states.catch_up(Arc::make_mut(resource), now)
        {
            self.remove(kind, scope, id);
            return None;
        }
        self.by_kind.get_mut(kind.name)?.get_mut(scope)?.get_mut(id)
    }

    /// Returns a resource without states, to change it.
    pub(crate) fn get_mut(&mut self, kind: &Kind, scope: &Scope, id: &str) -> Option<&mut Resource> {
        self.by_kind.get_mut(kind.name)?.get_mut(scope)?.get_mut(id).map(Arc::make_mut)
    }

    /// Returns all resources of a kind below their parents, as they are now, the oldest first.
    pub(crate) fn list(&mut self, kind: &Kind, scope: &Scope, now: DateTime<Utc>) -> Vec<Arc<Resource>> {
        let ids: Vec<String> = match &kind.states {
            Some(states) => self
                .resources(kind, scope)
                .filter(|(_, resource)| states.is_due(resource, now))
                .map(|(id, _)| id.clone())
                .collect(),
            None => Vec::new(),
        };
        for id in ids {
            self.get(kind, scope, &id, now);
        }
        self.resources(kind, scope).map(|(_, resource)| Arc::clone(resource)).collect()
    }

    /// Returns a resource as it was after the last call about it, if there is one.
    pub(crate) fn peek(&self, kind: &Kind, scope: &Scope, id: &str) -> Option<&Resource> {
        self.by_kind.get(kind.name)?.get(scope)?.get(id).map(Arc::as_ref)
    }

    /// Returns all resources of a kind below their parents, as they were after the last call about them.
    pub(crate) fn iter(&self, kind: &Kind, scope: &Scope) -> impl Iterator<Item = &Resource> {
        self.resources(kind, scope).map(|(_, resource)| resource.as_ref())
    }

    /// Returns the scopes in which there are resources of a kind.
    pub(crate) fn scopes(&self, kind: &Kind) -> impl Iterator<Item = &Scope> {
        self.by_kind.get(kind.name).into_iter().flat_map(IndexMap::keys)
    }

    /// Returns the ids of the resources of a kind below their parents.
    pub(crate) fn ids<'a>(&'a self, kind: &Kind, scope: &Scope) -> impl Iterator<Item = &'a str> + use<'a> {
        self.resources(kind, scope).map(|(id, _)| id.as_str())
    }

    /// Returns the number of resources that were created.
    pub(crate) fn created(&self) -> u64 {
        self.created
    }

    /// Returns everything, for a check of a state that was loaded.
    pub(crate) fn everything(&self) -> impl Iterator<Item = Located<'_>> {
        self.by_kind.iter().flat_map(|(kind, scopes)| {
            scopes.iter().flat_map(move |(scope, resources)| {
                resources.iter().map(move |(id, resource)| Located { kind, scope, id, resource })
            })
        })
    }

    /// Adds a resource that is there from the start, unless there is one with the id.
    pub(crate) fn seed(&mut self, model: &Model, id: &str, making: &mut Making<'_>) {
        let (kind, scope) = (model.kind(), Scope::default());
        if self.get(kind, &scope, id, making.now).is_none() {
            let mut resource = Resource::new(model, &Value::Null, making);
            resource.fields.extend(kind.id_field().map(|field| (field.to_owned(), id.into())));
            self.insert(kind, &scope, id, resource);
        }
    }

    /// Adds a resource, and numbers it.
    pub(super) fn insert(
        &mut self,
        kind: &Kind,
        scope: &Scope,
        id: &str,
        mut resource: Resource,
    ) -> &mut Arc<Resource> {
        self.created += 1;
        resource.number = self.created;
        let resources = self.by_kind.entry(kind.name.to_owned()).or_default().entry(scope.clone()).or_default();
        resources.entry(id.to_owned()).insert_entry(Arc::new(resource)).into_mut()
    }

    /// Removes a resource, and all resources below it.
    pub(super) fn remove(&mut self, kind: &Kind, scope: &Scope, id: &str) {
        if let Some(resources) = self.by_kind.get_mut(kind.name).and_then(|scopes| scopes.get_mut(scope)) {
            resources.shift_remove(id);
        }
        if let Some(parameter) = kind.id_parameter() {
            self.remove_below(&scope.below(parameter, id));
        }
    }

    /// Removes all resources below a parent.
    pub(crate) fn remove_below(&mut self, parent: &Scope) {
        for scopes in self.by_kind.values_mut() {
            scopes.retain(|scope, _| !scope.is_in(parent));
        }
    }

    fn resources<'a>(
        &'a self,
        kind: &Kind,
        scope: &Scope,
    ) -> impl DoubleEndedIterator<Item = (&'a String, &'a Arc<Resource>)> + use<'a> {
        self.by_kind.get(kind.name).and_then(|scopes| scopes.get(scope)).into_iter().flatten()
    }
}
