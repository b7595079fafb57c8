//! The conclusions that a wait draws from its polls. The time is an argument, so that tests need no clock.

use std::time::Duration;

/// The result of one poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Observed {
    /// The target.
    Target,
    /// Another value.
    Other,
    /// The resource does not exist, and is not waited to be gone.
    Absent,
    /// There was no response.
    NoResponse,
}

/// The state of a field in a response.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldState<'a> {
    pub(super) value: Option<&'a str>,
    pub(super) is_failure: bool,
}

/// The next step of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Reached,
    /// The field of this index is in a failure state.
    Failed(usize),
    /// The resource does not exist.
    Missing,
    Continue,
}

pub(super) struct Progress {
    grace: Duration,
    settle: u32,
    consecutive_polls: u32,
    fields: Vec<FieldProgress>,
    has_response: bool,
}

/// The states that a field had.
#[derive(Clone, Default)]
struct FieldProgress {
    /// The last one.
    state: Option<String>,
    /// Whether there were different states, so that the responses are not stale.
    has_changed: bool,
}

impl Progress {
    pub(super) fn new(grace: Duration, settle: u32, fields: usize) -> Self {
        let fields = vec![FieldProgress::default(); fields];
        Self { grace, settle, consecutive_polls: 0, fields, has_response: false }
    }

    /// Adds a poll, which was made `elapsed` after the beginning of the wait, with the states of the fields if there
    /// was a response.
    pub(super) fn observe(&mut self, elapsed: Duration, observed: Observed, states: &[FieldState<'_>]) -> Step {
        self.has_response |= matches!(observed, Observed::Target | Observed::Other);
        for (field, state) in self.fields.iter_mut().zip(states) {
            field.observe(state.value);
        }
        self.consecutive_polls =
            if observed == Observed::Target { self.consecutive_polls.saturating_add(1) } else { 0 };
        let may_be_stale = elapsed < self.grace;
        let counts = |(field, state): (&FieldProgress, &FieldState<'_>)| {
            state.is_failure && (field.has_changed || !may_be_stale)
        };
        if let Some(failed) = self.fields.iter().zip(states).position(counts) {
            return Step::Failed(failed);
        }
        match observed {
            Observed::Target if self.consecutive_polls >= self.settle => Step::Reached,
            Observed::Absent if !may_be_stale => Step::Missing,
            _ => Step::Continue,
        }
    }

    /// Returns the state of a field in the last response that had one.
    pub(super) fn state(&self, field: usize) -> Option<&str> {
        self.fields.get(field)?.state.as_deref()
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

impl FieldProgress {
    fn observe(&mut self, state: Option<&str>) {
        if let Some(state) = state {
            self.has_changed |= self.state.as_deref().is_some_and(|before| before != state);
            self.state = Some(state.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(30);

    /// The result of a poll, for a wait for one field.
    #[derive(Clone, Copy, Debug)]
    enum Poll {
        Target,
        Failure,
        Other,
        Absent,
        NoResponse,
    }

    /// Returns the steps after polls at these seconds.
    fn steps(settle: u32, polls: &[(u64, Poll, &'static str)]) -> Vec<Step> {
        let mut progress = Progress::new(GRACE, settle, 1);
        let mut observe = |(at, poll, state): &(u64, Poll, &'static str)| {
            let observed = match poll {
                Target => Observed::Target,
                Failure | Other => Observed::Other,
                Absent => Observed::Absent,
                NoResponse => Observed::NoResponse,
            };
            let state =
                FieldState { value: (!state.is_empty()).then_some(*state), is_failure: matches!(poll, Failure) };
            progress.observe(Duration::from_secs(*at), observed, &[state])
        };
        polls.iter().map(&mut observe).collect()
    }

    use Poll::{Absent, Failure, NoResponse, Other, Target};
    use Step::{Continue, Missing, Reached};
    const FAILED: Step = Step::Failed(0);

    #[test]
    fn a_failure_state_from_the_beginning_counts_after_the_grace_period() {
        let stopped = |at| (at, Failure, "stopped");
        assert_eq!(
            steps(1, &[stopped(0), stopped(5), stopped(29), stopped(30)]),
            [Continue, Continue, Continue, FAILED]
        );
        assert_eq!(
            steps(1, &[stopped(0), (5, Other, "starting"), (10, Target, "running")]),
            [Continue, Continue, Reached]
        );
        assert_eq!(steps(1, &[stopped(31)]), [FAILED], "the first response took as long as the grace period");
    }

    #[test]
    fn a_failure_state_after_another_state_counts_at_once() {
        assert_eq!(steps(1, &[(0, Other, "starting"), (1, Failure, "failed")]), [Continue, FAILED]);
        assert_eq!(steps(1, &[(0, Failure, "stopped"), (1, Failure, "failed")]), [Continue, FAILED]);
        let back = [(0, Failure, "stopped"), (1, Other, "starting"), (2, Failure, "stopped")];
        assert_eq!(steps(1, &back), [Continue, Continue, FAILED]);
    }

    #[test]
    fn a_change_of_one_field_does_not_make_the_failure_state_of_another_count() {
        let mut progress = Progress::new(GRACE, 1, 2);
        let mut observe = |state, size| {
            let field = |value: &'static str| FieldState { value: Some(value), is_failure: value == "failed" };
            progress.observe(Duration::ZERO, Observed::Other, &[field(state), field(size)])
        };
        assert_eq!(observe("failed", "small"), Continue);
        assert_eq!(observe("failed", "large"), Continue);
        assert_eq!(observe("starting", "failed"), Step::Failed(1));
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
        assert_eq!(steps(1, &[(0, Absent, ""), (29, Absent, ""), (30, Absent, "")]), [Continue, Continue, Missing]);
        assert_eq!(steps(1, &[(0, Absent, ""), (5, Other, "starting"), (6, Absent, "")]), [Continue; 3]);
        assert_eq!(steps(1, &[(0, Other, "starting"), (300, Absent, "")]), [Continue, Missing]);
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
