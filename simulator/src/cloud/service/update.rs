use serde::Deserialize;

use super::{IpAccessEntry, Service, Tag, Tier, access};
use crate::{list_update::ListUpdate, refusal::Refusal};

const MAX_TAGS: usize = 50;

/// Changes to the settings of a service.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Update {
    name: Option<String>,
    ip_access_list: Option<ListUpdate<IpAccessEntry>>,
    pub(crate) private_endpoint_ids: Option<ListUpdate<String>>,
    pub(crate) release_channel: Option<String>,
    #[serde(default)]
    endpoints: Vec<EndpointSetting>,
    transparent_data_encryption_key_id: Option<String>,
    tags: Option<ListUpdate<Tag>>,
    enable_core_dumps: Option<bool>,
}

/// Whether an endpoint is on.
#[derive(Deserialize)]
pub(crate) struct EndpointSetting {
    protocol: String,
    enabled: bool,
}

impl Service {
    /// Makes the changes. After a refusal, some of them may be made.
    pub(crate) fn update(&mut self, update: Update) -> Result<(), Refusal> {
        self.name = update.name.unwrap_or_else(|| self.name.clone());
        if let Some(entries) = update.ip_access_list {
            access::check(&entries.add, "ipAccessList.add")?;
            access::check(&entries.remove, "ipAccessList.remove")?;
            entries.apply(&mut self.ip_access_list, |one, other| one.source == other.source);
        }
        if let Some(ids) = update.private_endpoint_ids {
            ids.apply(&mut self.private_endpoint_ids, |one, other| one == other);
        }
        if let Some(channel) = update.release_channel {
            check_release_channel(self.tier, &channel)?;
            self.set_release_channel(channel);
        }
        self.set_endpoints(&update.endpoints)?;
        if let Some(key) = update.transparent_data_encryption_key_id {
            if !self.options.has_transparent_data_encryption {
                let message =
                    "transparentDataEncryptionKeyId: the data of the service is not encrypted with such a key";
                return Err(Refusal::bad_request(message));
            }
            self.encryption.data_key_id = Some(key);
        }
        if let Some(tags) = update.tags {
            self.update_tags(tags)?;
        }
        self.options.enable_core_dumps = update.enable_core_dumps.unwrap_or(self.options.enable_core_dumps);
        Ok(())
    }

    /// Sets the release channel, which all services of a data warehouse share.
    pub(crate) fn set_release_channel(&mut self, channel: String) {
        self.options.release_channel = channel;
    }

    pub(super) fn set_endpoints(&mut self, settings: &[EndpointSetting]) -> Result<(), Refusal> {
        for EndpointSetting { protocol, enabled } in settings {
            if protocol != "mysql" {
                return Err(Refusal::bad_request(format_args!("endpoints: {protocol} is always on")));
            }
            self.has_mysql_endpoint = *enabled;
        }
        Ok(())
    }

    /// Changes the tags. As in the API, the key alone tells which tag to remove.
    pub(super) fn update_tags(&mut self, update: ListUpdate<Tag>) -> Result<(), Refusal> {
        update.apply(&mut self.options.tags, |one, other| one.key == other.key);
        if self.options.tags.len() > MAX_TAGS {
            return Err(Refusal::bad_request(format_args!("tags: a service has at most {MAX_TAGS}")));
        }
        Ok(())
    }
}

pub(super) fn check_release_channel(tier: Option<Tier>, channel: &str) -> Result<(), Refusal> {
    if tier == Some(Tier::Development) && channel != "default" {
        return Err(Refusal::bad_request("releaseChannel: development services have the default one"));
    }
    Ok(())
}
