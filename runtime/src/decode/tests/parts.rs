//! Decoding part by part gives what mending the whole gives, wherever the parts are cut.

use std::fmt::Write;

use fastrand::Rng;

use super::*;
use crate::{
    decode::{mend::mend, tree::Tree},
    open_enum, open_union, received,
};

open_enum! {
    /// A color.
    pub enum Color {
        Red = "red",
        Blue = "blue",
    }
}

received! {
    /// A round thing.
    pub struct Circle {
        /// What it is.
        kind: String,
        /// How large.
        radius: i64,
        /// What is in it.
        inner: Vec<Shape>,
    }
}

received! {
    /// A square thing.
    pub struct Square {
        /// What it is.
        kind: String,
        /// How large.
        side: f64,
        /// What it is called.
        names: BTreeMap<String, String>,
    }
}

open_union! {
    /// A shape.
    pub enum Shape: received {
        Circle(Circle) = { "kind": "circle", "radius": _, "inner": _ },
        Square(Square) = { "kind": "square", "side": _, "names": _ },
        Name(String) = string,
    }
}

received! {
    /// Everything that a response can have.
    pub struct Thing {
        /// Text.
        name: String,
        /// An integer.
        count as "the count": u32,
        /// A number.
        load: f64,
        /// True or false.
        up: bool,
        /// An enum.
        color: Color,
        /// Texts.
        tags: Vec<String>,
        /// Lists of lists, some of which are nothing.
        lists: Vec<Option<Vec<i64>>>,
        /// A map.
        limits: BTreeMap<String, i64>,
        /// A map of what may be nothing.
        maybe: BTreeMap<String, Option<bool>>,
        /// Anything.
        any: Value,
        /// Any object.
        object: serde_json::Map<String, Value>,
        /// Both.
        pair: (i64, String),
        /// A thing in it.
        next: Box<Thing>,
        /// Things in it.
        things: Vec<Thing>,
        /// Things with names.
        named: BTreeMap<String, Thing>,
        /// A union.
        shape: Shape,
        /// Unions.
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

/// Random JSON, with the keys of the types above.
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

/// The value, the mismatches with their values, and how many there are beyond those; or what does not decode.
type Told<T> = Result<(T, Vec<(String, Fit, Value)>), (String, String)>;

fn whole<T: Decode>(json: &str) -> Told<T> {
    let body = format!(r#"{{"result":{json}}}"#);
    let walked = finish(in_parts::<T>(API.envelope, body.as_bytes(), usize::MAX)).0;
    told(walked)
}

fn told<T>(decoded: Result<Decoded<T>, Undecodable>) -> Told<T> {
    let Decoded { value, mismatches, omitted, .. } = decoded.map_err(|error| (error.path, error.problem))?;
    assert_eq!(omitted, 0);
    let mismatches = mismatches.iter().map(|told| (told.path().to_owned(), told.fit(), told.value().clone()));
    Ok((value, mismatches.collect()))
}

fn in_parts_of<T: Decode>(json: &str, part: usize) -> Told<T> {
    let body = format!(r#"{{"result":{json}}}"#);
    told(finish(in_parts::<T>(API.envelope, body.as_bytes(), part)).0)
}

fn is_the_same<T: Decode + std::fmt::Debug + PartialEq>(json: &str) {
    let expected = whole::<T>(json);
    for part in [1, 2, 7, 30, 100] {
        assert_eq!(in_parts_of(json, part), expected, "parts of {part} bytes: {json}");
    }
    // The whole is mended as one tree.
    let mended = mend::<T>(Tree::parse(json.as_bytes()).unwrap());
    match (&expected, mended) {
        (Ok((value, mismatches)), Ok((mended, misfits))) => {
            assert_eq!(*value, mended, "{json}");
            assert!(mismatches.len() <= misfits.len(), "{json}");
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
        is_the_same::<Thing>(&json);
        is_the_same::<Vec<Thing>>(&json);
        is_the_same::<Option<Vec<Option<Shape>>>>(&json);
        is_the_same::<BTreeMap<String, Thing>>(&json);
        is_the_same::<Value>(&json);
    }
}

#[test]
fn a_long_response_that_fits_or_not_gives_others_their_turn_often() {
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
            let pauses = if number == 0 {
                finish(in_parts::<Vec<Thing>>(API.envelope, body.as_bytes(), PART)).1
            } else {
                finish(in_parts::<Thing>(API.envelope, body.as_bytes(), PART)).1
            };
            assert!(pauses > 3, "{pauses} pauses in {} bytes: {element}", body.len());
        }
    }
}

#[test]
fn a_map_of_equal_keys_has_the_mismatches_of_the_last() {
    let map = r#"{"a": [], "b": [1], "a": 1, "b": "2", "c": 1, "c": []}"#;
    let (value, mismatches) = in_parts_of::<BTreeMap<String, i64>>(map, 1).unwrap();
    assert_eq!(value, BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]));
    let expected = [("$.result.b", Fit::Converted, json!("2")), ("$.result.c", Fit::SetAside, json!([]))];
    assert_eq!(mismatches, expected.map(|(path, fit, value)| (path.to_owned(), fit, value)));
}
