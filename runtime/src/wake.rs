//! Wakes what refuses calls while it is idle.

mod error;
mod shared;

use std::{future::IntoFuture, sync::Arc, time::Duration};

use serde_json::Value;

pub use self::error::WakeError;
use self::shared::Participant;
pub(crate) use self::{error::NotWoken, shared::Wakings};
use crate::{
    ApiError, Call, Error, Request, Transport,
    clock::{self, Instant, sleep, timeout},
    find::show,
    retry::Outcome,
    wait::DEFAULT_POLL_INTERVAL,
};

/// The shortest time from one command to the next, so that a state that is still shown after a command, or is there
/// again, does not send a command with each poll.
const COMMAND_INTERVAL: Duration = Duration::from_secs(60);

/// What refuses calls while it is idle, and how it is woken. Generated code takes it from `x-wake`.
#[derive(Debug)]
pub struct Wake {
    /// The status of the refusals.
    pub status: u16,
    /// Starts the request that reads the state. Like the command, it gets the path parameters of the refused call.
    pub read: fn(&Transport) -> Request,
    /// The wire name of the property with the state.
    pub field: &'static str,
    /// The states from which the command wakes it.
    pub wake_from: &'static [&'static str],
    /// Starts the request of the command.
    pub command: fn(&Transport) -> Request,
    /// The states that become a target state by themselves.
    pub wait_in: &'static [&'static str],
    /// The states in which it is awake.
    pub target: &'static [&'static str],
    /// The longest time until it is awake.
    pub within: Duration,
}

/// A call that is refused while what it needs is idle, and has [`wake`](Call::wake). `L` is the list of
/// [`or_find`](Call::or_find), if it has that as well.
///
/// Other calls cannot be made with `wake`:
///
/// ```compile_fail,E0599
/// # use clickhouse_cloud_runtime::Call;
/// fn wake(call: Call<String>) {
///     let _ = call.wake();
/// }
/// ```
#[derive(Clone, Debug)]
pub struct NeedsWake<L = ()>(pub(crate) L);

impl<T, L> Call<T, L> {
    /// Marks a call that [`wake`](Self::wake) is for. Generated code takes it from `x-needs`.
    pub fn needs_wake(self) -> Call<T, NeedsWake<L>> {
        let (mut call, lookup) = self.split_lookup();
        call.request.set_needs_wake();
        call.with_lookup(NeedsWake(lookup))
    }
}

impl<T, L> Call<T, NeedsWake<L>> {
    /// Wakes what the call needs if it is refused because that is idle, and sends it again. It is not woken unless this
    /// or [`ClientBuilder::wake`](crate::ClientBuilder::wake) is set, because that may cost money.
    ///
    /// The operation's documentation has the status of the refusal, and the states. After such a refusal, the state is
    /// read. If it is idle, it is woken with a command; then, or if it is already becoming awake, the state is polled
    /// every five seconds. As soon as it is awake, the call is sent again, once. In any other state, and if there is no
    /// such state in time, the call ends with the refusal, and [`ApiError::wake_error`](crate::ApiError::wake_error)
    /// returns the reason.
    ///
    /// The time to wake has a limit of its own, which the documentation has as well, and the
    /// [timeout](Self::timeout) of the call does not count it. A refused call was not carried out, so every call can be
    /// sent again; but never after an attempt whose outcome is unknown.
    ///
    /// Calls of a client and its clones that need the same wake it together: one of them reads the state and sends the
    /// command, and the others wait for it. There is at most one command in a minute. One that is refused because
    /// another program was faster is no error: the next poll shows that. If it is still idle then, the call ends with
    /// the refusal of the command.
    pub fn wake(mut self) -> Self {
        self.settings.wakes = true;
        self
    }

    /// Does not wake what the call needs, although the client [does](crate::ClientBuilder::wake).
    pub fn no_wake(mut self) -> Self {
        self.settings.wakes = false;
        self
    }
}

/// The meaning of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Awaking,
    Awake,
    /// It neither becomes awake nor is woken.
    Other,
}

impl Wake {
    /// Makes the error of a request that was refused although what it needs is awake.
    pub(crate) fn refused_again(&self, refused: &Request) -> WakeError {
        let &Self { field, target, .. } = self;
        WakeError::RefusedAgain { operation: (self.read)(refused.transport()).operation, field, target }
    }

    fn phase(&self, state: Option<&str>) -> Phase {
        let is_in = |states: &[&str]| state.is_some_and(|state| states.contains(&state));
        if is_in(self.target) {
            Phase::Awake
        } else if is_in(self.wake_from) {
            Phase::Idle
        } else if is_in(self.wait_in) {
            Phase::Awaking
        } else {
            Phase::Other
        }
    }
}

/// Wakes what a refused call needs, together with the other calls of the client that need the same.
pub(crate) async fn wake(rule: &'static Wake, refused: &Request) -> Result<(), NotWoken> {
    let [read, command] = [rule.read, rule.command].map(|start| start(refused.transport()).with_path_of(refused));
    let shared = refused.transport().wakings().join(read.path_text());
    let deadline = clock::add(Instant::now(), rule.within);
    let waking = Waking { rule, read: read.result(), command: command.not_repeatable().empty(), deadline, shared };
    // A call that is dropped while it leads lets the next one lead.
    let Some(_lead) = timeout(waking.remaining(), waking.shared.lead()).await else { return Err(waking.timed_out()) };
    let finished = waking.shared.progress().outcome.clone();
    if let Some(outcome) = finished {
        return outcome;
    }
    let outcome = waking.run().await;
    // A call that began later has more time.
    if !matches!(outcome, Err(NotWoken::Failed(WakeError::TimedOut { .. }))) {
        waking.shared.finish(outcome.clone());
    }
    outcome
}

/// One call's part in waking something.
struct Waking<'a> {
    rule: &'static Wake,
    read: Call<Value>,
    command: Call<()>,
    deadline: Instant,
    shared: Participant<'a>,
}

impl Waking<'_> {
    /// Reads the state until it is awake, and sends the command if it is idle.
    async fn run(&self) -> Result<(), NotWoken> {
        let mut refusal = None;
        while !self.remaining().is_zero() {
            match self.read_state().await {
                Ok(state) => {
                    let phase = self.rule.phase(state.as_deref());
                    self.shared.progress().state.clone_from(&state);
                    match phase {
                        Phase::Awake => return Ok(()),
                        Phase::Other => return Err(self.not_woken_from(state).into()),
                        Phase::Awaking => refusal = None,
                        Phase::Idle => match refusal.take() {
                            Some(refusal) => return Err(NotWoken::CommandRefused(refusal)),
                            None => refusal = self.send_command().await,
                        },
                    }
                }
                Err(error) if error.is_transient() && !matches!(error, Error::Decode(_)) => {}
                Err(error) => return Err(WakeError::Unreadable { source: Arc::new(error) }.into()),
            }
            sleep(DEFAULT_POLL_INTERVAL.min(self.remaining())).await;
        }
        Err(self.timed_out())
    }

    async fn read_state(&self) -> Result<Option<String>, Error> {
        let read = self.read.clone().with_max_timeout(self.remaining());
        let value = read.into_future().await?;
        Ok(value.get(self.rule.field).and_then(Value::as_str).map(ToOwned::to_owned))
    }

    /// Sends the command, unless one was sent a moment ago, and returns its refusal.
    async fn send_command(&self) -> Option<Box<ApiError>> {
        let now = Instant::now();
        if self.shared.progress().commanded.is_some_and(|at| now.saturating_duration_since(at) < COMMAND_INTERVAL) {
            return None;
        }
        // Before it is sent, because this call may be dropped meanwhile.
        self.shared.progress().commanded = Some(now);
        match self.command.clone().with_max_timeout(self.remaining()).into_future().await {
            Ok(_) | Err(Error::OutcomeUnknown(_) | Error::Decode(_)) => None,
            Err(Error::Api(refusal)) if Outcome::of_status(refusal.status) == Outcome::Refused => Some(refusal),
            // It was not carried out, so the next poll may send it.
            Err(_) => {
                self.shared.progress().commanded = None;
                None
            }
        }
    }

    fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    fn not_woken_from(&self, state: Option<String>) -> WakeError {
        let &Wake { field, wake_from, target, .. } = self.rule;
        WakeError::NotIdle { operation: self.read.operation(), field, state: state.map(shown), wake_from, target }
    }

    fn timed_out(&self) -> NotWoken {
        let &Wake { field, within, .. } = self.rule;
        let state = self.shared.progress().state.clone().map(shown);
        WakeError::TimedOut { operation: self.read.operation(), field, state, within }.into()
    }
}

fn shown(state: String) -> String {
    show(&Value::String(state))
}
