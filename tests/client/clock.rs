//! The client's clock, which a test can move: it is that of tokio.

use std::{pin::pin, sync::Arc, time::Duration};

use clickhouse_cloud::{FailedAttempt, RetryPolicy};
use clickhouse_cloud_simulator::Simulator;
use tokio::{sync::Notify, task::JoinHandle};

/// Lets time go by for the client, and for nobody else.
pub(crate) async fn advance(by: Duration) {
    tokio::time::pause();
    tokio::time::advance(by).await;
    tokio::time::resume();
}

/// Lets seconds go by until a call has ended.
pub(crate) async fn end_of<T>(call: JoinHandle<T>) -> T {
    while !call.is_finished() {
        advance(Duration::from_secs(1)).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    call.await.unwrap()
}

/// Lets seconds go by, for the client and for a simulator, until a future is ready.
pub(crate) async fn pass<T>(simulator: &Simulator, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        // In real time, in which requests are served.
        let pause = tokio::time::sleep(Duration::from_millis(1));
        tokio::select! {
            ready = &mut future => return ready,
            () = pause => {}
        }
        simulator.advance(Duration::from_secs(1));
        advance(Duration::from_secs(1)).await;
    }
}

/// A policy that waits so long before each retry that a test can do something in between.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pause(Arc<Notify>);

impl Pause {
    /// How long it waits.
    pub(crate) const TIME: Duration = Duration::from_secs(10);

    /// Returns once an attempt has failed, and its retry is waited for.
    pub(crate) async fn begun(&self) {
        self.0.notified().await;
    }
}

impl RetryPolicy for Pause {
    fn wait(&self, _: &FailedAttempt) -> Option<Duration> {
        self.0.notify_one();
        Some(Self::TIME)
    }
}
