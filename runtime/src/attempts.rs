//! The attempts at a call: permits, retries, the deadline, and the outcome of all attempts.

use std::{sync::Arc, time::Duration};

use reqwest::StatusCode;

use crate::{
    ApiError, Error, FailedAttempt, OutcomeUnknown, OutcomeUnknownCause, Request, RetryPolicy, Wake, WakeError,
    clock::{self, Instant, sleep, timeout},
    rate_limiter::Permit,
    raw_response::{FromBody, RawResponse},
    retry::{Idempotency, Outcome, Patience, retry_after},
    trace::Span,
    wake::{self, NotWoken},
};

/// The time that a call has after its first permit, unless it has a timeout.
pub(crate) const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// The timeouts and the retry policy of a call: the client's, unless the call has its own.
#[derive(Clone, Debug)]
pub(crate) struct CallSettings {
    /// For the whole call, from its beginning.
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) retry: Arc<dyn RetryPolicy>,
    /// Whether refusals that pass by themselves are waited for.
    pub(crate) is_patient: bool,
    /// Whether what the call needs is woken.
    pub(crate) wakes: bool,
}

/// The time that an attempt has.
#[derive(Clone, Copy)]
pub(crate) struct AttemptTimeout {
    started: Instant,
    limit: Duration,
    /// The timeout in the settings that the limit comes from, for messages.
    pub(crate) configured: Duration,
}

/// The reason why an attempt failed.
pub(crate) enum Failure {
    /// A retry would fail in the same way.
    Final(Error),
    /// There is no access token, so nothing was sent.
    NoToken { problem: String, is_final: bool },
    /// The attempt timed out before anything was sent.
    NotSentInTime(Duration),
    /// There was no connection, so nothing was sent.
    NotConnected(reqwest::Error),
    /// The connection was lost before the response, or within a response of this status.
    ConnectionLost { source: reqwest::Error, status: Option<StatusCode> },
    /// A custom HTTP client followed redirects until it gave up.
    Redirected(reqwest::Error),
    /// The attempt timed out before the response, or within a response of this status.
    TimedOut { timeout: Duration, status: Option<StatusCode> },
    /// The response has an error status.
    Refused(Box<ApiError>),
}

/// The attempts at a call so far.
pub(crate) struct Attempts {
    count: u32,
    /// Whether one of them may have reached the service.
    may_have_arrived: bool,
    /// Whether one of them may have changed something.
    is_outcome_unknown: bool,
    last_failure: Option<Failure>,
    /// The last refusal before [`Self::last_failure`].
    earlier_refusal: Option<Box<ApiError>>,
    started: Instant,
    deadline: Option<Instant>,
    waited: Duration,
    patience: Patience,
    /// Whether the call was sent again after what it needs was awake.
    has_woken: bool,
}

/// The response of the attempt that succeeded.
pub(crate) struct Success<B> {
    pub(crate) response: RawResponse<B>,
    pub(crate) attempts: u32,
    /// The deadline of the call, which the decoding of the response has to meet as well.
    pub(crate) deadline: Option<Instant>,
}

/// Makes attempts until one succeeds, or until a retry is unsafe, refused by the retry policy, or not possible before
/// the deadline.
pub(crate) async fn send_with_retries<B: FromBody>(
    request: &Request,
    settings: &CallSettings,
    span: &Span,
) -> Result<Success<B>, Error> {
    request.check_validity()?;
    request.transport().check_server(request)?;
    let mut attempts = Attempts::new(settings);
    // Whether the call was sent again with a new access token.
    let mut has_new_token = false;
    loop {
        let Some(permit) = attempts.acquire_permit(request).await else {
            return Err(attempts.into_error(request, settings));
        };
        let timeout = attempts.attempt_timeout(settings);
        attempts.count += 1;
        span.attempt_started(attempts.count, attempts.waited);
        let mut failure = match request.transport().attempt(request, &permit, timeout).await {
            Ok(response) => {
                return Ok(Success { response, attempts: attempts.count, deadline: attempts.deadline });
            }
            Err(failure) => failure,
        };
        drop(permit);
        span.attempt_failed(attempts.count, &failure);
        if request.has_read_file() {
            attempts.record(failure, request);
            return Err(attempts.into_error(request, settings));
        }
        if let Some(rule) = attempts.rule_to_wake(&failure, request, settings) {
            match attempts.wake(rule, request, span).await {
                Ok(()) => {
                    attempts.record(failure, request);
                    continue;
                }
                Err(NotWoken::CommandRefused(refusal)) => return Err(Error::Api(refusal)),
                Err(NotWoken::Failed(error)) => failure.set_wake_error(error),
            }
        }
        if !has_new_token && failure.refusal().is_some_and(|refusal| refusal.has_old_token) {
            has_new_token = true;
            attempts.record(failure, request);
            continue;
        }
        let wait = attempts
            .wait_for_acceptance(&failure, request, settings)
            .or_else(|| attempts.wait_before_retry(&failure, request, settings));
        attempts.record(failure, request);
        match wait {
            Some(wait) => {
                attempts.waited = attempts.waited.saturating_add(wait);
                sleep(wait).await;
            }
            None => return Err(attempts.into_error(request, settings)),
        }
    }
}

/// Makes the error of a call that failed while the body of its response was streamed.
pub(crate) fn error_within_response(
    attempts: u32,
    failure: Failure,
    request: &Request,
    settings: &CallSettings,
) -> Error {
    let mut attempts = Attempts { count: attempts, ..Attempts::new(settings) };
    attempts.record(failure, request);
    attempts.into_error(request, settings)
}

impl AttemptTimeout {
    /// Returns the output of the future, or `None` if it is not ready in time.
    pub(crate) async fn apply<T>(self, future: impl Future<Output = T>) -> Option<T> {
        timeout(self.limit.saturating_sub(self.started.elapsed()), future).await
    }
}

impl Attempts {
    fn new(settings: &CallSettings) -> Self {
        let started = Instant::now();
        Self {
            count: 0,
            may_have_arrived: false,
            is_outcome_unknown: false,
            last_failure: None,
            earlier_refusal: None,
            started,
            deadline: settings.timeout.map(|timeout| clock::add(started, timeout)),
            waited: Duration::ZERO,
            patience: Patience::default(),
            has_woken: false,
        }
    }

    /// Waits for a permit of the rate limiter, at most until the deadline.
    async fn acquire_permit(&mut self, request: &Request) -> Option<Permit> {
        let started = Instant::now();
        if self.deadline.is_some_and(|deadline| deadline <= started) {
            return None;
        }
        let permit = match (request.transport().rate_limiter(), self.deadline) {
            (None, _) => Some(Permit::unlimited()),
            (Some(limiter), None) => Some(limiter.acquire().await),
            (Some(limiter), Some(deadline)) => timeout(deadline - started, limiter.acquire()).await,
        };
        self.waited += started.elapsed();
        // The service is not responsible for the wait for a permit, so the default timeout begins after it.
        self.deadline = self.deadline.or_else(|| Some(clock::add(Instant::now(), DEFAULT_TIMEOUT)));
        permit
    }

    /// Returns the time for an attempt that begins now.
    fn attempt_timeout(&self, settings: &CallSettings) -> AttemptTimeout {
        let started = Instant::now();
        let remaining = self.deadline.map_or(Duration::MAX, |deadline| deadline - started);
        if remaining < settings.attempt_timeout {
            let configured = settings.timeout.unwrap_or(DEFAULT_TIMEOUT);
            AttemptTimeout { started, limit: remaining, configured }
        } else {
            AttemptTimeout { started, limit: settings.attempt_timeout, configured: settings.attempt_timeout }
        }
    }

    /// Returns how to wake what the call needs, if it was refused because that is idle, and is to be woken: once.
    fn rule_to_wake(&self, failure: &Failure, request: &Request, settings: &CallSettings) -> Option<&'static Wake> {
        let rule = request.wake_for(failure.refusal()?.status)?;
        (settings.wakes && !self.has_woken && !self.is_outcome_unknown).then_some(rule)
    }

    /// Wakes what the call needs. The timeout does not count the time of that, so the deadline is put off.
    async fn wake(&mut self, rule: &'static Wake, request: &Request, span: &Span) -> Result<(), NotWoken> {
        let started = Instant::now();
        let outcome = Box::pin(wake::wake(rule, request)).await;
        let spent = started.elapsed();
        span.woken(outcome.is_ok(), spent);
        self.deadline = self.deadline.map(|deadline| clock::add(deadline, spent));
        self.waited = self.waited.saturating_add(spent);
        self.has_woken = outcome.is_ok();
        outcome
    }

    /// Returns the wait before a refused request is sent again, if the refusal passes by itself and the call is
    /// patient.
    ///
    /// The timeout does not count the time from the first such refusal to the last, so the deadline is put off.
    fn wait_for_acceptance(
        &mut self,
        failure: &Failure,
        request: &Request,
        settings: &CallSettings,
    ) -> Option<Duration> {
        if !settings.is_patient || self.is_outcome_unknown || failure.outcome() != Some(Outcome::Refused) {
            return None;
        }
        let (kind, passing) = request.passing_refusal(failure.refusal()?)?;
        let wait = self.patience.wait(kind, passing.within, failure.retry_after(), Instant::now())?;
        self.deadline = self.deadline.map(|deadline| clock::add(deadline, wait.spent));
        Some(wait.wait)
    }

    /// Returns the wait before a retry, or `None` if there is to be none.
    fn wait_before_retry(&self, failure: &Failure, request: &Request, settings: &CallSettings) -> Option<Duration> {
        if !request.idempotency.allows_retry(failure.outcome()?) {
            return None;
        }
        let retry_after = failure.retry_after();
        let status = failure.refusal().map(ApiError::status);
        let failed = FailedAttempt {
            number: self.count.saturating_sub(self.patience.waits()).saturating_sub(self.has_woken.into()),
            status,
            retry_after,
            elapsed: self.started.elapsed(),
        };
        let wait = settings.retry.wait(&failed).map(|wait| retry_after.unwrap_or(wait))?;
        let next_attempt = Instant::now().checked_add(wait)?;
        self.deadline.is_none_or(|deadline| next_attempt < deadline).then_some(wait)
    }

    /// Records a failed attempt, for the error of the call.
    fn record(&mut self, mut failure: Failure, request: &Request) {
        if let Failure::Refused(refusal) = &mut failure {
            if let Some((kind, _)) = request.passing_refusal(refusal) {
                refusal.waited = Some(self.patience.waited(kind, Instant::now()).unwrap_or_default());
            }
            if let Some(rule) = request.wake_for(refusal.status).filter(|_| self.has_woken) {
                refusal.wake_error = Some(rule.refused_again(request));
            }
        }
        let outcome = failure.outcome();
        self.may_have_arrived |= outcome != Some(Outcome::NotSent);
        self.is_outcome_unknown |= outcome.is_some_and(Outcome::is_unknown) && request.idempotency != Idempotency::Safe;
        if let Some(Failure::Refused(refusal)) = self.last_failure.replace(failure) {
            self.earlier_refusal = Some(refusal);
        }
    }

    /// Makes the error of the call, after the last attempt.
    fn into_error(self, request: &Request, settings: &CallSettings) -> Error {
        let (operation, attempts, is_outcome_unknown) = (request.operation, self.count, self.is_outcome_unknown);
        let host = || request.transport().host(request);
        let unknown = |status, cause| {
            let check = (request.idempotency == Idempotency::NotIdempotent).then_some(request.check);
            Error::OutcomeUnknown(Box::new(OutcomeUnknown { operation, attempts, check, status, cause, lookup: None }))
        };
        match self.last_failure {
            None => Error::Timeout { operation, timeout: settings.timeout.unwrap_or(DEFAULT_TIMEOUT), attempts },
            Some(Failure::Final(error)) => error.with_attempts(attempts),
            Some(Failure::NoToken { problem, .. }) if is_outcome_unknown => {
                unknown(None, OutcomeUnknownCause::NoToken(problem))
            }
            Some(Failure::NoToken { problem, .. }) => Error::NoToken { operation, problem },
            Some(Failure::NotSentInTime(timeout)) if is_outcome_unknown => {
                unknown(None, OutcomeUnknownCause::TimedOut(timeout))
            }
            Some(Failure::NotConnected(source)) if is_outcome_unknown => {
                unknown(None, OutcomeUnknownCause::NotConnected(source))
            }
            Some(Failure::NotConnected(source)) => match self.earlier_refusal {
                // The earlier refusal proves that nothing was changed; `ConnectionLost` would leave that open.
                Some(refusal) if request.idempotency != Idempotency::Safe => {
                    Error::Api(refusal).with_attempts(attempts)
                }
                _ if self.may_have_arrived => Error::ConnectionLost { operation, host: host(), attempts, source },
                _ => {
                    let proxy = request.transport().proxy().map(ToOwned::to_owned);
                    Error::Connect { operation, host: host(), proxy, attempts, source }
                }
            },
            Some(Failure::ConnectionLost { source, status }) if is_outcome_unknown => {
                unknown(status, OutcomeUnknownCause::ConnectionLost(source))
            }
            Some(Failure::Redirected(source)) if is_outcome_unknown => {
                unknown(None, OutcomeUnknownCause::ConnectionLost(source))
            }
            Some(Failure::ConnectionLost { source, .. } | Failure::Redirected(source)) => {
                Error::ConnectionLost { operation, host: host(), attempts, source }
            }
            Some(Failure::TimedOut { timeout, status }) if is_outcome_unknown => {
                unknown(status, OutcomeUnknownCause::TimedOut(timeout))
            }
            Some(Failure::NotSentInTime(timeout) | Failure::TimedOut { timeout, .. }) => {
                Error::Timeout { operation, timeout, attempts }
            }
            Some(Failure::Refused(mut refusal)) => {
                refusal.attempts = attempts;
                let status = refusal.status;
                match Outcome::of_status(status).is_unknown() {
                    _ if !is_outcome_unknown => Error::Api(refusal),
                    true => unknown(Some(status), OutcomeUnknownCause::Failed(refusal)),
                    false => unknown(Some(status), OutcomeUnknownCause::Refused(refusal)),
                }
            }
        }
    }
}

impl Error {
    /// Sets the number of attempts, where the error has one.
    fn with_attempts(mut self, attempts: u32) -> Self {
        match &mut self {
            Self::Api(error) => error.attempts = attempts,
            Self::Decode(error) => error.attempts = attempts,
            _ => {}
        }
        self
    }
}

impl Failure {
    /// Returns the outcome of the attempt, or `None` if the failure is final.
    fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Final(_) | Self::NoToken { is_final: true, .. } => None,
            Self::NotConnected(_) | Self::NotSentInTime(_) | Self::NoToken { .. } => Some(Outcome::NotSent),
            Self::ConnectionLost { .. } | Self::TimedOut { .. } => Some(Outcome::Unknown),
            Self::Redirected(_) => Some(Outcome::UnknownFinal),
            Self::Refused(error) => Some(Outcome::of_status(error.status)),
        }
    }

    pub(crate) fn refusal(&self) -> Option<&ApiError> {
        if let Self::Refused(error) = self { Some(error) } else { None }
    }

    fn set_wake_error(&mut self, error: WakeError) {
        if let Self::Refused(refusal) = self {
            refusal.wake_error = Some(error);
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        self.refusal().and_then(|error| retry_after(&error.headers, clock::system_time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientBuilder, Transport, api::EXAMPLE};

    const SECOND: Duration = Duration::from_secs(1);

    /// Waits for the same time after each attempt.
    #[derive(Debug)]
    struct FixedWait(Duration);

    impl RetryPolicy for FixedWait {
        fn wait(&self, _: &FailedAttempt) -> Option<Duration> {
            Some(self.0)
        }
    }

    fn refusal(status: u16, retry_after: &str) -> Failure {
        Failure::Refused(Box::new(ApiError {
            operation: "getThing",
            permissions: &[],
            attempts: 1,
            status: reqwest::StatusCode::from_u16(status).unwrap(),
            headers: [(reqwest::header::RETRY_AFTER, retry_after.parse().unwrap())].into_iter().collect(),
            message: Some(String::new()),
            request_id: None,
            in_envelope: true,
            waited: None,
            needs_wake: false,
            has_old_token: false,
            wake_error: None,
            base_url: EXAMPLE.base_url.to_owned(),
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
    async fn no_wait_ends_after_the_deadline_whatever_the_policy_and_the_server_ask_for() {
        let transport: Transport = ClientBuilder::new(&EXAMPLE).build().unwrap();
        let request = transport.get("getThing", "/thing");
        let mut random = fastrand::Rng::with_seed(1);
        let mut waits = 0;
        for _ in 0..10_000 {
            let timeout = random.bool().then(|| any_duration(&mut random));
            let retry = Arc::new(FixedWait(any_duration(&mut random)));
            let settings = CallSettings {
                timeout,
                attempt_timeout: any_duration(&mut random),
                retry,
                is_patient: false,
                wakes: false,
            };
            let mut attempts = Attempts::new(&settings);
            if attempts.acquire_permit(&request).await.is_none() {
                assert_eq!(timeout, Some(Duration::ZERO), "its permit is there at once");
                continue;
            }
            let deadline = attempts.deadline;
            let time = attempts.attempt_timeout(&settings).limit;
            assert!(time <= settings.attempt_timeout);
            assert!(deadline.is_none_or(|deadline| Instant::now() + time <= deadline));
            tokio::time::advance(time.min(Duration::from_secs(1_000))).await;

            let retry_after = any_duration(&mut random);
            let failure = refusal(503, &retry_after.as_secs_f64().to_string());
            if let Some(wait) = attempts.wait_before_retry(&failure, &request, &settings) {
                waits += 1;
                assert!(
                    deadline.is_none_or(|deadline| Instant::now() + wait < deadline),
                    "{settings:?} {retry_after:?}"
                );
            }
        }
        assert!(waits > 1_000, "{waits}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_without_a_timeout_has_five_minutes_from_its_permit() {
        let transport: Transport = ClientBuilder::new(&EXAMPLE).build().unwrap();
        let request = transport.get("getThing", "/thing");
        let mut attempts = Attempts::new(transport.call_settings());
        tokio::time::advance(Duration::from_secs(3_600)).await;
        assert!(attempts.acquire_permit(&request).await.is_some());
        assert_eq!(attempts.deadline, Some(Instant::now() + DEFAULT_TIMEOUT));
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_longer_than_any_clock_is_no_shorter_than_the_default() {
        let transport: Transport = ClientBuilder::new(&EXAMPLE).timeout(Duration::MAX).build().unwrap();
        let mut attempts = Attempts::new(transport.call_settings());
        assert!(attempts.acquire_permit(&transport.get("getThing", "/thing")).await.is_some());
        assert!(attempts.deadline > Some(Instant::now() + DEFAULT_TIMEOUT));
    }

    #[tokio::test(start_paused = true)]
    async fn the_timeout_does_not_count_the_time_of_refusals_that_pass() {
        let transport: Transport = ClientBuilder::new(&EXAMPLE).build().unwrap();
        let request = transport.post("createThing", "/thing").retry_refused(409, "", 60 * SECOND);
        let settings =
            CallSettings { timeout: Some(10 * SECOND), is_patient: true, ..transport.call_settings().clone() };
        let mut attempts = Attempts::new(&settings);
        assert!(attempts.acquire_permit(&request).await.is_some());
        tokio::time::advance(4 * SECOND).await;
        let refused = Instant::now();
        while let Some(wait) = attempts.wait_for_acceptance(&refusal(409, ""), &request, &settings) {
            tokio::time::advance(wait).await;
            assert_eq!(attempts.attempt_timeout(&settings).limit, 6 * SECOND);
            tokio::time::advance(SECOND).await;
        }
        assert!((60 * SECOND..=62 * SECOND).contains(&refused.elapsed()), "{:?}", refused.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn no_patience_is_for_an_attempt_that_may_have_been_carried_out() {
        let transport: Transport = ClientBuilder::new(&EXAMPLE).build().unwrap();
        let settings = CallSettings { is_patient: true, ..transport.call_settings().clone() };
        for status in [303, 408, 425, 500, 503] {
            let request = transport.post("createThing", "/thing").retry_refused(status, "", 60 * SECOND);
            let wait = Attempts::new(&settings).wait_for_acceptance(&refusal(status, ""), &request, &settings);
            assert_eq!(wait, None, "{status}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_error_has_the_outcome_of_all_attempts() {
        let transport: Transport = ClientBuilder::new(&EXAMPLE).build().unwrap();
        let settings = transport.call_settings();
        let error = |request: &Request, statuses: &[u16]| {
            let mut attempts = Attempts::new(settings);
            for status in statuses {
                attempts.count += 1;
                attempts.record(refusal(*status, "1"), request);
            }
            attempts.into_error(request, settings)
        };
        let post = transport.post("createThing", "/thing");
        assert!(matches!(error(&post, &[429, 400]), Error::Api(refusal) if refusal.status == 400));
        let Error::OutcomeUnknown(unknown) = error(&post, &[503, 409]) else { panic!("it may have been created") };
        assert!(matches!(unknown.cause(), OutcomeUnknownCause::Refused(refusal) if refusal.status == 409));
        assert_eq!((unknown.attempts(), unknown.is_retry_harmless()), (2, false));
        let get = transport.get("getThing", "/thing");
        assert!(matches!(error(&get, &[503, 503]), Error::Api(refusal) if refusal.attempts == 2));
    }
}
