//! JSON as a tree, whatever is in it.

use serde::{
    Deserializer,
    de::{
        Error, IntoDeserializer, Visitor,
        value::{MapDeserializer, SeqDeserializer},
    },
};
use serde_json::{Map, Value};

use super::scan::{Container, Cursor, NotJson};

/// What is nested deeper is no part of a tree. It is the bound of `serde_json`, too.
pub(super) const MAX_DEPTH: usize = 127;

/// Stands before the text of what a [`Value`] cannot hold, in its place. Whoever sends it harms nobody but himself.
const MARK: &str = "\0what no tree can hold: ";

/// JSON as a tree: to be decoded as what is [`Marked`], or to be [`shown`](Self::shown).
pub(super) struct Tree(pub(super) Value);

impl Tree {
    /// Reads JSON that is known to be JSON.
    pub(super) fn of(json: &[u8]) -> Self {
        serde_json::from_slice(json).map_or_else(|_| Self::with_marks(json), Self)
    }

    /// Reads what may be JSON.
    pub(super) fn parse(json: &[u8]) -> Result<Self, NotJson> {
        if let Ok(value) = serde_json::from_slice(json) {
            return Ok(Self(value));
        }
        let mut cursor = Cursor::new(json);
        cursor.skip()?;
        cursor.end()?;
        Ok(Self::with_marks(json))
    }

    fn with_marks(json: &[u8]) -> Self {
        Self(read(&mut Cursor::new(json), 0).unwrap_or_default())
    }

    /// The tree for somebody to look at: marked text without its mark.
    pub(super) fn shown(mut self) -> Value {
        unmark(&mut self.0);
        self.0
    }
}

fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Value, NotJson> {
    let container = Container::of(cursor.next()?);
    let start = cursor.at();
    match container {
        Some(container @ Container::Array) if depth < MAX_DEPTH => {
            let mut elements = Vec::new();
            let mut goes_on = cursor.enter(container)?;
            while goes_on {
                elements.push(read(cursor, depth + 1)?);
                goes_on = cursor.goes_on(container)?;
            }
            Ok(Value::Array(elements))
        }
        Some(container @ Container::Object) if depth < MAX_DEPTH => {
            let mut fields = Map::new();
            let mut goes_on = cursor.enter(container)?;
            while goes_on {
                let key = text(cursor.key()?);
                fields.insert(key, read(cursor, depth + 1)?);
                goes_on = cursor.goes_on(container)?;
            }
            Ok(Value::Object(fields))
        }
        _ => {
            cursor.skip()?;
            let json = cursor.since(start);
            let scalar = serde_json::from_slice(json).ok().filter(|_| container.is_none());
            Ok(scalar.unwrap_or_else(|| Value::String(format!("{MARK}{}", String::from_utf8_lossy(json)))))
        }
    }
}

/// The text of a key, as far as it is text.
pub(super) fn text(json: &[u8]) -> String {
    serde_json::from_slice(json).unwrap_or_else(|_| String::from_utf8_lossy(json).into_owned())
}

fn unmark(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(unmark),
        Value::Object(fields) => fields.values_mut().for_each(unmark),
        Value::String(text) if text.starts_with(MARK) => drop(text.drain(..MARK.len())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Decodes from a tree in which there may be marks. They fit no type. Where there is none, what is marked is as good as
/// the string of its JSON.
#[derive(Clone, Copy)]
pub(super) struct Marked<'a>(pub(super) &'a Value);

impl Marked<'_> {
    /// The same, where a type is expected.
    fn typed(self) -> serde_json::Result<Self> {
        match self.0 {
            Value::String(text) if text.starts_with(MARK) => Err(Error::custom("no type can hold this")),
            _ => Ok(self),
        }
    }
}

/// Methods of a deserializer that expect a type.
macro_rules! typed {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
            self.typed()?.deserialize_any(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Marked<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        match self.0 {
            Value::Array(elements) => {
                let mut elements = SeqDeserializer::new(elements.iter().map(Marked));
                let value = visitor.visit_seq(&mut elements)?;
                elements.end()?;
                Ok(value)
            }
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (name.as_str(), Marked(value)));
                let mut members = MapDeserializer::new(members);
                let value = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(value)
            }
            Value::String(text) => visitor.visit_borrowed_str(text.strip_prefix(MARK).unwrap_or(text)),
            scalar => scalar.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> serde_json::Result<V::Value> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> serde_json::Result<V::Value> {
        self.typed()?.deserialize_any(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> serde_json::Result<V::Value> {
        self.typed()?.deserialize_any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        self.typed()?.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> serde_json::Result<V::Value> {
        self.typed()?.deserialize_any(visitor)
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
        self.typed()?.0.deserialize_enum(name, variants, visitor)
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

impl<'de> IntoDeserializer<'de, serde_json::Error> for Marked<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
