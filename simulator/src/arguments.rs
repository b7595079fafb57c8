use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use clap::{CommandFactory, FromArgMatches, Parser};
use clickhouse_cloud_simulator::{Builder, FaultRule, InvalidRateLimit, RateLimit, Simulator};
use uuid::Uuid;

/// Speaks the ClickHouse Cloud API on this machine, to build and test against without an account.
#[derive(Parser)]
#[command(name = "clickhouse-cloud-simulator", version)]
pub(crate) struct Arguments {
    /// Where to listen; with port 0, on a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8123")]
    pub(crate) listen: SocketAddr,

    /// Adds an organization [default: one with an id made up].
    #[arg(long, value_name = "UUID")]
    organization: Vec<Uuid>,

    /// Adds a key to the organization named before it [default: one made up for each organization].
    #[arg(long, value_name = "ID:SECRET")]
    key: Vec<Key>,

    /// Adds a key without the admin role to the organization named before it.
    #[arg(long, value_name = "ID:SECRET")]
    developer_key: Vec<Key>,

    /// Makes ids, passwords and random faults repeatable.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// How fast time goes by: at 60, a minute takes a second; at 0, it moves only through /_simulator/clock.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    speed: f64,

    /// How often each key may be used, as REQUESTS/SECONDS, or `off`.
    #[arg(long, value_name = "LIMIT", default_value = "10/10s")]
    rate_limit: Limit,

    /// Lets something go wrong, like `createService=reset-after,times=2` or `*=bad-gateway,probability=0.1`.
    #[arg(long, value_name = "OPERATION=FAULT")]
    fault: Vec<FaultRule>,

    /// Keeps the state in a file across restarts.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Which of the keys belong to which organization, which is a matter of their order.
    #[arg(skip)]
    order: Order,
}

#[derive(Clone)]
struct Key {
    id: String,
    secret: String,
}

#[derive(Clone)]
enum Limit {
    Off,
    At(RateLimit),
}

/// The places of the arguments on the command line.
#[derive(Clone, Default)]
struct Order {
    organizations: Vec<usize>,
    keys: Vec<usize>,
    developer_keys: Vec<usize>,
}

impl Arguments {
    /// Reads the command line. If it makes no sense, says so and exits.
    pub(crate) fn read() -> Self {
        let matches = Self::command().get_matches();
        let mut arguments = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        let places = |name| matches.indices_of(name).map(Iterator::collect).unwrap_or_default();
        arguments.order = Order {
            organizations: places("organization"),
            keys: places("key"),
            developer_keys: places("developer_key"),
        };
        arguments
    }

    /// The simulator that is asked for.
    pub(crate) fn into_builder(self) -> Builder {
        let mut builder = Simulator::builder().listen(self.listen).speed(self.speed);
        let mut declarations: Vec<(usize, Declaration)> = Vec::new();
        let organizations = self.organization.into_iter().map(Declaration::Organization);
        declarations.extend(self.order.organizations.into_iter().zip(organizations));
        declarations.extend(self.order.keys.into_iter().zip(self.key.into_iter().map(Declaration::Key)));
        let developer_keys = self.developer_key.into_iter().map(Declaration::DeveloperKey);
        declarations.extend(self.order.developer_keys.into_iter().zip(developer_keys));
        declarations.sort_by_key(|(place, _)| *place);
        for (_, declaration) in declarations {
            builder = match declaration {
                Declaration::Organization(id) => builder.organization(id),
                Declaration::Key(Key { id, secret }) => builder.key(id, secret),
                Declaration::DeveloperKey(Key { id, secret }) => builder.developer_key(id, secret),
            };
        }
        builder = match self.rate_limit {
            Limit::Off => builder.no_rate_limit(),
            Limit::At(limit) => builder.rate_limit(limit),
        };
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(path) = self.state {
            builder = builder.state_file(path);
        }
        self.fault.into_iter().fold(builder, Builder::fault)
    }
}

/// An organization or a key, as they come one after the other.
enum Declaration {
    Organization(Uuid),
    Key(Key),
    DeveloperKey(Key),
}

impl FromStr for Key {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some((id, secret)) if !id.is_empty() && !secret.is_empty() => {
                Ok(Self { id: id.to_owned(), secret: secret.to_owned() })
            }
            _ => Err("a key is written ID:SECRET"),
        }
    }
}

impl FromStr for Limit {
    type Err = InvalidRateLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::At) }
    }
}
