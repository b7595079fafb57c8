use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::State;
use crate::cloud::notifications::{self, NotificationType};

/// A change of the state of a service without a call.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) service: Uuid,
    pub(crate) name: String,
    pub(crate) state: State,
    pub(crate) at: DateTime<Utc>,
}

impl Event {
    /// Returns the type of the activity that it is, if it is one.
    pub(crate) fn activity(&self) -> Option<&'static str> {
        match self.state {
            State::Running => Some("service_running"),
            State::Idle => Some("service_idle"),
            _ => None,
        }
    }

    /// Returns the type of the notification about it, if there is one.
    pub(crate) fn notification(&self) -> Option<&'static NotificationType> {
        match self.state {
            State::Idle => Some(&notifications::IDLE),
            State::Stopped => Some(&notifications::STOPPED),
            _ => None,
        }
    }
}
