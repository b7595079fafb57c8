use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync;

use super::NotWoken;
use crate::clock::Instant;

/// What the calls of a client are waking, by the path of its state. An entry is there as long as such a call.
#[derive(Default)]
pub(crate) struct Wakings(Mutex<HashMap<String, Entry>>);

#[derive(Default)]
struct Entry {
    shared: Arc<Shared>,
    participants: usize,
}

#[derive(Default)]
struct Shared {
    /// Held by the call that reads the state and sends the command.
    lead: sync::Mutex<()>,
    progress: Mutex<Progress>,
}

/// How far it came.
#[derive(Default)]
pub(super) struct Progress {
    /// The outcome, which is that of all calls that wait for it.
    pub(super) outcome: Option<Result<(), NotWoken>>,
    /// The last state.
    pub(super) state: Option<String>,
    /// The time of the last command that may have been carried out.
    pub(super) commanded: Option<Instant>,
}

/// A call that takes part.
pub(super) struct Participant<'a> {
    wakings: &'a Wakings,
    path: String,
    shared: Arc<Shared>,
}

impl Wakings {
    pub(super) fn join(&self, path: &str) -> Participant<'_> {
        let mut entries = self.entries();
        let entry = entries.entry(path.to_owned()).or_default();
        entry.participants += 1;
        Participant { wakings: self, path: path.to_owned(), shared: Arc::clone(&entry.shared) }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Participant<'_> {
    /// Waits until no other call leads. Tokio's mutex is fair: first come, first served.
    pub(super) async fn lead(&self) -> sync::MutexGuard<'_, ()> {
        self.shared.lead.lock().await
    }

    pub(super) fn progress(&self) -> MutexGuard<'_, Progress> {
        self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the outcome. Calls that are refused from now on begin anew.
    pub(super) fn finish(&self, outcome: Result<(), NotWoken>) {
        self.progress().outcome = Some(outcome);
        let mut entries = self.wakings.entries();
        if entries.get(&self.path).is_some_and(|entry| Arc::ptr_eq(&entry.shared, &self.shared)) {
            entries.remove(&self.path);
        }
    }
}

impl Drop for Participant<'_> {
    fn drop(&mut self) {
        let mut entries = self.wakings.entries();
        let Some(entry) = entries.get_mut(&self.path) else { return };
        if Arc::ptr_eq(&entry.shared, &self.shared) {
            entry.participants -= 1;
            if entry.participants == 0 {
                entries.remove(&self.path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_entry_outlives_the_calls_that_take_part() {
        let wakings = Wakings::default();
        let (one, other) = (wakings.join("/a"), wakings.join("/a"));
        assert!(Arc::ptr_eq(&one.shared, &other.shared) && wakings.entries().len() == 1);
        drop(one);
        assert_eq!(wakings.entries().len(), 1);
        drop(other);
        assert!(wakings.entries().is_empty());
    }

    #[test]
    fn a_call_that_is_refused_after_the_end_begins_anew() {
        let wakings = Wakings::default();
        let (one, other) = (wakings.join("/a"), wakings.join("/a"));
        one.finish(Ok(()));
        assert!(wakings.entries().is_empty() && matches!(other.progress().outcome, Some(Ok(()))));
        let later = wakings.join("/a");
        assert!(!Arc::ptr_eq(&later.shared, &one.shared));
        drop((one, other));
        assert_eq!(wakings.entries().len(), 1, "it is still there for the later one");
        drop(later);
        assert!(wakings.entries().is_empty());
    }
}
