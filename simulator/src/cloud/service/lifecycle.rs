use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

// The durations of the transitions.
const PROVISIONING: TimeDelta = TimeDelta::seconds(30);
const STARTING: TimeDelta = TimeDelta::seconds(60);
const STOPPING: TimeDelta = TimeDelta::seconds(30);
const AWAKING: TimeDelta = TimeDelta::seconds(10);
const TERMINATING: TimeDelta = TimeDelta::seconds(30);

/// The time for which a stopped service still refuses to be deleted.
const DELETION_DELAY: TimeDelta = TimeDelta::seconds(5);

/// The states of the document that occur in the simulator. A `terminated` service is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Provisioning,
    Starting,
    Running,
    Idle,
    Awaking,
    Stopping,
    Stopped,
    Terminating,
    Terminated,
}

/// A command that changes the state of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    Start,
    Stop,
    Awake,
}

/// The state of a service, and the times from which the next state follows.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Lifecycle {
    state: State,
    since: DateTime<Utc>,
    /// The previous state, if there was one.
    #[serde(default)]
    before: Option<State>,
    up_since: Option<DateTime<Utc>>,
    touched: DateTime<Utc>,
}

impl Lifecycle {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self { state: State::Provisioning, since: now, before: None, up_since: None, touched: now }
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// Returns the time since when the service has its state.
    pub(super) fn since(&self) -> DateTime<Utc> {
        self.since
    }

    /// Returns the state without a change after `seen_at`.
    pub(super) fn state_seen_at(&self, seen_at: DateTime<Utc>) -> State {
        self.before.filter(|_| self.since > seen_at).unwrap_or(self.state)
    }

    /// Returns the time since when the service is running, idle or awaking, if it is.
    pub(super) fn up_since(&self) -> Option<DateTime<Utc>> {
        self.up_since
    }

    /// Returns the next state that needs no command, and its time.
    pub(super) fn next(&self, idle_timeout: Option<TimeDelta>) -> Option<(State, DateTime<Utc>)> {
        let (state, after) = match self.state {
            State::Provisioning => (State::Starting, PROVISIONING),
            State::Starting => (State::Running, STARTING),
            State::Stopping => (State::Stopped, STOPPING),
            State::Awaking => (State::Running, AWAKING),
            State::Terminating => (State::Terminated, TERMINATING),
            State::Running => {
                let active = self.since.max(self.touched);
                return Some((State::Idle, active.checked_add_signed(idle_timeout?)?));
            }
            State::Idle | State::Stopped | State::Terminated => return None,
        };
        Some((state, self.since + after))
    }

    pub(super) fn enter(&mut self, state: State, at: DateTime<Utc>) {
        self.before = Some(self.state);
        self.state = state;
        self.since = at;
        self.up_since = match state {
            State::Running | State::Idle | State::Awaking => self.up_since.or(Some(at)),
            _ => None,
        };
    }

    /// Carries out a command. It changes nothing if the service already has the state or is on the way to it, because the
    /// command may be the retry of one whose response was lost. `start` changes nothing about an idle service. A command
    /// that is possible in a later state is a conflict, any other a bad request.
    pub(super) fn command(&mut self, command: Command, now: DateTime<Utc>) -> Result<(), Refusal> {
        use State::{Awaking, Idle, Provisioning, Running, Starting, Stopped, Stopping, Terminated, Terminating};
        match (command, self.state) {
            (Command::Start, Stopped) => self.enter(Starting, now),
            (Command::Stop, Running | Idle) => self.enter(Stopping, now),
            (Command::Awake, Idle) => self.enter(Awaking, now),
            (Command::Start, Provisioning | Starting | Running | Awaking | Idle)
            | (Command::Stop, Stopping | Stopped)
            | (Command::Awake, Awaking | Running) => {}
            (Command::Awake, Stopped) => {
                return Err(Refusal::bad_request("the service is stopped rather than idle: send `start`"));
            }
            (Command::Start | Command::Awake, Stopping)
            | (Command::Stop, Provisioning | Starting | Awaking)
            | (Command::Awake, Provisioning | Starting)
            | (_, Terminating | Terminated) => {
                return Err(Refusal::conflict(format_args!("the service is {}", self.state.as_str())));
            }
        }
        self.touched = now;
        Ok(())
    }

    /// Starts the deletion, in the states in which the API allows it.
    pub(super) fn delete(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        use State::{Awaking, Idle, Provisioning, Running, Starting, Stopped, Stopping, Terminated, Terminating};
        match self.state {
            Stopped if now < self.since + DELETION_DELAY => {
                Err(Refusal::conflict("the service is not completely stopped yet"))
            }
            Provisioning | Starting | Awaking | Idle | Stopped => {
                self.enter(Terminating, now);
                Ok(())
            }
            // The API's message. The API refuses a second deletion, too.
            Running | Stopping | Terminating | Terminated => Err(Refusal::conflict(format_args!(
                "Only instance in one of the following states: 'provisioning','starting','awaking','idle','stopped',\
                 'degraded','failed' can be terminated. Current state: '{}'",
                self.state.as_str()
            ))),
        }
    }

    pub(super) fn touch(&mut self, now: DateTime<Utc>) -> Result<(), Refusal> {
        if self.state == State::Terminating {
            return Err(Refusal::bad_request("the service is being deleted"));
        }
        self.touched = now;
        Ok(())
    }
}

impl State {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Idle => "idle",
            Self::Awaking => "awaking",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
            Self::Terminating => "terminating",
            Self::Terminated => "terminated",
        }
    }
}
