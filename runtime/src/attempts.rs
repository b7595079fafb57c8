//! Makes attempts at a call until one succeeds, or until another one would do harm or come too late.

use std::{sync::Arc, time::Duration};

use crate::{
    ApiError, Error, FailedAttempt, Interruption, Request, RetryPolicy,
    answer::{Answer, Receive},
    clock::{self, Instant, sleep, within},
    pacing::Turn,
    retry::{Fate, Repeat, told},
    trace::Span,
};

/// The time that a call has once it is its turn, if nothing else was said.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(5 * 60);

/// How patient a call is.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    /// For the call as a whole, from its first moment.
    pub(crate) timeout: Option<Duration>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) retry: Arc<dyn RetryPolicy>,
}

/// Why an attempt failed.
pub(crate) enum Failure {
    /// There is no point in another one, whatever the policy.
    Final(Error),
    Connect(reqwest::Error),
    Lost(reqwest::Error),
    TimedOut(Duration),
    Refused(Box<ApiError>),
}

/// What the attempts came to.
pub(crate) struct Attempts {
    pub(crate) made: u32,
    /// Whether one of them may have changed something, without an answer that says so.
    in_doubt: bool,
    begun: Instant,
    until: Option<Instant>,
    waited: Duration,
}

/// The answer to a request, and how many attempts it took.
pub(crate) async fn answer<B: Receive>(
    request: &Request,
    patience: &Patience,
    span: &Span,
) -> Result<(Answer<B>, u32), Error> {
    request.check_validity()?;
    let mut attempts = Attempts::new(patience);
    let mut last = None;
    loop {
        let Some(turn) = attempts.turn(request).await else {
            return Err(attempts.out_of_turn(last, request, patience));
        };
        let (time, limit) = attempts.time(patience);
        attempts.made += 1;
        span.attempt(attempts.made, attempts.waited);
        let failure = match within(time, request.transport().attempt(request, &turn)).await {
            Some(Ok(answer)) => return Ok((answer, attempts.made)),
            Some(Err(failure)) => failure,
            None => Failure::TimedOut(limit),
        };
        drop(turn);
        span.failed(attempts.made, &failure);
        attempts.in_doubt |= failure.fate() == Some(Fate::Unknown) && request.repeat != Repeat::Safe;
        match attempts.wait(&failure, request, patience) {
            Some(wait) => {
                attempts.waited += wait;
                sleep(wait).await;
            }
            None => return Err(failure.into_error(&attempts, request)),
        }
        last = Some(failure);
    }
}

impl Attempts {
    fn new(patience: &Patience) -> Self {
        let begun = Instant::now();
        let until = patience.timeout.and_then(|time| begun.checked_add(time));
        Self { made: 0, in_doubt: false, begun, until, waited: Duration::ZERO }
    }

    /// The right to send; nothing, if it does not come in time.
    async fn turn(&mut self, request: &Request) -> Option<Turn> {
        let asked = Instant::now();
        if self.until.is_some_and(|until| until <= asked) {
            return None;
        }
        let turn = match (request.transport().pacer(), self.until) {
            (None, _) => Some(Turn::unlimited()),
            (Some(pacer), None) => Some(pacer.turn().await),
            (Some(pacer), Some(until)) => within(until - asked, pacer.turn()).await,
        };
        self.waited += asked.elapsed();
        // To wait for one's turn is no fault of the service: its time begins here.
        self.until = self.until.or_else(|| Instant::now().checked_add(TIMEOUT));
        turn
    }

    /// The time for an attempt, and the limit that it comes from.
    fn time(&self, patience: &Patience) -> (Duration, Duration) {
        let left = self.until.map_or(Duration::MAX, |until| until - Instant::now());
        if left < patience.attempt_timeout {
            (left, patience.timeout.unwrap_or(TIMEOUT))
        } else {
            (patience.attempt_timeout, patience.attempt_timeout)
        }
    }

    /// The wait before the next attempt, if there may be one.
    fn wait(&self, failure: &Failure, request: &Request, patience: &Patience) -> Option<Duration> {
        if !request.repeat.is_allowed_after(failure.fate()?) {
            return None;
        }
        let retry_after = failure.retry_after();
        let status = failure.refusal().map(ApiError::status);
        let failed = FailedAttempt { number: self.made, status, retry_after, elapsed: self.begun.elapsed() };
        let wait = patience.retry.wait(&failed).map(|wait| retry_after.unwrap_or(wait))?;
        let next = Instant::now().checked_add(wait)?;
        self.until.is_none_or(|until| next < until).then_some(wait)
    }

    fn out_of_turn(&self, last: Option<Failure>, request: &Request, patience: &Patience) -> Error {
        let timeout = patience.timeout.unwrap_or(TIMEOUT);
        let error = Error::Timeout { operation: request.operation, timeout, attempts: self.made };
        last.map_or(error, |failure| failure.into_error(self, request))
    }
}

impl Failure {
    pub(crate) fn fate(&self) -> Option<Fate> {
        match self {
            Self::Final(_) => None,
            Self::Connect(_) => Some(Fate::NotSent),
            Self::Lost(_) | Self::TimedOut(_) => Some(Fate::Unknown),
            Self::Refused(error) => Some(Fate::of_status(error.status)),
        }
    }

    pub(crate) fn refusal(&self) -> Option<&ApiError> {
        if let Self::Refused(error) = self { Some(error) } else { None }
    }

    fn retry_after(&self) -> Option<Duration> {
        self.refusal().and_then(|error| told(&error.headers, clock::now))
    }

    /// What to tell the caller, now that there is no other attempt.
    fn into_error(self, attempts: &Attempts, request: &Request) -> Error {
        let operation = request.operation;
        let repeatable = request.repeat != Repeat::Never;
        let made = attempts.made;
        let interrupted = |source| Error::Interrupted { operation, attempts: made, check: request.check, source };
        match self {
            Self::Final(Error::Decode(mut error)) => {
                error.attempts = made;
                Error::Decode(error)
            }
            Self::Final(error) => error,
            Self::Lost(source) if !repeatable => interrupted(Interruption::Connection(source)),
            Self::Connect(source) | Self::Lost(source) => {
                Error::Connect { operation, host: request.transport().host(), attempts: made, source }
            }
            Self::TimedOut(timeout) if repeatable => Error::Timeout { operation, timeout, attempts: made },
            Self::TimedOut(timeout) => interrupted(Interruption::Timeout(timeout)),
            Self::Refused(mut error) => {
                error.attempts = made;
                match Fate::of_status(error.status) {
                    Fate::Unknown if !repeatable => interrupted(Interruption::Failure(error)),
                    Fate::Refused | Fate::Throttled if attempts.in_doubt => interrupted(Interruption::Refusal(error)),
                    _ => Error::Api(error),
                }
            }
        }
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
            let patience = Patience { timeout, attempt_timeout: any_duration(&mut random), retry };
            let mut attempts = Attempts::new(&patience);
            if attempts.turn(&request).await.is_none() {
                assert_eq!(timeout, Some(Duration::ZERO), "its turn is at once");
                continue;
            }
            let deadline = attempts.until;
            let (time, _) = attempts.time(&patience);
            assert!(time <= patience.attempt_timeout);
            assert!(deadline.is_none_or(|deadline| Instant::now() + time <= deadline));
            tokio::time::advance(time.min(Duration::from_secs(1_000))).await;

            let told = any_duration(&mut random);
            let failure = refusal(503, &told.as_secs_f64().to_string());
            if let Some(wait) = attempts.wait(&failure, &request, &patience) {
                waits += 1;
                assert!(deadline.is_none_or(|deadline| Instant::now() + wait < deadline), "{patience:?} {told:?}");
            }
        }
        assert!(waits > 1_000, "{waits}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_without_a_time_of_its_own_has_five_minutes_from_its_turn_on() {
        let transport: Transport = ClientBuilder::new(&API).build().unwrap();
        let request = transport.get("getThing", "/thing");
        let mut attempts = Attempts::new(transport.patience());
        tokio::time::advance(Duration::from_secs(3_600)).await;
        assert!(attempts.turn(&request).await.is_some());
        assert_eq!(attempts.until, Some(Instant::now() + TIMEOUT));
    }
}
