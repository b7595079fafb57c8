use std::{mem, sync::Arc};

use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Kind, Making, Model, Models, Resource};

/// The parents of a resource, from the outermost on, as `parameter=id`. The ids of all parents are UUIDs.
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
    /// Whether there are changes that no call made and that may not be in the state file yet.
    #[serde(skip)]
    has_unsaved: bool,
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

    /// Returns the scope below the things that the parameters of a path name.
    pub(crate) fn of(parents: &[(String, String)]) -> Self {
        Self::new(parents.iter().map(|(parameter, id)| (parameter.as_str(), id.as_str())))
    }

    /// Returns the scope of what is below one of the things in this scope.
    pub(crate) fn below(&self, parameter: &str, id: &str) -> Self {
        let separator = if self.0.is_empty() { "" } else { "/" };
        Self(format!("{}{separator}{parameter}={id}", self.0))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id of the organization, if the scope is in one.
    pub(crate) fn organization(&self) -> Option<Uuid> {
        self.0.strip_prefix("organizationId=")?.split('/').next()?.parse().ok()
    }

    /// Returns the id of the parent that a path parameter names.
    pub(crate) fn id(&self, parameter: &str) -> Option<&str> {
        self.0.split('/').find_map(|part| part.strip_prefix(parameter)?.strip_prefix('='))
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
        if kind.catch_up(resource, now) {
            self.remove(kind, scope, id);
            return None;
        }
        let resource = self.by_kind.get_mut(kind.name)?.get_mut(scope)?.get_mut(id)?;
        resource.is_shown(kind, now).then_some(resource)
    }

    /// Returns a resource without states, to change it.
    pub(crate) fn get_mut(&mut self, kind: &Kind, scope: &Scope, id: &str) -> Option<&mut Resource> {
        self.by_kind.get_mut(kind.name)?.get_mut(scope)?.get_mut(id).map(Arc::make_mut)
    }

    /// Returns all resources of a kind below their parents, as they are now, the oldest first.
    pub(crate) fn list(&mut self, kind: &Kind, scope: &Scope, now: DateTime<Utc>) -> Vec<Arc<Resource>> {
        let mut gone = Vec::new();
        let resources = self.by_kind.get_mut(kind.name).and_then(|scopes| scopes.get_mut(scope));
        for (id, resource) in resources.into_iter().flatten() {
            gone.extend(kind.catch_up(resource, now).then(|| id.clone()));
        }
        for id in gone {
            self.remove(kind, scope, &id);
        }
        let resources = self.resources(kind, scope).map(|(_, resource)| resource);
        resources.filter(|resource| resource.is_shown(kind, now)).cloned().collect()
    }

    /// Returns a resource as it was after the last call about it, if there is one.
    pub(crate) fn peek(&self, kind: &Kind, scope: &Scope, id: &str) -> Option<&Resource> {
        self.by_kind.get(kind.name)?.get(scope)?.get(id).map(Arc::as_ref)
    }

    /// Returns all resources of a kind below their parents, as they are now, and leaves the store as it is.
    pub(crate) fn iter(&self, kind: &Kind, scope: &Scope, now: DateTime<Utc>) -> impl Iterator<Item = Arc<Resource>> {
        self.resources(kind, scope).filter_map(move |(_, resource)| {
            let mut resource = Arc::clone(resource);
            (!kind.catch_up(&mut resource, now)).then_some(resource)
        })
    }

    /// Returns all resources without states of a kind below their parents, to change them.
    pub(crate) fn iter_mut(&mut self, kind: &Kind, scope: &Scope) -> impl Iterator<Item = &mut Resource> {
        let resources = self.by_kind.get_mut(kind.name).and_then(|scopes| scopes.get_mut(scope));
        resources.into_iter().flatten().map(|(_, resource)| Arc::make_mut(resource))
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

    /// Adds a resource that no call creates, unless there is one with its id, which it returns. It starts from some fields.
    pub(crate) fn seed(
        &mut self,
        model: &Model,
        scope: &Scope,
        start: Map<String, Value>,
        making: &mut Making<'_>,
    ) -> String {
        let kind = model.kind();
        let resource = Resource::new(model, start, None, making);
        let id = kind.id_of(&resource.fields).unwrap_or_default().to_owned();
        if self.get(kind, scope, &id, making.now).is_none() {
            self.insert(kind, scope, &id, resource);
            self.note_unsaved();
        }
        id
    }

    /// Adds the resources that come with a parent, of all kinds, before the first call about it or what is below it.
    pub(crate) fn seed_below(&mut self, models: &Models, parents: &[(String, String)], making: &mut Making<'_>) {
        for model in models.iter().filter(|model| model.kind().with_parent && model.is_below(parents)) {
            let scope = Scope::of(parents);
            if self.by_kind.get(model.kind().name).is_some_and(|scopes| scopes.contains_key(&scope)) {
                continue;
            }
            for example in model.examples() {
                self.seed(model, &scope, example.clone(), making);
            }
        }
    }

    /// Returns whether something was changed without a call since the last time.
    pub(crate) fn take_unsaved(&mut self) -> bool {
        mem::take(&mut self.has_unsaved)
    }

    /// Notes that something was changed without a call.
    pub(super) fn note_unsaved(&mut self) {
        self.has_unsaved = true;
    }

    /// Adds a resource, and numbers it.
    pub(super) fn insert(&mut self, kind: &Kind, scope: &Scope, id: &str, mut resource: Resource) {
        self.created += 1;
        resource.number = self.created;
        let resources = self.by_kind.entry(kind.name.to_owned()).or_default().entry(scope.clone()).or_default();
        resources.insert(id.to_owned(), Arc::new(resource));
    }

    /// Deletes a resource, and all resources below it. The ones that depend on it change.
    pub(crate) fn delete(&mut self, kind: &Kind, scope: &Scope, id: &str) {
        if let Some(resource) = self.peek(kind, scope, id).cloned() {
            self.remove(kind, scope, id);
            (kind.deleted)(&resource, scope, self);
        }
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

    /// Removes the oldest resources of a kind below their parents, so that at most a number of them is left.
    pub(crate) fn drop_oldest(&mut self, kind: &Kind, scope: &Scope, left: usize) {
        if let Some(resources) = self.by_kind.get_mut(kind.name).and_then(|scopes| scopes.get_mut(scope)) {
            resources.drain(..resources.len().saturating_sub(left));
        }
    }

    /// Removes the resources of a kind without states below their parents that were created before a time.
    pub(crate) fn drop_created_before(&mut self, kind: &Kind, scope: &Scope, time: DateTime<Utc>) {
        if let Some(resources) = self.by_kind.get_mut(kind.name).and_then(|scopes| scopes.get_mut(scope)) {
            resources.retain(|_, resource| resource.since >= time);
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
