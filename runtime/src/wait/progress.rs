//! What the polls of a wait come to. There is no clock in here: the time is told.

use std::time::Duration;

/// What one poll showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Observed {
    /// What is waited for.
    Target,
    /// A failure state.
    Failure,
    /// Another state, or none.
    Other,
    /// That the thing is not there, where it should be.
    Absent,
    /// Nothing, because there was no response.
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Reached,
    Failed,
    NotYet,
}

pub(super) struct Progress {
    grace: Duration,
    settle: u32,
    in_a_row: u32,
    state: Option<String>,
    /// Whether the state was another one before: the responses are not what they were before the wait.
    has_changed: bool,
    has_response: bool,
}

impl Progress {
    pub(super) fn new(grace: Duration, settle: u32) -> Self {
        Self { grace, settle, in_a_row: 0, state: None, has_changed: false, has_response: false }
    }

    /// Takes in a poll, `elapsed` after the beginning of the wait.
    pub(super) fn observe(&mut self, elapsed: Duration, observed: Observed, state: Option<&str>) -> Step {
        self.has_response |= matches!(observed, Observed::Target | Observed::Failure | Observed::Other);
        if let Some(state) = state {
            self.has_changed |= self.state.as_deref().is_some_and(|before| before != state);
            self.state = Some(state.to_owned());
        }
        self.in_a_row = if observed == Observed::Target { self.in_a_row.saturating_add(1) } else { 0 };
        let may_be_stale = elapsed < self.grace;
        match observed {
            Observed::Target if self.in_a_row >= self.settle => Step::Reached,
            Observed::Failure if self.has_changed || !may_be_stale => Step::Failed,
            Observed::Absent if !may_be_stale => Step::Failed,
            _ => Step::NotYet,
        }
    }

    /// The state in the last response that had one.
    pub(super) fn state(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// The number of polls in a row, up to the last one, that showed what is waited for.
    pub(super) fn in_a_row(&self) -> u32 {
        self.in_a_row
    }

    /// Whether any poll had a response, other than that the thing is not there.
    pub(super) fn has_response(&self) -> bool {
        self.has_response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(30);

    /// The steps that polls at these seconds lead to.
    fn steps(settle: u32, polls: &[(u64, Observed, &'static str)]) -> Vec<Step> {
        let mut progress = Progress::new(GRACE, settle);
        let state = |state: &'static str| (!state.is_empty()).then_some(state);
        let polls = polls.iter();
        polls.map(|(at, seen, value)| progress.observe(Duration::from_secs(*at), *seen, state(value))).collect()
    }

    use Observed::{Absent, Failure, Nothing, Other, Target};
    use Step::{Failed, NotYet, Reached};

    #[test]
    fn a_failure_state_from_the_beginning_counts_after_the_grace() {
        let stopped = |at| (at, Failure, "stopped");
        assert_eq!(steps(1, &[stopped(0), stopped(5), stopped(29), stopped(30)]), [NotYet, NotYet, NotYet, Failed]);
        assert_eq!(steps(1, &[stopped(0), (5, Other, "starting"), (10, Target, "running")]), [NotYet, NotYet, Reached]);
        assert_eq!(steps(1, &[stopped(31)]), [Failed], "the first response took as long as the grace");
    }

    #[test]
    fn a_failure_state_after_another_state_counts_at_once() {
        assert_eq!(steps(1, &[(0, Other, "starting"), (1, Failure, "failed")]), [NotYet, Failed]);
        assert_eq!(steps(1, &[(0, Failure, "stopped"), (1, Failure, "failed")]), [NotYet, Failed]);
        let back = [(0, Failure, "stopped"), (1, Other, "starting"), (2, Failure, "stopped")];
        assert_eq!(steps(1, &back), [NotYet, NotYet, Failed]);
    }

    #[test]
    fn what_shows_no_state_does_not_make_a_failure_state_count() {
        for nothing in [(1, Nothing, ""), (1, Absent, ""), (1, Other, "")] {
            let polls = [(0, Failure, "stopped"), nothing, (2, Failure, "stopped")];
            assert_eq!(steps(1, &polls), [NotYet; 3], "{nothing:?}");
        }
    }

    #[test]
    fn what_is_not_there_counts_after_the_grace() {
        assert_eq!(steps(1, &[(0, Absent, ""), (29, Absent, ""), (30, Absent, "")]), [NotYet, NotYet, Failed]);
        assert_eq!(steps(1, &[(0, Absent, ""), (5, Other, "starting"), (6, Absent, "")]), [NotYet; 3]);
        assert_eq!(steps(1, &[(0, Other, "starting"), (300, Absent, "")]), [NotYet, Failed]);
    }

    #[test]
    fn a_target_state_settles_in_polls_in_a_row() {
        let running = |at| (at, Target, "running");
        assert_eq!(steps(0, &[running(0)]), [Reached]);
        assert_eq!(steps(3, &[running(0), running(1), running(2)]), [NotYet, NotYet, Reached]);
        for interruption in [(2, Other, "starting"), (2, Nothing, ""), (2, Absent, "")] {
            let polls = [running(0), running(1), interruption, running(3), running(4), running(5)];
            assert_eq!(steps(3, &polls), [NotYet, NotYet, NotYet, NotYet, NotYet, Reached], "{interruption:?}");
        }
    }
}
