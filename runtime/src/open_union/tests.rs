use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Decode, MismatchKind, Secret, internals};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Range {
    #[serde(rename = "type")]
    type_: Option<String>,
    field: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Terms {
    #[serde(rename = "type")]
    type_: Option<String>,
    field: Option<String>,
    values: Option<Vec<i64>>,
    weights: Option<BTreeMap<String, i64>>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct All {
    #[serde(rename = "type")]
    type_: Option<String>,
    of: Option<Vec<Filter>>,
    but: Option<Box<All>>,
    not: Option<Filter>,
    limit: Option<i64>,
}

crate::open_union! {
    /// A filter with a discriminator.
    pub enum Filter: response {
        Range(Range) = { "type": "range", "from": _, "to": _ },
        Terms(Terms) = { "type": "terms" | "in", "values": _ },
        All(Box<All>) = { "type": "all", "of": _ },
    }

    /// A value of any kind.
    pub enum Scalar: response {
        Integer(i64) = integer,
        Number(f64) = number,
        Boolean(bool) = boolean,
        Id(uuid::Uuid) = string,
        Names(Vec<String>) = [string],
        Sizes(Vec<i64>) = [integer],
        Filters(Vec<Filter>) = array,
        Labels(BTreeMap<String, i64>) = map,
    }

    /// A filter or a value.
    pub enum Either: response {
        Filter(Filter) = union,
        Scalar(Scalar) = union,
    }
}

crate::open_union! {
    /// Two unions with the same variants, which differ in a member of all of them.
    pub enum Charts: response {
        Lines(Drawn) = { "kind": "lines", ..union },
        Bars(Drawn2) = { "kind": "bars" | null, ..union },
    }

    /// A small or a large drawing.
    pub enum Drawn: response {
        Small(Small) = {},
        Large(Large) = { "size": _ },
    }

    /// Another union of the same variants.
    pub enum Drawn2: response {
        Small(Small) = {},
        Large(Large) = { "size": _ },
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Small {
    name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Large {
    name: Option<String>,
    size: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Measured {
    name: Option<String>,
    size: Option<i64>,
    unit: Option<String>,
}

crate::open_union! {
    /// A union without a discriminator.
    pub enum Loose: response {
        Small(Small) = {},
        Large(Large) = {},
        Measured(Measured) = { "size": _, "unit": _ },
    }

    /// A union with an optional discriminator, and a member of several values.
    pub enum Versioned: response {
        First(Small) = { "version": 1 | null },
        Second(Large) = { "version": 2 | null, "beta": true | false | null | _ },
    }

    /// A union with a secret.
    pub enum Login: response + secret {
        Password(Secret) = string,
        Known(Small) = { "name": _ },
    }
}

impl Decode for Range {}
impl Decode for Terms {}
impl Decode for All {}
impl Decode for Small {}
impl Decode for Large {}
impl Decode for Measured {}

/// Decodes a response. Returns the value and the mismatches.
fn decode<T: Decode>(json: &Value) -> (T, Vec<(String, MismatchKind)>) {
    let decoded = internals::decode::<T>(None, json.to_string().as_bytes());
    let (value, mismatches, _) = decoded.unwrap_or_else(|(path, problem)| panic!("`{path}` {problem}"));
    (value, mismatches.iter().map(|mismatch| (mismatch.path().to_owned(), mismatch.kind())).collect())
}

fn decode_exactly<T: Decode>(json: &Value) -> T {
    let (value, mismatches) = decode(json);
    assert_eq!(mismatches, [], "{json}");
    value
}

macro_rules! text {
    ($text:literal) => {
        Some(String::from($text))
    };
}

#[test]
fn the_discriminator_decides_against_the_other_members() {
    let json = json!({ "type": "terms", "field": "a", "from": 1, "to": 2 });
    assert_eq!(
        decode_exactly::<Filter>(&json),
        Filter::Terms(Terms { type_: text!("terms"), field: text!("a"), ..Terms::default() })
    );
    let json = json!({ "type": "in", "from": 1, "to": 2 });
    assert!(matches!(decode_exactly(&json), Filter::Terms(_)));
}

#[test]
fn members_decide_if_the_discriminator_is_absent_or_null() {
    assert!(matches!(decode_exactly(&json!({ "field": "a", "values": [1] })), Filter::Terms(_)));
    assert!(matches!(decode_exactly(&json!({ "type": null, "from": 1, "to": 2 })), Filter::Range(_)));
    // No variant is complete, and only one has this member.
    assert!(matches!(decode_exactly(&json!({ "weights": {} })), Filter::Terms(_)));
}

#[test]
fn an_unknown_discriminator_is_kept_whatever_the_members() {
    let json = json!({ "type": "fuzzy", "field": "a", "from": 1, "to": 2 });
    assert_eq!(decode_exactly::<Filter>(&json), Filter::Unknown(json.clone()));
    assert_eq!(serde_json::to_value(Filter::Unknown(json.clone())).unwrap(), json);
    // Another spelling or type of a known value is unknown, too.
    for json in [json!({ "type": "Range", "from": 1 }), json!({ "type": 1 }), json!({ "type": ["range"] })] {
        assert_eq!(decode_exactly::<Filter>(&json), Filter::Unknown(json.clone()));
    }
}

#[test]
fn other_types_of_json_are_kept() {
    for json in [json!(null), json!(true), json!(1), json!("range"), json!([{ "type": "range" }]), json!({})] {
        assert_eq!(decode_exactly::<Filter>(&json), Filter::Unknown(json.clone()));
    }
}

#[test]
fn of_several_matching_variants_the_one_with_the_most_known_members_is_taken() {
    assert_eq!(decode_exactly::<Loose>(&json!({ "name": "a" })), Loose::Small(Small { name: text!("a") }));
    let large = Large { name: text!("a"), size: Some(1) };
    assert_eq!(decode_exactly::<Loose>(&json!({ "name": "a", "size": 1, "new": true })), Loose::Large(large));
    let sized = Measured { name: None, size: Some(1), unit: text!("m") };
    assert_eq!(decode_exactly::<Loose>(&json!({ "size": 1, "unit": "m" })), Loose::Measured(sized));
    assert_eq!(decode_exactly::<Loose>(&json!({})), Loose::Small(Small::default()));
    let foreign = json!({ "nothing": "known" });
    assert_eq!(decode_exactly::<Loose>(&foreign), Loose::Unknown(foreign.clone()));
}

#[test]
fn an_unexpected_value_excludes_a_variant_unless_any_is_allowed() {
    let name = text!("a");
    let first = Versioned::First(Small { name: name.clone() });
    let second = Versioned::Second(Large { name, size: None });
    assert_eq!(decode_exactly::<Versioned>(&json!({ "name": "a" })), first);
    assert_eq!(decode_exactly::<Versioned>(&json!({ "version": 1, "name": "a", "beta": false })), first);
    assert_eq!(decode_exactly::<Versioned>(&json!({ "version": 2, "name": "a" })), second);
    assert_eq!(decode_exactly::<Versioned>(&json!({ "beta": true, "name": "a" })), second);
    assert_eq!(decode_exactly::<Versioned>(&json!({ "version": 2, "beta": "perhaps", "name": "a" })), second);
    for version in [json!(3), json!("1"), json!(1.5)] {
        let json = json!({ "version": version, "name": "a" });
        assert_eq!(decode_exactly::<Versioned>(&json), Versioned::Unknown(json.clone()));
    }
}

#[test]
fn types_of_json_are_exact() {
    let id = "00000000-0000-0000-0000-000000000000";
    assert_eq!(decode_exactly::<Scalar>(&json!(1)), Scalar::Integer(1));
    assert_eq!(decode_exactly::<Scalar>(&json!(1.5)), Scalar::Number(1.5));
    assert_eq!(decode_exactly::<Scalar>(&json!(true)), Scalar::Boolean(true));
    assert_eq!(decode_exactly::<Scalar>(&json!(id)), Scalar::Id(uuid::Uuid::nil()));
    for json in [json!("1"), json!("true"), json!("")] {
        assert_eq!(decode_exactly::<Scalar>(&json), Scalar::Unknown(json.clone()));
    }
    // Too large for the integer, it is still a number.
    assert_eq!(decode_exactly::<Scalar>(&json!(u64::MAX)), Scalar::Number(18_446_744_073_709_551_615.0));
}

#[test]
fn lists_are_distinguished_by_their_items() {
    assert_eq!(decode_exactly::<Scalar>(&json!(["a"])), Scalar::Names(vec!["a".to_owned()]));
    assert_eq!(decode_exactly::<Scalar>(&json!([1, 2])), Scalar::Sizes(vec![1, 2]));
    assert!(matches!(decode_exactly(&json!([{ "type": "range" }])), Scalar::Filters(filters) if filters.len() == 1));
    assert_eq!(decode_exactly::<Scalar>(&json!([])), Scalar::Names(Vec::new()));
    assert_eq!(decode_exactly::<Scalar>(&json!({ "a": 1 })), Scalar::Labels([("a".to_owned(), 1)].into()));
}

#[test]
fn a_nested_union_is_the_one_with_the_best_variant() {
    assert!(matches!(decode_exactly(&json!({ "type": "range", "from": 1 })), Either::Filter(Filter::Range(_))));
    assert_eq!(
        decode_exactly::<Either>(&json!({ "a": 1 })),
        Either::Scalar(Scalar::Labels([("a".to_owned(), 1)].into()))
    );
    assert_eq!(decode_exactly::<Either>(&json!("a")), Either::Scalar(Scalar::Unknown(json!("a"))));
    assert_eq!(decode_exactly::<Either>(&json!(null)), Either::Unknown(json!(null)));
}

#[test]
fn nested_unions_are_distinguished_by_members_of_all_their_variants() {
    let large = Large { name: text!("a"), size: Some(1) };
    let json = |kind: &str| json!({ "kind": kind, "name": "a", "size": 1 });
    assert_eq!(decode_exactly::<Charts>(&json("lines")), Charts::Lines(Drawn::Large(large.clone())));
    assert_eq!(decode_exactly::<Charts>(&json("bars")), Charts::Bars(Drawn2::Large(large.clone())));
    assert_eq!(decode_exactly::<Charts>(&json("pie")), Charts::Unknown(json("pie")));
    assert_eq!(decode_exactly::<Charts>(&json!({ "name": "a", "size": 1 })), Charts::Bars(Drawn2::Large(large)));
}

#[test]
fn mismatches_in_a_variant_are_coerced_and_reported_with_their_paths() {
    let json = json!([
        { "type": "terms", "values": [1, "2", "three", 4], "weights": { "a": 1, "b": "heavy" } },
        { "type": "range", "from": "1", "to": {} },
        { "type": "new", "from": "1" },
    ]);
    let (filters, mismatches) = decode::<Vec<Filter>>(&json);
    let Filter::Terms(terms) = &filters[0] else { panic!("{filters:?}") };
    assert_eq!(terms.values, Some(vec![1, 2, 4]));
    assert_eq!(terms.weights, Some([("a".to_owned(), 1)].into()));
    let Filter::Range(range) = &filters[1] else { panic!("{filters:?}") };
    assert_eq!((range.from, range.to), (Some(1), None));
    assert!(matches!(filters[2], Filter::Unknown(_)));
    let expected = [
        ("$[0].values[1]", MismatchKind::Coerced),
        ("$[0].values[2]", MismatchKind::SetAside),
        ("$[0].weights.b", MismatchKind::SetAside),
        ("$[1].from", MismatchKind::Coerced),
        ("$[1].to", MismatchKind::SetAside),
    ];
    assert_eq!(mismatches, expected.map(|(path, kind)| (path.to_owned(), kind)));
}

#[test]
fn mismatches_in_a_union_at_the_root_are_coerced() {
    let (filter, mismatches) = decode::<Filter>(&json!({ "type": "range", "from": [] }));
    assert_eq!(filter, Filter::Range(Range { type_: text!("range"), ..Range::default() }));
    assert_eq!(mismatches, [("$.from".to_owned(), MismatchKind::SetAside)]);
}

#[test]
fn coercion_does_not_change_the_variant() {
    // Without the member that does not fit, the other variant would have the better score.
    let (loose, mismatches) = decode::<Loose>(&json!({ "name": "a", "size": "large", "unit": 5 }));
    assert_eq!(loose, Loose::Measured(Measured { name: text!("a"), size: None, unit: text!("5") }));
    assert_eq!(
        mismatches,
        [("$.size".to_owned(), MismatchKind::SetAside), ("$.unit".to_owned(), MismatchKind::Coerced)]
    );
}

#[test]
fn mismatches_in_nested_unions_are_coerced_at_any_depth() {
    let mut json = json!({ "type": "range", "from": "1", "to": "far" });
    let mut path = String::new();
    for level in 0..50 {
        json = match level % 2 {
            0 => json!({ "type": "all", "limit": "none", "of": [json, { "type": "new" }] }),
            _ => json!({ "type": "all", "limit": "none", "of": [], "not": json }),
        };
        path.insert_str(0, if level % 2 == 0 { ".of[0]" } else { ".not" });
    }
    let (filter, mismatches) = decode::<Filter>(&json);
    assert!(matches!(filter, Filter::All(_)));
    assert_eq!(mismatches.len(), 52);
    assert!(mismatches.contains(&(format!("${path}.from"), MismatchKind::Coerced)));
    assert!(mismatches.contains(&(format!("${path}.to"), MismatchKind::SetAside)));
}

#[test]
fn unknown_json_that_may_be_secret_is_neither_shown_nor_serialized() {
    let unknown: Login = decode_exactly(&json!({ "token": "correct horse" }));
    assert_eq!(format!("{unknown:?}"), "Unknown(an object)");
    assert_eq!(serde_json::to_value(&unknown).unwrap(), json!(null));
    let password: Login = decode_exactly(&json!("correct horse"));
    assert_eq!(format!("{password:?}"), "Password(Secret([REDACTED]))");
    assert_eq!(serde_json::to_value(&password).unwrap(), json!(null));
    assert_eq!(serde_json::to_value(Login::Known(Small { name: text!("a") })).unwrap(), json!({ "name": "a" }));
}

mod requests {
    use super::*;
    use crate::{Expose, MissingField, Parameter, validate};

    #[derive(Clone, Debug, PartialEq, Serialize)]
    struct Named {
        name: String,
    }

    crate::constraints! {
        Named { name: [max_length(3)] }
    }

    crate::open_union! {
        /// A union in requests.
        pub enum Input: request {
            Named(Named),
            Text(String),
        }

        /// A union of secrets.
        pub enum Hidden: request {
            Secret(Secret),
            Secrets(Vec<Secret>),
        }

        /// The union in responses.
        pub enum Output: response {
            Named(Small) = { "name": _ },
            Text(String) = string,
        }

        /// The union in requests that responses can become.
        pub enum Resent: request from Output {
            Named(Named),
            Text(String),
        }

        /// A union in a query.
        pub enum Query: request + parameter {
            Number(i64),
            Text(String),
        }
    }

    impl TryFrom<Small> for Named {
        type Error = MissingField;

        fn try_from(response: Small) -> Result<Self, MissingField> {
            Ok(Self { name: response.name.ok_or(MissingField::new("Small", "name"))? })
        }
    }

    #[derive(Serialize)]
    struct Request<T: Expose> {
        #[serde(serialize_with = "Expose::expose")]
        secret: T,
        input: Input,
    }

    #[test]
    fn a_union_is_serialized_as_its_variant() {
        let json = |input: Input| serde_json::to_value(input).unwrap();
        assert_eq!(json(Named { name: "a".to_owned() }.into()), json!({ "name": "a" }));
        assert_eq!(json("a".into()), json!("a"));
        assert_eq!(serde_json::to_value(Hidden::from("a")).unwrap(), json!("a"));
        assert_eq!(serde_json::to_value(Hidden::from(vec!["a".into()])).unwrap(), json!(["a"]));
        assert_eq!(json(Input::Unknown(json!([1]))), json!([1]));
        assert_eq!(serde_json::to_value(Hidden::Unknown(json!([1]))).unwrap(), json!([1]));
        let request = Request { secret: Secret::from("a"), input: "b".into() };
        assert_eq!(serde_json::to_value(request).unwrap(), json!({ "secret": "a", "input": "b" }));
    }

    #[derive(Clone, Debug, PartialEq, Serialize)]
    struct Wrapped {
        named: Named,
    }

    impl Wrapped {
        fn new(named: Named) -> Self {
            Self { named }
        }
    }

    #[derive(Clone, Debug, PartialEq, Serialize)]
    struct Amount {
        size: i64,
    }

    impl Amount {
        fn new(size: i64) -> Self {
            Self { size }
        }
    }

    crate::constraints! {
        Wrapped { named: [] }
        Amount {}
    }

    crate::open_union! {
        /// A union whose variants have one member each.
        pub enum Wrapper: request {
            Wrapped(Wrapped) from Named,
            Amount(Box<Amount>) from i64,
        }
    }

    #[test]
    fn a_union_is_made_from_the_only_member_of_a_variant() {
        let wrapped = Wrapped::new(Named { name: "a".to_owned() });
        assert!(wrapped.validate().is_ok() && Amount::new(1).validate().is_ok());
        assert_eq!(Wrapper::from(wrapped.named.clone()), Wrapper::Wrapped(wrapped));
        assert_eq!(Wrapper::from(1), Wrapper::Amount(Box::new(Amount::new(1))));
        assert_eq!(serde_json::to_value(Wrapper::Unknown(json!(1))).unwrap(), json!(1));
    }

    #[test]
    fn a_request_is_made_from_a_response() {
        let resent = |json| Resent::try_from(decode_exactly::<Output>(&json));
        assert_eq!(resent(json!({ "name": "a" })).unwrap(), Resent::Named(Named { name: "a".to_owned() }));
        assert_eq!(resent(json!("a")).unwrap(), Resent::Text("a".to_owned()));
        assert_eq!(resent(json!([1])).unwrap(), Resent::Unknown(json!([1])));
        assert!(Resent::try_from(Output::Named(Small::default())).is_err());
    }

    #[test]
    fn a_union_is_validated_as_its_variant() {
        assert!(Named { name: "a".to_owned() }.validate().is_ok());
        let problems = |input: Input| validate::violations(&input).iter().map(ToString::to_string).collect::<Vec<_>>();
        let long = Named { name: "long".to_owned() };
        assert_eq!(problems(long.into()), ["`name` must have at most 3 characters"]);
        assert_eq!(problems("anything".into()), [""; 0]);
        assert_eq!(problems(Input::Unknown(json!(1))).len(), 1);
    }

    #[test]
    fn the_constraints_of_a_union_are_those_of_each_variant_that_they_concern() {
        let problems = |query: Query| {
            let mut found = Vec::new();
            let constraints = [validate::minimum(2), validate::max_length(1)];
            let path = validate::Path::default();
            validate::Validate::violations(&query, &constraints, &path.field("size"), &mut found);
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!([problems(2.into()), problems("a".into())].concat(), [""; 0]);
        assert_eq!(problems(1.into()), ["`size` must be at least 2, and is 1"]);
        assert_eq!(problems("ab".into()), ["`size` must have at most 1 character"]);
    }

    #[test]
    fn a_union_is_a_parameter() {
        assert_eq!(Query::from(5).to_parameter(), "5");
        assert_eq!(Query::from("a").to_parameter(), "a");
        assert_eq!(Query::Unknown(json!("b")).to_parameter(), "b");
    }
}
