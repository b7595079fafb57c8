//! The verdict on each item that differs between two crates.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Serialize;

use super::change::RustChange;
use crate::compare::surface::{Contract, Item, SELF, Surface};

/// The effect of a change on programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Programs compile as they did, and there is nothing new.
    Invisible,
    /// Programs still compile, and there is something new to use, or to stop using.
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

/// Returns the items that differ between both crates, by name.
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

/// Returns the verdict on an item and the effect on programs that use it; none if it is the same.
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

/// Returns whether a call means the same: an argument may get another name, but not the position of another one, because
/// programs would still compile if both have one type.
fn takes_the_same(old: &[(String, String)], new: &[(String, String)]) -> bool {
    let same_types = old.iter().map(|(_, ty)| ty).eq(new.iter().map(|(_, ty)| ty));
    let position = |name: &str| new.iter().position(|(other, _)| other == name);
    same_types && old.iter().enumerate().all(|(index, (name, _))| position(name).is_none_or(|now| now == index))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::File;

    /// Returns the verdict on `f` or `T`, the only item of a crate.
    fn verdict(old: &str, new: &str) -> Option<(Verdict, &'static str)> {
        let [old, new] = [old, new].map(|text| {
            let file = File { path: "src/lib.rs".to_owned(), text: format!("impl Client {{ {text} }}") };
            Surface::read(&[file]).unwrap()
        });
        rust_changes(&old, &new).into_values().next().map(|change| (change.verdict, change.effect))
    }

    #[test]
    fn swapped_arguments_of_one_type_are_breaking_and_renamed_ones_no_change() {
        let old = "pub fn f(&self, a: Uuid, b: Uuid) {}";
        let other_arguments = "programs that call it have to pass other arguments";
        assert_eq!(verdict(old, "pub fn f(&self, b: Uuid, a: Uuid) {}"), Some((Verdict::Breaking, other_arguments)));
        assert_eq!(verdict(old, "pub fn f(&self, a: Uuid, c: Uuid) {}"), None);
    }

    #[test]
    fn a_deprecation_is_additive() {
        let (old, new) = ("pub fn f(&self) {}", "#[deprecated] pub fn f(&self) {}");
        assert_eq!(verdict(old, new).unwrap().0, Verdict::Additive);
        assert_eq!(verdict(new, old).unwrap().0, Verdict::Invisible);
        assert_eq!(verdict(old, "").unwrap().0, Verdict::Breaking);
    }
}
