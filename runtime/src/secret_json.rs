use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{
    Expose, Violation,
    validate::{Constraint, Path, Validate},
};

/// A JSON object that must not be shown. It is redacted in `Debug`, and has no `Serialize`. Only
/// [`SecretJson::expose_secret`] returns it. Unlike a [`Secret`](crate::Secret), it is not wiped from memory.
///
/// ```
/// use clickhouse_cloud_runtime::SecretJson;
///
/// let keys: SecretJson = serde_json::from_str(r#"{"key": "correct horse"}"#)?;
/// assert_eq!(format!("{keys:?}"), "SecretJson([REDACTED])");
/// assert_eq!(keys.expose_secret()["key"], "correct horse");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecretJson(Map<String, Value>);

impl SecretJson {
    /// Returns the object. Reviews should look at every call of this method.
    #[must_use]
    pub fn expose_secret(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl fmt::Debug for SecretJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretJson([REDACTED])")
    }
}

impl From<Map<String, Value>> for SecretJson {
    fn from(object: Map<String, Value>) -> Self {
        Self(object)
    }
}

impl<'de> Deserialize<'de> for SecretJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Map::deserialize(deserializer).map(Self)
    }
}

impl Expose for SecretJson {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl Validate for SecretJson {
    fn violations(&self, _: &[Constraint<'_>], _: &Path<'_>, _: &mut Vec<Violation>) {}
}
