use std::{fmt, future::IntoFuture, marker::PhantomData, time::Duration};

use crate::{
    BoxFuture, Call, Error, Response,
    clock::{Instant, sleep},
    retry::Outcome,
};

const EVERY: Duration = Duration::from_secs(5);
const WITHIN: Duration = Duration::from_secs(30 * 60);

/// What a waiter waits for: generated code holds one for each.
pub struct Goal<T> {
    /// The field that is looked at, as it goes over the wire.
    pub field: &'static str,
    /// Reads the field.
    pub value: fn(&T) -> Option<&str>,
    /// The values that mean that it is done.
    pub done: &'static [&'static str],
    /// The values from which it will never be done.
    pub never: &'static [&'static str],
}

/// Waits for something to become as it should be, by asking for it again and again: `.await` it, or first say how.
///
/// It asks at once, then every five seconds, for half an hour at most unless the document says otherwise. Each question
/// is a call like any other: it is kept within the rate limit, and repeated if it fails. If it fails all the same, for a
/// reason that passes, the wait goes on.
#[must_use = "nothing is waited for until it is awaited"]
pub struct Wait<T, O = Response<T>> {
    call: Call<T>,
    goal: Goal<T>,
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
    /// It has taken a turn from which it never will.
    #[error("{operation}: `{field}` is `{value}`, and from there it does not become {}", wanted(done))]
    Never {
        /// The id of the operation that was asked.
        operation: &'static str,
        /// The field that was looked at.
        field: &'static str,
        /// Its value.
        value: String,
        /// The values that were waited for; none, where it should have gone.
        done: &'static [&'static str],
    },
    /// It took longer than was allowed.
    #[error(
        "{operation}: after {within:?}, `{field}` is {}, and not yet {}; allow more time with `.within(..)`",
        value.as_ref().map_or_else(|| "unknown".to_owned(), |value| format!("`{value}`")),
        wanted(done)
    )]
    OutOfTime {
        /// The id of the operation that was asked.
        operation: &'static str,
        /// The field that was looked at.
        field: &'static str,
        /// Its last value, if it ever had one.
        value: Option<String>,
        /// The values that were waited for; none, where it should have gone.
        done: &'static [&'static str],
        /// The time that was allowed.
        within: Duration,
    },
}

fn wanted(done: &[&str]) -> String {
    match done {
        [] => "gone".to_owned(),
        done => done.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" or "),
    }
}

enum Judgement {
    Done,
    /// With the value of the field.
    NotYet(Option<String>),
}

/// Whether a question that failed like this may be answered the next time.
fn passes(error: &Error) -> bool {
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

impl<T, O> Wait<T, O> {
    pub(crate) fn new(call: Call<T>, goal: Goal<T>) -> Self {
        Self { call, goal, every: EVERY, within: WITHIN, on_poll: None, outcome: PhantomData }
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
                return Err(trouble.filter(|_| value.is_none()).unwrap_or_else(|| self.out_of_time(value)));
            }
            match self.call.clone().limit(left).make().await {
                Ok(response) => match self.judge(&response)? {
                    Judgement::Done => return Ok(response),
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
        match (self.goal.value)(response) {
            Some(value) if self.goal.done.contains(&value) => Ok(Judgement::Done),
            Some(value) if self.goal.never.contains(&value) => Err(self.never(value)),
            value => Ok(Judgement::NotYet(value.map(ToOwned::to_owned))),
        }
    }

    fn never(&self, value: &str) -> Error {
        let (operation, Goal { field, done, .. }) = (self.call.operation(), self.goal);
        Error::Wait(Box::new(WaitError::Never { operation, field, value: value.to_owned(), done }))
    }

    fn out_of_time(&self, value: Option<String>) -> Error {
        let (operation, Goal { field, done, .. }) = (self.call.operation(), self.goal);
        Error::Wait(Box::new(WaitError::OutOfTime { operation, field, value, done, within: self.within }))
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

impl<T> Clone for Goal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Goal<T> {}

impl<T> fmt::Debug for Goal<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Goal")
            .field("field", &self.field)
            .field("done", &self.done)
            .field("never", &self.never)
            .finish_non_exhaustive()
    }
}

impl<T, O> fmt::Debug for Wait<T, O> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Wait")
            .field("call", &self.call)
            .field("goal", &self.goal)
            .field("every", &self.every)
            .field("within", &self.within)
            .finish_non_exhaustive()
    }
}
