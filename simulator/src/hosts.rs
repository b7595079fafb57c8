use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The host names and addresses by which requests may name this machine.
///
/// This is against DNS rebinding: a page whose name is made to resolve to this machine has the same origin as the simulator
/// for a browser, which then lets it read everything. It cannot change the `Host` header, however. Addresses do not use
/// the DNS. The port does not matter, and differs if it is forwarded.
pub(crate) struct Hosts {
    listening: IpAddr,
    allowed: Vec<Host>,
}

#[derive(PartialEq, Eq)]
enum Host {
    /// A name in lower case.
    Name(String),
    Address(IpAddr),
}

/// A text is neither a host name nor an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a host; give a name or an address, without a scheme, a port and a path")]
pub struct InvalidHost(String);

impl Hosts {
    pub(crate) fn new(listening: IpAddr, allowed: &[String]) -> Result<Self, InvalidHost> {
        let parse = |text: &String| Host::parse(text).ok_or_else(|| InvalidHost(text.clone()));
        Ok(Self { listening, allowed: allowed.iter().map(parse).collect::<Result<_, _>>()? })
    }

    /// Returns whether requests for a host, without its port, are allowed.
    pub(crate) fn allows(&self, host: &str) -> bool {
        let Some(host) = Host::parse(host) else { return false };
        let is_own = match &host {
            Host::Name(name) => name == "localhost",
            Host::Address(address) => {
                address.is_loopback() || !self.listening.is_loopback() || *address == self.listening
            }
        };
        is_own || self.allowed.contains(&host)
    }
}

impl Host {
    fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
        if let Ok(address) = bare.unwrap_or(text).parse::<Ipv6Addr>() {
            return Some(Self::Address(IpAddr::V6(address).to_canonical()));
        }
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Some(Self::Address(address.into()));
        }
        let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        (!text.is_empty() && is_name(text)).then(|| Self::Name(text.to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listening: &str, allowed: &[&str]) -> Hosts {
        let allowed: Vec<String> = allowed.iter().map(|&host| host.to_owned()).collect();
        Hosts::new(listening.parse().unwrap(), &allowed).unwrap()
    }

    #[test]
    fn localhost_and_addresses_are_allowed() {
        for listening in ["127.0.0.1", "::1", "0.0.0.0", "::"] {
            let hosts = hosts(listening, &[]);
            for host in ["localhost", "LocalHost", "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]"] {
                assert!(hosts.allows(host), "{host} at {listening}");
            }
            for host in ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.1", "[::1", "a b"]
            {
                assert!(!hosts.allows(host), "{host} at {listening}");
            }
            let reachable = !listening.parse::<IpAddr>().unwrap().is_loopback();
            assert_eq!(hosts.allows("192.0.2.1"), reachable, "{listening}");
        }
    }

    #[test]
    fn other_names_have_to_be_allowed() {
        let hosts = hosts("127.0.0.1", &["Simulator", "192.0.2.1", "::2"]);
        for host in ["simulator", "SIMULATOR", "192.0.2.1", "[::2]"] {
            assert!(hosts.allows(host), "{host}");
        }
        for host in ["simulator.example", "192.0.2.2", "[::3]"] {
            assert!(!hosts.allows(host), "{host}");
        }
        for wrong in ["", "http://simulator", "simulator:8123", "simulator/", "*", "\u{fc}ber"] {
            assert!(Hosts::new(Ipv4Addr::LOCALHOST.into(), &[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
