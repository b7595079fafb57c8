use std::{fmt, marker::PhantomData};

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::Envelope;

/// Reads an envelope in one go, without a tree in between: serde's derive cannot, because the names of the
/// properties are known only at run time.
pub(super) struct EnvelopeSeed<T> {
    envelope: Envelope,
    result: PhantomData<T>,
}

impl<T> EnvelopeSeed<T> {
    pub(super) fn new(envelope: Envelope) -> Self {
        Self { envelope, result: PhantomData }
    }
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for EnvelopeSeed<T> {
    type Value = (T, Option<String>);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for EnvelopeSeed<T> {
    type Value = (T, Option<String>);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut result = None;
        let mut request_id = None;
        while let Some(name) = map.next_key::<String>()? {
            if name == self.envelope.result {
                result = Some(map.next_value()?);
            } else if name == self.envelope.request_id {
                request_id = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        match result {
            Some(result) => Ok((result, request_id)),
            None => Err(A::Error::missing_field(self.envelope.result)),
        }
    }
}
