//! The rate limiter, which paces the requests of a client and its clones, to avoid responses with 429.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{self, Notify};

use crate::clock::{Instant, add, timeout};

/// A bound on the number of requests in any window of this length, whenever it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests; at least one.
    pub requests: u32,
    /// The length of the window; longer than zero.
    pub window: Duration,
}

/// Hands out permits to send, and is shared by the clones of a client.
///
/// The service counts a request when it arrives, at some time between its being sent and its response. So a permit
/// expires one window after the response. A request without a response counts as arrived after [`MAX_TRANSIT`], so that
/// a slow response does not keep its permit for longer. Unless a request takes longer than that to arrive, no window of
/// the service has more requests than the limit.
pub(crate) struct RateLimiter {
    limit: RateLimit,
    /// Held by the call that gets the next permit. Tokio's mutex is fair: first come, first served.
    queue: sync::Mutex<()>,
    window: Mutex<Window>,
    permit_returned: Notify,
}

/// The longest time that a request is expected to take to the service, as a part of the window.
const MAX_TRANSIT: f64 = 0.2;

/// The requests that have a permit.
#[derive(Default)]
struct Window {
    requests: HashMap<u64, RequestState>,
    next_id: u64,
    paused_until: Option<Instant>,
}

#[derive(Clone, Copy)]
enum RequestState {
    Unsent,
    Sent(Instant),
    Responded(Instant),
}

/// The right to send one request. An unused permit is returned when it is dropped.
pub(crate) struct Permit(Option<(Arc<RateLimiter>, u64)>);

impl RateLimiter {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, queue: sync::Mutex::default(), window: Mutex::default(), permit_returned: Notify::new() }
    }

    /// Waits until another request may be sent.
    pub(crate) async fn acquire(self: &Arc<Self>) -> Permit {
        let _first = self.queue.lock().await;
        loop {
            match self.try_acquire(Instant::now()) {
                Ok(id) => return Permit(Some((Arc::clone(self), id))),
                Err(wait) => timeout(wait, self.permit_returned.notified()).await,
            };
        }
    }

    /// Gives no permit for this time, because the service asks for it; but for no longer than a window, after which
    /// the service has no reason to refuse.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = add(Instant::now(), wait.min(self.limit.window));
        let mut window = self.window();
        window.paused_until = window.paused_until.max(Some(until));
    }

    /// Adds a request to the window and returns its id, or returns the least time until there is a permit.
    fn try_acquire(&self, now: Instant) -> Result<u64, Duration> {
        let mut window = self.window();
        if let Some(wait) = window.paused_until.and_then(|until| until.checked_duration_since(now))
            && !wait.is_zero()
        {
            return Err(wait);
        }
        window.requests.retain(|_, state| self.expires_at(*state, now) > now);
        if window.requests.len() >= self.limit.requests as usize {
            let next = window.requests.values().map(|state| self.expires_at(*state, now)).min();
            return Err(next.map_or(self.limit.window, |at| at - now));
        }
        let id = window.next_id;
        window.next_id += 1;
        window.requests.insert(id, RequestState::Unsent);
        Ok(id)
    }

    /// Returns the earliest time at which a permit expires.
    fn expires_at(&self, state: RequestState, now: Instant) -> Instant {
        let arrived_at = match state {
            RequestState::Unsent => now,
            RequestState::Sent(at) => now.min(add(at, self.limit.window.mul_f64(MAX_TRANSIT))),
            RequestState::Responded(at) => at,
        };
        add(arrived_at, self.limit.window)
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// Makes a permit for a client without a rate limit.
    pub(crate) fn unlimited() -> Self {
        Self(None)
    }

    /// Notes that the request is on its way.
    pub(crate) fn mark_sent(&self) {
        self.set(RequestState::Sent(Instant::now()));
    }

    /// Notes that there is a response, so the request has arrived.
    pub(crate) fn mark_responded(&self) {
        self.set(RequestState::Responded(Instant::now()));
    }

    /// Notes that the request never left.
    pub(crate) fn mark_unsent(&self) {
        self.set(RequestState::Unsent);
    }

    fn set(&self, state: RequestState) {
        if let Some((limiter, id)) = &self.0 {
            limiter.window().requests.insert(*id, state);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some((limiter, id)) = &self.0 else { return };
        let mut window = limiter.window();
        if let Some(RequestState::Unsent) = window.requests.get(id) {
            window.requests.remove(id);
            limiter.permit_returned.notify_one();
        }
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.limit.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{task::JoinSet, time::sleep};

    use super::*;

    const LIMIT: RateLimit = RateLimit { requests: 10, window: Duration::from_secs(10) };

    fn limiter() -> Arc<RateLimiter> {
        Arc::new(RateLimiter::new(LIMIT))
    }

    /// Makes a call that takes these times to arrive and to get its response. Returns when it arrived.
    async fn call(limiter: &Arc<RateLimiter>, transit: Duration, response: Duration) -> Instant {
        let permit = limiter.acquire().await;
        permit.mark_sent();
        sleep(transit).await;
        let arrived = Instant::now();
        sleep(response).await;
        permit.mark_responded();
        arrived
    }

    /// Returns the arrivals of calls by concurrent tasks, with random times up to these.
    async fn arrivals(calls: usize, tasks: usize, transit: Duration, response: Duration, seed: u64) -> Vec<Instant> {
        let limiter = limiter();
        let mut work = JoinSet::new();
        for task in 0..tasks {
            let limiter = Arc::clone(&limiter);
            let mut random = fastrand::Rng::with_seed(seed + task as u64);
            work.spawn(async move {
                let mut arrived = Vec::new();
                for _ in 0..calls / tasks {
                    arrived.push(call(&limiter, transit.mul_f64(random.f64()), response.mul_f64(random.f64())).await);
                }
                arrived
            });
        }
        let mut arrived = work.join_all().await.concat();
        arrived.sort();
        arrived
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_of_the_service_has_more_requests_than_the_limit() {
        for (seed, (transit, response)) in
            [(0, 0), (300, 0), (0, 300), (1_900, 1_900), (2_000, 30_000)].into_iter().enumerate()
        {
            let (transit, response) = (Duration::from_millis(transit), Duration::from_millis(response));
            let arrived = arrivals(300, 30, transit, response, seed as u64).await;
            for window in arrived.windows(11) {
                assert!(
                    window[10] - window[0] >= LIMIT.window,
                    "{transit:?} {response:?}: {:?}",
                    window[10] - window[0]
                );
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_is_close_to_the_limit() {
        let arrived = arrivals(300, 30, Duration::from_millis(150), Duration::from_millis(150), 1).await;
        let took = (arrived[299] - arrived[0]).as_secs_f64();
        let best = 29.0 * LIMIT.window.as_secs_f64();
        assert!(took <= best * 1.05, "{took} s, and {best} s is the least");
    }

    #[tokio::test(start_paused = true)]
    async fn permits_are_given_in_the_order_of_the_calls() {
        let limiter = limiter();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut work = JoinSet::new();
        for number in 0..50 {
            let (limiter, order) = (Arc::clone(&limiter), Arc::clone(&order));
            work.spawn(async move {
                call(&limiter, Duration::ZERO, Duration::from_millis(1)).await;
                order.lock().unwrap().push(number);
            });
            tokio::task::yield_now().await;
        }
        work.join_all().await;
        assert_eq!(*order.lock().unwrap(), (0..50).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_permit_goes_to_the_next_call_at_once() {
        let limiter = limiter();
        let mut permits = Vec::new();
        for _ in 0..10 {
            permits.push(limiter.acquire().await);
        }
        let waiting = tokio::spawn({
            let limiter = Arc::clone(&limiter);
            async move { limiter.acquire().await }
        });
        sleep(Duration::from_millis(1)).await;
        let before = Instant::now();
        permits.pop();
        waiting.await.unwrap();
        assert!(before.elapsed() < Duration::from_millis(10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_stops_waiting_does_not_delay_the_others() {
        let limiter = limiter();
        for _ in 0..10 {
            call(&limiter, Duration::ZERO, Duration::ZERO).await;
        }
        let begun = Instant::now();
        for seconds in [1, 2, 3] {
            assert!(timeout(Duration::from_secs(seconds), limiter.acquire()).await.is_none());
        }
        call(&limiter, Duration::ZERO, Duration::ZERO).await;
        assert!(begun.elapsed() <= LIMIT.window + Duration::from_millis(10), "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn an_abandoned_request_counts_as_sent() {
        let limiter = limiter();
        let begun = Instant::now();
        for _ in 0..10 {
            limiter.acquire().await.mark_sent();
        }
        limiter.acquire().await;
        assert!(begun.elapsed() >= LIMIT.window);
    }

    #[tokio::test(start_paused = true)]
    async fn the_service_can_pause_all_calls_for_at_most_a_window() {
        let limiter = limiter();
        let begun = Instant::now();
        limiter.pause(Duration::from_secs(3));
        limiter.pause(Duration::from_secs(1));
        limiter.acquire().await;
        assert_eq!(begun.elapsed().as_secs(), 3);
        limiter.pause(Duration::MAX);
        limiter.acquire().await;
        assert_eq!(begun.elapsed().as_secs(), 13);
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_longer_than_any_clock_does_not_panic() {
        let limiter = Arc::new(RateLimiter::new(RateLimit { requests: 1, window: Duration::MAX }));
        let permit = limiter.acquire().await;
        permit.mark_sent();
        limiter.pause(Duration::MAX);
        permit.mark_responded();
        assert!(timeout(Duration::from_secs(1), limiter.acquire()).await.is_none());
    }
}
