//! The shared state of a running simulator.

use std::{net::IpAddr, sync::Arc, time::Duration};

use parking_lot::Mutex;
use uuid::Uuid;

use crate::{
    caller::Caller,
    clock::Clock,
    cloud::Cloud,
    document::Document,
    fault::Faults,
    keyring::Keyring,
    rate_limit::{RateLimit, Requests},
    refusal::Refusal,
    request_log::RequestLog,
    resources::{InvalidState, Models},
    state_file::{Saving, StateFileError},
};

pub(crate) struct Simulation {
    pub(crate) document: &'static Document,
    pub(crate) models: &'static Models,
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
    /// Returns the caller with this id and this secret, or why there is none.
    pub(crate) fn sign_in(&self, id: &str, secret: &str, from: IpAddr) -> Result<Caller, Refusal> {
        let found = self.cloud.lock().sign_in(id, secret, from, self.clock.now());
        found.or_else(|refusal| self.keyring.viewer_caller(id, secret).ok_or(refusal))
    }

    /// Counts a request of a key against the rate limit, or returns the limit and the time until the next one is admitted.
    pub(crate) fn admit(&self, key: &str) -> Result<(), (RateLimit, Duration)> {
        let Some(limit) = self.rate_limit else { return Ok(()) };
        self.requests.lock().admit(key, limit, self.clock.uptime()).map_err(|wait| (limit, wait))
    }

    /// Sets the state of a resource, without a call.
    pub(crate) fn set_state(&self, id: Uuid, state: &str) -> Result<(), InvalidState> {
        self.cloud.lock().resources_mut().set_state(self.models, id, state, self.clock.now())
    }

    /// Saves the cloud to the state file, if there is one.
    pub(crate) async fn save(self: &Arc<Self>) -> Result<(), StateFileError> {
        if self.saving.is_none() {
            return Ok(());
        }
        let simulation = Arc::clone(self);
        let saved = tokio::task::spawn_blocking(move || simulation.save_now()).await;
        // Joining fails only if the runtime shuts down, and then no response is sent.
        saved.unwrap_or(Ok(()))
    }

    /// Saves the cloud to the state file, if there is one, and blocks meanwhile.
    pub(crate) fn save_now(&self) -> Result<(), StateFileError> {
        self.saving.as_ref().map_or(Ok(()), |saving| saving.save(&self.cloud, self.clock.now()))
    }
}
