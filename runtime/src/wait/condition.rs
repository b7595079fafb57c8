//! The conditions and states of a wait.

use std::fmt;

use super::progress::Observed;
use crate::{ApiError, Response};

/// The target states and failure states of a waiter. Generated code has one for each waiter.
pub struct WaitStates<T> {
    /// The wire name of the field with the state.
    pub field: &'static str,
    /// Returns the state in a value.
    pub value: fn(&T) -> Option<&str>,
    /// The target states, which end the wait with success.
    pub target: &'static [&'static str],
    /// The failure states, from which no target state is reached.
    pub failure: &'static [&'static str],
}

/// A refusal that means that a resource is gone, although its status is not 404.
#[derive(Clone, Copy, Debug)]
pub struct RefusalPattern {
    /// The HTTP status.
    pub status: u16,
    /// The start of the message in the API's error envelope.
    pub message_starts: &'static str,
}

impl RefusalPattern {
    pub(super) fn matches(&self, refusal: &ApiError) -> bool {
        refusal.status == self.status
            && refusal.in_envelope
            && refusal.message().is_some_and(|message| message.starts_with(self.message_starts))
    }
}

/// A condition for [`Call::until`](crate::Call::until): a closure that returns whether a response is the one to wait
/// for.
#[cfg(not(target_family = "wasm"))]
pub trait WaitCondition<T>: FnMut(&Response<T>) -> bool + Send + 'static {}
#[cfg(not(target_family = "wasm"))]
impl<T, F: FnMut(&Response<T>) -> bool + Send + 'static> WaitCondition<T> for F {}

/// A condition for [`Call::until`](crate::Call::until): a closure that returns whether a response is the one to wait
/// for. It need not be `Send`, because a browser has one thread.
#[cfg(target_family = "wasm")]
pub trait WaitCondition<T>: FnMut(&Response<T>) -> bool + 'static {}
#[cfg(target_family = "wasm")]
impl<T, F: FnMut(&Response<T>) -> bool + 'static> WaitCondition<T> for F {}

pub(super) enum Condition<T> {
    State(WaitStates<T>),
    Custom(Box<dyn WaitCondition<T>>),
}

impl<T> Condition<T> {
    /// Classifies a response. Returns its state as well, if the wait is for a state.
    pub(super) fn evaluate<'a>(&mut self, response: &'a Response<T>) -> (Observed, Option<&'a str>) {
        match self {
            Self::State(states) => {
                let state = (states.value)(response);
                (state.map_or(Observed::Other, |state| states.classify(state)), state)
            }
            Self::Custom(holds) => (if holds(response) { Observed::Target } else { Observed::Other }, None),
        }
    }

    /// Returns the field with the state and the target states, if the wait is for a state.
    pub(super) fn field_and_target(&self) -> (Option<&'static str>, &'static [&'static str]) {
        match self {
            Self::State(states) => (Some(states.field), states.target),
            Self::Custom(_) => (None, &[]),
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
            Self::Custom(_) => formatter.write_str("a custom condition"),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::{StatusCode, header::HeaderMap};

    use super::*;

    #[test]
    fn a_state_is_a_target_a_failure_or_another() {
        let states = WaitStates::<()> { field: "state", value: |()| None, target: &["up", "idle"], failure: &["gone"] };
        let observed = ["up", "idle", "gone", "starting"].map(|state| states.classify(state));
        assert_eq!(observed, [Observed::Target, Observed::Target, Observed::Failure, Observed::Other]);
    }

    #[test]
    fn a_refusal_matches_by_its_status_and_message_in_the_error_envelope() {
        let pattern = RefusalPattern { status: 400, message_starts: "unknown service" };
        let matches = |status: u16, message: &str, in_envelope| {
            pattern.matches(&ApiError {
                operation: "getThing",
                permissions: &[],
                attempts: 1,
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                message: Some(message.to_owned()),
                request_id: None,
                in_envelope,
                base_url: String::new(),
                body: Bytes::new(),
            })
        };
        assert!(matches(400, "unknown service 5", true));
        assert!(!matches(404, "unknown service 5", true) && !matches(400, "an unknown service", true));
        assert!(!matches(400, "unknown service 5", false));
    }
}
