//! The type of an integer: that of its `format`, or a wider one if its bounds or its values need it.

use serde_json::{Map, Value};

use crate::json::elements;

/// A type for integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IntegerType {
    pub(crate) format: &'static str,
    /// Its name in Rust.
    pub(crate) name: &'static str,
    pub(crate) least: i128,
    pub(crate) greatest: i128,
}

macro_rules! integer_types {
    ($($constant:ident: $name:ident $format:literal;)+) => {$(
        const $constant: IntegerType = IntegerType {
            format: $format,
            name: stringify!($name),
            least: $name::MIN as i128,
            greatest: $name::MAX as i128,
        };
    )+};
}

integer_types! {
    I8: i8 "int8";
    I16: i16 "int16";
    I32: i32 "int32";
    I64: i64 "int64";
    U8: u8 "uint8";
    U16: u16 "uint16";
    U32: u32 "uint32";
    U64: u64 "uint64";
}

/// 2^53, up to which a float is as exact as an integer.
const MAX_EXACT_FLOAT: u128 = 1 << 53;

impl IntegerType {
    /// Returns the type of a schema, if its values are integers. If no type has all of them, the widest one is
    /// returned.
    pub(crate) fn of(schema: &Map<String, Value>) -> Option<Self> {
        if schema.get("type")? != "integer" {
            return None;
        }
        let stated = Self::stated(schema);
        // A sample says more than no format at all, and less than one.
        let samples = ["default", "example"].into_iter().filter(|_| stated.is_none());
        let values = elements(schema.get("enum")).chain(samples.filter_map(|keyword| schema.get(keyword)));
        let values: Vec<_> = values.filter_map(integer).collect();
        let bounds = [Bound::least_of(schema), Bound::greatest_of(schema)];
        let fits = |ty: &Self| {
            values.iter().all(|value| ty.has(*value)) && bounds.iter().flatten().all(|bound| bound.is_in(*ty))
        };
        let is_negative = || values.iter().copied().chain(bounds.iter().flatten().map(|it| it.value)).any(|it| it < 0);
        let widest = || if is_negative() { I64 } else { U64 };
        Some([stated.unwrap_or(I64), I64, U64].into_iter().find(fits).unwrap_or_else(widest))
    }

    /// Returns whether the `format` of a schema does not give it this type.
    pub(crate) fn is_wider_than_stated(self, schema: &Map<String, Value>) -> bool {
        Self::stated(schema).unwrap_or(I64) != self
    }

    fn stated(schema: &Map<String, Value>) -> Option<Self> {
        schema.get("format").and_then(Value::as_str).and_then(Self::of_format)
    }

    fn of_format(format: &str) -> Option<Self> {
        match format {
            "int" => Some(I32),
            "uint" => Some(U32),
            format => [I8, I16, I32, I64, U8, U16, U32, U64].into_iter().find(|ty| ty.format == format),
        }
    }

    /// Returns the type with a name in Rust.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [I8, I16, I32, I64, U8, U16, U32, U64].into_iter().find(|ty| ty.name == name)
    }

    pub(crate) fn has(self, value: i128) -> bool {
        (self.least..=self.greatest).contains(&value)
    }

    /// Returns the keywords of the bounds that no value of the type can exceed.
    pub(crate) fn idle_bounds(self, schema: &Map<String, Value>) -> Vec<&'static str> {
        let bounds = [("minimum", Bound::least_of(schema)), ("maximum", Bound::greatest_of(schema))];
        let idle = bounds.into_iter().filter(|(_, bound)| bound.as_ref().is_some_and(|bound| bound.is_idle(self)));
        idle.map(|(keyword, _)| keyword).collect()
    }
}

/// The least or the greatest value that a schema allows.
struct Bound<'a> {
    value: i128,
    is_least: bool,
    written: &'a Value,
}

impl<'a> Bound<'a> {
    fn least_of(schema: &'a Map<String, Value>) -> Option<Self> {
        let written = schema.get("minimum")?;
        let excluded = i128::from(is_set(schema, "exclusiveMinimum"));
        Some(Self { value: integer(written)?.saturating_add(excluded), is_least: true, written })
    }

    fn greatest_of(schema: &'a Map<String, Value>) -> Option<Self> {
        let written = schema.get("maximum")?;
        let excluded = i128::from(is_set(schema, "exclusiveMaximum"));
        Some(Self { value: integer(written)?.saturating_sub(excluded), is_least: false, written })
    }

    fn is_in(&self, ty: IntegerType) -> bool {
        ty.has(self.value) || self.is_rounded(ty)
    }

    /// Returns whether no value of a type can exceed it.
    fn is_idle(&self, ty: IntegerType) -> bool {
        let is_beyond = if self.is_least { self.value < ty.least } else { self.value > ty.greatest };
        is_beyond || self.written.is_f64() && self.is_rounded(ty)
    }

    /// Returns whether the end of a type was rounded to a float: `9223372036854776000` stands for the greatest `i64`.
    #[expect(clippy::cast_precision_loss, reason = "the end was rounded in the document, too")]
    fn is_rounded(&self, ty: IntegerType) -> bool {
        let end = if self.is_least { ty.least } else { ty.greatest };
        end.unsigned_abs() > MAX_EXACT_FLOAT && self.written.as_f64() == Some(end as f64)
    }
}

fn is_set(schema: &Map<String, Value>, flag: &str) -> bool {
    schema.get(flag) == Some(&Value::Bool(true))
}

/// Returns a number as an integer.
#[expect(clippy::cast_possible_truncation, reason = "a number beyond `i128` is as far beyond the types in question")]
pub(crate) fn integer(value: &Value) -> Option<i128> {
    let number = value.as_number()?;
    number.as_i128().or_else(|| number.as_f64().map(|float| float as i128))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn integer_type(schema: &Value) -> IntegerType {
        let mut schema = schema.as_object().cloned().unwrap();
        schema.insert("type".to_owned(), json!("integer"));
        IntegerType::of(&schema).unwrap()
    }

    fn name(schema: &Value) -> &'static str {
        integer_type(schema).name
    }

    #[test]
    fn a_format_is_a_type() {
        let schemas = [json!({}), json!({"format": "int32"}), json!({"format": "uint"}), json!({"format": "other"})];
        assert_eq!(schemas.each_ref().map(name), ["i64", "i32", "u32", "i64"]);
    }

    #[test]
    fn bounds_and_values_beyond_a_type_make_it_wider() {
        let schemas = [
            json!({"minimum": 0, "maximum": u64::MAX}),
            json!({"minimum": i64::MAX, "exclusiveMinimum": true}),
            json!({"enum": [1, u64::MAX]}),
            json!({"default": u64::MAX}),
            json!({"format": "int64", "maximum": 1.8e19}),
            json!({"format": "uint64", "maximum": 1e30}),
        ];
        assert_eq!(schemas.each_ref().map(name), ["u64"; 6]);
        assert_eq!(name(&json!({"format": "int32", "minimum": 0, "maximum": u32::MAX})), "i64");
        assert_eq!(name(&json!({"minimum": -1, "maximum": u64::MAX})), "i64");
        assert_eq!(name(&json!({"format": "int32", "example": u64::MAX})), "i32");
    }

    #[test]
    fn rounded_bounds_are_idle_and_exact_ones_are_not() {
        let idle = |schema: &Value| (name(schema), integer_type(schema).idle_bounds(schema.as_object().unwrap()));
        let rounded = json!({"minimum": -9_223_372_036_854_776_000.0, "maximum": 9_223_372_036_854_776_000_u64});
        assert_eq!(idle(&rounded), ("i64", vec!["minimum", "maximum"]));
        let exact = json!({"minimum": i64::MIN, "maximum": i64::MAX});
        assert_eq!(idle(&exact), ("i64", vec![]));
    }
}
