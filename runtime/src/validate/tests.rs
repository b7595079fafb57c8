#![expect(unreachable_pub, reason = "the macros declare public types")]

use std::collections::BTreeMap;

use super::*;
use crate::{Patch, Secret, constraints, open_enum};

open_enum! {
    /// A color.
    pub enum Color {
        Red = "red",
    }
}

#[derive(Default, PartialEq)]
struct Thing {
    name: Option<String>,
    key: Option<Secret>,
    color: Option<Color>,
    weight: Patch<f64>,
    parts: Vec<Thing>,
    labels: BTreeMap<String, String>,
    inside: Option<Box<Thing>>,
}

constraints! {
    Thing {
        name: [min_length(2), max_length(3), pattern("^[a-zé]+$")],
        key: [min_length(8), pattern("^k")],
        color: [],
        weight: [minimum(0), multiple_of(0.1)],
        parts: [max_items(1)],
        labels: [max_properties(1), items(&[max_length(1)])],
        inside: [],
    }
}

/// Returns the problems of a value, without its path.
fn problems(value: &impl Validate, constraints: &[Constraint<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    value.violations(constraints, &Path::default(), &mut found);
    found.iter().map(|violation| violation.to_string().trim_start_matches("it ").to_owned()).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "makes the calls shorter")]
fn fits(value: impl Validate, constraint: Constraint<'_>) -> bool {
    problems(&value, &[constraint]).is_empty()
}

fn all(error: &InvalidRequest) -> Vec<String> {
    error.violations().iter().map(ToString::to_string).collect()
}

#[test]
fn lengths_are_counted_in_characters() {
    let text = |text: &str| text.to_owned();
    assert!(fits(text("äöü"), max_length(3)) && fits(text("🦀🦀🦀"), max_length(3)));
    assert!(!fits(text("abcd"), max_length(3)));
    assert!(fits(text("ab"), min_length(2)) && !fits(text("é"), min_length(2)));
    assert!(fits(text(""), min_length(0)) && !fits(text("a"), max_length(0)));
    assert_eq!(problems(&text("a"), &[min_length(2)]), ["must have at least 2 characters"]);
    assert_eq!(problems(&text("ab"), &[max_length(1)]), ["must have at most 1 character"]);
}

#[test]
fn a_pattern_may_match_anywhere_in_the_text() {
    let text = |text: &str| text.to_owned();
    assert!(fits(text("xaby"), pattern("ab")));
    assert!(fits(text("ab"), pattern("^ab$")));
    assert!(!fits(text("ab\n"), pattern("^ab$")) && !fits(text("x\nab"), pattern("^ab$")));
    assert_eq!(problems(&text("ü"), &[pattern("^[a-z]$")]), ["must match `^[a-z]$`"]);
}

#[test]
fn bounds_of_whole_numbers_are_exact() {
    assert!(fits(24_i64, minimum(24)) && !fits(23_i64, minimum(24)));
    assert!(fits(24_i64, maximum(24)) && !fits(25_i64, maximum(24)));
    assert!(!fits(24_i64, exclusive_minimum(24)) && fits(25_i64, exclusive_minimum(24)));
    assert!(!fits(24_u32, exclusive_maximum(24)) && fits(23_u32, exclusive_maximum(24)));
    assert!(fits(i64::MAX, maximum(i64::MAX)) && !fits(i64::MAX, maximum(i64::MAX - 1)));
    assert!(fits(u64::MAX, minimum(u64::MAX)) && fits(i64::MIN, maximum(-1)));
    assert!(fits(1_i64, minimum(0.5)) && !fits(0_i64, minimum(0.5)));
    assert_eq!(problems(&12_i64, &[minimum(24)]), ["must be at least 24, and is 12"]);
}

#[test]
fn multiples_are_exact_for_whole_numbers_only() {
    assert!(fits(24_i64, multiple_of(12)) && fits(0_i64, multiple_of(12)) && fits(-12_i64, multiple_of(12)));
    assert!(!fits(25_i64, multiple_of(12)));
    assert!(!fits(i64::MAX, multiple_of(2)) && fits(i64::MAX - 1, multiple_of(2)));
    assert!(fits(0.3, multiple_of(0.1)) && fits(1e9 + 0.1, multiple_of(0.1)) && !fits(0.25, multiple_of(0.1)));
    assert!(!fits(1.0, multiple_of(0)) && !fits(1_i64, multiple_of(0)));
    assert!(fits(6_i64, one_of(&[0, 6])));
    assert_eq!(problems(&7_i64, &[one_of(&[0, 6])]), ["must be one of 0, 6, and is 7"]);
}

#[test]
fn numbers_must_be_finite() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let problem = format!("must be a number that JSON can hold, and is {number}");
        assert_eq!(problems(&number, &[minimum(0), maximum(1), multiple_of(1)]), [problem]);
    }
}

#[test]
fn lists_and_maps_have_constraints_of_their_length_and_items() {
    let list = |items: &[&str]| items.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(fits(list(&["a"]), min_items(1)) && fits(list(&["a"]), max_items(1)));
    assert_eq!(problems(&list(&[]), &[min_items(1)]), ["must have at least 1 item, and has 0"]);
    assert_eq!(problems(&list(&["a", "b"]), &[max_items(1)]), ["must have at most 1 item, and has 2"]);
    assert!(fits(list(&["a", "b"]), unique_items()));
    let problem = "must have no item twice, and has the one at 2 before";
    assert_eq!(problems(&list(&["a", "b", "a"]), &[unique_items()]), [problem]);
    assert_eq!(problems(&list(&["a", "bc"]), &[items(&[max_length(1)])]), ["`[1]` must have at most 1 character"]);
    let map = BTreeMap::from([("a b".to_owned(), "bc".to_owned())]);
    assert!(fits(map.clone(), min_properties(1)) && fits(map.clone(), max_properties(1)));
    assert_eq!(problems(&map, &[min_properties(2)]), ["must have at least 2 properties, and has 1"]);
    assert_eq!(problems(&map, &[items(&[max_length(1)])]), ["`[\"a b\"]` must have at most 1 character"]);
}

#[test]
fn absent_values_are_not_validated() {
    assert_eq!(Thing { weight: Patch::Reset, ..Thing::default() }.validate(), Ok(()));
    assert!(fits(None::<i64>, minimum(1)) && fits(Patch::<i64>::Keep, minimum(1)));
    assert!(!fits(Some(0), minimum(1)) && !fits(Patch::Set(0), minimum(1)));
}

#[test]
fn all_violations_are_returned_with_their_paths() {
    let part = Thing { name: Some("A".to_owned()), color: Some(Color::from("blue")), ..Thing::default() };
    let thing = Thing {
        weight: Patch::Set(-0.25),
        labels: BTreeMap::from([("a".to_owned(), "long".to_owned())]),
        parts: vec![Thing::default(), part],
        inside: Some(Box::new(Thing { name: Some(String::new()), ..Thing::default() })),
        ..Thing::default()
    };
    let error = thing.validate().unwrap_err();
    assert_eq!(
        all(&error),
        [
            "`weight` must be at least 0, and is -0.25",
            "`weight` must be a multiple of 0.1, and is -0.25",
            "`parts` must have at most 1 item, and has 2",
            "`parts[1].name` must have at least 2 characters",
            "`parts[1].name` must match `^[a-zé]+$`",
            "`parts[1].color` must be a value that the document lists",
            "`labels[\"a\"]` must have at most 1 character",
            "`inside.name` must have at least 2 characters",
            "`inside.name` must match `^[a-zé]+$`",
        ]
    );
    assert!(error.to_string().starts_with("Thing: `weight` must be at least 0, and is -0.25, `weight` must be"));
}

#[test]
fn secrets_are_validated_and_not_shown() {
    let error = Thing { key: Some("s3cret".into()), ..Thing::default() }.validate().unwrap_err();
    assert_eq!(all(&error), ["`key` must have at least 8 characters", "`key` must match `^k`"]);
    assert!(!format!("{error} {error:?}").contains("s3cret"));
}

#[test]
fn absent_properties_do_not_count() {
    struct Change {
        hours: Patch<i64>,
        name: Option<String>,
    }

    constraints! {
        Change [min_properties(1), max_properties(1)] { hours: [], name: [] }
    }

    let error = Change { hours: Patch::Keep, name: None }.validate().unwrap_err();
    assert_eq!(error.to_string(), "Change: it must have at least 1 property, and has 0");
    assert_eq!(Change { hours: Patch::Reset, name: None }.validate(), Ok(()));
    let error = Change { hours: Patch::Set(1), name: Some(String::new()) }.validate().unwrap_err();
    assert_eq!(error.to_string(), "Change: it must have at most 1 property, and has 2");
}
