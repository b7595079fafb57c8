//! The passing of time: tokio's clock, or the browser's where there is no tokio to tell it.

use std::{
    future::poll_fn,
    pin::pin,
    task::Poll,
    time::{Duration, SystemTime},
};

#[cfg(not(target_family = "wasm"))]
pub(crate) use tokio::time::{Instant, sleep};
#[cfg(target_family = "wasm")]
pub(crate) use web_time::Instant;

/// The longest that a browser's timer takes.
#[cfg(target_family = "wasm")]
const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

#[cfg(target_family = "wasm")]
pub(crate) async fn sleep(duration: Duration) {
    gloo_timers::future::sleep(duration.min(LONGEST)).await;
}

/// What the future gives, unless that takes longer than the limit.
pub(crate) async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut timer = pin!(sleep(limit));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| None),
    })
    .await
}

/// What the calendar says.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// What the browser's calendar says.
#[cfg(target_family = "wasm")]
pub(crate) fn now() -> SystemTime {
    let since = web_time::SystemTime::now().duration_since(web_time::UNIX_EPOCH);
    SystemTime::UNIX_EPOCH + since.unwrap_or_default()
}
