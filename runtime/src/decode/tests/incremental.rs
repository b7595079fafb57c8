//! Incremental decoding gives the same as coercing the whole response, whatever the length of a part.

use std::fmt::Write;

use fastrand::Rng;

use super::*;
use crate::{
    decode::{coerce::decode_coerced, tree::Tree},
    open_enum, open_union, response,
};

open_enum! {
    /// A color.
    pub enum Color {
        Red = "red",
        Blue = "blue",
    }
}

response! {
    /// A circle.
    pub struct Circle {
        /// The discriminator.
        kind: String,
        /// The size.
        radius: i64,
        /// Shapes within it.
        inner: Vec<Shape>,
    }
}

response! {
    /// A square.
    pub struct Square {
        /// The discriminator.
        kind: String,
        /// The size.
        side: f64,
        /// Its names.
        names: BTreeMap<String, String>,
    }
}

open_union! {
    /// A shape.
    pub enum Shape: response {
        Circle(Circle) = { "kind": "circle", "radius": _, "inner": _ },
        Square(Square) = { "kind": "square", "side": _, "names": _ },
        Name(String) = string,
    }
}

response! {
    /// A response with fields of all kinds.
    pub struct Thing {
        /// A text.
        name: String,
        /// An integer.
        count as "the count": u32,
        /// A number.
        load: f64,
        /// A boolean.
        up: bool,
        /// An enum.
        color: Color,
        /// A list of texts.
        tags: Vec<String>,
        /// Lists of nullable lists.
        lists: Vec<Option<Vec<i64>>>,
        /// A map.
        limits: BTreeMap<String, i64>,
        /// A map of nullable values.
        maybe: BTreeMap<String, Option<bool>>,
        /// Any JSON.
        any: Value,
        /// Any object.
        object: serde_json::Map<String, Value>,
        /// A tuple.
        pair: (i64, String),
        /// A nested thing.
        next: Box<Thing>,
        /// A list of things.
        things: Vec<Thing>,
        /// A map of things.
        named: BTreeMap<String, Thing>,
        /// A union.
        shape: Shape,
        /// A list of unions.
        shapes: Vec<Shape>,
    }
}

const KEYS: [&str; 26] = [
    "name",
    "the count",
    "load",
    "up",
    "color",
    "tags",
    "lists",
    "limits",
    "maybe",
    "any",
    "object",
    "pair",
    "next",
    "things",
    "named",
    "shape",
    "shapes",
    "kind",
    "radius",
    "inner",
    "side",
    "names",
    "new",
    "",
    "a.b",
    "\\u0061ny",
];

const SCALARS: [&str; 22] = [
    "null",
    "true",
    "false",
    "0",
    "7",
    "-7",
    "48.0",
    "48.5",
    "1e300",
    "1e400",
    "123456789012345678901234567890",
    "\"\"",
    "\"a\"",
    "\"é\"",
    "\"48\"",
    "\"48.0\"",
    "\"true\"",
    "\"red\"",
    "\"circle\"",
    "\"square\"",
    r#""\ud800""#,
    r#""\u0041\"\\""#,
];

/// Writes random JSON with the keys of the types above.
fn write_json(json: &mut String, depth: usize, random: &mut Rng) {
    json.push_str(random.choice(["", "", " ", "\n\t"]).unwrap());
    match random.u32(0..if depth == 0 { 3 } else { 8 }) {
        0..3 => json.push_str(random.choice(SCALARS).unwrap()),
        3..5 => {
            json.push('[');
            for index in 0..random.usize(0..5) {
                json.push_str(if index > 0 { "," } else { "" });
                write_json(json, depth - 1, random);
            }
            json.push(']');
        }
        _ => {
            json.push('{');
            for index in 0..random.usize(0..8) {
                json.push_str(if index > 0 { "," } else { "" });
                write!(json, "{:?}:", random.choice(KEYS).unwrap()).unwrap();
                write_json(json, depth - 1, random);
            }
            json.push('}');
        }
    }
    json.push_str(random.choice(["", "", " "]).unwrap());
}

/// The value and the mismatches with their values, or the path and problem of an error.
type Outcome<T> = Result<(T, Vec<(String, MismatchKind, Value)>), (String, String)>;

fn decode_in_parts<T: Decode>(json: &str, max_part_bytes: usize) -> Outcome<T> {
    let body = format!(r#"{{"result":{json}}}"#);
    let decoded = block_on(decode_incrementally::<T>(ENVELOPE.into(), body.as_bytes(), max_part_bytes)).0;
    let Decoded { value, mismatches, omitted_mismatches, .. } = decoded.map_err(|error| (error.path, error.problem))?;
    assert_eq!(omitted_mismatches, 0);
    let mismatches = mismatches.iter().map(|found| (found.path().to_owned(), found.kind(), found.value().clone()));
    Ok((value, mismatches.collect()))
}

fn assert_same_for_all_parts<T: Decode + std::fmt::Debug + PartialEq>(json: &str) {
    let expected = decode_in_parts::<T>(json, usize::MAX);
    for part in [1, 2, 7, 30, 100] {
        assert_eq!(decode_in_parts(json, part), expected, "parts of {part} bytes: {json}");
    }
    let coerced = decode_coerced::<T>(Tree::parse(json.as_bytes()).unwrap());
    match (&expected, coerced) {
        (Ok((value, mismatches)), Ok((coerced, kinds))) => {
            assert_eq!(*value, coerced, "{json}");
            assert!(mismatches.len() <= kinds.len(), "{json}");
        }
        (Err(_), Err(_)) => {}
        _ => panic!("{json}"),
    }
}

#[test]
fn parts_of_any_length_give_the_same_value_and_the_same_mismatches() {
    let mut random = Rng::with_seed(12);
    for _ in 0..500 {
        let mut json = String::new();
        write_json(&mut json, 5, &mut random);
        assert_same_for_all_parts::<Thing>(&json);
        assert_same_for_all_parts::<Vec<Thing>>(&json);
        assert_same_for_all_parts::<Option<Vec<Option<Shape>>>>(&json);
        assert_same_for_all_parts::<BTreeMap<String, Thing>>(&json);
        assert_same_for_all_parts::<Value>(&json);
    }
}

#[test]
fn a_long_response_yields_to_other_tasks_often() {
    let fits = r#"{"name": "a", "the count": 7, "tags": ["a", "b"], "shape": {"kind": "circle", "radius": 5}}"#;
    let does_not = r#"{"name":[1]}"#;
    for (element, length) in [(fits, 20_000), (does_not, 20_000)] {
        let list = vec![element; length].join(",");
        let bodies = [
            format!(r#"{{"result": [{list}]}}"#),
            format!(r#"{{"result": {{"things": [{list}]}}}}"#),
            format!(r#"{{"new": [{list}], "result": {{}}}}"#),
        ];
        for (number, body) in bodies.iter().enumerate() {
            let yields = if number == 0 {
                block_on(decode_incrementally::<Vec<Thing>>(ENVELOPE.into(), body.as_bytes(), MAX_PART_BYTES)).1
            } else {
                block_on(decode_incrementally::<Thing>(ENVELOPE.into(), body.as_bytes(), MAX_PART_BYTES)).1
            };
            assert!(yields > 3, "{yields} yields in {} bytes: {element}", body.len());
        }
    }
}

#[test]
fn of_equal_keys_the_mismatches_of_the_last_count() {
    let map = r#"{"a": [], "b": [1], "a": 1, "b": "2", "c": 1, "c": []}"#;
    let (value, mismatches) = decode_in_parts::<BTreeMap<String, i64>>(map, 1).unwrap();
    assert_eq!(value, BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
    let expected =
        [("$.result.b", MismatchKind::Coerced, json!("2")), ("$.result.c", MismatchKind::SetAside, json!([]))];
    assert_eq!(mismatches, expected.map(|(path, kind, value)| (path.to_owned(), kind, value)));
}
