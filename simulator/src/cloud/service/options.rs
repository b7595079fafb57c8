use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The settings that change nothing else in the simulator, with the API's names.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    pub(super) is_readonly: bool,
    pub(super) release_channel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) byoc_id: Option<Uuid>,
    pub(crate) has_transparent_data_encryption: bool,
    pub(crate) profile: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compliance_type: Option<String>,
    pub(super) tags: Vec<Tag>,
    pub(super) enable_core_dumps: bool,
}

/// A tag. A service has one of each key.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Tag {
    pub(super) key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            is_readonly: false,
            release_channel: "default".to_owned(),
            byoc_id: None,
            has_transparent_data_encryption: false,
            profile: "v1-default".to_owned(),
            compliance_type: None,
            tags: Vec::new(),
            enable_core_dumps: true,
        }
    }
}
