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
    /// The address to listen on; with port 0, a free port.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8123")]
    pub(crate) listen: SocketAddr,

    /// Adds an organization [default: one with a generated id].
    #[arg(long, value_name = "UUID")]
    organization: Vec<Uuid>,

    /// Allows requests for this host name, such as that of a container; `localhost` and addresses are always allowed.
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,

    /// Adds the keys in a file, each in a line of its own as ID:SECRET, to the organization named before it [default: a
    /// generated key for each organization].
    #[arg(long, value_name = "FILE")]
    key_file: Vec<PathBuf>,

    /// Adds the keys in a file with the role Developer.
    #[arg(long, value_name = "FILE")]
    developer_key_file: Vec<PathBuf>,

    /// Adds a key to the organization named before it. Everybody on this machine can read it: see --key-file.
    #[arg(long, value_name = "ID:SECRET")]
    key: Vec<UnparsedKey>,

    /// Adds a key with the role Developer to the organization named before it. Everybody on this machine can read it.
    #[arg(long, value_name = "ID:SECRET")]
    developer_key: Vec<UnparsedKey>,

    /// The seed of ids, passwords and random faults, which makes them repeatable.
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,

    /// The speed of the clock: at 60, a minute takes a second; at 0, only /_simulator/clock advances it.
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    speed: f64,

    /// The rate limit of each key, as REQUESTS/SECONDS, or `off`.
    #[arg(long, value_name = "LIMIT", default_value = "10/10s")]
    rate_limit: Limit,

    /// Adds a fault, like `createService=reset-after,times=2` or `*=bad-gateway,probability=0.1`.
    #[arg(long, value_name = "OPERATION=FAULT")]
    fault: Vec<FaultRule>,

    /// Keeps the state in a file across restarts; of keys, only ids and hashes of secrets.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// The order of organizations and keys, by which keys belong to organizations.
    #[arg(skip)]
    order: Order,
}

/// The text of a key, parsed later: clap would repeat an invalid one on stderr.
#[derive(Clone)]
struct UnparsedKey(String);

#[derive(Clone)]
enum Limit {
    Off,
    At(RateLimit),
}

/// The indices of the arguments on the command line.
#[derive(Clone, Default)]
struct Order {
    organizations: Vec<usize>,
    keys: Vec<usize>,
    developer_keys: Vec<usize>,
    key_files: Vec<usize>,
    developer_key_files: Vec<usize>,
}

impl Arguments {
    /// Parses the command line. Prints an error and exits if it is invalid.
    pub(crate) fn parse_command_line() -> Self {
        let matches = Self::command().get_matches();
        let mut arguments = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        let indices = |name| matches.indices_of(name).map(Iterator::collect).unwrap_or_default();
        arguments.order = Order {
            organizations: indices("organization"),
            keys: indices("key"),
            developer_keys: indices("developer_key"),
            key_files: indices("key_file"),
            developer_key_files: indices("developer_key_file"),
        };
        arguments
    }

    /// Returns the builder of the simulator, with the keys of files and of the environment.
    pub(crate) fn into_builder(self) -> anyhow::Result<Builder> {
        let Order { organizations, keys, developer_keys, key_files, developer_key_files } = self.order;
        let mut declarations: Vec<(usize, Declaration)> = Vec::new();
        declarations
            .extend(organizations.into_iter().zip(self.organization.into_iter().map(Declaration::Organization)));
        for (flag, role, indices, given) in [
            ("--key", Role::Admin, keys, self.key),
            ("--developer-key", Role::Developer, developer_keys, self.developer_key),
        ] {
            for (index, UnparsedKey(text)) in indices.into_iter().zip(given) {
                declarations.push((index, Declaration::Key(role, keys::parse(&text).context(flag)?)));
            }
        }
        for (role, indices, files) in
            [(Role::Admin, key_files, self.key_file), (Role::Developer, developer_key_files, self.developer_key_file)]
        {
            for (index, file) in indices.into_iter().zip(files) {
                declarations.extend(keys::read(&file)?.into_iter().map(|key| (index, Declaration::Key(role, key))));
            }
        }
        declarations.sort_by_key(|(index, _)| *index);
        let mut declarations: Vec<Declaration> = declarations.into_iter().map(|(_, declaration)| declaration).collect();
        // The keys of the environment are for the first organization, after its keys of the command line.
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

/// An organization or a key, in the order of the command line.
enum Declaration {
    Organization(Uuid),
    Key(Role, Key),
}

impl FromStr for UnparsedKey {
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
