use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Serialize;

use super::row::RustChange;
use crate::compare::surface::{Contract, Item, SELF, Surface};

/// What a program has to do about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing: programs compile as they did, and see nothing new.
    Invisible,
    /// Nothing, but there is something new to use, or to stop using.
    Additive,
    /// Some programs no longer compile.
    Breaking,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Invisible => "invisible",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        })
    }
}

/// Every item that is not the same in both crates, by its name.
pub(super) fn rust_changes(old: &Surface, new: &Surface) -> BTreeMap<String, RustChange> {
    let names: BTreeSet<_> = old.names().chain(new.names()).collect();
    let changes = names.into_iter().filter_map(|name| {
        let (old, new) = (old.get(name), new.get(name));
        let (verdict, effect) = judge(old, new)?;
        let signature = |item: Option<&Item>| item.map(ToString::to_string);
        Some((name.to_owned(), RustChange { verdict, old: signature(old), new: signature(new), effect }))
    });
    changes.collect()
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
