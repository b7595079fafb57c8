//! Waits for a state or a condition, by polling.

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
    clock::{Instant, sleep, timeout},
    retry::Outcome,
};

pub(crate) const DEFAULT_POLL_INTERVAL: Duration = Duration::from_secs(5);
const DEFAULT_WAIT_TIMEOUT: Duration = Duration::from_secs(30 * 60);
const DEFAULT_GRACE_PERIOD: Duration = Duration::from_secs(30);
const DEFAULT_SETTLE_POLLS: u32 = 1;

/// A wait for a target state or a condition, by polling: `.await` it, or set its interval and timeout first.
///
/// The first poll is made at once, and the others every five seconds, for half an hour at most unless the document has
/// another timeout. Each poll is a call like any other, with permits of the rate limiter and retries. A poll that fails
/// for a transient reason does not end the wait.
///
/// Services are often eventually consistent: just after a change, responses may still show the state before it. So in
/// the first 30 seconds (see [`grace`](Self::grace)),
/// - a 404 does not end the wait, unless it is the target: a new resource may not be found yet;
/// - a failure state does not end the wait if it was there from the first response on. Once there was another state, a
///   failure state ends the wait at once.
///
/// A target state may be stale as well: see [`settle`](Self::settle).
///
/// A 404 means that the resource does not exist only in the API's own error envelope. Any other 404, say the page of a
/// gateway for an unknown path, ends the wait with [`Error::Api`], which names the base URL. For some waits a refusal
/// means "not yet" until the timeout: see [`not_yet`](Self::not_yet).
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<T, O = Response<T>> {
    call: Call<T>,
    condition: Condition<T>,
    output: WaitOutput<T, O>,
    gone: &'static [RefusalPattern],
    not_yet: &'static [u16],
    every: Duration,
    within: Duration,
    grace: Duration,
    settle: u32,
    on_poll: Option<OnPoll<T>>,
}

/// The output of a wait that reaches its target.
struct WaitOutput<T, O> {
    reached: fn(Response<T>) -> O,
    /// The output if the resource is gone, where that is a target.
    gone: Option<fn() -> O>,
}

#[cfg(not(target_family = "wasm"))]
type OnPoll<T> = Box<dyn FnMut(&Response<T>) + Send>;
#[cfg(target_family = "wasm")]
type OnPoll<T> = Box<dyn FnMut(&Response<T>)>;

impl Error {
    /// Whether the next poll may succeed after this error.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Connect { .. }
            | Self::ConnectionLost { .. }
            | Self::Timeout { .. }
            | Self::OutcomeUnknown(_)
            | Self::Decode(_) => true,
            Self::Api(refusal) => {
                !matches!(Outcome::of_status(refusal.status), Outcome::Refused | Outcome::UnknownFinal)
            }
            _ => false,
        }
    }
}

impl<T> Wait<T> {
    pub(crate) fn for_states(call: Call<T>, states: Vec<WaitStates<T>>) -> Self {
        Self::new(call, Condition::States(states), WaitOutput { reached: |response| response, gone: None })
    }

    pub(crate) fn for_condition(call: Call<T>, condition: impl WaitCondition<T>) -> Self {
        Self::new(call, Condition::Custom(Box::new(condition)), WaitOutput { reached: |response| response, gone: None })
    }
}

impl<T> Wait<T, ()> {
    pub(crate) fn for_absence(call: Call<T>, states: Vec<WaitStates<T>>) -> Self {
        Self::new(call, Condition::States(states), WaitOutput { reached: drop, gone: Some(|| ()) })
    }

    /// Sets further refusals that mean that the resource is gone, which generated code takes from `gone` in
    /// `x-waiters`. Like a 404, they count only in the API's error envelope.
    pub fn gone(mut self, refusals: &'static [RefusalPattern]) -> Self {
        self.gone = refusals;
        self
    }
}

impl<T, O> Wait<T, O> {
    fn new(call: Call<T>, condition: Condition<T>, output: WaitOutput<T, O>) -> Self {
        Self {
            call,
            condition,
            output,
            gone: &[],
            not_yet: &[],
            every: DEFAULT_POLL_INTERVAL,
            within: DEFAULT_WAIT_TIMEOUT,
            grace: DEFAULT_GRACE_PERIOD,
            settle: DEFAULT_SETTLE_POLLS,
            on_poll: None,
        }
    }

    /// Sets the time from one response to the next poll.
    pub fn every(mut self, pause: Duration) -> Self {
        self.every = pause;
        self
    }

    /// Sets the timeout of the wait, polls included.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }

    /// Sets the grace period, in which responses may be stale; 30 seconds unless set.
    ///
    /// It begins with the wait. Until it ends, a 404 means "not yet", and so does a failure state that was there from
    /// the first response on. With [`Duration::ZERO`], both end the wait at once.
    pub fn grace(mut self, time: Duration) -> Self {
        self.grace = time;
        self
    }

    /// Sets the number of consecutive polls that must show the target; 1 unless the document has another number.
    ///
    /// A larger number is for a target that is reported too early: a service that is to restart may still be `running`
    /// in the first response, before the restart begins. A poll without a response resets the count. Zero is the same
    /// as 1.
    pub fn settle(mut self, polls: u32) -> Self {
        self.settle = polls;
        self
    }

    /// Sets the statuses of refusals that mean "not yet" until the timeout; none unless the document has them. They
    /// count only in the API's error envelope.
    ///
    /// They are for resources that cannot be read at first, even after the grace period. If there is no other response
    /// until the timeout, the wait ends with the last refusal.
    pub fn not_yet(mut self, statuses: &'static [u16]) -> Self {
        self.not_yet = statuses;
        self
    }

    /// Calls a closure with every response, to update a progress bar, say.
    #[cfg(not(target_family = "wasm"))]
    pub fn on_poll(mut self, observer: impl FnMut(&Response<T>) + Send + 'static) -> Self {
        self.on_poll = Some(Box::new(observer));
        self
    }

    /// Calls a closure with every response, to update a progress bar, say.
    #[cfg(target_family = "wasm")]
    pub fn on_poll(mut self, observer: impl FnMut(&Response<T>) + 'static) -> Self {
        self.on_poll = Some(Box::new(observer));
        self
    }

    async fn poll(mut self) -> Result<O, Error> {
        self.call.check_pollable()?;
        let started = Instant::now();
        let mut progress = Progress::new(self.grace, self.settle, self.condition.fields().len());
        let mut last_error = None;
        loop {
            let remaining = self.within.saturating_sub(started.elapsed());
            if remaining.is_zero() {
                let timed_out = || self.timed_out(&progress);
                return Err(last_error.filter(|_| !progress.has_response()).unwrap_or_else(timed_out));
            }
            let poll = self.call.clone().with_max_timeout(remaining).send();
            // The patience of a call puts off the end of its own timeout, but not that of the wait.
            let Some(outcome) = timeout(remaining, poll).await else { continue };
            let elapsed = started.elapsed();
            match outcome {
                Ok(response) => match self.observe(&mut progress, elapsed, &response) {
                    Step::Reached => return Ok((self.output.reached)(response)),
                    Step::Failed(field) => return Err(self.failed(&progress, field)),
                    Step::Missing | Step::Continue => {}
                },
                Err(Error::Api(refusal)) if self.is_not_yet(&refusal) => {
                    progress.observe(elapsed, Observed::NoResponse, &[]);
                    last_error = Some(Error::Api(refusal));
                }
                Err(Error::Api(refusal)) if self.is_absent(&refusal) => match self.output.gone {
                    Some(gone) if progress.observe(elapsed, Observed::Target, &[]) == Step::Reached => {
                        return Ok(gone());
                    }
                    Some(_) => {}
                    None if progress.observe(elapsed, Observed::Absent, &[]) == Step::Missing => {
                        return Err(Error::Api(refusal));
                    }
                    None => last_error = Some(Error::Api(refusal)),
                },
                Err(Error::Timeout { .. }) if elapsed >= self.within => {}
                Err(error) if error.is_transient() => {
                    progress.observe(elapsed, Observed::NoResponse, &[]);
                    last_error = Some(error);
                }
                Err(error) => return Err(error),
            }
            sleep(self.every.min(self.within.saturating_sub(started.elapsed()))).await;
        }
    }

    fn observe(&mut self, progress: &mut Progress, elapsed: Duration, response: &Response<T>) -> Step {
        if let Some(observer) = &mut self.on_poll {
            observer(response);
        }
        let (observed, states) = self.condition.evaluate(response);
        progress.observe(elapsed, observed, &states)
    }

    fn is_not_yet(&self, refusal: &ApiError) -> bool {
        refusal.in_envelope && self.not_yet.contains(&refusal.status.as_u16())
    }

    /// Whether a refusal means that the resource does not exist.
    fn is_absent(&self, refusal: &ApiError) -> bool {
        refusal.is_not_found() || self.gone.iter().any(|pattern| pattern.matches(refusal))
    }

    fn failed(&self, progress: &Progress, field: usize) -> Error {
        let states = self.condition.fields().get(field);
        Error::Wait(Box::new(WaitError::Failed {
            operation: self.call.operation(),
            field: states.map_or("", |states| states.field),
            value: progress.state(field).unwrap_or_default().to_owned(),
            target: states.map_or(&[], |states| states.target),
        }))
    }

    /// Makes the error of a wait that timed out, which names the first field that has target states and is in none.
    fn timed_out(&self, progress: &Progress) -> Error {
        let fields = self.condition.fields();
        let is_missing =
            |(index, states): (usize, &WaitStates<T>)| states.has_target() && !states.is_target(progress.state(index));
        let missing = fields.iter().enumerate().position(is_missing);
        let index = missing.or_else(|| fields.iter().position(WaitStates::has_target)).unwrap_or_default();
        let states = fields.get(index);
        Error::Wait(Box::new(WaitError::TimedOut {
            operation: self.call.operation(),
            field: states.map(|states| states.field),
            value: progress.state(index).map(ToOwned::to_owned),
            target: states.map_or(&[], |states| states.target),
            consecutive_polls: progress.consecutive_polls(),
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
            .field("not_yet", &self.not_yet)
            .field("every", &self.every)
            .field("within", &self.within)
            .field("grace", &self.grace)
            .field("settle", &self.settle)
            .finish_non_exhaustive()
    }
}
