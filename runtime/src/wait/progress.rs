//! The conclusions that a wait draws from its polls. The time is an argument, so that tests need no clock.

use std::time::Duration;

/// The result of one poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Observed {
    /// The target.
    Target,
    /// A failure state.
    Failure,
    /// Another state, or none.
    Other,
    /// The resource does not exist, and is not waited to be gone.
    Absent,
    /// There was no response.
    NoResponse,
}

/// The next step of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Reached,
    Failed,
    Continue,
}

pub(super) struct Progress {
    grace: Duration,
    settle: u32,
    consecutive_polls: u32,
    state: Option<String>,
    /// Whether there were different states, so that the responses are not stale.
    has_changed: bool,
    has_response: bool,
}

impl Progress {
    pub(super) fn new(grace: Duration, settle: u32) -> Self {
        Self { grace, settle, consecutive_polls: 0, state: None, has_changed: false, has_response: false }
    }

    /// Adds a poll, which was made `elapsed` after the beginning of the wait.
    pub(super) fn observe(&mut self, elapsed: Duration, observed: Observed, state: Option<&str>) -> Step {
        self.has_response |= matches!(observed, Observed::Target | Observed::Failure | Observed::Other);
        if let Some(state) = state {
            self.has_changed |= self.state.as_deref().is_some_and(|before| before != state);
            self.state = Some(state.to_owned());
        }
        self.consecutive_polls =
            if observed == Observed::Target { self.consecutive_polls.saturating_add(1) } else { 0 };
        let may_be_stale = elapsed < self.grace;
        match observed {
            Observed::Target if self.consecutive_polls >= self.settle => Step::Reached,
            Observed::Failure if self.has_changed || !may_be_stale => Step::Failed,
            Observed::Absent if !may_be_stale => Step::Failed,
            _ => Step::Continue,
        }
    }

    /// Returns the state in the last response that had one.
    pub(super) fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Returns the number of consecutive polls, up to the last one, that showed the target.
    pub(super) fn consecutive_polls(&self) -> u32 {
        self.consecutive_polls
    }

    /// Whether any poll had a response with a value.
    pub(super) fn has_response(&self) -> bool {
        self.has_response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(30);

    /// Returns the steps after polls at these seconds.
    fn steps(settle: u32, polls: &[(u64, Observed, &'static str)]) -> Vec<Step> {
        let mut progress = Progress::new(GRACE, settle);
        let state = |state: &'static str| (!state.is_empty()).then_some(state);
        let polls = polls.iter();
        polls.map(|(at, seen, value)| progress.observe(Duration::from_secs(*at), *seen, state(value))).collect()
    }

    use Observed::{Absent, Failure, NoResponse, Other, Target};
    use Step::{Continue, Failed, Reached};

    #[test]
    fn a_failure_state_from_the_beginning_counts_after_the_grace_period() {
        let stopped = |at| (at, Failure, "stopped");
        assert_eq!(
            steps(1, &[stopped(0), stopped(5), stopped(29), stopped(30)]),
            [Continue, Continue, Continue, Failed]
        );
        assert_eq!(
            steps(1, &[stopped(0), (5, Other, "starting"), (10, Target, "running")]),
            [Continue, Continue, Reached]
        );
        assert_eq!(steps(1, &[stopped(31)]), [Failed], "the first response took as long as the grace period");
    }

    #[test]
    fn a_failure_state_after_another_state_counts_at_once() {
        assert_eq!(steps(1, &[(0, Other, "starting"), (1, Failure, "failed")]), [Continue, Failed]);
        assert_eq!(steps(1, &[(0, Failure, "stopped"), (1, Failure, "failed")]), [Continue, Failed]);
        let back = [(0, Failure, "stopped"), (1, Other, "starting"), (2, Failure, "stopped")];
        assert_eq!(steps(1, &back), [Continue, Continue, Failed]);
    }

    #[test]
    fn a_poll_without_a_state_does_not_make_a_failure_state_count() {
        for no_state in [(1, NoResponse, ""), (1, Absent, ""), (1, Other, "")] {
            let polls = [(0, Failure, "stopped"), no_state, (2, Failure, "stopped")];
            assert_eq!(steps(1, &polls), [Continue; 3], "{no_state:?}");
        }
    }

    #[test]
    fn an_absent_resource_counts_after_the_grace_period() {
        assert_eq!(steps(1, &[(0, Absent, ""), (29, Absent, ""), (30, Absent, "")]), [Continue, Continue, Failed]);
        assert_eq!(steps(1, &[(0, Absent, ""), (5, Other, "starting"), (6, Absent, "")]), [Continue; 3]);
        assert_eq!(steps(1, &[(0, Other, "starting"), (300, Absent, "")]), [Continue, Failed]);
    }

    #[test]
    fn a_target_state_settles_after_consecutive_polls() {
        let running = |at| (at, Target, "running");
        assert_eq!(steps(0, &[running(0)]), [Reached]);
        assert_eq!(steps(3, &[running(0), running(1), running(2)]), [Continue, Continue, Reached]);
        for interruption in [(2, Other, "starting"), (2, NoResponse, ""), (2, Absent, "")] {
            let polls = [running(0), running(1), interruption, running(3), running(4), running(5)];
            assert_eq!(
                steps(3, &polls),
                [Continue, Continue, Continue, Continue, Continue, Reached],
                "{interruption:?}"
            );
        }
    }
}
