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
pub(crate) struct Turn {
    pacer: Arc<Pacer>,
    place: u64,
}

impl Pacer {
    pub(crate) fn new(limit: RateLimit) -> Self {
        Self { limit, line: sync::Mutex::default(), places: Mutex::default(), freed: Notify::new() }
    }

    /// Waits until one more request may be sent.
    pub(crate) async fn turn(self: &Arc<Self>) -> Turn {
        let _first = self.line.lock().await;
        loop {
            match self.take_place(Instant::now()) {
                Ok(place) => return Turn { pacer: Arc::clone(self), place },
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
    /// The request is on its way.
    pub(crate) fn sent(&self) {
        self.set(Place::Sent(Instant::now()));
    }

    /// The server has answered, so the request had arrived; or it never left.
    pub(crate) fn settle(&self, sent: &reqwest::Result<reqwest::Response>) {
        match sent {
            Ok(_) => self.set(Place::Answered(Instant::now())),
            Err(error) if error.is_connect() || error.is_builder() => self.set(Place::Kept),
            Err(_) => {}
        }
    }

    fn set(&self, place: Place) {
        self.pacer.places().taken.insert(self.place, place);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut places = self.pacer.places();
        if let Some(Place::Kept) = places.taken.get(&self.place) {
            places.taken.remove(&self.place);
            self.pacer.freed.notify_one();
        }
    }
}

impl fmt::Debug for Pacer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.limit.fmt(formatter)
    }
}
