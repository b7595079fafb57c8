//! What is waited for.

use std::fmt;

use super::progress::Observed;
use crate::{ApiError, Response};

/// The states that a waiter waits for, and those that end it: generated code holds one for each waiter.
pub struct WaitStates<T> {
    /// The field that is looked at, by its wire name.
    pub field: &'static str,
    /// Reads the field.
    pub value: fn(&T) -> Option<&str>,
    /// The target states: the values that are waited for.
    pub target: &'static [&'static str],
    /// The failure states: the values from which no target state is reached.
    pub failure: &'static [&'static str],
}

/// A refusal that means that the thing is gone, although its status is not 404.
#[derive(Clone, Copy, Debug)]
pub struct RefusalPattern {
    /// The HTTP status.
    pub status: u16,
    /// How the message in the API's error envelope starts.
    pub message_starts: &'static str,
}

impl RefusalPattern {
    pub(super) fn matches(&self, refusal: &ApiError) -> bool {
        refusal.status == self.status
            && refusal.in_envelope
            && refusal.message().is_some_and(|message| message.starts_with(self.message_starts))
    }
}

/// A condition that [`Call::until`](crate::Call::until) waits for: any closure that looks at a response and says
/// whether it is as it should be.
#[cfg(not(target_family = "wasm"))]
pub trait WaitCondition<T>: FnMut(&Response<T>) -> bool + Send + 'static {}
#[cfg(not(target_family = "wasm"))]
impl<T, F: FnMut(&Response<T>) -> bool + Send + 'static> WaitCondition<T> for F {}

/// A condition that [`Call::until`](crate::Call::until) waits for: any closure that looks at a response and says
/// whether it is as it should be. In a browser there is one thread, so it need not be `Send`.
#[cfg(target_family = "wasm")]
pub trait WaitCondition<T>: FnMut(&Response<T>) -> bool + 'static {}
#[cfg(target_family = "wasm")]
impl<T, F: FnMut(&Response<T>) -> bool + 'static> WaitCondition<T> for F {}

pub(super) enum Condition<T> {
    State(WaitStates<T>),
    Own(Box<dyn WaitCondition<T>>),
}

impl<T> Condition<T> {
    /// What a response shows, and the state in it, if it is one that is waited for.
    pub(super) fn look<'a>(&mut self, response: &'a Response<T>) -> (Observed, Option<&'a str>) {
        match self {
            Self::State(states) => {
                let state = (states.value)(response);
                (state.map_or(Observed::Other, |state| states.classify(state)), state)
            }
            Self::Own(holds) => (if holds(response) { Observed::Target } else { Observed::Other }, None),
        }
    }

    /// The field that is looked at, and the target states; neither, for a condition of the caller's.
    pub(super) fn in_words(&self) -> (Option<&'static str>, &'static [&'static str]) {
        match self {
            Self::State(states) => (Some(states.field), states.target),
            Self::Own(_) => (None, &[]),
        }
    }
}

impl<T> WaitStates<T> {
    fn classify(&self, state: &str) -> Observed {
        if self.target.contains(&state) {
            Observed::Target
        } else if self.failure.contains(&state) {
            Observed::Failure
        } else {
            Observed::Other
        }
    }
}

impl<T> Clone for WaitStates<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for WaitStates<T> {}

impl<T> fmt::Debug for WaitStates<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WaitStates")
            .field("field", &self.field)
            .field("target", &self.target)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Condition<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(states) => states.fmt(formatter),
            Self::Own(_) => formatter.write_str("a condition of the caller's"),
        }
    }
}
