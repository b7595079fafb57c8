//! The strict decoding of envelopes.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::{EnvelopeMembers, Next, PageMembers};
use crate::Envelope;

/// Deserializes an envelope: the result and the members beside it. serde's derive cannot, because the names of the properties
/// are known only at run time.
pub(super) struct EnvelopeSeed<S> {
    pub(super) envelope: Envelope,
    pub(super) page: PageMembers,
    /// Deserializes the result. A repeated result is deserialized again.
    pub(super) result: S,
}

impl<'de, S: DeserializeSeed<'de> + Copy> DeserializeSeed<'de> for EnvelopeSeed<S> {
    type Value = (Option<S::Value>, EnvelopeMembers);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de> + Copy> Visitor<'de> for EnvelopeSeed<S> {
    type Value = (Option<S::Value>, EnvelopeMembers);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an envelope")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut result = None;
        let mut members = EnvelopeMembers::default();
        while let Some(property) = map.next_key_seed(PropertySeed(self.envelope, self.page))? {
            match property {
                Property::Result => result = Some(map.next_value_seed(self.result)?),
                Property::RequestId => {
                    members.request_id = map.next_value::<Value>()?.as_str().map(ToOwned::to_owned);
                }
                Property::Next => members.next = map.next_value::<Option<String>>().map(Next::of)?,
                Property::Total => members.total = map.next_value()?,
                Property::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok((result, members))
    }
}

enum Property {
    Result,
    RequestId,
    Next,
    Total,
    Other,
}

/// Deserializes the name of a property, without a copy of it.
struct PropertySeed(Envelope, PageMembers);

impl<'de> DeserializeSeed<'de> for PropertySeed {
    type Value = Property;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Property, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for PropertySeed {
    type Value = Property;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a property")
    }

    fn visit_str<E>(self, name: &str) -> Result<Property, E> {
        Ok(if name == self.0.result {
            Property::Result
        } else if Some(name) == self.0.request_id {
            Property::RequestId
        } else if Some(name) == self.1.next {
            Property::Next
        } else if Some(name) == self.1.total {
            Property::Total
        } else {
            Property::Other
        })
    }
}
