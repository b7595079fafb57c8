use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    ApiError, DecodeError, Error, OutcomeUnknown, OutcomeUnknownCause, Request, Response, RetryPolicy,
    StreamedResponse, Wait, WaitCondition, WaitStates,
    attempts::{self, CallSettings, DEFAULT_TIMEOUT, Success},
    clock::{self, Instant},
    decode::{Decoding, Undecodable},
    raw_response::{Body, RawResponse},
    request::Returns,
    retry::Idempotency,
    trace::Span,
};

/// The future of a [`Call`].
#[cfg(not(target_family = "wasm"))]
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;
/// The future of a [`Call`]. In a browser there is one thread, so it cannot be sent to another.
#[cfg(target_family = "wasm")]
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T>>>;

type DecodeFn<T> = for<'a> fn(&'a Request, &'a RawResponse<Bytes>) -> Decoding<'a, T>;

/// A call that is ready to be made: `.await` it, or set its timeouts, retries and headers first.
///
/// It borrows nothing, so it can be stored, cloned, sent to another task and awaited there. Dropping its future ends
/// the call at once.
///
/// What a call can do beside that is the type `L`: a call that creates something may have a list to find it in, for
/// [`or_find`](Self::or_find), and one that is refused while what it needs is idle has [`wake`](Self::wake).
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T, L = ()> {
    pub(crate) request: Request,
    decode: DecodeFn<T>,
    pub(crate) settings: CallSettings,
    lookup: L,
}

impl<T> Call<T> {
    pub(crate) fn new(request: Request, decode: DecodeFn<T>) -> Self {
        let settings = request.transport().call_settings().clone();
        Self { request, decode, settings, lookup: () }
    }

    /// Adds what [`or_find`](Self::or_find) needs.
    pub(crate) fn with_lookup<L>(self, lookup: L) -> Call<T, L> {
        let Self { request, decode, settings, lookup: () } = self;
        Call { request, decode, settings, lookup }
    }

    /// Refuses to poll an operation that is not idempotent.
    pub(crate) fn check_pollable(&self) -> Result<(), Error> {
        if self.request.idempotency == Idempotency::NotIdempotent {
            let problem = "is not idempotent, so it cannot be polled; poll a GET instead";
            return Err(self.request.invalid("", problem.to_owned()));
        }
        Ok(())
    }
}

impl<T, L> Call<T, L> {
    /// Sets the timeout of the whole call, like [`ClientBuilder::timeout`](crate::ClientBuilder::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = Some(timeout);
        self
    }

    /// Sets the timeout of each attempt, like
    /// [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.settings.attempt_timeout = timeout;
        self
    }

    /// Sets the retry policy, like [`ClientBuilder::retry`](crate::ClientBuilder::retry).
    pub fn retry(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.settings.retry = Arc::new(policy);
        self
    }

    /// Sets a header, such as an idempotency key or the id of a trace, in every attempt of this call. It replaces any
    /// other header of that name.
    ///
    /// The value may be a secret: neither `Debug` nor an error shows it. The call ends with [`Error::InvalidRequest`]
    /// if HTTP does not allow the name or the value, or if the client itself sets that header: `Authorization` (or the
    /// header or cookie of the credentials), `Host`, `Content-Type`, `Content-Length` and `Transfer-Encoding`.
    pub fn header(mut self, name: impl AsRef<str>, value: impl AsRef<[u8]>) -> Self {
        self.request.set_header(name.as_ref(), value.as_ref());
        self
    }

    /// The permissions that a key needs for this operation, as the document lists them: all of them. Empty if it lists
    /// none, which does not mean that none is needed.
    #[must_use]
    pub fn permissions(&self) -> &'static [&'static str] {
        self.request.permissions
    }

    /// Waits for refusals that pass by themselves: the same request is sent again, with growing waits, until it is
    /// accepted or the time in the operation's documentation is over, counted from the first such refusal.
    ///
    /// A refused request was not carried out, so any operation is sent again, one that is not idempotent included; but
    /// never after an attempt whose outcome is unknown. The retry policy does not apply to these refusals, and the
    /// [timeout](Self::timeout) does not count the time from the first of them to the last. [`ApiError::waited`]
    /// returns that time if the last one is an error.
    ///
    /// Without it, and for operations whose documentation has no such refusals, a refusal ends the call at once.
    pub fn patient(mut self) -> Self {
        self.settings.is_patient = true;
        self
    }

    /// Polls until target states are reached. Generated code makes waiters with it.
    pub fn wait_until<const N: usize>(self, states: [WaitStates<T>; N]) -> Wait<T> {
        Wait::for_states(self.split_lookup().0, states.into())
    }

    /// Polls until target states are reached or the resource is gone. Generated code makes waiters for deletions with
    /// it.
    pub fn wait_until_gone<const N: usize>(self, states: [WaitStates<T>; N]) -> Wait<T, ()> {
        Wait::for_absence(self.split_lookup().0, states.into())
    }

    /// Changes the request. Generated code adds the optional parameters of an operation with it.
    pub fn map_request(mut self, change: impl FnOnce(Request) -> Request) -> Self {
        self.request = change(self.request);
        self
    }

    /// Polls until a condition holds, and returns the response that it holds for.
    ///
    /// The condition is called with every response, and may keep state between calls. To end the wait at a failure as
    /// well, let the condition hold for failures, too, and check the response. The interval, the timeout and the other
    /// settings are those of the [`Wait`].
    ///
    /// A call that is not idempotent cannot be polled: the wait ends with [`Error::InvalidRequest`], and nothing is
    /// sent.
    pub fn until(self, condition: impl WaitCondition<T>) -> Wait<T> {
        Wait::for_condition(self.split_lookup().0, condition)
    }

    /// Lowers the timeout to at most this time.
    pub(crate) fn with_max_timeout(mut self, time: Duration) -> Self {
        self.settings.timeout = Some(self.settings.timeout.map_or(time, |timeout| timeout.min(time)));
        self
    }

    /// Takes off what [`or_find`](Self::or_find) needs.
    pub(crate) fn split_lookup(self) -> (Call<T>, L) {
        let Self { request, decode, settings, lookup } = self;
        (Call { request, decode, settings, lookup: () }, lookup)
    }

    /// Returns what to check if the outcome of the call is unknown.
    pub(crate) fn check(&self) -> &'static str {
        self.request.check
    }

    /// Returns those of these properties that the JSON body has, at least one.
    pub(crate) fn body_properties(&self, names: &[&'static str]) -> Result<Vec<(&'static str, Value)>, Error> {
        self.request.body_properties(names)
    }

    pub(crate) fn operation(&self) -> &'static str {
        self.request.operation
    }

    pub(crate) async fn send(self) -> Result<Response<T>, Error> {
        let span = Span::new(&self.request);
        let outcome = span.instrument(self.send_in(&span)).await;
        match &outcome {
            Ok(response) => span.succeeded(response.status(), response.request_id()),
            Err(error) => span.failed(error),
        }
        outcome
    }

    async fn send_in(&self, span: &Span) -> Result<Response<T>, Error> {
        let sent = attempts::send_with_retries(&self.request, &self.settings, span).await;
        let Success { response, attempts, deadline } = sent.or_else(|error| self.accept_not_found(error))?;
        let decoded = match (self.decode)(&self.request, &response) {
            Decoding::Done(decoded) => decoded,
            Decoding::Pending(decoding) => {
                let remaining = deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()));
                let timeout = self.settings.timeout.unwrap_or(DEFAULT_TIMEOUT);
                let timed_out =
                    || Undecodable::whole(format!("was not decoded within the call's timeout of {timeout:?}"));
                clock::timeout(remaining, decoding).await.unwrap_or_else(|| Err(timed_out()))
            }
        };
        match decoded {
            Ok(decoded) => Ok(Response::new(response, attempts, decoded)),
            Err(undecodable) => Err(Error::Decode(Box::new(DecodeError {
                operation: self.request.operation,
                attempts,
                status: response.status,
                request_id: undecodable.request_id,
                path: undecodable.path,
                problem: undecodable.problem,
                body: response.body,
            }))),
        }
    }

    /// Makes a success of a 404 where that means that there is none, and of a deletion that finds nothing to delete
    /// after an attempt with an unknown outcome: that attempt has succeeded. A 404 that is not from the API does not
    /// count.
    fn accept_not_found(&self, error: Error) -> Result<Success<Bytes>, Error> {
        let accept = |refusal: ApiError| {
            let ApiError { status, headers, body, attempts, .. } = refusal;
            Ok(Success { response: RawResponse { status, headers, body, location: None }, attempts, deadline: None })
        };
        match error {
            Error::Api(refusal) if self.request.returns == Returns::ValueOrNone && refusal.is_not_found() => {
                accept(*refusal)
            }
            Error::OutcomeUnknown(unknown) if self.request.is_deletion_without_result() => match unknown.cause {
                OutcomeUnknownCause::Refused(refusal) if refusal.is_not_found() => accept(*refusal),
                cause => Err(Error::OutcomeUnknown(Box::new(OutcomeUnknown { cause, ..*unknown }))),
            },
            error => Err(error),
        }
    }
}

impl<T, L> Call<T, L> {
    /// Makes the call, and returns a response whose body is read chunk by chunk, and may have any length. It is not
    /// decoded: it arrives as the service sends it, JSON with its envelope if there is one.
    ///
    /// A failure before the body is handled as in any call, with retries. A failure within the body is returned by
    /// [`StreamedResponse::chunk`].
    pub async fn stream(self) -> Result<StreamedResponse, Error> {
        let span = Span::new(&self.request);
        let outcome = span.instrument(attempts::send_with_retries::<Body>(&self.request, &self.settings, &span)).await;
        match outcome {
            Ok(Success { response, attempts, .. }) => {
                span.succeeded(response.status, None);
                Ok(StreamedResponse::new(response, attempts, self.request, self.settings))
            }
            Err(error) => {
                span.failed(&error);
                Err(error)
            }
        }
    }
}

impl<T: Send + 'static, L: Send + Sync + 'static> IntoFuture for Call<T, L> {
    type Output = Result<Response<T>, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T, L: Clone> Clone for Call<T, L> {
    fn clone(&self) -> Self {
        let Self { request, decode, settings, lookup } = self;
        Self { request: request.clone(), decode: *decode, settings: settings.clone(), lookup: lookup.clone() }
    }
}

impl<T, L> fmt::Debug for Call<T, L> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("request", &self.request)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
