use std::{collections::BTreeMap, fmt};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    Patch, Violation,
    members::LeftOut,
    validate::{Constraint, Path, Validate},
};

/// Text that must not be seen: it is absent from `Debug`, has no `Display` and no `Serialize`, and is wiped from
/// memory when dropped. [`Secret::expose_secret`] is the one way to it.
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
    /// The text itself. Every call of this is a place to look at in a review.
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

/// A value whose secrets can be written into a request. Generated code names it; nothing else has a use for it.
pub trait Expose {
    /// Writes the value with its secrets in clear text.
    fn expose<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A value that is written with its secrets in clear text.
#[doc(hidden)]
pub struct Exposed<'a, T: ?Sized>(pub &'a T);

impl<T: Expose + ?Sized> Serialize for Exposed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.expose(serializer)
    }
}

impl<T: LeftOut> LeftOut for Exposed<'_, T> {
    fn is_left_out(&self) -> bool {
        self.0.is_left_out()
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
