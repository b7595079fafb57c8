//! The conditions and states of a wait.

use std::fmt;

use super::progress::{FieldState, Observed};
use crate::{ApiError, Response};

/// The target states and failure states of a field. Generated code has one for each field of a waiter.
///
/// A wait for several fields reaches its target when each field with target states has one of them.
pub struct WaitStates<T> {
    /// The wire name of the field with the state.
    pub field: &'static str,
    /// Returns the state in a value.
    pub value: fn(&T) -> Option<&str>,
    /// The target states; none if the field only shows failures.
    pub target: &'static [&'static str],
    /// The failure states, from which no target state is reached.
    pub failure: &'static [&'static str],
}

/// A refusal that has a meaning of its own: that a resource is gone although the status is not 404, or that the same
/// request will be accepted later.
#[derive(Clone, Copy, Debug)]
pub struct RefusalPattern {
    /// The HTTP status.
    pub status: u16,
    /// The start of the message in the API's error envelope.
    pub message_starts: &'static str,
}

impl RefusalPattern {
    pub(crate) fn matches(&self, refusal: &ApiError) -> bool {
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
    States(Vec<WaitStates<T>>),
    Custom(Box<dyn WaitCondition<T>>),
}

impl<T> Condition<T> {
    /// Classifies a response. Returns the states of the fields as well, if the wait is for states.
    pub(super) fn evaluate<'a>(&mut self, response: &'a Response<T>) -> (Observed, Vec<FieldState<'a>>) {
        let (is_target, fields) = match self {
            Self::States(states) => {
                let fields: Vec<_> = states.iter().map(|states| states.of(response)).collect();
                let has_target = states.iter().any(WaitStates::has_target);
                let fits = |(states, field): (&WaitStates<T>, &FieldState<'_>)| {
                    !field.is_failure && (!states.has_target() || states.is_target(field.value))
                };
                (has_target && states.iter().zip(&fields).all(fits), fields)
            }
            Self::Custom(holds) => (holds(response), Vec::new()),
        };
        (if is_target { Observed::Target } else { Observed::Other }, fields)
    }

    /// Returns the fields that are waited for; none if the wait is for a custom condition.
    pub(super) fn fields(&self) -> &[WaitStates<T>] {
        match self {
            Self::States(states) => states,
            Self::Custom(_) => &[],
        }
    }
}

impl<T> WaitStates<T> {
    /// Returns the state of the field in a value.
    fn of<'a>(&self, value: &'a T) -> FieldState<'a> {
        let value = (self.value)(value);
        FieldState { value, is_failure: value.is_some_and(|state| self.failure.contains(&state)) }
    }

    /// Whether the field has target states, and not only failure states.
    pub(super) fn has_target(&self) -> bool {
        !self.target.is_empty()
    }

    /// Whether a state is a target state.
    pub(super) fn is_target(&self, state: Option<&str>) -> bool {
        state.is_some_and(|state| self.target.contains(&state))
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
            Self::States(states) => states.fmt(formatter),
            Self::Custom(_) => formatter.write_str("a custom condition"),
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::{StatusCode, header::HeaderMap};

    use super::*;
    use crate::{decode::Decoded, raw_response::RawResponse};

    type Thing = (&'static str, &'static str);

    const STATE: WaitStates<Thing> =
        WaitStates { field: "state", value: |thing| Some(thing.0), target: &["up", "idle"], failure: &["gone"] };
    const SIZE: WaitStates<Thing> =
        WaitStates { field: "size", value: |thing| Some(thing.1), target: &["8"], failure: &[] };

    #[test]
    fn the_target_is_reached_when_each_field_has_a_target_state() {
        let reached = |states: Vec<WaitStates<Thing>>, thing: Thing| {
            let response =
                RawResponse { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::new(), location: None };
            let response = Response::new(response, 1, Decoded::new(thing));
            Condition::States(states).evaluate(&response).0 == Observed::Target
        };
        assert!(reached(vec![STATE], ("idle", "4")) && !reached(vec![STATE], ("starting", "8")));
        assert!(reached(vec![STATE, SIZE], ("up", "8")));
        assert!(!reached(vec![STATE, SIZE], ("up", "4")) && !reached(vec![STATE, SIZE], ("gone", "8")));
        let only_failures = WaitStates { target: &[], ..STATE };
        assert!(reached(vec![only_failures, SIZE], ("up", "8")) && !reached(vec![only_failures], ("up", "8")));
        assert!(!reached(vec![only_failures, SIZE], ("gone", "8")));
    }

    #[test]
    fn each_field_has_failure_states_of_its_own() {
        assert!(STATE.of(&("gone", "gone")).is_failure && !SIZE.of(&("gone", "gone")).is_failure);
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
                waited: None,
                needs_wake: false,
                has_old_token: false,
                wake_error: None,
                base_url: String::new(),
                body: Bytes::new(),
            })
        };
        assert!(matches(400, "unknown service 5", true));
        assert!(!matches(404, "unknown service 5", true) && !matches(400, "an unknown service", true));
        assert!(!matches(400, "unknown service 5", false));
    }
}
