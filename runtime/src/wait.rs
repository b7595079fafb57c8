//! Waiting for a state or a condition by polling.

mod condition;
mod error;
mod progress;

use std::{fmt, future::IntoFuture, time::Duration};

use self::{
    condition::Condition,
    progress::{Observed, Progress, Step},
};
pub use self::{
    condition::{RefusalPattern, WaitCondition, WaitStates},
    error::WaitError,
};
use crate::{
    ApiError, BoxFuture, Call, Error, Response,
    clock::{Instant, sleep},
    retry::Outcome,
};

const EVERY: Duration = Duration::from_secs(5);
const WITHIN: Duration = Duration::from_secs(30 * 60);
const GRACE: Duration = Duration::from_secs(30);
const SETTLE: u32 = 1;

/// Waits for something to become as it should be, by polling: `.await` it, or first say how.
///
/// It polls at once, then every five seconds, for half an hour at most unless the document says otherwise. Each poll is
/// a call like any other: it keeps to the rate limit, and is retried if it fails. If it fails all the same, for a reason
/// that passes, the wait goes on.
///
/// Services are often eventually consistent: just after a change, responses may still show what was before it. So in
/// the first 30 seconds (see [`grace`](Self::grace)),
/// - a 404 does not end the wait, unless it is waited for: what was created a moment ago may not be found yet;
/// - a failure state does not end the wait if it was there from the first response on. Once another state was seen, a
///   failure state ends it at once.
///
/// A target state may be out of date as well: see [`settle`](Self::settle).
///
/// A 404 counts as the absence of the thing only in the API's own error envelope. Any other one, say the page of a
/// gateway for a path that it does not know, ends the wait with [`Error::Api`], which names the base URL.
#[must_use = "nothing is waited for until it is awaited"]
pub struct Wait<T, O = Response<T>> {
    call: Call<T>,
    condition: Condition<T>,
    end: End<T, O>,
    gone: &'static [RefusalPattern],
    every: Duration,
    within: Duration,
    grace: Duration,
    settle: u32,
    on_poll: Option<OnPoll<T>>,
}

/// What a wait that ends well returns.
struct End<T, O> {
    reached: fn(Response<T>) -> O,
    /// Where the thing may be gone.
    gone: Option<fn() -> O>,
}

#[cfg(not(target_family = "wasm"))]
type OnPoll<T> = Box<dyn FnMut(&Response<T>) + Send>;
#[cfg(target_family = "wasm")]
type OnPoll<T> = Box<dyn FnMut(&Response<T>)>;

/// Whether a poll that failed like this may succeed the next time.
fn is_passing(error: &Error) -> bool {
    match error {
        Error::Connect { .. }
        | Error::ConnectionLost { .. }
        | Error::Timeout { .. }
        | Error::OutcomeUnknown(_)
        | Error::Decode(_) => true,
        Error::Api(refusal) => !matches!(Outcome::of_status(refusal.status), Outcome::Refused | Outcome::UnknownAlways),
        _ => false,
    }
}

impl<T> Wait<T> {
    pub(crate) fn for_state(call: Call<T>, states: WaitStates<T>) -> Self {
        Self::new(call, Condition::State(states), End { reached: |response| response, gone: None })
    }

    pub(crate) fn for_condition(call: Call<T>, condition: impl WaitCondition<T>) -> Self {
        Self::new(call, Condition::Own(Box::new(condition)), End { reached: |response| response, gone: None })
    }
}

impl<T> Wait<T, ()> {
    pub(crate) fn for_absence(call: Call<T>, states: WaitStates<T>) -> Self {
        Self::new(call, Condition::State(states), End { reached: drop, gone: Some(|| ()) })
    }

    /// Says which other refusals mean that the thing is gone: how generated code knows the `gone` of `x-waiters`. They
    /// count only in the API's error envelope, like a 404.
    pub fn gone(mut self, refusals: &'static [RefusalPattern]) -> Self {
        self.gone = refusals;
        self
    }
}

impl<T, O> Wait<T, O> {
    fn new(call: Call<T>, condition: Condition<T>, end: End<T, O>) -> Self {
        Self {
            call,
            condition,
            end,
            gone: &[],
            every: EVERY,
            within: WITHIN,
            grace: GRACE,
            settle: SETTLE,
            on_poll: None,
        }
    }

    /// The time from one response to the next poll.
    pub fn every(mut self, pause: Duration) -> Self {
        self.every = pause;
        self
    }

    /// The longest time to wait, polls included.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }

    /// The time for which responses may be out of date; 30 seconds unless set.
    ///
    /// In this time, counted from the beginning of the wait, a 404 means "not yet", and so does a failure state that
    /// was there from the first response on. With [`Duration::ZERO`], both end the wait at once.
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// The number of polls in a row that must show what is waited for; 1 unless the document says otherwise.
    ///
    /// A larger number is for what may be reported too early: a service that was just told to restart may still be
    /// `running` in the first response, before the restart has begun. A poll without a response begins the count anew.
    /// Zero is the same as 1.
    pub fn settle(mut self, polls: u32) -> Self {
        self.settle = polls;
        self
    }

    /// Is shown every response, to move a progress bar, say.
    #[cfg(not(target_family = "wasm"))]
    pub fn on_poll(mut self, look: impl FnMut(&Response<T>) + Send + 'static) -> Self {
        self.on_poll = Some(Box::new(look));
        self
    }

    /// Is shown every response, to move a progress bar, say.
    #[cfg(target_family = "wasm")]
    pub fn on_poll(mut self, look: impl FnMut(&Response<T>) + 'static) -> Self {
        self.on_poll = Some(Box::new(look));
        self
    }

    async fn poll(mut self) -> Result<O, Error> {
        self.call.check_pollable()?;
        let begun = Instant::now();
        let mut progress = Progress::new(self.grace, self.settle);
        let mut problem = None;
        loop {
            let left = self.within.saturating_sub(begun.elapsed());
            if left.is_zero() {
                let timed_out = || self.timed_out(&progress);
                return Err(problem.filter(|_| !progress.has_response()).unwrap_or_else(timed_out));
            }
            let outcome = self.call.clone().limit(left).make().await;
            let elapsed = begun.elapsed();
            match outcome {
                Ok(response) => match self.observe(&mut progress, elapsed, &response) {
                    Step::Reached => return Ok((self.end.reached)(response)),
                    Step::Failed => return Err(self.failed(&progress)),
                    Step::NotYet => {}
                },
                Err(Error::Api(refusal)) if self.is_absent(&refusal) => match self.end.gone {
                    Some(gone) if progress.observe(elapsed, Observed::Target, None) == Step::Reached => {
                        return Ok(gone());
                    }
                    Some(_) => {}
                    None if progress.observe(elapsed, Observed::Absent, None) == Step::Failed => {
                        return Err(Error::Api(refusal));
                    }
                    None => problem = Some(Error::Api(refusal)),
                },
                Err(Error::Timeout { .. }) if elapsed >= self.within => {}
                Err(error) if is_passing(&error) => {
                    progress.observe(elapsed, Observed::Nothing, None);
                    problem = Some(error);
                }
                Err(error) => return Err(error),
            }
            sleep(self.every.min(self.within.saturating_sub(begun.elapsed()))).await;
        }
    }

    fn observe(&mut self, progress: &mut Progress, elapsed: Duration, response: &Response<T>) -> Step {
        if let Some(look) = &mut self.on_poll {
            look(response);
        }
        let (observed, state) = self.condition.look(response);
        progress.observe(elapsed, observed, state)
    }

    /// Whether a refusal says that the thing is not there.
    fn is_absent(&self, refusal: &ApiError) -> bool {
        refusal.is_not_found() || self.gone.iter().any(|pattern| pattern.matches(refusal))
    }

    fn failed(&self, progress: &Progress) -> Error {
        let (field, target) = self.condition.in_words();
        Error::Wait(Box::new(WaitError::Failed {
            operation: self.call.operation(),
            field: field.unwrap_or_default(),
            value: progress.state().unwrap_or_default().to_owned(),
            target,
        }))
    }

    fn timed_out(&self, progress: &Progress) -> Error {
        let (field, target) = self.condition.in_words();
        Error::Wait(Box::new(WaitError::TimedOut {
            operation: self.call.operation(),
            field,
            value: progress.state().map(ToOwned::to_owned),
            target,
            in_a_row: progress.in_a_row(),
            settle: self.settle,
            within: self.within,
        }))
    }
}

impl<T: Send + 'static, O: 'static> IntoFuture for Wait<T, O> {
    type Output = Result<O, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.poll())
    }
}

impl<T, O> fmt::Debug for Wait<T, O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Wait")
            .field("call", &self.call)
            .field("condition", &self.condition)
            .field("gone", &self.gone)
            .field("every", &self.every)
            .field("within", &self.within)
            .field("grace", &self.grace)
            .field("settle", &self.settle)
            .finish_non_exhaustive()
    }
}
