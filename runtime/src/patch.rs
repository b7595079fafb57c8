use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::Secret;

/// The value of an optional field of a request that may be `null`: absent, `null`, or a value.
///
/// ```
/// use clickhouse_cloud_runtime::Patch;
///
/// assert_eq!(Patch::from(24), Patch::Set(24));
/// assert_eq!(Patch::<u32>::default(), Patch::Keep);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// The field is absent from the request: it is kept, or has its default in what is created.
    #[default]
    Keep,
    /// The field is `null` in the request: it is reset, or has no value.
    Reset,
    /// The field has this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is absent from the request.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Set(value) => value.serialize(serializer),
            Self::Keep | Self::Reset => serializer.serialize_none(),
        }
    }
}

/// What the setter of a field that may be `null` takes: a [`Patch`], or the value, also as something that it can be
/// made from, like `&str`, an array, or a variant of a union.
///
/// ```
/// use clickhouse_cloud_runtime::{IntoPatch, Patch};
///
/// let patch = |value: Patch<Vec<String>>| value;
/// assert_eq!(patch(Patch::Reset.into_patch()), Patch::Reset);
/// assert_eq!(patch(["a", "b"].into_patch()), Patch::Set(vec!["a".to_owned(), "b".to_owned()]));
/// ```
#[diagnostic::on_unimplemented(
    message = "the field cannot be set to `{Self}`",
    note = "use `Patch::Reset` for `null`, `Patch::Keep` to leave the field out, or a value of the type `{T}`"
)]
pub trait IntoPatch<T> {
    /// Returns what becomes of the field.
    fn into_patch(self) -> Patch<T>;
}

impl<T> IntoPatch<T> for Patch<T> {
    fn into_patch(self) -> Self {
        self
    }
}

impl<T> IntoPatch<T> for T {
    fn into_patch(self) -> Patch<T> {
        Patch::Set(self)
    }
}

impl<T> IntoPatch<Box<T>> for T {
    fn into_patch(self) -> Patch<Box<T>> {
        Patch::Set(Box::new(self))
    }
}

impl IntoPatch<String> for &str {
    fn into_patch(self) -> Patch<String> {
        Patch::Set(self.to_owned())
    }
}

impl IntoPatch<Secret> for &str {
    fn into_patch(self) -> Patch<Secret> {
        Patch::Set(self.into())
    }
}

impl IntoPatch<Secret> for String {
    fn into_patch(self) -> Patch<Secret> {
        Patch::Set(self.into())
    }
}

impl<T, const N: usize> IntoPatch<Vec<T>> for [T; N] {
    fn into_patch(self) -> Patch<Vec<T>> {
        Patch::Set(self.into())
    }
}

impl<const N: usize> IntoPatch<Vec<String>> for [&str; N] {
    fn into_patch(self) -> Patch<Vec<String>> {
        Patch::Set(self.map(str::to_owned).into())
    }
}

impl<T, const N: usize> IntoPatch<BTreeMap<String, T>> for [(&str, T); N] {
    fn into_patch(self) -> Patch<BTreeMap<String, T>> {
        Patch::Set(self.map(|(key, value)| (key.to_owned(), value)).into())
    }
}

impl<const N: usize> IntoPatch<BTreeMap<String, String>> for [(&str, &str); N] {
    fn into_patch(self) -> Patch<BTreeMap<String, String>> {
        Patch::Set(self.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
    }
}
