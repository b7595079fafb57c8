use std::{fmt, future::IntoFuture, pin::Pin, time::Duration};

use bytes::Bytes;

use crate::{Api, DecodeError, Error, Request, Response, decode::Decoded, decode::Undecodable};

/// The future of a [`Call`].
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

type Decode<T> = fn(&Api, &Bytes) -> Result<Decoded<T>, Undecodable>;

/// A call that is ready to be made: `.await` it, or first say what is special about this one.
///
/// It borrows nothing, so it can be stored, sent to another task and awaited there.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T> {
    request: Request,
    decode: Decode<T>,
    timeout: Option<Duration>,
}

impl<T> Call<T> {
    pub(crate) fn new(request: Request, decode: Decode<T>) -> Self {
        Self { request, decode, timeout: None }
    }

    /// The time that this call has, from the first byte to the last, instead of the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Changes the request: how generated code adds the optional parameters of an operation.
    pub fn map_request(mut self, change: impl FnOnce(Request) -> Request) -> Self {
        self.request = change(self.request);
        self
    }

    async fn make(self) -> Result<Response<T>, Error> {
        let transport = self.request.transport().clone();
        let operation = self.request.operation;
        let answer = transport.send(self.request, self.timeout).await?;
        match (self.decode)(transport.api(), &answer.body) {
            Ok(decoded) => Ok(Response::new(answer, decoded)),
            Err(undecodable) => Err(Error::Decode(Box::new(DecodeError {
                operation,
                status: answer.status,
                request_id: undecodable.request_id,
                path: undecodable.path,
                problem: undecodable.problem,
                body: answer.body,
            }))),
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

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Call")
            .field("request", &self.request)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
