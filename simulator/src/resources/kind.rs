use std::{ptr, sync::Arc};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{Filter, Make, Making, Resource, Scope, States, Store};
use crate::{
    call::{Call, Output},
    caller::Caller,
    refusal::Refusal,
};

/// A kind of resources. [`Kind::PLAIN`] has the values of a kind with nothing particular about it.
pub(crate) struct Kind {
    /// The name in refusals, and in the state file: `there is no such organization`.
    pub(crate) name: &'static str,
    /// The title of their table on the page.
    pub(crate) title: &'static str,
    /// The id. Without one, there is at most one resource below each parent.
    pub(crate) id: Option<Id>,
    /// Whether resources come with their parent: those of the document's example, which may be a list.
    pub(crate) with_parent: bool,
    pub(crate) operations: &'static [Operation],
    /// The fields that the API makes, which no request can set. The other ones are those of the document's example.
    pub(crate) made: &'static [(&'static str, Make)],
    /// The fields that a request may leave out, with the values that they have then, and after a reset with `null`.
    pub(crate) defaults: &'static [(&'static str, Make)],
    /// What the API assumes in requests that lack a field, although the document requires it.
    pub(crate) assumed: &'static [Assumed],
    /// The lists that an update adds entries to and removes entries from, each with the field that tells its entries
    /// apart. Entries of other lists are the same if all of their fields are.
    pub(crate) entries: &'static [(&'static str, &'static str)],
    /// The query parameters that select items of a list.
    pub(crate) filters: &'static [(&'static str, Filter)],
    /// The bound on the items of a page. A `limit` above it is lowered.
    pub(crate) max_page_size: u64,
    /// Whether a list begins with the resource that was created last.
    pub(crate) newest_first: bool,
    pub(crate) states: Option<States>,
    /// The time until a new resource, which has no states, is shown, in seconds of the simulator's clock.
    pub(crate) creation_delay: i64,
    /// The time until an update is shown, in seconds of the simulator's clock. Its own response shows the fields before it.
    pub(crate) update_delay: i64,
    /// The field with the time from which on the resource is gone.
    pub(crate) expires: Option<&'static str>,
    /// Returns whether a resource in a scope exists for a caller.
    pub(crate) is_visible: fn(&Resource, &Scope, &Caller, &Store) -> bool,
    /// Refuses calls that break a rule of the API which the document does not have.
    pub(crate) check: fn(&Attempt<'_>) -> Result<(), Refusal>,
    /// Completes a resource that a call creates or changes, and changes others that depend on it.
    pub(crate) complete: fn(&mut Resource, &mut Completion<'_, '_>),
    /// Changes the resources that depend on a resource which is deleted.
    pub(crate) deleted: fn(&Resource, &Scope, &mut Store),
    /// Changes the fields that the API shows at a time.
    pub(crate) shown: fn(&mut Map<String, Value>, &Resource, DateTime<Utc>),
    /// Makes the result of a creation, if that is not the new resource as it is shown later.
    pub(crate) created: Option<fn(&mut Resource, &Call<'_>, &mut Making<'_>) -> Value>,
}

/// A value that the API assumes in a request.
pub(crate) struct Assumed {
    pub(crate) operation: &'static str,
    pub(crate) field: &'static str,
    pub(crate) value: fn() -> Value,
}

/// The id of a resource, which is a text.
pub(crate) struct Id {
    /// The parameter in the path.
    pub(crate) parameter: &'static str,
    /// The field of the resource.
    pub(crate) field: &'static str,
}

/// An operation on resources of a kind.
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) action: Action,
}

/// Carries out an operation on one resource. Without a result of its own, the resource is the result.
pub(crate) type Special = fn(&mut Resource, &Call<'_>, &mut Making<'_>) -> Result<Option<Output>, Refusal>;

/// What an operation does.
#[derive(Clone, Copy)]
pub(crate) enum Action {
    List,
    Create,
    Get,
    /// Changes the fields in the request.
    Update,
    /// Replaces all fields that a request can set.
    Replace,
    /// Creates the only resource below its parent, or replaces it.
    Set,
    Delete,
    /// Anything else about one resource.
    Special(Special),
}

/// A call before it is carried out.
pub(crate) struct Attempt<'a> {
    pub(crate) call: &'a Call<'a>,
    pub(crate) action: Action,
    /// The parents of the resource.
    pub(crate) scope: &'a Scope,
    /// The resource, unless the call lists or creates.
    pub(crate) resource: Option<&'a Resource>,
    /// All resources.
    pub(crate) store: &'a Store,
}

/// A creation or a change of a resource that is about to be stored.
pub(crate) struct Completion<'a, 'b> {
    pub(crate) call: &'a Call<'a>,
    pub(crate) action: Action,
    /// The parents of the resource.
    pub(crate) scope: &'a Scope,
    pub(crate) making: &'a mut Making<'b>,
    /// All resources, this one as it was before.
    pub(crate) store: &'a mut Store,
}

impl Kind {
    pub(crate) const PLAIN: Self = Self {
        name: "",
        title: "",
        id: None,
        with_parent: false,
        operations: &[],
        made: &[],
        defaults: &[],
        assumed: &[],
        entries: &[],
        filters: &[],
        max_page_size: 100,
        newest_first: false,
        states: None,
        creation_delay: 0,
        update_delay: 0,
        expires: None,
        is_visible: |_, _, _, _| true,
        check: |_| Ok(()),
        complete: |_, _| {},
        deleted: |_, _, _| {},
        shown: |_, _, _| {},
        created: None,
    };

    /// Returns the field that holds the id, if resources have one.
    pub(crate) fn id_field(&self) -> Option<&'static str> {
        self.id.as_ref().map(|id| id.field)
    }

    /// Returns the parameter that holds the id, if resources have one.
    pub(crate) fn id_parameter(&self) -> Option<&'static str> {
        self.id.as_ref().map(|id| id.parameter)
    }

    /// Returns the id of a resource, if resources have one.
    pub(crate) fn id_of<'a>(&self, fields: &'a Map<String, Value>) -> Option<&'a str> {
        fields.get(self.id_field()?)?.as_str()
    }

    /// Applies the transitions of a resource that are due by `now`. Returns whether it is gone.
    pub(super) fn catch_up(&self, resource: &mut Arc<Resource>, now: DateTime<Utc>) -> bool {
        let end = self.expires.and_then(|field| resource.fields.get(field)?.as_str()?.parse::<DateTime<Utc>>().ok());
        end.is_some_and(|end| end <= now) || self.states.as_ref().is_some_and(|states| states.catch_up(resource, now))
    }
}

impl Operation {
    pub(crate) const fn new(id: &'static str, action: Action) -> Self {
        Self { id, action }
    }
}

impl Attempt<'_> {
    /// Returns a field of the resource. It is `null` if there is none.
    pub(crate) fn field(&self, name: &str) -> &Value {
        self.resource.map_or(&Value::Null, |resource| resource.fields.get(name).unwrap_or(&Value::Null))
    }

    /// Returns the other resources of a kind with the same parents, as they are now.
    pub(crate) fn siblings(&self, kind: &Kind) -> impl Iterator<Item = Arc<Resource>> {
        let this = self.resource;
        let others = self.store.iter(kind, self.scope, self.call.now);
        others.filter(move |other| this.is_none_or(|this| !ptr::eq(this, Arc::as_ptr(other))))
    }
}
