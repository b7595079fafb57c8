//! Trees of any JSON, also of JSON that no [`Value`] can hold.

use serde::{
    Deserializer,
    de::{
        Error, IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
};
use serde_json::{Map, Value};

use super::scan::{Container, Cursor, NotJson};

/// The deepest nesting in a tree, which is that of `serde_json`.
pub(super) const MAX_DEPTH: usize = 127;

/// The prefix of a string that stands for JSON that no [`Value`] can hold. A server that sends it harms its own
/// response only.
const UNREPRESENTABLE: &str = "\0unrepresentable JSON: ";

/// A tree of any JSON: the input of a [`TreeDeserializer`].
pub(super) struct Tree(pub(super) Value);

impl Tree {
    /// Reads a tree from valid JSON.
    pub(super) fn from_json(json: &[u8]) -> Self {
        serde_json::from_slice(json).map_or_else(|_| Self::scan(json), Self)
    }

    /// Reads a tree from text that may not be JSON.
    pub(super) fn parse(json: &[u8]) -> Result<Self, NotJson> {
        if let Ok(value) = serde_json::from_slice(json) {
            return Ok(Self(value));
        }
        let mut cursor = Cursor::new(json);
        cursor.skip_value()?;
        cursor.expect_end()?;
        Ok(Self::scan(json))
    }

    /// Reads a tree, with marked strings for JSON that no [`Value`] can hold.
    fn scan(json: &[u8]) -> Self {
        Self(read(&mut Cursor::new(json), 0).unwrap_or_default())
    }

    /// Returns the tree with the JSON itself in the marked strings.
    pub(super) fn into_value(mut self) -> Value {
        unmark(&mut self.0);
        self.0
    }
}

fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, NotJson> {
    let container = Container::of(cursor.skip_whitespace()?);
    let start = cursor.position();
    match container {
        Some(container @ Container::Array) if depth < MAX_DEPTH => {
            let mut elements = Vec::new();
            let mut has_next = cursor.enter(container)?;
            while has_next {
                elements.push(read(cursor, depth + 1)?);
                has_next = cursor.advance_to_next(container)?;
            }
            Ok(Value::Array(elements))
        }
        Some(container @ Container::Object) if depth < MAX_DEPTH => {
            let mut fields = Map::new();
            let mut has_next = cursor.enter(container)?;
            while has_next {
                let key = decode_key(cursor.skip_key()?);
                fields.insert(key, read(cursor, depth + 1)?);
                has_next = cursor.advance_to_next(container)?;
            }
            Ok(Value::Object(fields))
        }
        _ => {
            cursor.skip_value()?;
            let json = cursor.slice_from(start);
            let scalar = serde_json::from_slice(json).ok().filter(|_| container.is_none());
            Ok(scalar.unwrap_or_else(|| Value::String(format!("{UNREPRESENTABLE}{}", String::from_utf8_lossy(json)))))
        }
    }
}

/// Decodes a key with its quotes, and replaces bytes that are not UTF-8.
pub(super) fn decode_key(json: &[u8]) -> String {
    serde_json::from_slice(json).unwrap_or_else(|_| String::from_utf8_lossy(json).into_owned())
}

fn unmark(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(unmark),
        Value::Object(fields) => fields.values_mut().for_each(unmark),
        Value::String(text) if text.starts_with(UNREPRESENTABLE) => drop(text.drain(..UNREPRESENTABLE.len())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A deserializer of trees. A marked string fits no type; where any value is accepted, it becomes a string of its JSON.
#[derive(Clone, Copy)]
pub(super) struct TreeDeserializer<'a>(pub(super) &'a Value);

impl TreeDeserializer<'_> {
    /// Refuses a marked string, for methods that expect a type.
    fn check_typed(self) -> serde_json::Result<Self> {
        match self.0 {
            Value::String(text) if text.starts_with(UNREPRESENTABLE) => {
                Err(Error::custom("no type can hold this JSON"))
            }
            _ => Ok(self),
        }
    }
}

/// Implements the methods of a deserializer that expect a type.
macro_rules! typed {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
            self.check_typed()?.deserialize_any(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for TreeDeserializer<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        match self.0 {
            Value::Array(elements) => {
                let mut elements = SeqDeserializer::new(elements.iter().map(TreeDeserializer));
                let value = visitor.visit_seq(&mut elements)?;
                elements.end()?;
                Ok(value)
            }
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.as_str(), TreeDeserializer(value)));
                let mut members = MapDeserializer::new(members);
                let value = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(value)
            }
            Value::String(text) => visitor.visit_borrowed_str(text.strip_prefix(UNREPRESENTABLE).unwrap_or(text)),
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> serde_json::Result<V::Value> {
        self.check_typed()?.deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> serde_json::Result<V::Value> {
        self.check_typed()?.deserialize_any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        self.check_typed()?.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        self.check_typed()?.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> serde_json::Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        self.check_typed()?.0.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        visitor.visit_unit()
    }

    typed! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_seq deserialize_map deserialize_identifier
    }
}

impl<'de> IntoDeserializer<'de, serde_json::Error> for TreeDeserializer<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[test]
    fn unrepresentable_json_is_a_string_for_any_value_and_fits_no_type() {
        let tree = Tree::parse(br#"{"a": 1e400, "b": 1}"#).ok().unwrap();
        let any = Value::deserialize(TreeDeserializer(&tree.0)).unwrap();
        assert_eq!(any, json!({"a": "1e400", "b": 1}));
        assert!(String::deserialize(TreeDeserializer(&tree.0["a"])).is_err());
        assert_eq!(i64::deserialize(TreeDeserializer(&tree.0["b"])).unwrap(), 1);
        assert_eq!(tree.into_value(), any);
    }

    #[test]
    fn invalid_json_is_no_tree() {
        assert!(Tree::parse(b"[1e400").is_err() && Tree::parse(b"1e400 1").is_err());
    }
}
