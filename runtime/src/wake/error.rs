use std::{sync::Arc, time::Duration};

use crate::{ApiError, Error};

/// The reason why a call that [wakes](crate::Call::wake) what it needs was refused nevertheless.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WakeError {
    /// It is in a state from which it is not woken, or the state is missing.
    #[error(
        "{}, and it is woken only from {}; make the call again when it is {}",
        describe(operation, field, state.as_deref()), quoted(wake_from), quoted(target)
    )]
    #[non_exhaustive]
    NotIdle {
        /// The id of the operation that reads the state.
        operation: &'static str,
        /// The wire name of the property with the state.
        field: &'static str,
        /// The state; `None` if it is missing.
        state: Option<String>,
        /// The states from which it is woken.
        wake_from: &'static [&'static str],
        /// The states in which it is awake.
        target: &'static [&'static str],
    },
    /// Its state cannot be read.
    #[error("whether it is idle is unknown ({source})")]
    #[non_exhaustive]
    Unreadable {
        /// The error of the operation that reads the state.
        source: Arc<Error>,
    },
    /// It was not awake in time.
    #[error("after {within:?} {}; try again later", describe(operation, field, state.as_deref()))]
    #[non_exhaustive]
    TimedOut {
        /// The id of the operation that reads the state.
        operation: &'static str,
        /// The wire name of the property with the state.
        field: &'static str,
        /// The last state; `None` if it could not be read, or is missing.
        state: Option<String>,
        /// The time that it has to be awake.
        within: Duration,
    },
    /// It was awake, and the call was refused again.
    #[error("it was refused again after `{field}` in `{operation}` was {}", quoted(target))]
    #[non_exhaustive]
    RefusedAgain {
        /// The id of the operation that reads the state.
        operation: &'static str,
        /// The wire name of the property with the state.
        field: &'static str,
        /// The states in which it is awake.
        target: &'static [&'static str],
    },
}

/// The reason why a refused call is not sent again.
#[derive(Clone, Debug)]
pub(crate) enum NotWoken {
    Failed(WakeError),
    /// The command was refused, and it is still idle.
    CommandRefused(Box<ApiError>),
}

impl From<WakeError> for NotWoken {
    fn from(error: WakeError) -> Self {
        Self::Failed(error)
    }
}

fn describe(operation: &str, field: &str, state: Option<&str>) -> String {
    let state = state.map_or_else(|| "unknown".to_owned(), |state| format!("`{state}`"));
    format!("`{field}` in `{operation}` is {state}")
}

fn quoted(states: &[&str]) -> String {
    states.iter().map(|state| format!("`{state}`")).collect::<Vec<_>>().join(" or ")
}
