use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// An address or a range of addresses that may connect.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IpAccessEntry {
    pub(super) source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

pub(super) fn check(entries: &[IpAccessEntry], field: &str) -> Result<(), Refusal> {
    match entries.iter().position(|entry| !is_address_or_range(&entry.source)) {
        Some(index) => {
            Err(Refusal::bad_request(format_args!("{field}[{index}].source: neither an IP address nor a CIDR range")))
        }
        None => Ok(()),
    }
}

fn is_address_or_range(source: &str) -> bool {
    let (address, prefix) = source.split_once('/').map_or((source, None), |(address, prefix)| (address, Some(prefix)));
    let longest = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|length| length <= longest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ranges_of_both_families() {
        for source in ["203.0.113.7", "203.0.113.0/24", "0.0.0.0/0", "::/0", "2001:db8::1/128"] {
            assert!(is_address_or_range(source), "{source}");
        }
        for source in ["", "203.0.113.0/33", "2001:db8::/129", "203.0.113", "203.0.113.0/", "anywhere", "::1/x"] {
            assert!(!is_address_or_range(source), "{source}");
        }
    }
}
