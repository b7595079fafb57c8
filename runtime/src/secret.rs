use std::{collections::BTreeMap, fmt};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    Patch, Violation,
    members::Omittable,
    validate::{Constraint, Path, Validate},
};

/// A text that must not be shown. It is redacted in `Debug`, has no `Display` and no `Serialize`, and is wiped from
/// memory when it is dropped. Only [`Secret::expose_secret`] returns it.
///
/// ```
/// use clickhouse_cloud_runtime::Secret;
///
/// let password = Secret::from("correct horse");
/// assert_eq!(format!("{password:?}"), "Secret([REDACTED])");
/// assert_eq!(password.expose_secret(), "correct horse");
/// ```
#[derive(Clone, Default)]
pub struct Secret(SecretString);

impl Secret {
    /// Returns the text. Reviews should look at every call of this method.
    #[must_use]
    pub fn expose_secret(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret([REDACTED])")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose_secret() == other.expose_secret()
    }
}

impl Eq for Secret {}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

/// A value whose secrets can be written into a request. Only generated code uses it.
pub trait Expose {
    /// Writes the value with its secrets in clear text.
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A wrapper that serializes a value with its secrets in clear text.
#[doc(hidden)]
pub struct Exposed<'a, T: ?Sized>(pub &'a T);

impl<T: Expose + ?Sized> Serialize for Exposed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.expose(serializer)
    }
}

impl<T: Omittable> Omittable for Exposed<'_, T> {
    fn is_omitted(&self) -> bool {
        self.0.is_omitted()
    }
}

impl<T: Validate + ?Sized> Validate for Exposed<'_, T> {
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>) {
        self.0.violations(constraints, path, found);
    }
}

impl Expose for Secret {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose_secret())
    }
}

impl<T: Expose> Expose for Option<T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.expose(serializer),
            None => serializer.serialize_none(),
        }
    }
}

impl<T: Expose> Expose for Patch<T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Set(value) => value.expose(serializer),
            Patch::Keep | Patch::Reset => serializer.serialize_none(),
        }
    }
}

impl<T: Expose> Expose for [T] {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Exposed))
    }
}

impl<T: Expose> Expose for Vec<T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_slice().expose(serializer)
    }
}

impl<T: Expose> Expose for BTreeMap<String, T> {
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (key, Exposed(value))))
    }
}
