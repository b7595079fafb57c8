use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use uuid::Uuid;

use crate::{
    clock::Clock,
    cloud::Cloud,
    fault::{FaultRule, Faults},
    keyring::{InvalidKey, KeySource, Keyring, KnownKey},
    kinds::{self, role::SystemRole},
    rate_limit::RateLimit,
    request_log::RequestLog,
    resources::Models,
    simulation::Simulation,
    simulator::{Simulator, StartError},
    state_file::{Saving, StateFile},
};

/// Settings of a simulator. The defaults are those of ClickHouse Cloud: real time, and 10 requests in 10 seconds.
#[derive(Clone)]
#[must_use = "a builder does nothing until it is started"]
pub struct Builder {
    address: SocketAddr,
    allowed_hosts: Vec<String>,
    organizations: Vec<NewOrganization>,
    seed: Option<u64>,
    speed: f64,
    rate_limit: Option<RateLimit>,
    faults: Vec<FaultRule>,
    state_file: Option<PathBuf>,
    /// The kinds of another document than that of this package.
    models: Option<&'static Models>,
}

/// An organization that is added at the start.
#[derive(Clone, Default)]
struct NewOrganization {
    id: Option<Uuid>,
    keys: Vec<(SystemRole, String, String)>,
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
            models: None,
        }
    }
}

impl Builder {
    /// Sets the address to listen on. The default is a free port of 127.0.0.1.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Allows requests for a host name that is neither `localhost` nor an address, such as the name of a container. All
    /// other names are refused, because a browser can be made to resolve any name to this machine.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.allowed_hosts.push(name.into());
        self
    }

    /// Adds an organization. The default is one with a generated id.
    pub fn organization(mut self, id: Uuid) -> Self {
        self.organizations.push(NewOrganization { id: Some(id), ..NewOrganization::default() });
        self
    }

    /// Adds a key with the role Admin to the organization added last. An organization without keys gets a generated one.
    /// A key that is added to several organizations belongs to all of them. The state file holds a hash of the secret.
    pub fn key(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.add_key(SystemRole::Admin, id.into(), secret.into())
    }

    /// Adds a key with the role Developer to the organization added last.
    pub fn developer_key(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.add_key(SystemRole::Developer, id.into(), secret.into())
    }

    fn add_key(mut self, role: SystemRole, id: String, secret: String) -> Self {
        self.last_organization().keys.push((role, id, secret));
        self
    }

    fn last_organization(&mut self) -> &mut NewOrganization {
        if self.organizations.is_empty() {
            self.organizations.push(NewOrganization::default());
        }
        let last = self.organizations.len() - 1;
        &mut self.organizations[last]
    }

    /// Sets the seed of ids, passwords and random faults, which makes them repeatable.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets the speed of the clock: at 60, a minute takes a second. Rate limits are in real time at any speed, as clients are.
    pub fn speed(mut self, factor: f64) -> Self {
        self.speed = factor;
        self
    }

    /// Stops the clock, which only [`Simulator::advance`] then moves.
    pub fn manual_clock(self) -> Self {
        self.speed(0.0)
    }

    /// Sets the rate limit of each key.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Removes the rate limit.
    pub fn no_rate_limit(mut self) -> Self {
        self.rate_limit = None;
        self
    }

    /// Adds a fault that applies from the start.
    pub fn fault(mut self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }

    /// Keeps the state in a file, and starts from the state in it if the file exists.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    /// Starts the simulator on a thread of its own, so that it works with any async runtime.
    pub async fn start(self) -> Result<Simulator, StartError> {
        Simulator::launch(self).await
    }

    /// Simulates the kinds of another document.
    #[cfg(test)]
    pub(crate) fn models(mut self, models: &'static Models) -> Self {
        self.models = Some(models);
        self
    }

    pub(crate) fn allowed_hosts(&self) -> &[String] {
        &self.allowed_hosts
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the simulation before the first request.
    pub(crate) fn build(self) -> Result<Simulation, StartError> {
        if !self.speed.is_finite() || self.speed < 0.0 {
            return Err(StartError::Speed(self.speed));
        }
        let models = self.models.map_or_else(kinds::embedded, Ok).map_err(StartError::Document)?;
        let document = models.document();
        let seed = self.seed.unwrap_or_else(|| fastrand::u64(..));
        let file = self.state_file.map(StateFile::open).transpose()?;
        let stored = file.as_ref().map(|file| file.load(models)).transpose()?.flatten();
        let now = Utc::now();
        // For stored services, time must not go backwards.
        let (mut cloud, origin) =
            stored.map_or_else(|| (Cloud::new(seed), now), |(cloud, saved_at)| (cloud, saved_at.max(now)));
        let mut keyring = populate(&mut cloud, models, self.organizations, origin)?;
        let mut source = KeySource::new(self.seed);
        keyring.generate_missing(&mut cloud, models, &mut source, origin)?;
        if self.address.ip().is_loopback() {
            keyring.add_viewer(&cloud, models, &mut source)?;
        }
        let faults = Faults::new(document, seed);
        for rule in self.faults {
            faults.add(rule)?;
        }
        Ok(Simulation {
            document,
            models,
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

/// Adds organizations and keys to the cloud, which has at least one organization afterwards.
fn populate(
    cloud: &mut Cloud,
    models: &Models,
    added: Vec<NewOrganization>,
    now: DateTime<Utc>,
) -> Result<Keyring, InvalidKey> {
    let mut keyring = Keyring::default();
    // A file of an earlier version has organizations without roles and members.
    for stored in cloud.organizations().collect::<Vec<_>>() {
        cloud.add_organization(models, Some(stored), now);
    }
    for NewOrganization { id, keys } in added {
        // Keys without an organization are for the first one, which may be a stored one.
        let known = id.or_else(|| cloud.organizations().next());
        let organization = cloud.add_organization(models, known, now);
        for (role, id, secret) in keys {
            keyring.add(cloud, models, KnownKey::new(id, secret)?, organization, role, now);
        }
    }
    if cloud.organizations().next().is_none() {
        cloud.add_organization(models, None, now);
    }
    Ok(keyring)
}
