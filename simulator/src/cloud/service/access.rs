use serde::{Deserialize, Serialize};

use crate::{ip_range::IpRange, refusal::Refusal};

/// An address or a range of addresses that may connect.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct IpAccessEntry {
    pub(super) source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
}

pub(super) fn check(entries: &[IpAccessEntry], field: &str) -> Result<(), Refusal> {
    match entries.iter().position(|entry| IpRange::parse(&entry.source).is_none()) {
        Some(index) => {
            Err(Refusal::bad_request(format_args!("{field}[{index}].source: neither an IP address nor a CIDR range")))
        }
        None => Ok(()),
    }
}
