//! Makes attempts at a call until one succeeds, or until another one would do harm or come too late.

use std::{sync::Arc, time::Duration};

use reqwest::StatusCode;

use crate::{
    ApiError, Error, FailedAttempt, OutcomeUnknown, OutcomeUnknownCause, Request, RetryPolicy,
    answer::{Answer, Receive},
    clock::{self, Instant, sleep, within},
    pacing::Turn,
    retry::{Idempotency, Outcome, told},
    trace::Span,
};

/// The time that a call has once it has its permit, if nothing else was said.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// The times and the retries of a call: the client's, unless the call has its own.
#[derive(Clone, Debug)]
pub(crate) struct CallSettings {
    /// For the call as a whole, from its first moment.
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) retry: Arc<dyn RetryPolicy>,
}

/// The time that an attempt has.
#[derive(Clone, Copy)]
pub(crate) struct AttemptTime {
    begun: Instant,
    time: Duration,
    /// The setting that the time comes from, for messages.
    pub(crate) limit: Duration,
}

/// Why an attempt failed.
pub(crate) enum Failure {
    /// There is no point in another one, whatever the policy.
    Final(Error),
    /// There was no connection, so nothing was sent.
    NotSent(reqwest::Error),
    /// The connection was lost, before a response came or within one of this status.
    Lost { source: reqwest::Error, status: Option<StatusCode> },
    /// An HTTP client of the user's own followed redirects until it gave up.
    Redirected(reqwest::Error),
    /// The time was over, before a response came or within one of this status.
    TimedOut { limit: Duration, status: Option<StatusCode> },
    /// The response is no success.
    Refused(Box<ApiError>),
}

/// The attempts at a call so far.
pub(crate) struct Attempts {
    made: u32,
    /// Whether one of them may have arrived.
    arrived: bool,
    /// Whether one of them may have changed something, without a response that says so.
    in_doubt: bool,
    /// Why the last one failed.
    last: Option<Failure>,
    /// The response of the last one that was refused, before [`Self::last`].
    refusal: Option<Box<ApiError>>,
    begun: Instant,
    until: Option<Instant>,
    waited: Duration,
}

/// The answer to a request, and how many attempts it took.
pub(crate) async fn answer<B: Receive>(
    request: &Request,
    settings: &CallSettings,
    span: &Span,
) -> Result<(Answer<B>, u32), Error> {
    request.check_validity()?;
    let mut attempts = Attempts::new(settings);
    loop {
        let Some(permit) = attempts.permit(request).await else {
            return Err(attempts.into_error(request, settings));
        };
        let time = attempts.time(settings);
        attempts.made += 1;
        span.attempt(attempts.made, attempts.waited);
        let failure = match request.transport().attempt(request, &permit, time).await {
            Ok(answer) => return Ok((answer, attempts.made)),
            Err(failure) => failure,
        };
        drop(permit);
        span.failed(attempts.made, &failure);
        let wait = attempts.wait(&failure, request, settings);
        attempts.note(failure, request);
        match wait {
            Some(wait) => {
                attempts.waited += wait;
                sleep(wait).await;
            }
            None => return Err(attempts.into_error(request, settings)),
        }
    }
}

/// The error of a call that failed after so many attempts, while its response was read.
pub(crate) fn error_within_response(made: u32, failure: Failure, request: &Request, settings: &CallSettings) -> Error {
    let mut attempts = Attempts { made, ..Attempts::new(settings) };
    attempts.note(failure, request);
    attempts.into_error(request, settings)
}

impl AttemptTime {
    /// What the future gives, unless the time is over before.
    pub(crate) async fn within<T>(self, future: impl Future<Output = T>) -> Option<T> {
        within(self.time.saturating_sub(self.begun.elapsed()), future).await
    }
}

impl Attempts {
    fn new(settings: &CallSettings) -> Self {
        let begun = Instant::now();
        let until = settings.timeout.and_then(|time| begun.checked_add(time));
        Self {
            made: 0,
            arrived: false,
            in_doubt: false,
            last: None,
            refusal: None,
            begun,
            until,
            waited: Duration::ZERO,
        }
    }

    /// The right to send; nothing, if it does not come in time.
    async fn permit(&mut self, request: &Request) -> Option<Turn> {
        let asked = Instant::now();
        if self.until.is_some_and(|until| until <= asked) {
            return None;
        }
        let permit = match (request.transport().pacer(), self.until) {
            (None, _) => Some(Turn::unlimited()),
            (Some(pacer), None) => Some(pacer.turn().await),
            (Some(pacer), Some(until)) => within(until - asked, pacer.turn()).await,
        };
        self.waited += asked.elapsed();
        // To wait for a permit is no fault of the service: its time begins here.
        self.until = self.until.or_else(|| Instant::now().checked_add(TIMEOUT));
        permit
    }

    /// The time for an attempt that begins now.
    fn time(&self, settings: &CallSettings) -> AttemptTime {
        let begun = Instant::now();
        let left = self.until.map_or(Duration::MAX, |until| until - begun);
        if left < settings.attempt_timeout {
            AttemptTime { begun, time: left, limit: settings.timeout.unwrap_or(TIMEOUT) }
        } else {
            AttemptTime { begun, time: settings.attempt_timeout, limit: settings.attempt_timeout }
        }
    }

    /// The wait before the next attempt, if there may be one.
    fn wait(&self, failure: &Failure, request: &Request, settings: &CallSettings) -> Option<Duration> {
        if !request.idempotency.allows_retry_after(failure.outcome()?) {
            return None;
        }
        let retry_after = failure.retry_after();
        let status = failure.refusal().map(ApiError::status);
        let failed = FailedAttempt { number: self.made, status, retry_after, elapsed: self.begun.elapsed() };
        let wait = settings.retry.wait(&failed).map(|wait| retry_after.unwrap_or(wait))?;
        let next = Instant::now().checked_add(wait)?;
        self.until.is_none_or(|until| next < until).then_some(wait)
    }

    /// Keeps what a failed attempt means for the end of the call.
    fn note(&mut self, failure: Failure, request: &Request) {
        let outcome = failure.outcome();
        self.arrived |= outcome != Some(Outcome::NotSent);
        self.in_doubt |= outcome.is_some_and(Outcome::is_unknown) && request.idempotency != Idempotency::Safe;
        if let Some(Failure::Refused(refusal)) = self.last.replace(failure) {
            self.refusal = Some(refusal);
        }
    }

    /// What to tell the caller, now that there is no other attempt.
    fn into_error(self, request: &Request, settings: &CallSettings) -> Error {
        let (operation, attempts, in_doubt) = (request.operation, self.made, self.in_doubt);
        let host = || request.transport().host();
        let unknown = |status, cause| {
            let check = (request.idempotency == Idempotency::NotIdempotent).then_some(request.check);
            Error::OutcomeUnknown(Box::new(OutcomeUnknown { operation, attempts, check, status, cause }))
        };
        match self.last {
            None => Error::Timeout { operation, timeout: settings.timeout.unwrap_or(TIMEOUT), attempts },
            Some(Failure::Final(error)) => error.after_attempts(attempts),
            Some(Failure::NotSent(source)) if in_doubt => unknown(None, OutcomeUnknownCause::NotConnected(source)),
            Some(Failure::NotSent(source)) => match self.refusal {
                // The last that is known for certain: it was sent, and refused for coming too often.
                Some(refusal) if request.idempotency != Idempotency::Safe => {
                    Error::Api(refusal).after_attempts(attempts)
                }
                _ if self.arrived => Error::ConnectionLost { operation, host: host(), attempts, source },
                _ => Error::Connect { operation, host: host(), attempts, source },
            },
            Some(Failure::Lost { source, status }) if in_doubt => {
                unknown(status, OutcomeUnknownCause::ConnectionLost(source))
            }
            Some(Failure::Redirected(source)) if in_doubt => unknown(None, OutcomeUnknownCause::ConnectionLost(source)),
            Some(Failure::Lost { source, .. } | Failure::Redirected(source)) => {
                Error::ConnectionLost { operation, host: host(), attempts, source }
            }
            Some(Failure::TimedOut { limit, status }) if in_doubt => {
                unknown(status, OutcomeUnknownCause::TimedOut(limit))
            }
            Some(Failure::TimedOut { limit, .. }) => Error::Timeout { operation, timeout: limit, attempts },
            Some(Failure::Refused(mut refusal)) => {
                refusal.attempts = attempts;
                let status = refusal.status;
                match Outcome::of_status(status).is_unknown() {
                    _ if !in_doubt => Error::Api(refusal),
                    true => unknown(Some(status), OutcomeUnknownCause::Failed(refusal)),
                    false => unknown(Some(status), OutcomeUnknownCause::Refused(refusal)),
                }
            }
        }
    }
}

impl Error {
    /// The same error, of a call that made so many attempts.
    fn after_attempts(mut self, attempts: u32) -> Self {
        match &mut self {
            Self::Api(error) => error.attempts = attempts,
            Self::Decode(error) => error.attempts = attempts,
            _ => {}
        }
        self
    }
}

impl Failure {
    /// What may have become of the attempt; nothing, if there is no point in another one.
    fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Final(_) => None,
            Self::NotSent(_) => Some(Outcome::NotSent),
            Self::Lost { .. } | Self::TimedOut { .. } => Some(Outcome::Unknown),
            Self::Redirected(_) => Some(Outcome::UnknownAlways),
            Self::Refused(error) => Some(Outcome::of_status(error.status)),
        }
    }

    pub(crate) fn refusal(&self) -> Option<&ApiError> {
        if let Self::Refused(error) = self { Some(error) } else { None }
    }

    fn retry_after(&self) -> Option<Duration> {
        self.refusal().and_then(|error| told(&error.headers, clock::now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Api, ClientBuilder, Environment, Transport};

    static API: Api = Api {
        title: "Things",
        base_url: "https://api.example.com",
        user_agent: "things/1",
        envelope: None,
        rate_limit: None,
        environment: Environment { base_url: None, key_id: None, key_secret: None, token: None },
        api_key: None,
    };

    /// Waits as long as it was told to.
    #[derive(Debug)]
    struct Always(Duration);

    impl RetryPolicy for Always {
        fn wait(&self, _: &FailedAttempt) -> Option<Duration> {
            Some(self.0)
        }
    }

    fn refusal(status: u16, retry_after: &str) -> Failure {
        Failure::Refused(Box::new(ApiError {
            operation: "getThing",
            attempts: 1,
            status: reqwest::StatusCode::from_u16(status).unwrap(),
            headers: [(reqwest::header::RETRY_AFTER, retry_after.parse().unwrap())].into_iter().collect(),
            message: None,
            request_id: None,
            in_envelope: true,
            base_url: API.base_url.to_owned(),
            body: bytes::Bytes::new(),
        }))
    }

    fn any_duration(random: &mut fastrand::Rng) -> Duration {
        let longest = 10_u64.pow(random.u32(1..13));
        match random.u8(0..8) {
            0 => Duration::ZERO,
            1 => Duration::MAX,
            _ => Duration::from_nanos(random.u64(0..longest)),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_wait_crosses_the_deadline_whatever_the_policy_and_the_server_say() {
        let transport: Transport = ClientBuilder::new(&API).build().unwrap();
        let request = transport.get("getThing", "/thing");
        let mut random = fastrand::Rng::with_seed(1);
        let mut waits = 0;
        for _ in 0..10_000 {
            let timeout = random.bool().then(|| any_duration(&mut random));
            let retry = Arc::new(Always(any_duration(&mut random)));
            let settings = CallSettings { timeout, attempt_timeout: any_duration(&mut random), retry };
            let mut attempts = Attempts::new(&settings);
            if attempts.permit(&request).await.is_none() {
                assert_eq!(timeout, Some(Duration::ZERO), "its permit comes at once");
                continue;
            }
            let deadline = attempts.until;
            let time = attempts.time(&settings).time;
            assert!(time <= settings.attempt_timeout);
            assert!(deadline.is_none_or(|deadline| Instant::now() + time <= deadline));
            tokio::time::advance(time.min(Duration::from_secs(1_000))).await;

            let told = any_duration(&mut random);
            let failure = refusal(503, &told.as_secs_f64().to_string());
            if let Some(wait) = attempts.wait(&failure, &request, &settings) {
                waits += 1;
                assert!(deadline.is_none_or(|deadline| Instant::now() + wait < deadline), "{settings:?} {told:?}");
            }
        }
        assert!(waits > 1_000, "{waits}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_without_a_time_of_its_own_has_five_minutes_from_its_permit_on() {
        let transport: Transport = ClientBuilder::new(&API).build().unwrap();
        let request = transport.get("getThing", "/thing");
        let mut attempts = Attempts::new(transport.call_settings());
        tokio::time::advance(Duration::from_secs(3_600)).await;
        assert!(attempts.permit(&request).await.is_some());
        assert_eq!(attempts.until, Some(Instant::now() + TIMEOUT));
    }
}
