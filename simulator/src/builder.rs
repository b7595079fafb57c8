use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use chrono::Utc;
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{
    clock::Clock,
    cloud::{Caller, Cloud, Role},
    document::Document,
    fault::{FaultRule, Faults},
    keyring::{InvalidKey, KeySource, Keyring, KnownKey},
    rate_limit::RateLimit,
    request_log::RequestLog,
    simulation::Simulation,
    simulator::{Simulator, StartError},
    state_file::{Saving, StateFile},
};

/// How a simulator is to be. What is not said is as at ClickHouse Cloud: real time, and 10 requests in 10 seconds.
#[derive(Clone)]
#[must_use = "a simulator is there once it is started"]
pub struct Builder {
    address: SocketAddr,
    allowed_hosts: Vec<String>,
    organizations: Vec<Declared>,
    seed: Option<u64>,
    speed: f64,
    rate_limit: Option<RateLimit>,
    faults: Vec<FaultRule>,
    state_file: Option<PathBuf>,
}

/// An organization that is to be there.
#[derive(Clone, Default)]
struct Declared {
    id: Option<Uuid>,
    keys: Vec<(Role, String, String)>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            address: (Ipv4Addr::LOCALHOST, 0).into(),
            allowed_hosts: Vec::new(),
            organizations: Vec::new(),
            seed: None,
            speed: 1.0,
            rate_limit: Some(RateLimit::default()),
            faults: Vec::new(),
            state_file: None,
        }
    }
}

impl Builder {
    /// Where to listen. Without it, a free port of 127.0.0.1.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Lets in requests for a host name that is neither `localhost` nor an address, such as the name of a container. A
    /// browser can be made to believe that any name leads to this machine, so all others are turned away.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.allowed_hosts.push(name.into());
        self
    }

    /// Adds an organization. Without any, there is one with an id made up.
    pub fn organization(mut self, id: Uuid) -> Self {
        self.organizations.push(Declared { id: Some(id), keys: Vec::new() });
        self
    }

    /// Adds a key with the admin role to the organization added last. An organization without any gets one made up. The
    /// state file holds a hash of the secret.
    pub fn key(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.add_key(Role::Admin, id.into(), secret.into())
    }

    /// Adds a key without the admin role to the organization added last.
    pub fn developer_key(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.add_key(Role::Developer, id.into(), secret.into())
    }

    fn add_key(mut self, role: Role, id: String, secret: String) -> Self {
        if self.organizations.is_empty() {
            self.organizations.push(Declared::default());
        }
        if let Some(organization) = self.organizations.last_mut() {
            organization.keys.push((role, id, secret));
        }
        self
    }

    /// Makes ids, passwords and random faults repeatable.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// How fast time goes by: at 60, a minute takes a second. Rate limits are in real time all the same, as clients are.
    pub fn speed(mut self, factor: f64) -> Self {
        self.speed = factor;
        self
    }

    /// Lets time stand still but for [`Simulator::advance`].
    pub fn manual_clock(self) -> Self {
        self.speed(0.0)
    }

    /// How often a key may be used.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Keys may be used as often as one likes.
    pub fn no_rate_limit(mut self) -> Self {
        self.rate_limit = None;
        self
    }

    /// Lets something go wrong from the beginning.
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }

    /// Keeps the state in a file, and goes on from there if the file exists.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Starts the simulator, on a thread of its own: it works in any async runtime, and for several of them.
    pub async fn start(self) -> Result<Simulator, StartError> {
        Simulator::launch(self).await
    }

    pub(crate) fn allowed_hosts(&self) -> &[String] {
        &self.allowed_hosts
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything that is there before the first request.
    pub(crate) fn build(self) -> Result<Simulation, StartError> {
        if !self.speed.is_finite() || self.speed < 0.0 {
            return Err(StartError::Speed(self.speed));
        }
        let document = Document::embedded().map_err(StartError::Document)?;
        let seed = self.seed.unwrap_or_else(|| fastrand::u64(..));
        let file = self.state_file.map(StateFile::open).transpose()?;
        let stored = file.as_ref().map(|file| file.load(document)).transpose()?.flatten();
        let now = Utc::now();
        // Time does not go backwards for a service that was here before.
        let (mut cloud, origin) =
            stored.map_or_else(|| (Cloud::new(seed), now), |(cloud, saved_at)| (cloud, saved_at.max(now)));
        let mut keyring = populate(&mut cloud, self.organizations)?;
        let mut source = KeySource::new(self.seed);
        keyring.make_up_missing(&mut cloud, &mut source)?;
        if self.address.ip().is_loopback() {
            keyring.sign_viewer_in(&cloud, &mut source)?;
        }
        let faults = Faults::new(document, seed);
        for rule in self.faults {
            faults.add(rule)?;
        }
        Ok(Simulation {
            document,
            clock: Clock::new(origin, self.speed),
            cloud: Mutex::new(cloud),
            keyring,
            rate_limit: self.rate_limit,
            requests: Mutex::default(),
            faults,
            log: RequestLog::default(),
            saving: file.map(Saving::new),
        })
    }
}

/// Adds what was declared to what there is, so that there is at least one organization.
fn populate(cloud: &mut Cloud, declared: Vec<Declared>) -> Result<Keyring, InvalidKey> {
    let mut keyring = Keyring::default();
    for Declared { id, keys } in declared {
        // Keys without an organization are for the first one, which may be there from before.
        let known = id.or_else(|| cloud.organizations().next());
        let organization = cloud.add_organization(known);
        for (role, id, secret) in keys {
            keyring.add(cloud, KnownKey::new(id, secret)?, Caller { organization, role });
        }
    }
    if cloud.organizations().next().is_none() {
        cloud.add_organization(None);
    }
    Ok(keyring)
}
