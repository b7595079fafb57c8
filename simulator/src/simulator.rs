use std::{
    error::Error,
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{
    net::{TcpListener, TcpSocket},
    runtime::Runtime,
    sync::oneshot,
};
use uuid::Uuid;

use crate::{
    builder::Builder,
    document::DocumentError,
    fault::{Faults, InvalidFault},
    hosts::{Hosts, InvalidHost},
    keyring::{InvalidKey, KnownKey},
    request_log::RequestLog,
    resources::InvalidState,
    server::{Server, serve},
    simulation::Simulation,
    state_file::StateFileError,
};

/// The number of connections that may wait to be accepted.
const BACKLOG: u32 = 4096;

/// A running simulator. Dropping it stops it.
pub struct Simulator {
    simulation: Arc<Simulation>,
    address: SocketAddr,
    organization: Uuid,
    key: KnownKey,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// The simulator cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}{}", if is_in_use(source) { "; choose another port" } else { "" })]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The operating system lacks a resource that a server needs.
    #[error("cannot start a server")]
    System(#[from] io::Error),
    /// The state cannot be read or written.
    #[error(transparent)]
    StateFile(#[from] StateFileError),
    /// A key is invalid.
    #[error(transparent)]
    Key(#[from] InvalidKey),
    /// An allowed host is invalid.
    #[error(transparent)]
    Host(#[from] InvalidHost),
    /// A fault rule is invalid.
    #[error(transparent)]
    Fault(#[from] InvalidFault),
    /// The speed is invalid.
    #[error("the speed has to be a number from 0 up, not {0}")]
    Speed(f64),
    /// The embedded document cannot be used.
    #[error(transparent)]
    Document(&'static DocumentError),
}

fn is_in_use(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::AddrInUse
}

impl Simulator {
    /// Starts a simulator of one organization with one key, on a free port of 127.0.0.1.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Returns a builder, which starts a simulator with other settings.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) async fn launch(builder: Builder) -> Result<Self, StartError> {
        let (report, reported) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread =
            thread::Builder::new().name("simulator".to_owned()).spawn(move || run(builder, report, stopped))?;
        let (simulation, address) = reported.await.map_err(io::Error::other)??;
        let found = credentials(&simulation).ok_or_else(|| io::Error::other("no organization has a key"));
        let (organization, key) = found?;
        Ok(Self { simulation, address, organization, key, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns the address that the simulator listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL for a client on this machine, without a slash at its end.
    #[must_use]
    pub fn base_url(&self) -> String {
        let mut address = self.address;
        match address {
            SocketAddr::V4(v4) if v4.ip().is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            SocketAddr::V6(v6) if v6.ip().is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("http://{address}")
    }

    /// Returns the id of the first organization.
    #[must_use]
    pub fn organization(&self) -> Uuid {
        self.organization
    }

    /// Returns the id and the secret of a key of the first organization. The secrets of keys that are only in the state
    /// file are not known: if there are no others, this is a key generated for this start.
    #[must_use]
    pub fn key(&self) -> (&str, &str) {
        (&self.key.id, &self.key.secret)
    }

    /// Returns the environment variables of the document that point a client to this simulator.
    #[must_use]
    pub fn client_env(&self) -> [(&'static str, String); 3] {
        let names = self.simulation.document.environment();
        let KnownKey { id: key, secret } = self.key.clone();
        [(names.url.as_str(), self.base_url()), (names.key.as_str(), key), (names.secret.as_str(), secret)]
    }

    /// Returns the time of the clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.simulation.clock.now()
    }

    /// Advances the clock: services change their states, backups are made, rate limits end.
    pub fn advance(&self, by: Duration) {
        self.simulation.clock.advance(by);
    }

    /// Sets the state of a resource, as something outside of the API does: the owner of a source accepts a reverse private
    /// endpoint (`Ready`) or rejects it (`Rejected`), the source of a ClickPipe fails (`Failed`), or a Postgres service cannot
    /// be reached (`unavailable`). Services have no states that can be set.
    ///
    /// # Errors
    /// If there is no such resource, or the document does not have the state.
    pub fn set_state(&self, id: Uuid, state: &str) -> Result<(), InvalidState> {
        self.simulation.set_state(id, state)
    }

    /// Returns the faults.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.simulation.faults
    }

    /// Returns the log of requests.
    #[must_use]
    pub fn log(&self) -> &RequestLog {
        &self.simulation.log
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The thread logs its own errors.
            _ = thread.join();
        }
    }
}

type Report = oneshot::Sender<Result<(Arc<Simulation>, SocketAddr), StartError>>;

/// Runs the thread of the simulator.
fn run(builder: Builder, report: Report, stopped: oneshot::Receiver<()>) {
    let (runtime, listener, server) = match prepare(builder) {
        Ok(prepared) => prepared,
        Err(error) => {
            // The caller may not wait any more.
            _ = report.send(Err(error));
            return;
        }
    };
    let simulation = Arc::clone(&server.simulation);
    if report.send(Ok((Arc::clone(&simulation), server.address))).is_err() {
        return;
    }
    runtime.block_on(serve(listener, server, stopped));
    // Changes without a response may still be being saved.
    drop(runtime);
    if let Err(error) = simulation.save_now() {
        tracing::error!(error = &error as &dyn Error, "the state is not saved");
    }
}

fn prepare(builder: Builder) -> Result<(Runtime, TcpListener, Server), StartError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let address = builder.address();
    let listener =
        runtime.block_on(async { listen(address) }).map_err(|source| StartError::Listen { address, source })?;
    let address = listener.local_addr()?;
    let hosts = Arc::new(Hosts::new(address.ip(), builder.allowed_hosts())?);
    let simulation = Arc::new(builder.build()?);
    // Generated keys have to be there after a restart, and a file that cannot be written is reported at the start.
    simulation.save_now()?;
    Ok((runtime, listener, Server { simulation, hosts, address }))
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // On Unix, this allows to listen on a port again at once; on Windows it would allow two listeners.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Returns the first organization and a key of it. A simulation always has both.
fn credentials(simulation: &Simulation) -> Option<(Uuid, KnownKey)> {
    let organization = simulation.cloud.lock().organizations().next()?;
    Some((organization, simulation.keyring.key_of(organization)?.clone()))
}
