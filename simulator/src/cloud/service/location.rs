use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{identity, refusal::Refusal};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Provider {
    Aws,
    Gcp,
    Azure,
}

/// The provider and the region of a service, and the first label of its host names.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Location {
    provider: Provider,
    region: String,
    label: String,
}

impl Location {
    pub(super) fn new(provider: Provider, region: String, label: String) -> Result<Self, Refusal> {
        if Provider::of(&region) == provider {
            Ok(Self { provider, region, label })
        } else {
            Err(Refusal::bad_request(format_args!("region: {region} is not a region of {}", provider.as_str())))
        }
    }

    pub(crate) fn provider(&self) -> Provider {
        self.provider
    }

    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// Returns the endpoints that clients connect to.
    pub(super) fn endpoints(&self, with_mysql: bool) -> Value {
        let host = format!("{}.{}.{}.clickhouse.cloud", self.label, self.region, self.provider.as_str());
        let mut endpoints = vec![
            json!({ "protocol": "https", "host": host, "port": 8443, "username": null }),
            json!({ "protocol": "nativesecure", "host": host, "port": 9440, "username": null }),
        ];
        if with_mysql {
            let username = format!("mysql4{}", self.label);
            endpoints.push(json!({ "protocol": "mysql", "host": host, "port": 3306, "username": username }));
        }
        Value::Array(endpoints)
    }

    /// Returns the role for objects in S3, which only services on AWS have.
    pub(super) fn iam_role(&self) -> Option<String> {
        let Self { label, region, .. } = self;
        (self.provider == Provider::Aws).then(|| format!("arn:aws:iam::111122223333:role/CH-S3-{label}-{region}"))
    }

    /// Returns the name of the key that data is encrypted with.
    pub(super) fn data_key_id(&self) -> String {
        let Self { label, region, .. } = self;
        match self.provider {
            Provider::Aws => format!("arn:aws:kms:{region}:111122223333:key/{label}"),
            Provider::Gcp => format!("projects/simulated/locations/{region}/keyRings/clickhouse/cryptoKeys/{label}"),
            Provider::Azure => format!("https://clickhouse-{region}.vault.azure.net/keys/{label}"),
        }
    }

    /// Returns the role that uses such a key, which only services on AWS have.
    pub(super) fn encryption_role(&self) -> Option<String> {
        let Self { label, region, .. } = self;
        (self.provider == Provider::Aws).then(|| format!("arn:aws:iam::111122223333:role/CH-TDE-{label}-{region}"))
    }

    pub(super) fn private_endpoint_config(&self, service: Uuid) -> Value {
        let Self { label, region, .. } = self;
        let uuid = identity::derived(service, u64::MAX).uuid();
        let id = uuid.simple();
        let (service_id, host) = match self.provider {
            Provider::Aws => (
                format!("com.amazonaws.vpce.{region}.vpce-svc-{:.17}", id.to_string()),
                format!("{label}.{region}.vpce.aws.clickhouse.cloud"),
            ),
            Provider::Gcp => (
                format!("projects/simulated/regions/{region}/serviceAttachments/clickhouse-{id}"),
                format!("{label}.{region}.p.gcp.clickhouse.cloud"),
            ),
            Provider::Azure => (
                format!("clickhouse.{uuid}.{region}.azure.privatelinkservice"),
                format!("{label}.{region}.privatelink.azure.clickhouse.cloud"),
            ),
        };
        json!({ "endpointServiceId": service_id, "privateDnsHostname": host })
    }
}

impl Provider {
    /// Returns the provider of a region, which follows from its form: `us-east-1`, `us-east1`, `eastus`.
    pub(crate) fn of(region: &str) -> Self {
        match region.rsplit_once('-') {
            Some((_, end)) if end.bytes().all(|byte| byte.is_ascii_digit()) => Self::Aws,
            Some(_) => Self::Gcp,
            None => Self::Azure,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Gcp => "gcp",
            Self::Azure => "azure",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_provider_follows_from_the_region() {
        for (region, provider) in [
            ("us-east-1", Provider::Aws),
            ("ap-southeast-2", Provider::Aws),
            ("us-east1", Provider::Gcp),
            ("europe-west4", Provider::Gcp),
            ("germanywestcentral", Provider::Azure),
            ("westus3", Provider::Azure),
        ] {
            assert_eq!(Provider::of(region), provider, "{region}");
        }
    }
}
