use std::net::IpAddr;

/// An IP address, or a range of addresses in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IpRange {
    address: IpAddr,
    /// The number of bits that all addresses have in common.
    prefix: u32,
}

impl IpRange {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address = address.parse().ok()?;
        let longest = match address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        };
        let prefix = prefix.map_or(Some(longest), |prefix| prefix.parse::<u8>().ok().map(u32::from))?;
        (prefix <= longest).then_some(Self { address, prefix })
    }

    /// Returns whether an address is in the range. A range of all addresses has those of both families.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let differing = match (self.address, address.to_canonical()) {
            _ if self.prefix == 0 => return true,
            (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
            _ => return false,
        };
        differing >= self.prefix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ranges_of_both_families() {
        for source in ["203.0.113.7", "203.0.113.0/24", "0.0.0.0/0", "::/0", "2001:db8::1/128"] {
            assert!(IpRange::parse(source).is_some(), "{source}");
        }
        for source in ["", "203.0.113.0/33", "2001:db8::/129", "203.0.113", "203.0.113.0/", "anywhere", "::1/x"] {
            assert_eq!(IpRange::parse(source), None, "{source}");
        }
    }

    #[test]
    fn a_range_has_the_addresses_with_its_prefix() {
        for (range, address, is_in) in [
            ("203.0.113.7", "203.0.113.7", true),
            ("203.0.113.7", "203.0.113.6", false),
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.112.255", false),
            ("203.0.113.0/24", "::ffff:203.0.113.7", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("2001:db8::/32", "203.0.113.7", false),
            ("0.0.0.0/0", "::1", true),
            ("::/0", "127.0.0.1", true),
        ] {
            let range = IpRange::parse(range).unwrap();
            assert_eq!(range.contains(address.parse().unwrap()), is_in, "{range:?} {address}");
        }
    }
}
