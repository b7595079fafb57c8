use std::collections::{BTreeMap, BTreeSet};

use super::row::{RustChange, Verdict};
use crate::compare::surface::{Contract, Item, SELF, Surface};

/// Every item that is not the same in both crates, by its name.
pub(super) struct Touched(BTreeMap<String, RustChange>);

impl Touched {
    pub(super) fn between(old: &Surface, new: &Surface) -> Self {
        let names: BTreeSet<_> = old.names().chain(new.names()).collect();
        let changes = names.into_iter().filter_map(|name| {
            let (old, new) = (old.get(name), new.get(name));
            let (verdict, effect) = judge(old, new)?;
            let signature = |item: Option<&Item>| item.map(ToString::to_string);
            Some((name.to_owned(), RustChange { verdict, old: signature(old), new: signature(new), effect }))
        });
        Self(changes.collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&RustChange> {
        self.0.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &RustChange)> {
        self.0.iter()
    }

    /// The names of a type and of everything in it.
    pub(super) fn within<'a>(&'a self, ty: &'a str) -> impl Iterator<Item = &'a String> {
        self.0.keys().filter(move |name| {
            name.strip_prefix(ty).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':']))
        })
    }

    pub(super) fn into_changes(self) -> Vec<RustChange> {
        self.0.into_values().collect()
    }
}

/// What becomes of programs that name an item; none where nothing does.
fn judge(old: Option<&Item>, new: Option<&Item>) -> Option<(Verdict, &'static str)> {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (Some(_), None) => return Some((Verdict::Breaking, "programs that use it no longer compile")),
        (None, Some(_)) => return Some((Verdict::Additive, "there is something new to use")),
        (None, None) => return None,
    };
    judge_contract(&old.contract, &new.contract, new.arguments()).or(match (old.is_deprecated, new.is_deprecated) {
        (false, true) => Some((Verdict::Additive, "programs that use it compile with a warning")),
        (true, false) => Some((Verdict::Invisible, "programs that use it compile without a warning again")),
        _ => None,
    })
}

fn judge_contract(old: &Contract, new: &Contract, now_takes: usize) -> Option<(Verdict, &'static str)> {
    match (old, new) {
        (Contract::Presence, Contract::Presence) => None,
        (Contract::Type(old), Contract::Type(new)) => {
            (old != new).then_some((Verdict::Breaking, "programs that read or set it meet another type"))
        }
        // A variant may stand for another text, but not for what another variant stood for.
        (Contract::Text { text: old, .. }, Contract::Text { text: new, listed }) => (old != new
            && listed.contains(old))
        .then_some((Verdict::Breaking, "programs that use it mean another value")),
        (Contract::Traits(old), Contract::Traits(new)) if old.is_subset(new) => {
            (old != new).then_some((Verdict::Additive, "it can do more"))
        }
        (Contract::Traits(_), Contract::Traits(_)) => {
            Some((Verdict::Breaking, "programs that need the traits it has lost no longer compile"))
        }
        (
            Contract::Function { arguments: old, returned: old_returned },
            Contract::Function { arguments: new, returned: new_returned },
        ) => {
            if receiver(old) != receiver(new) {
                return Some((Verdict::Breaking, "it is another method, of the same name"));
            }
            if !takes_the_same(old, new) {
                let effect = if now_takes == 0 {
                    "programs that call it have to pass nothing"
                } else {
                    "programs that call it have to pass other arguments"
                };
                return Some((Verdict::Breaking, effect));
            }
            (old_returned != new_returned)
                .then_some((Verdict::Breaking, "programs that use what it returns meet another type"))
        }
        _ => Some((Verdict::Breaking, "it is another kind of item")),
    }
}

fn receiver(arguments: &[(String, String)]) -> Option<&(String, String)> {
    arguments.first().filter(|(name, _)| name == SELF)
}

/// Whether a call means the same: an argument may get another name, but not the place of another one, which would go
/// unnoticed where both are of one type.
fn takes_the_same(old: &[(String, String)], new: &[(String, String)]) -> bool {
    let same_types = old.iter().map(|(_, ty)| ty).eq(new.iter().map(|(_, ty)| ty));
    let place = |name: &str| new.iter().position(|(other, _)| other == name);
    same_types && old.iter().enumerate().all(|(index, (name, _))| place(name).is_none_or(|now| now == index))
}
