use std::{cmp::Reverse, sync::Arc};

use super::{
    Action, Attempt, Completion, Making, Model, Operation, Resource, Scope, Store, fields,
    page::{Page, page},
};
use crate::{
    call::{Call, Output},
    identity::Identity,
    refusal::Refusal,
};

/// Carries out a call about resources of a kind. All parents in its path exist.
pub(crate) fn carry_out(
    store: &mut Store,
    identity: &mut Identity,
    model: &Model,
    operation: &Operation,
    call: &Call<'_>,
) -> Result<Output, Refusal> {
    let kind = model.kind();
    let scope = model.scope(call.path);
    let id = kind.id_parameter().and_then(|parameter| call.path.get(parameter)).unwrap_or_default();
    let making = &mut Making { identity, now: call.now, path: call.path };

    let found = store.get(kind, &scope, id, call.now).map(|resource| Arc::clone(resource));
    let attempt = Attempt { call, action: operation.action, scope: &scope, resource: found.as_deref(), store };
    (kind.check)(&attempt)?;

    let mut resource = match (operation.action, found) {
        (Action::List, _) => return list(store, model, &scope, call),
        (Action::Create, _) | (Action::Set, None) => return create(store, model, &scope, call, making),
        (Action::Get, Some(resource)) => return Ok(Output::Json(resource.show(kind, call.seen_at))),
        (_, Some(resource)) => resource,
        (_, None) => return Err(Refusal::no_such(kind.name)),
    };
    // Changed as a copy, so that all changes are made or none.
    let changed = Arc::make_mut(&mut resource);
    let mut output = None;
    match operation.action {
        Action::Update => {
            let before = changed.fields.clone();
            fields::update(model, &mut changed.fields, call, making);
            changed.note_update(kind, call.now, before);
        }
        Action::Replace | Action::Set => fields::replace(model, &mut changed.fields, call, making),
        Action::Special(special) => output = special(changed, call, making)?,
        Action::Delete => match kind.states.as_ref().and_then(|states| Some((states, states.deletion?))) {
            Some((states, deletion)) => {
                if changed.state(states) != deletion {
                    changed.enter(states, deletion, call.now);
                }
                output = Some(Output::Nothing);
            }
            None => {
                store.delete(kind, &scope, id);
                return Ok(Output::Nothing);
            }
        },
        Action::Get | Action::List | Action::Create => {}
    }
    if !matches!(operation.action, Action::Delete) {
        let action = operation.action;
        (kind.complete)(changed, &mut Completion { call, action, scope: &scope, making, store });
    }
    let shown = || Output::Json(resource.show(kind, call.seen_at));
    let output = output.unwrap_or_else(shown);
    if let Some(stored) = store.get(kind, &scope, id, call.now) {
        *stored = resource;
    }
    Ok(output)
}

fn list(store: &mut Store, model: &Model, scope: &Scope, call: &Call<'_>) -> Result<Output, Refusal> {
    let kind = model.kind();
    let mut items = store.list(kind, scope, call.now);
    items.retain(|item| {
        let is_visible = (kind.is_visible)(item, scope, call.caller, store);
        let mut filters = kind.filters.iter().filter_map(|(name, filter)| Some((filter, call.query.get(name)?)));
        is_visible && filters.all(|(filter, parameter)| filter.passes(&item.fields, parameter))
    });
    if kind.newest_first {
        items.sort_by_key(|item| Reverse((item.since, item.number)));
    }
    let Page { items, members } = page(model, call, scope, items)?;
    let (seen_at, schema) = (call.seen_at, model.item());
    let items = items.into_iter().map(move |item| {
        let mut item = item.show(kind, seen_at);
        schema.shape().remove_unknown_fields(&mut item);
        item
    });
    Ok(Output::List { items: Box::new(items), page: members })
}

fn create(
    store: &mut Store,
    model: &Model,
    scope: &Scope,
    call: &Call<'_>,
    making: &mut Making<'_>,
) -> Result<Output, Refusal> {
    let kind = model.kind();
    let mut resource = Resource::new(model, model.example().clone(), Some(call), making);
    let id = kind.id_of(&resource.fields).unwrap_or_default().to_owned();
    if store.get(kind, scope, &id, call.now).is_some() {
        return Err(Refusal::conflict(format_args!("there already is such a {}", kind.name)));
    }
    let completion = &mut Completion { call, action: Action::Create, scope, making, store };
    (kind.complete)(&mut resource, completion);
    let result = match kind.created {
        Some(created) => created(&mut resource, call, making),
        None => resource.show(kind, call.seen_at),
    };
    store.insert(kind, scope, &id, resource);
    Ok(Output::Json(result))
}
