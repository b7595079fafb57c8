//! What the parts of a running simulator share.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use crate::{
    clock::Clock,
    cloud::{Caller, Cloud},
    document::Document,
    fault::Faults,
    keyring::Keyring,
    rate_limit::{RateLimit, Requests},
    request_log::RequestLog,
    state_file::{Saving, StateFileError},
};

pub(crate) struct Simulation {
    pub(crate) document: &'static Document,
    pub(crate) clock: Clock,
    pub(crate) cloud: Mutex<Cloud>,
    pub(crate) keyring: Keyring,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) requests: Mutex<Requests>,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) saving: Option<Saving>,
}

impl Simulation {
    /// Who it is that has this key and this secret.
    pub(crate) fn caller(&self, id: &str, secret: &str) -> Option<Caller> {
        self.cloud.lock().caller(id, secret).or_else(|| self.keyring.viewer_with(id, secret))
    }

    /// Counts a request of the key against the rate limit, or says how long until it may make one.
    pub(crate) fn admit(&self, key: &str) -> Result<(), (RateLimit, Duration)> {
        let Some(limit) = self.rate_limit else { return Ok(()) };
        self.requests.lock().admit(key, limit, self.clock.uptime()).map_err(|wait| (limit, wait))
    }

    /// Returns once the cloud as it is now, or a later one, is in the state file.
    pub(crate) async fn save(self: &Arc<Self>) -> Result<(), StateFileError> {
        if self.saving.is_none() {
            return Ok(());
        }
        let simulation = Arc::clone(self);
        let saved = tokio::task::spawn_blocking(move || simulation.save_now()).await;
        // If it did not come about, the runtime is going away, and the answer that waits for it too.
        saved.unwrap_or(Ok(()))
    }

    /// The same for those who may block.
    pub(crate) fn save_now(&self) -> Result<(), StateFileError> {
        self.saving.as_ref().map_or(Ok(()), |saving| saving.save(&self.cloud, self.clock.now()))
    }
}
