use serde::{Serialize, Serializer};

/// What a PATCH does to a field that may be `null`: three different requests.
///
/// ```
/// use clickhouse_cloud_runtime::Patch;
///
/// assert_eq!(Patch::from(24), Patch::Set(24));
/// assert_eq!(Patch::<u32>::default(), Patch::Keep);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Leave the field as it is: it is not in the request.
    #[default]
    Keep,
    /// Put the field back to its default: `null` in the request.
    Reset,
    /// Give the field this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is left as it is, and so left out of the request.
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
