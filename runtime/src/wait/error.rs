use std::time::Duration;

/// The error of a wait that ended without its target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The resource is in a failure state.
    #[error("{operation}: `{field}` is `{value}`, {}", describe_failure(target))]
    #[non_exhaustive]
    Failed {
        /// The id of the operation that was polled.
        operation: &'static str,
        /// The wire name of the field with the state.
        field: &'static str,
        /// The failure state.
        value: String,
        /// The target states of the field; empty if it has none, because the resource was to be gone or other fields
        /// were to change.
        target: &'static [&'static str],
    },
    /// The wait timed out.
    #[error("{operation}: after {within:?}, {}; allow more time with `.within(..)`", self.progress())]
    #[non_exhaustive]
    TimedOut {
        /// The id of the operation that was polled.
        operation: &'static str,
        /// The wire name of the field with the state; `None` if the wait was for a condition.
        field: Option<&'static str>,
        /// The last state, if there was one.
        value: Option<String>,
        /// The target states; empty if the resource was to be gone, or if the wait was for a condition.
        target: &'static [&'static str],
        /// The number of consecutive polls, up to the last one, that showed the target.
        consecutive_polls: u32,
        /// The number of consecutive polls that are required (see [`Wait::settle`](crate::Wait::settle)).
        settle: u32,
        /// The timeout.
        within: Duration,
    },
}

impl WaitError {
    /// Describes how far a wait came that timed out.
    fn progress(&self) -> String {
        let Self::TimedOut { field, value, target, consecutive_polls, settle, .. } = self else { return String::new() };
        match (field, consecutive_polls) {
            (None, 0) => "the condition does not hold yet".to_owned(),
            (None, polls) => format!("the condition held in {polls} of {settle} consecutive polls"),
            (Some(field), 0) => {
                let value = value.as_ref().map_or_else(|| "unknown".to_owned(), |value| format!("`{value}`"));
                format!("`{field}` is {value}, and not yet {}", describe_target(target))
            }
            (Some(_), polls) => {
                format!("it was {} in {polls} of {settle} consecutive polls", describe_target(target))
            }
        }
    }
}

fn describe_failure(target: &[&str]) -> String {
    match target {
        [] => "a failure state, which ends the wait".to_owned(),
        target => format!("and from there it does not become {} by itself", describe_target(target)),
    }
}

fn describe_target(target: &[&str]) -> String {
    match target {
        [] => "gone".to_owned(),
        target => target.iter().map(|state| format!("`{state}`")).collect::<Vec<_>>().join(" or "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed_out(
        field: Option<&'static str>,
        value: Option<&str>,
        target: &'static [&'static str],
        polls: u32,
    ) -> String {
        WaitError::TimedOut {
            operation: "getThing",
            field,
            value: value.map(ToOwned::to_owned),
            target,
            consecutive_polls: polls,
            settle: 3,
            within: Duration::from_secs(60),
        }
        .to_string()
    }

    #[test]
    fn a_timeout_shows_how_far_the_wait_came() {
        let message = |progress: &str| format!("getThing: after 60s, {progress}; allow more time with `.within(..)`");
        let target = &["up", "idle"];
        assert_eq!(
            timed_out(Some("state"), Some("starting"), target, 0),
            message("`state` is `starting`, and not yet `up` or `idle`")
        );
        assert_eq!(timed_out(Some("state"), None, &[], 0), message("`state` is unknown, and not yet gone"));
        assert_eq!(
            timed_out(Some("state"), Some("up"), target, 2),
            message("it was `up` or `idle` in 2 of 3 consecutive polls")
        );
        assert_eq!(timed_out(None, None, &[], 0), message("the condition does not hold yet"));
        assert_eq!(timed_out(None, None, &[], 1), message("the condition held in 1 of 3 consecutive polls"));
    }
}
