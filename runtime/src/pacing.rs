//! Keeps calls within the rate limit, so that none is refused for it.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{self, Notify};

use crate::clock::{Instant, within};

/// At most so many requests in every window of so long, whenever it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// At least one.
    pub requests: u32,
    /// Longer than nothing.
    pub window: Duration,
}

/// The rate limit at work, shared by the clones of a client.
///
/// The server counts a request when it arrives, which is somewhere between its being sent and its being answered. So a
/// request counts here from its answer, and a window after that its place is free: whatever the network does, the
/// server never sees more than the limit. An answer that takes long would hold its place for longer than need be, so
/// from [`TRANSIT`] after its being sent, a request is taken to have arrived.
pub(crate) struct Pacer {
    limit: RateLimit,
    /// Held by the one whose turn is next. Tokio's mutex is fair: first come, first served.
    line: sync::Mutex<()>,
    places: Mutex<Places>,
    freed: Notify,
}

/// The part of the window that a request may take to arrive.
const TRANSIT: f64 = 0.2;

#[derive(Default)]
struct Places {
    taken: HashMap<u64, Place>,
    next: u64,
    held_until: Option<Instant>,
}

#[derive(Clone, Copy)]
enum Place {
    Kept,
    Sent(Instant),
    Answered(Instant),
}

/// The right to send one request. Dropped without being used, it goes to the next in line.
pub(crate) struct Turn(Option<(Arc<Pacer>, u64)>);

impl Pacer {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, line: sync::Mutex::default(), places: Mutex::default(), freed: Notify::new() }
    }

    /// Waits until one more request may be sent.
    pub(crate) async fn turn(self: &Arc<Self>) -> Turn {
        let _first = self.line.lock().await;
        loop {
            match self.take_place(Instant::now()) {
                Ok(place) => return Turn(Some((Arc::clone(self), place))),
                Err(wait) => within(wait, self.freed.notified()).await,
            };
        }
    }

    /// Sends nothing for so long, because the server asks for it; but no longer than a window, after which it has no
    /// reason to.
    pub(crate) fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait.min(self.limit.window);
        let mut places = self.places();
        places.held_until = places.held_until.max(Some(until));
    }

    /// A place in the window, or how long it takes at least until one is free.
    fn take_place(&self, now: Instant) -> Result<u64, Duration> {
        let mut places = self.places();
        if let Some(wait) = places.held_until.and_then(|until| until.checked_duration_since(now))
            && !wait.is_zero()
        {
            return Err(wait);
        }
        places.taken.retain(|_, place| self.free_at(*place, now) > now);
        if places.taken.len() >= self.limit.requests as usize {
            let free_at = places.taken.values().map(|place| self.free_at(*place, now)).min();
            return Err(free_at.map_or(self.limit.window, |at| at - now));
        }
        let place = places.next;
        places.next += 1;
        places.taken.insert(place, Place::Kept);
        Ok(place)
    }

    /// When a place is free at the earliest.
    fn free_at(&self, place: Place, now: Instant) -> Instant {
        let arrived = match place {
            Place::Kept => now,
            Place::Sent(at) => now.min(at + self.limit.window.mul_f64(TRANSIT)),
            Place::Answered(at) => at,
        };
        arrived + self.limit.window
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn {
    /// The turn of one who need not wait for it, because there is no limit.
    pub(crate) fn unlimited() -> Self {
        Self(None)
    }

    /// The request is on its way.
    pub(crate) fn sent(&self) {
        self.set(Place::Sent(Instant::now()));
    }

    /// The server has answered, so the request had arrived.
    pub(crate) fn answered(&self) {
        self.set(Place::Answered(Instant::now()));
    }

    /// The request never left.
    pub(crate) fn unused(&self) {
        self.set(Place::Kept);
    }

    fn set(&self, to: Place) {
        if let Some((pacer, place)) = &self.0 {
            pacer.places().taken.insert(*place, to);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some((pacer, place)) = &self.0 else { return };
        let mut places = pacer.places();
        if let Some(Place::Kept) = places.taken.get(place) {
            places.taken.remove(place);
            pacer.freed.notify_one();
        }
    }
}

impl fmt::Debug for Pacer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.limit.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{task::JoinSet, time::sleep};

    use super::*;

    const LIMIT: RateLimit = RateLimit { requests: 10, window: Duration::from_secs(10) };

    fn pacer() -> Arc<Pacer> {
        Arc::new(Pacer::new(LIMIT))
    }

    /// Makes a call that takes so long to arrive and so long to be answered, and says when it arrived.
    async fn call(pacer: &Arc<Pacer>, way: Duration, back: Duration) -> Instant {
        let turn = pacer.turn().await;
        turn.sent();
        sleep(way).await;
        let arrived = Instant::now();
        sleep(back).await;
        turn.answered();
        arrived
    }

    /// The arrivals of calls by so many tasks, with times on the way up to these.
    async fn arrivals(calls: usize, tasks: usize, way: Duration, back: Duration, seed: u64) -> Vec<Instant> {
        let pacer = pacer();
        let mut work = JoinSet::new();
        for task in 0..tasks {
            let pacer = Arc::clone(&pacer);
            let mut random = fastrand::Rng::with_seed(seed + task as u64);
            work.spawn(async move {
                let mut arrived = Vec::new();
                for _ in 0..calls / tasks {
                    arrived.push(call(&pacer, way.mul_f64(random.f64()), back.mul_f64(random.f64())).await);
                }
                arrived
            });
        }
        let mut arrived = work.join_all().await.concat();
        arrived.sort();
        arrived
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_of_the_server_holds_more_than_the_limit_whatever_the_network_does() {
        for (seed, (way, back)) in [(0, 0), (300, 0), (0, 300), (1_900, 1_900), (2_000, 30_000)].into_iter().enumerate()
        {
            let (way, back) = (Duration::from_millis(way), Duration::from_millis(back));
            let arrived = arrivals(300, 30, way, back, seed as u64).await;
            for window in arrived.windows(11) {
                assert!(window[10] - window[0] >= LIMIT.window, "{way:?} {back:?}: {:?}", window[10] - window[0]);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_takes_hardly_longer_than_the_limit_demands() {
        let arrived = arrivals(300, 30, Duration::from_millis(150), Duration::from_millis(150), 1).await;
        let took = (arrived[299] - arrived[0]).as_secs_f64();
        let best = 29.0 * LIMIT.window.as_secs_f64();
        assert!(took <= best * 1.05, "{took} s, and {best} s is the least");
    }

    #[tokio::test(start_paused = true)]
    async fn who_comes_first_goes_first() {
        let pacer = pacer();
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut work = JoinSet::new();
        for number in 0..50 {
            let (pacer, order) = (Arc::clone(&pacer), Arc::clone(&order));
            work.spawn(async move {
                call(&pacer, Duration::ZERO, Duration::from_millis(1)).await;
                order.lock().unwrap().push(number);
            });
            tokio::task::yield_now().await;
        }
        work.join_all().await;
        assert_eq!(*order.lock().unwrap(), (0..50).collect::<Vec<_>>());
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_is_dropped_goes_to_the_next_at_once() {
        let pacer = pacer();
        let mut turns = Vec::new();
        for _ in 0..10 {
            turns.push(pacer.turn().await);
        }
        let waiting = tokio::spawn({
            let pacer = Arc::clone(&pacer);
            async move { pacer.turn().await }
        });
        sleep(Duration::from_millis(1)).await;
        let before = Instant::now();
        turns.pop();
        waiting.await.unwrap();
        assert!(before.elapsed() < Duration::from_millis(10));
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_does_not_hold_up_the_others() {
        let pacer = pacer();
        for _ in 0..10 {
            call(&pacer, Duration::ZERO, Duration::ZERO).await;
        }
        let begun = Instant::now();
        for patience in [1, 2, 3] {
            assert!(within(Duration::from_secs(patience), pacer.turn()).await.is_none());
        }
        call(&pacer, Duration::ZERO, Duration::ZERO).await;
        assert!(begun.elapsed() <= LIMIT.window + Duration::from_millis(10), "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_given_up_counts_as_sent() {
        let pacer = pacer();
        let begun = Instant::now();
        for _ in 0..10 {
            pacer.turn().await.sent();
        }
        pacer.turn().await;
        assert!(begun.elapsed() >= LIMIT.window);
    }

    #[tokio::test(start_paused = true)]
    async fn the_server_can_hold_everybody_up_for_a_window_and_no_longer() {
        let pacer = pacer();
        let begun = Instant::now();
        pacer.hold(Duration::from_secs(3));
        pacer.hold(Duration::from_secs(1));
        pacer.turn().await;
        assert_eq!(begun.elapsed().as_secs(), 3);
        pacer.hold(Duration::MAX);
        pacer.turn().await;
        assert_eq!(begun.elapsed().as_secs(), 13);
    }
}
