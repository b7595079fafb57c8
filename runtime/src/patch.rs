use serde::{Serialize, Serializer};

/// The change of a field that may be `null`: it is kept, reset or set.
///
/// ```
/// use clickhouse_cloud_runtime::Patch;
///
/// assert_eq!(Patch::from(24), Patch::Set(24));
/// assert_eq!(Patch::<u32>::default(), Patch::Keep);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Keeps the field: it is absent from the request.
    #[default]
    Keep,
    /// Resets the field to its default: it is `null` in the request.
    Reset,
    /// Sets the field to this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is kept, and so absent from the request.
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
