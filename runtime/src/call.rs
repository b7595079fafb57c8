use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;

use crate::{
    DecodeError, Envelope, Error, Goal, Interruption, Request, Response, RetryPolicy, Streamed, Wait,
    answer::{Answer, Body},
    attempts::{self, Patience, TIMEOUT},
    clock::{Instant, within},
    decode::{Decoding, Undecodable},
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
    patience: Patience,
}

impl<T> Call<T> {
    pub(crate) fn new(request: Request, decode: Decode<T>) -> Self {
        let patience = request.transport().patience().clone();
        Self { request, decode, patience }
    }

    /// The time that this call has as a whole: see [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.patience.timeout = Some(timeout);
        self
    }

    /// The time that each attempt at this call has: see
    /// [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.patience.attempt_timeout = timeout;
        self
    }

    /// When this call is attempted again: see [`ClientBuilder::retry`](crate::ClientBuilder::retry).
    pub fn retry(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.patience.retry = Arc::new(policy);
        self
    }

    /// Changes the request: how generated code adds the optional parameters of an operation.
    pub fn map_request(mut self, change: impl FnOnce(Request) -> Request) -> Self {
        self.request = change(self.request);
        self
    }

    /// Makes the call again and again until its answer is as it should be: how generated code makes a waiter.
    pub fn wait_until(self, goal: Goal<T>) -> Wait<T> {
        Wait::new(self, goal)
    }

    /// The same, where an answer of 404 is as it should be, too.
    pub fn wait_until_gone(self, goal: Goal<T>) -> Wait<T, ()> {
        Wait::new(self, goal)
    }

    /// Gives the call at most so much time.
    pub(crate) fn limit(mut self, time: Duration) -> Self {
        self.patience.timeout = Some(self.patience.timeout.map_or(time, |timeout| timeout.min(time)));
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
        let (answer, attempts) = match attempts::answer(&self.request, &self.patience, span).await {
            Ok(answered) => answered,
            Err(error) => self.already_gone(error)?,
        };
        let decoded = match (self.decode)(self.request.envelope(), &answer) {
            Decoding::Done(decoded) => decoded,
            Decoding::UnderWay(decoding) => {
                let timeout = self.patience.timeout.unwrap_or(TIMEOUT);
                let left = self.patience.timeout.map_or(TIMEOUT, |timeout| timeout.saturating_sub(begun.elapsed()));
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

    /// A repeated deletion that finds nothing to delete: an attempt before it has succeeded.
    fn already_gone(&self, error: Error) -> Result<(Answer<Bytes>, u32), Error> {
        match error {
            Error::Interrupted { attempts, source: Interruption::Refusal(refusal), .. }
                if self.request.is_done_when_gone() && refusal.is_not_found() =>
            {
                Ok((Answer { status: refusal.status, headers: refusal.headers, body: refusal.body }, attempts))
            }
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
        let outcome = span.watch(attempts::answer::<Body>(&self.request, &self.patience, &span)).await;
        match outcome {
            Ok((answer, attempts)) => {
                span.answered(answer.status, None);
                Ok(Streamed::new(answer, attempts, self.request, self.patience.attempt_timeout))
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
        Self { request: self.request.clone(), decode: self.decode, patience: self.patience.clone() }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("request", &self.request)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
