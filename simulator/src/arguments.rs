use std::{convert::Infallible, net::SocketAddr, path::PathBuf, str::FromStr};

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches, Parser};
use clickhouse_cloud_simulator::{Builder, FaultRule, InvalidRateLimit, RateLimit, Simulator};
use uuid::Uuid;

use crate::keys::{self, Environment, Key, Role};

/// Speaks the ClickHouse Cloud API on this machine, to build and test against without an account.
#[derive(Parser)]
#[command(name = "clickhouse-cloud-simulator", version, after_help = keys::ENVIRONMENT_HELP)]
pub(crate) struct Arguments {
    /// Where to listen; with port 0, on a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8123")]
    pub(crate) listen: SocketAddr,

    /// Adds an organization [default: one with an id made up].
    #[arg(long, value_name = "UUID")]
    organization: Vec<Uuid>,

    /// Lets in requests for this host name too, such as that of a container; `localhost` and addresses need no permission.
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,

    /// Adds the keys in a file, each in a line of its own as ID:SECRET, to the organization named before it [default: a
    /// key made up for each organization].
    #[arg(long, value_name = "FILE")]
    key_file: Vec<PathBuf>,

    /// Adds the keys in a file without the admin role.
    #[arg(long, value_name = "FILE")]
    developer_key_file: Vec<PathBuf>,

    /// Adds a key to the organization named before it. Everybody on this machine can read it: see --key-file.
    #[arg(long, value_name = "ID:SECRET")]
    key: Vec<Unread>,

    /// Adds a key without the admin role to the organization named before it. Everybody on this machine can read it.
    #[arg(long, value_name = "ID:SECRET")]
    developer_key: Vec<Unread>,

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

    /// Keeps the state in a file across restarts; of keys, their ids and hashes of their secrets.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Which of the keys belong to which organization, which is a matter of their order.
    #[arg(skip)]
    order: Order,
}

/// The text of a key. It is read later, because what cannot be read here is repeated on stderr.
#[derive(Clone)]
struct Unread(String);

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
    key_files: Vec<usize>,
    developer_key_files: Vec<usize>,
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
            key_files: places("key_file"),
            developer_key_files: places("developer_key_file"),
        };
        arguments
    }

    /// Returns the simulator that is asked for, with the keys of files and of the environment.
    pub(crate) fn into_builder(self) -> anyhow::Result<Builder> {
        let Order { organizations, keys, developer_keys, key_files, developer_key_files } = self.order;
        let mut declarations: Vec<(usize, Declaration)> = Vec::new();
        declarations
            .extend(organizations.into_iter().zip(self.organization.into_iter().map(Declaration::Organization)));
        for (flag, role, places, given) in [
            ("--key", Role::Admin, keys, self.key),
            ("--developer-key", Role::Developer, developer_keys, self.developer_key),
        ] {
            for (place, Unread(text)) in places.into_iter().zip(given) {
                declarations.push((place, Declaration::Key(role, keys::parse(&text).context(flag)?)));
            }
        }
        for (role, places, files) in
            [(Role::Admin, key_files, self.key_file), (Role::Developer, developer_key_files, self.developer_key_file)]
        {
            for (place, file) in places.into_iter().zip(files) {
                declarations.extend(keys::read(&file)?.into_iter().map(|key| (place, Declaration::Key(role, key))));
            }
        }
        declarations.sort_by_key(|(place, _)| *place);
        let mut declarations: Vec<Declaration> = declarations.into_iter().map(|(_, declaration)| declaration).collect();
        // The keys of the environment are for the first organization, after those that the command line has for it.
        let second = declarations.iter().skip(1).position(|one| matches!(one, Declaration::Organization(_)));
        let end_of_first = second.map_or(declarations.len(), |index| index + 1);
        let of_environment = Environment::read()?.keys.into_iter().map(|(role, key)| Declaration::Key(role, key));
        declarations.splice(end_of_first..end_of_first, of_environment);

        let mut builder = Simulator::builder().listen(self.listen).speed(self.speed);
        for declaration in declarations {
            builder = match declaration {
                Declaration::Organization(id) => builder.organization(id),
                Declaration::Key(Role::Admin, Key { id, secret }) => builder.key(id, secret),
                Declaration::Key(Role::Developer, Key { id, secret }) => builder.developer_key(id, secret),
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
        builder = self.allow_host.into_iter().fold(builder, Builder::allow_host);
        Ok(self.fault.into_iter().fold(builder, Builder::fault))
    }
}

/// An organization or a key, as they come one after the other.
enum Declaration {
    Organization(Uuid),
    Key(Role, Key),
}

impl FromStr for Unread {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Limit {
    type Err = InvalidRateLimit;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::At) }
    }
}
