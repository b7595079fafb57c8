use std::{fmt, future::IntoFuture, marker::PhantomData, time::Duration};

use crate::{
    BoxFuture, Call, Error, Response,
    clock::{Instant, sleep},
    retry::Fate,
};

const EVERY: Duration = Duration::from_secs(5);
const WITHIN: Duration = Duration::from_secs(30 * 60);

/// The states that a waiter waits for, and those that end it: generated code holds one for each waiter.
pub struct WaitStates<T> {
    /// The field that is looked at, as it goes over the wire.
    pub field: &'static str,
    /// Reads the field.
    pub value: fn(&T) -> Option<&str>,
    /// The target states: the values that are waited for.
    pub target: &'static [&'static str],
    /// The failure states: the values from which no target state is reached.
    pub failure: &'static [&'static str],
}

/// Waits for something to become as it should be, by asking for it again and again: `.await` it, or first say how.
///
/// It asks at once, then every five seconds, for half an hour at most unless the document says otherwise. Each question
/// is a call like any other: it is kept within the rate limit, and repeated if it fails. If it fails all the same, for a
/// reason that passes, the wait goes on.
#[must_use = "nothing is waited for until it is awaited"]
pub struct Wait<T, O = Response<T>> {
    call: Call<T>,
    states: WaitStates<T>,
    every: Duration,
    within: Duration,
    on_poll: Option<OnPoll<T>>,
    outcome: PhantomData<fn() -> O>,
}

#[cfg(not(target_family = "wasm"))]
type OnPoll<T> = Box<dyn FnMut(&Response<T>) + Send>;
#[cfg(target_family = "wasm")]
type OnPoll<T> = Box<dyn FnMut(&Response<T>)>;

/// What was waited for did not come.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// It is in a failure state.
    #[error("{operation}: `{field}` is `{value}`, and from there it does not become {}", wanted(target))]
    Failed {
        /// The id of the operation that was asked.
        operation: &'static str,
        /// The field that was looked at.
        field: &'static str,
        /// Its value.
        value: String,
        /// The target states; none, where it should have gone.
        target: &'static [&'static str],
    },
    /// The time was over first.
    #[error(
        "{operation}: after {within:?}, `{field}` is {}, and not yet {}; allow more time with `.within(..)`",
        value.as_ref().map_or_else(|| "unknown".to_owned(), |value| format!("`{value}`")),
        wanted(target)
    )]
    TimedOut {
        /// The id of the operation that was asked.
        operation: &'static str,
        /// The field that was looked at.
        field: &'static str,
        /// Its last value, if it ever had one.
        value: Option<String>,
        /// The target states; none, where it should have gone.
        target: &'static [&'static str],
        /// The time that was allowed.
        within: Duration,
    },
}

fn wanted(target: &[&str]) -> String {
    match target {
        [] => "gone".to_owned(),
        target => target.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" or "),
    }
}

enum Judgement {
    Reached,
    /// With the value of the field.
    NotYet(Option<String>),
}

/// Whether a question that failed like this may be answered the next time.
fn passes(error: &Error) -> bool {
    match error {
        Error::Connect { .. } | Error::Timeout { .. } | Error::Decode(_) => true,
        Error::Api(refusal) => Fate::of_status(refusal.status) != Fate::Refused,
        _ => false,
    }
}

impl<T, O> Wait<T, O> {
    pub(crate) fn new(call: Call<T>, states: WaitStates<T>) -> Self {
        Self { call, states, every: EVERY, within: WITHIN, on_poll: None, outcome: PhantomData }
    }

    /// The time from one answer to the next question.
    pub fn every(mut self, pause: Duration) -> Self {
        self.every = pause;
        self
    }

    /// The longest time to wait, questions included.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }

    /// Is shown every answer, to move a progress bar, say.
    #[cfg(not(target_family = "wasm"))]
    pub fn on_poll(mut self, look: impl FnMut(&Response<T>) + Send + 'static) -> Self {
        self.on_poll = Some(Box::new(look));
        self
    }

    /// Is shown every answer, to move a progress bar, say.
    #[cfg(target_family = "wasm")]
    pub fn on_poll(mut self, look: impl FnMut(&Response<T>) + 'static) -> Self {
        self.on_poll = Some(Box::new(look));
        self
    }

    /// The answer that is as it should be; an error, if that does not come.
    async fn poll(mut self) -> Result<Response<T>, Error> {
        let begun = Instant::now();
        let (mut value, mut trouble) = (None, None);
        loop {
            let left = self.within.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Err(trouble.filter(|_| value.is_none()).unwrap_or_else(|| self.timed_out(value)));
            }
            match self.call.clone().limit(left).make().await {
                Ok(response) => match self.judge(&response)? {
                    Judgement::Reached => return Ok(response),
                    Judgement::NotYet(found) => value = found,
                },
                Err(Error::Timeout { .. }) if begun.elapsed() >= self.within => {}
                Err(error) if passes(&error) => trouble = Some(error),
                Err(error) => return Err(error),
            }
            sleep(self.every.min(self.within.saturating_sub(begun.elapsed()))).await;
        }
    }

    fn judge(&mut self, response: &Response<T>) -> Result<Judgement, Error> {
        if let Some(look) = &mut self.on_poll {
            look(response);
        }
        match (self.states.value)(response) {
            Some(value) if self.states.target.contains(&value) => Ok(Judgement::Reached),
            Some(value) if self.states.failure.contains(&value) => Err(self.failed(value)),
            value => Ok(Judgement::NotYet(value.map(ToOwned::to_owned))),
        }
    }

    fn failed(&self, value: &str) -> Error {
        let (operation, WaitStates { field, target, .. }) = (self.call.operation(), self.states);
        Error::Wait(Box::new(WaitError::Failed { operation, field, value: value.to_owned(), target }))
    }

    fn timed_out(&self, value: Option<String>) -> Error {
        let (operation, WaitStates { field, target, .. }) = (self.call.operation(), self.states);
        Error::Wait(Box::new(WaitError::TimedOut { operation, field, value, target, within: self.within }))
    }
}

impl<T: Send + 'static> IntoFuture for Wait<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.poll())
    }
}

impl<T: Send + 'static> IntoFuture for Wait<T, ()> {
    type Output = Result<(), Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async {
            match self.poll().await {
                Err(Error::Api(error)) if error.is_not_found() => Ok(()),
                outcome => outcome.map(|_| ()),
            }
        })
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

impl<T, O> fmt::Debug for Wait<T, O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Wait")
            .field("call", &self.call)
            .field("states", &self.states)
            .field("every", &self.every)
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}
