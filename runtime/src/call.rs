use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;

use crate::{
    ApiError, DecodeError, Envelope, Error, OutcomeUnknown, OutcomeUnknownCause, Request, Response, RetryPolicy,
    Streamed, Wait, WaitCondition, WaitStates,
    answer::{Answer, Body},
    attempts::{self, CallSettings, TIMEOUT},
    clock::{Instant, within},
    decode::{Decoding, Undecodable},
    retry::Idempotency,
    trace::Span,
};

/// The future of a [`Call`].
#[cfg(not(target_family = "wasm"))]
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// The future of a [`Call`]. In a browser there is one thread, so it cannot be sent to another.
#[cfg(target_family = "wasm")]
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

type Decode<T> = for<'a> fn(Option<Envelope>, &'a Answer<Bytes>) -> Decoding<'a, T>;

/// A call that is ready to be made: `.await` it, or first say what is special about this one.
///
/// It borrows nothing, so it can be stored, cloned, sent to another task and awaited there. Dropping its future at any
/// point ends the call at once.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T> {
    request: Request,
    decode: Decode<T>,
    settings: CallSettings,
}

impl<T> Call<T> {
    pub(crate) fn new(request: Request, decode: Decode<T>) -> Self {
        let settings = request.transport().call_settings().clone();
        Self { request, decode, settings }
    }

    /// The time that this call has as a whole: see [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// The time that each attempt at this call has: see
    /// [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = timeout;
        self
    }

    /// When this call is attempted again: see [`ClientBuilder::retry`](crate::ClientBuilder::retry).
    pub fn retry(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.settings.retry = Arc::new(policy);
        self
    }

    /// Sends a header with this call, in place of any of that name that is sent otherwise: a key that makes the call
    /// idempotent, say, or the id of a trace. It is the same in every attempt.
    ///
    /// Its value is shown nowhere, so it may be a secret. A name or a value that HTTP does not allow is an
    /// [`Error::InvalidRequest`], and so are the headers that the client sets: `Authorization` (or whichever has the
    /// credentials), `Host`, `Content-Type`, `Content-Length` and `Transfer-Encoding`.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.request.set_header(name.as_ref(), value.as_ref());
        self
    }

    /// Changes the request: how generated code adds the optional parameters of an operation.
    pub fn map_request(mut self, change: impl FnOnce(Request) -> Request) -> Self {
        self.request = change(self.request);
        self
    }

    /// Polls until a condition holds, and returns the response that it holds for.
    ///
    /// The condition is shown every response, and can remember what it saw before. The wait ends well when the condition
    /// holds; to end it at a failure as well, let the condition hold for that, too, and look at the response. How often
    /// to poll, for how long, and what else there is to set, is up to the [`Wait`].
    ///
    /// A poll makes the call, so a call that does something else each time it is carried out cannot be polled: the wait
    /// ends with [`Error::InvalidRequest`], and nothing is sent.
    pub fn until(self, condition: impl WaitCondition<T>) -> Wait<T> {
        Wait::for_condition(self, condition)
    }

    /// Polls until a target state is reached: how generated code makes a waiter.
    pub fn wait_until(self, states: WaitStates<T>) -> Wait<T> {
        Wait::for_state(self, states)
    }

    /// Polls until a target state is reached or the thing is gone: how generated code makes a waiter for a deletion.
    pub fn wait_until_gone(self, states: WaitStates<T>) -> Wait<T, ()> {
        Wait::for_absence(self, states)
    }

    /// Refuses to repeat what is not the same when it is carried out twice.
    pub(crate) fn check_pollable(&self) -> Result<(), Error> {
        if self.request.idempotency == Idempotency::NotIdempotent {
            let problem = "does something else each time it is carried out, so it cannot be polled; poll a GET instead";
            return Err(self.request.invalid("", problem.to_owned()));
        }
        Ok(())
    }

    /// Gives the call at most so much time.
    pub(crate) fn limit(mut self, time: Duration) -> Self {
        self.settings.timeout = Some(self.settings.timeout.map_or(time, |timeout| timeout.min(time)));
        self
    }

    pub(crate) fn operation(&self) -> &'static str {
        self.request.operation
    }

    pub(crate) async fn make(self) -> Result<Response<T>, Error> {
        let span = Span::of(&self.request);
        let outcome = span.watch(self.answer(&span)).await;
        match &outcome {
            Ok(response) => span.answered(response.status(), response.request_id()),
            Err(error) => span.ended(error),
        }
        outcome
    }

    async fn answer(&self, span: &Span) -> Result<Response<T>, Error> {
        let begun = Instant::now();
        let (answer, attempts) = match attempts::answer(&self.request, &self.settings, span).await {
            Ok(answered) => answered,
            Err(error) => self.already_gone(error)?,
        };
        let decoded = match (self.decode)(self.request.envelope(), &answer) {
            Decoding::Done(decoded) => decoded,
            Decoding::UnderWay(decoding) => {
                let timeout = self.settings.timeout.unwrap_or(TIMEOUT);
                let left = self.settings.timeout.map_or(TIMEOUT, |timeout| timeout.saturating_sub(begun.elapsed()));
                let out_of_time =
                    || Undecodable::whole(format!("was not decoded when the call's {timeout:?} were over"));
                within(left, decoding).await.unwrap_or_else(|| Err(out_of_time()))
            }
        };
        match decoded {
            Ok(decoded) => Ok(Response::new(answer, attempts, decoded)),
            Err(undecodable) => Err(Error::Decode(Box::new(DecodeError {
                operation: self.request.operation,
                attempts,
                status: answer.status,
                request_id: undecodable.request_id,
                path: undecodable.path,
                problem: undecodable.problem,
                body: answer.body,
            }))),
        }
    }

    /// A repeated deletion that finds nothing to delete: an attempt before it has succeeded. Only the API knows that, so
    /// a 404 of anything else on the way does not count.
    fn already_gone(&self, error: Error) -> Result<(Answer<Bytes>, u32), Error> {
        match error {
            Error::OutcomeUnknown(unknown) if self.request.is_done_when_gone() => match unknown.cause {
                OutcomeUnknownCause::Refused(refusal) if refusal.is_not_found() => {
                    let ApiError { status, headers, body, attempts, .. } = *refusal;
                    Ok((Answer { status, headers, body }, attempts))
                }
                cause => Err(Error::OutcomeUnknown(Box::new(OutcomeUnknown { cause, ..*unknown }))),
            },
            error => Err(error),
        }
    }
}

/// What is returned as it came, and so can be returned piece by piece: text and bytes.
pub trait Pieces {}

impl Pieces for String {}

impl Pieces for Bytes {}

impl<T: Pieces> Call<T> {
    /// Makes the call, and gives its answer piece by piece as it comes, however long it is.
    ///
    /// A failure before the answer begins is handled as for any call. After that it is up to you:
    /// [`Streamed::chunk`] returns it.
    pub async fn stream(self) -> Result<Streamed, Error> {
        let span = Span::of(&self.request);
        let outcome = span.watch(attempts::answer::<Body>(&self.request, &self.settings, &span)).await;
        match outcome {
            Ok((answer, attempts)) => {
                span.answered(answer.status, None);
                Ok(Streamed::new(answer, attempts, self.request, self.settings))
            }
            Err(error) => {
                span.ended(&error);
                Err(error)
            }
        }
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.make())
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self { request: self.request.clone(), decode: self.decode, settings: self.settings.clone() }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("request", &self.request)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
