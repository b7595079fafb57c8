//! The `x-` extensions of this generator. Each is read in one place, into a type.

mod deprecation;
mod envelope;
mod environment;
mod find;
mod names;
mod newtype;
mod not_found;
mod pagination;
mod permissions;
mod rate_limit;
mod refusal;
mod retry;
mod retry_refused;
mod stability;
mod waiter;
mod wake;

use std::collections::HashSet;

use serde_json::Value;

pub(crate) use deprecation::{Replacement, check_replacement_cycle, read_deprecated_values};
pub(crate) use envelope::{Envelope, is_unwrapped};
pub(crate) use environment::Environment;
pub(crate) use find::Find;
pub(crate) use names::{read_type_names, read_variant_names};
pub(crate) use newtype::read_newtype;
pub(crate) use not_found::{is_none_if_not_found, read_not_found};
pub(crate) use pagination::{Pagination, Position};
pub(crate) use permissions::read_permissions;
pub(crate) use rate_limit::RateLimit;
pub(crate) use refusal::RefusalPattern;
pub(crate) use retry::{Retry, read_check};
pub(crate) use retry_refused::PassingRefusal;
pub(crate) use stability::Stability;
pub(crate) use waiter::{Waiter, WaiterField};
pub(crate) use wake::{Need, Wake};

use super::duration;
use crate::{
    diagnostic::{
        NodeDiagnostic,
        suggestion::{did_you_mean, nearest},
        wording::{described, listed, quoted, shown},
    },
    source::Pointer,
};

/// On an operation: the advice for users when its outcome is unknown.
pub(crate) const CHECK: &str = "x-check";
/// On an enum: its deprecated values, each with what to use instead.
pub(crate) const DEPRECATED_VALUES: &str = "x-deprecated-values";
/// At the root: the object that every JSON response is wrapped in. On an operation: `false` if its response is not.
pub(crate) const ENVELOPE: &str = "x-envelope";
/// On the first server and on security schemes: the environment variables that configure a client.
pub(crate) const ENVIRONMENT: &str = "x-environment";
/// On an operation that creates something: the list in which that is found.
pub(crate) const FIND: &str = "x-find";
/// On an operation: what has to be awake for it.
pub(crate) const NEEDS: &str = "x-needs";
/// On a component that is a string or an integer: whether it becomes a type of its own.
pub(crate) const NEWTYPE: &str = "x-newtype";
/// On a GET: whether a 404 means that there is none.
pub(crate) const NOT_FOUND: &str = "x-not-found";
/// At the root, or on an operation: how lists go on.
pub(crate) const PAGINATION: &str = "x-pagination";
/// On an operation: the permissions that a key needs.
pub(crate) const PERMISSIONS: &str = "x-permissions";
/// At the root: how many requests the service accepts.
pub(crate) const RATE_LIMIT: &str = "x-rate-limit";
/// On a deprecated operation, parameter or property: what to use instead.
pub(crate) const REPLACED_BY: &str = "x-replaced-by";
/// On an operation: the permission to retry it, where that does not follow from its method.
pub(crate) const RETRY: &str = "x-retry";
/// On an operation: the refusals that pass by themselves.
pub(crate) const RETRY_REFUSED: &str = "x-retry-refused";
/// On an operation: how far its contract is settled, if it is not generally available.
pub(crate) const STABILITY: &str = "x-stability";
/// At the root: other names for types.
pub(crate) const TYPE_NAMES: &str = "x-type-names";
/// On an enum: the names of its variants.
pub(crate) const VARIANT_NAMES: &str = "x-variant-names";
/// At the root: the states that can be waited for.
pub(crate) const WAITERS: &str = "x-waiters";
/// At the root: how what some operations need is woken.
pub(crate) const WAKE: &str = "x-wake";

/// The extensions of this generator.
pub(crate) const ALL: [&str; 19] = [
    CHECK,
    DEPRECATED_VALUES,
    ENVELOPE,
    ENVIRONMENT,
    FIND,
    NEEDS,
    NEWTYPE,
    NOT_FOUND,
    PAGINATION,
    PERMISSIONS,
    RATE_LIMIT,
    REPLACED_BY,
    RETRY,
    RETRY_REFUSED,
    STABILITY,
    TYPE_NAMES,
    VARIANT_NAMES,
    WAITERS,
    WAKE,
];

/// Returns whether an `x-` key is an extension of another tool, and no misspelt one of this generator.
pub(crate) fn is_of_another_tool(key: &str) -> bool {
    key.starts_with("x-") && !ALL.contains(&key) && nearest(key, ALL).is_none()
}

/// Returns whether a document was written for this generator: it has more of these extensions than of other tools. Some
/// of the names are those of other tools, too.
pub(crate) fn is_for_this_generator(own: usize, others: usize) -> bool {
    own > others
}

/// An extension as a type, or the errors in it.
pub(crate) type Reading<T> = Result<T, Vec<NodeDiagnostic>>;

/// Checks that a value is an object of texts under just these keys.
fn check_texts(value: &Value, at: &Pointer, required: &[&str], optional: &[&str]) -> Vec<NodeDiagnostic> {
    let mut errors = check_keys(value, at, required, optional);
    let known = required.iter().chain(optional).filter_map(|name| Some((name, value.get(name)?)));
    errors.extend(known.filter_map(|(name, value)| {
        let fits = value.as_str().is_some_and(|text| !text.is_empty());
        (!fits).then(|| {
            let message = format!("`{name}` must be text, but is {}", described(value));
            NodeDiagnostic::value(at.key(name), message, "write a name")
        })
    }));
    errors
}

/// Checks that a value is an object that has all of the required keys, and no others but the optional ones.
fn check_keys(value: &Value, at: &Pointer, required: &[&str], optional: &[&str]) -> Vec<NodeDiagnostic> {
    let Some(object) = value.as_object() else {
        let required = listed(required.iter().copied());
        let message = format!("expected an object with {required}, but this is {}", described(value));
        return vec![NodeDiagnostic::value(at.clone(), message, "write each on a line of its own, indented")];
    };
    let missing = required
        .iter()
        .filter(|name| !object.contains_key(**name))
        .map(|name| NodeDiagnostic::key(at.clone(), format!("`{name}` is missing"), format!("add `{name}`")));
    let names = || required.iter().chain(optional).copied();
    let unknown = object.keys().filter(|key| !names().any(|name| name == *key)).map(|key| {
        let message = format!("unknown key {}", quoted(key));
        NodeDiagnostic::key(at.key(key), message, did_you_mean(key, names(), "leave it out"))
    });
    missing.chain(unknown).collect()
}

fn check_duration(value: &Value, at: &Pointer) -> Option<NodeDiagnostic> {
    value.as_str().and_then(duration::parse).is_none().then(|| {
        let message = format!("expected a duration longer than zero, but this is {}", described(value));
        NodeDiagnostic::value(at.clone(), message, "write a number and a unit: `500ms`, `10s`, `1.5m` or `2h`")
    })
}

/// Checks that no element of a list is in it twice.
fn check_repeats(list: &[Value], at: &Pointer) -> Vec<NodeDiagnostic> {
    let mut seen = HashSet::new();
    let repeats = list.iter().enumerate().filter(|(_, element)| !seen.insert(element.to_string()));
    let errors = repeats.map(|(index, element)| {
        let message = format!("{} is in this list twice", shown(element));
        NodeDiagnostic::value(at.index(index), message, "remove one of the two")
    });
    errors.collect()
}

/// Returns the errors, or, if there are none, the extension that was read.
fn checked<T>(errors: Vec<NodeDiagnostic>, read: impl FnOnce() -> Option<T>) -> Reading<T> {
    if errors.is_empty() { read().ok_or(errors) } else { Err(errors) }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(ToOwned::to_owned)
}
