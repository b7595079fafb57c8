#[expect(unreachable_pub, reason = "the macros declare public types")]
mod incremental;
mod lists;

use std::{
    cell::Cell,
    collections::BTreeMap,
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{
    Decode, Decoded, Decoding, MAX_PART_BYTES, MismatchKind, Undecodable, decode_incrementally, empty, error_body,
    parts::{Container, Parts, Plan, Slot},
    result,
};
use crate::{Envelope, raw_response::RawResponse};

const ENVELOPE: Option<Envelope> =
    Some(Envelope { result: "result", error: Some("error"), request_id: Some("requestId") });

#[derive(Debug, Default, PartialEq, Deserialize)]
struct Host {
    name: Option<String>,
    port: Option<i64>,
    load: Option<f64>,
    up: Option<bool>,
    tags: Option<Vec<String>>,
    limits: Option<BTreeMap<String, i64>>,
    next: Option<Box<Host>>,
    peers: Option<Vec<Host>>,
}

impl Decode for Host {
    fn plan(container: Container) -> Plan<Self> {
        Plan::by_parts(Container::Object, container, Self::default)
    }

    fn parts(&mut self) -> Option<Box<dyn Parts + '_>> {
        Some(Box::new(Fields(self)))
    }
}

struct Fields<'a>(&'a mut Host);

impl Parts for Fields<'_> {
    fn slot(&mut self, key: &str) -> Option<&mut dyn Slot> {
        Some(match key {
            "name" => &mut self.0.name,
            "port" => &mut self.0.port,
            "load" => &mut self.0.load,
            "up" => &mut self.0.up,
            "tags" => &mut self.0.tags,
            "limits" => &mut self.0.limits,
            "next" => &mut self.0.next,
            "peers" => &mut self.0.peers,
            _ => return None,
        })
    }

    fn are_fields(&self) -> bool {
        true
    }
}

/// Decodes a result. Returns the value, and the path and kind of each mismatch.
fn decode<T: Decode>(result: &Value) -> (T, Vec<(String, MismatchKind)>) {
    let Decoded { value, mismatches, .. } = decode_body(&json!({ "requestId": "id", "result": result }).to_string());
    (value, mismatches.iter().map(|mismatch| (mismatch.path().to_owned(), mismatch.kind())).collect())
}

fn decode_body<T: Decode>(body: &str) -> Decoded<T> {
    let decoded = finished(result(ENVELOPE, &response(body)));
    decoded.unwrap_or_else(|error| panic!("`{}` {}", error.path, error.problem))
}

fn response(body: &str) -> RawResponse<Bytes> {
    let (status, headers) = (StatusCode::OK, HeaderMap::new());
    RawResponse { status, headers, body: Bytes::copy_from_slice(body.as_bytes()), location: None }
}

fn undecodable<T: Decode>(body: &str) -> Undecodable {
    finished(result::<T>(ENVELOPE, &response(body))).err().expect("does not decode")
}

fn finished<T>(decoding: Decoding<'_, T>) -> Result<Decoded<T>, Undecodable> {
    match decoding {
        Decoding::Done(decoded) => decoded,
        Decoding::Pending(decoding) => block_on(decoding).0,
    }
}

/// Returns the output of a future, and the number of its yields.
fn block_on<T>(future: impl Future<Output = T>) -> (T, usize) {
    let mut future = pin!(future);
    let mut yields = 0;
    loop {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => return (output, yields),
            Poll::Pending => yields += 1,
        }
    }
}

fn set_aside<const N: usize>(paths: [&str; N]) -> Vec<(String, MismatchKind)> {
    paths.map(|path| (path.to_owned(), MismatchKind::SetAside)).into()
}

fn coerced<const N: usize>(paths: [&str; N]) -> Vec<(String, MismatchKind)> {
    paths.map(|path| (path.to_owned(), MismatchKind::Coerced)).into()
}

#[test]
fn a_response_that_fits_has_no_mismatches() {
    let body = r#"{"status": 200, "new": [1], "result": {"name": "a", "port": null, "new": {}}, "requestId": "id"}"#;
    let Decoded { value, members, mismatches, .. } = decode_body::<Host>(body);
    assert_eq!(value, Host { name: Some("a".to_owned()), ..Host::default() });
    assert_eq!(members.request_id.as_deref(), Some("id"));
    assert_eq!(mismatches, []);
}

#[test]
fn only_the_fields_that_do_not_fit_are_set_aside() {
    let (host, mismatches) = decode::<Host>(&json!({
        "name": [],
        "port": "none",
        "load": {},
        "up": 1,
        "tags": "a",
        "limits": [1],
        "next": {"name": "b"},
        "peers": true,
    }));
    assert_eq!(host, Host { next: Some(Box::new(named("b"))), ..Host::default() });
    let bad = ["limits", "load", "name", "peers", "port", "tags", "up"].map(|field| format!("$.result.{field}"));
    assert_eq!(mismatches, bad.map(|path| (path, MismatchKind::SetAside)));
}

#[test]
fn mismatches_at_all_depths_are_found_together() {
    let (host, mismatches) = decode::<Host>(&json!({
        "name": "a",
        "port": "9000",
        "peers": [{"name": "b", "peers": [{"port": []}, 5, {"name": "c", "tags": [[], "x", 7]}]}, {"up": "true"}],
        "next": {"limits": {"cpu": "8", "disk": {}, "memory": 1}},
    }));
    let innermost = Host { tags: Some(vec!["x".to_owned(), "7".to_owned()]), ..named("c") };
    let limits = BTreeMap::from([("cpu".to_owned(), 8), ("memory".to_owned(), 1)]);
    let expected = Host {
        port: Some(9000),
        peers: Some(vec![
            Host { peers: Some(vec![Host::default(), innermost]), ..named("b") },
            Host { up: Some(true), ..Host::default() },
        ]),
        next: Some(Box::new(Host { limits: Some(limits), ..Host::default() })),
        ..named("a")
    };
    assert_eq!(host, expected);
    let expected = [
        ("$.result.next.limits.cpu", MismatchKind::Coerced),
        ("$.result.next.limits.disk", MismatchKind::SetAside),
        ("$.result.peers[0].peers[0].port", MismatchKind::SetAside),
        ("$.result.peers[0].peers[1]", MismatchKind::SetAside),
        ("$.result.peers[0].peers[2].tags[0]", MismatchKind::SetAside),
        ("$.result.peers[0].peers[2].tags[2]", MismatchKind::Coerced),
        ("$.result.peers[1].up", MismatchKind::Coerced),
        ("$.result.port", MismatchKind::Coerced),
    ];
    assert_eq!(mismatches, expected.map(|(path, kind)| (path.to_owned(), kind)));
}

#[test]
fn paths_have_the_indices_of_the_response() {
    let list: Vec<_> = (0..12).map(|index| if index % 2 == 0 { json!("bad") } else { json!({"up": 0}) }).collect();
    let (hosts, mismatches) = decode::<Vec<Host>>(&json!(list));
    assert_eq!(hosts.len(), 6);
    let expected: Vec<_> = (0..12)
        .map(|index| if index % 2 == 0 { format!("$.result[{index}]") } else { format!("$.result[{index}].up") })
        .collect();
    assert_eq!(mismatches.into_iter().map(|(path, _)| path).collect::<Vec<_>>(), expected);
}

#[test]
fn only_the_elements_that_do_not_fit_are_set_aside() {
    let (lists, mismatches) = decode::<Vec<Vec<Vec<i64>>>>(&json!([[[1, "x"], "y"], [], [[2], [[], 3, "4"]], null]));
    assert_eq!(lists, [vec![vec![1]], vec![], vec![vec![2], vec![3, 4]]]);
    let mut expected = set_aside(["$.result[0][0][1]", "$.result[0][1]", "$.result[2][1][0]"]);
    expected.extend(coerced(["$.result[2][1][2]"]));
    expected.extend(set_aside(["$.result[3]"]));
    assert_eq!(mismatches, expected);
}

#[test]
fn null_is_an_absent_field_and_a_mismatched_element() {
    let (host, mismatches) =
        decode::<Host>(&json!({"name": null, "tags": [null, "a"], "limits": {"cpu": null}, "peers": [null]}));
    let expected = Host {
        tags: Some(vec!["a".to_owned()]),
        limits: Some(BTreeMap::new()),
        peers: Some(Vec::new()),
        ..Host::default()
    };
    assert_eq!(host, expected);
    assert_eq!(mismatches, set_aside(["$.result.limits.cpu", "$.result.peers[0]", "$.result.tags[0]"]));
}

#[test]
fn keys_that_are_no_identifiers_are_quoted_in_paths() {
    let (_, mismatches) = decode::<BTreeMap<String, i64>>(&json!({"": [], "a.b": [], "c\"d": [], "e_1": []}));
    assert_eq!(mismatches, set_aside([r#"$.result[""]"#, r#"$.result["a.b"]"#, r#"$.result["c\"d"]"#, "$.result.e_1"]));
}

#[test]
fn a_value_with_a_clear_meaning_is_coerced() {
    let (host, mismatches) = decode::<Host>(&json!({"name": 5, "port": 48.0, "load": "1.5", "up": "false"}));
    let expected = Host { port: Some(48), load: Some(1.5), up: Some(false), ..named("5") };
    assert_eq!(host, expected);
    assert_eq!(mismatches, coerced(["$.result.load", "$.result.name", "$.result.port", "$.result.up"]));

    for (found, port) in [("\"48\"", 48), ("\"48.0\"", 48), ("-0.0", 0), ("4.8e1", 48)] {
        let decoded = decode_body::<Host>(&format!(r#"{{"result": {{"port": {found}}}}}"#));
        assert_eq!(decoded.value.port, Some(port), "{found}");
    }
}

#[test]
fn a_value_without_a_clear_meaning_is_set_aside() {
    let unclear = [
        ("port", "48.5"),
        ("port", "\"\""),
        ("port", "\" 48\""),
        ("port", "true"),
        ("port", "9223372036854775808"),
        ("port", "1e300"),
        ("port", "\"9007199254740993.0\""),
        ("name", "123456789012345678901234567890"),
        ("up", "1"),
        ("up", "\"yes\""),
        ("load", "\"NaN\""),
    ];
    for (field, found) in unclear {
        let decoded = decode_body::<Host>(&format!(r#"{{"result": {{"{field}": {found}}}}}"#));
        assert_eq!(decoded.value, Host::default(), "{field}: {found}");
        assert_eq!(decoded.mismatches[0].kind(), MismatchKind::SetAside, "{field}: {found}");
    }
}

#[test]
fn a_mismatch_has_the_received_value_and_is_reported_once() {
    // serde's derive reads an array as an object, field by field.
    let decoded = decode_body::<Host>(r#"{"result": {"next": [5, "80"], "port": "80"}}"#);
    let mismatches: Vec<_> = decoded.mismatches.iter().map(|found| (found.path(), found.value().clone())).collect();
    assert_eq!(mismatches, [("$.result.next", json!([5, "80"])), ("$.result.port", json!("80"))]);
}

#[test]
fn the_received_value_is_found_beside_unrepresentable_json() {
    let decoded = decode_body::<Vec<Host>>(r#"{"new": 1e999, "result": [{"port": "80"}, {"next": [5, "80"]}]}"#);
    let mismatches: Vec<_> = decoded.mismatches.iter().map(|found| (found.path(), found.value().clone())).collect();
    assert_eq!(mismatches, [("$.result[0].port", json!("80")), ("$.result[1].next", json!([5, "80"]))]);
}

#[test]
fn a_list_in_a_newtype_is_coerced() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Ports(Vec<i64>);

    impl Decode for Ports {}

    let (ports, mismatches) = decode::<Option<Ports>>(&json!([1, "2", []]));
    assert_eq!(ports, Some(Ports(vec![1, 2])));
    assert_eq!(
        mismatches,
        [("$.result[1]".to_owned(), MismatchKind::Coerced), ("$.result[2]".to_owned(), MismatchKind::SetAside)]
    );
}

#[test]
fn an_unexpected_list_is_an_error_with_its_request_id() {
    for list in ["[]", "[5]", "[{}, 5]", r#"["a", 1]"#] {
        let error = undecodable::<Host>(&format!(r#"{{"result": {list}, "requestId": "id"}}"#));
        assert_eq!((error.path.as_str(), error.request_id.as_deref()), ("$.result", Some("id")), "{list}");
        assert_eq!(error.problem, "is an array, which does not fit", "{list}");
    }
    assert_eq!(undecodable::<[i64; 1]>(r#"{"result": [1, 2]}"#).path, "$.result");
}

#[test]
fn invalid_json_after_a_mismatch_is_an_error() {
    for rest in ["", "}", ", ]", ", 1 2]", r#", "\u12"]"#, ", 01]", ", nul]", ", \"\n\"]", "]]", ", 1e]"] {
        let error = undecodable::<Vec<i64>>(&format!(r#"{{"result": ["1"{rest}}}"#));
        assert_eq!(error.path, "$", "{rest}");
        assert!(error.problem.starts_with("is not JSON: "), "{rest}: {}", error.problem);
    }
}

#[test]
fn the_last_of_several_equal_keys_counts() {
    let decoded = decode_body::<Host>(r#"{"result": {"port": 1}, "result": {"port": "x", "port": 2, "name": "a"}}"#);
    assert_eq!(decoded.value, Host { port: Some(2), ..named("a") });
    assert_eq!(decoded.mismatches, []);
}

#[test]
fn mismatches_at_every_level_of_a_deep_response_are_coerced() {
    const DEPTH: usize = 120;
    let deep = |innermost| (0..DEPTH).fold(innermost, |next, _| json!({"port": {}, "next": next, "up": true}));
    let (host, mismatches) = decode::<Host>(&deep(json!({"name": "innermost", "load": []})));

    let innermost = (0..DEPTH).try_fold(&host, |host, _| host.next.as_deref().filter(|_| host.up == Some(true)));
    assert_eq!(innermost, Some(&named("innermost")));
    assert_eq!(mismatches.len(), DEPTH + 1);
    assert!(mismatches.contains(&(format!("$.result{}.load", ".next".repeat(DEPTH)), MismatchKind::SetAside)));
}

#[test]
fn unrepresentable_json_is_set_aside_alone() {
    let deep = format!("{}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let text = format!("\"{}\"", r"\ud800");
    for found in ["1e400", "-1e999", &deep, &text] {
        for field in ["name", "port", "load", "limits", "next", "new"] {
            let expected =
                if field == "new" { vec!["$.result[1].up"] } else { vec!["$.result[0].FIELD", "$.result[1].up"] };
            let expected: Vec<_> = expected.iter().map(|path| path.replace("FIELD", field)).collect();
            let body = format!(r#"{{"new": {found}, "result": [{{"name": "a", "{field}": {found}}}, {{"up": 1}}]}}"#);
            let decoded = decode_body::<Vec<Host>>(&body);
            let name = (field != "name").then(|| "a".to_owned());
            assert_eq!(decoded.value, [Host { name, ..Host::default() }, Host::default()]);
            let paths: Vec<_> = decoded.mismatches.iter().map(|found| found.path().to_owned()).collect();
            assert_eq!(paths, expected);
            if field != "new" && found != deep {
                assert_eq!(decoded.mismatches[0].value(), &json!(found));
            }
        }
    }
}

#[test]
fn too_deep_nesting_is_set_aside_from_there_on() {
    let deep =
        |depth| (0..depth).fold("{}".to_owned(), |next, level| format!(r#"{{"port": {level}, "next": {next}}}"#));
    for (depth, mismatches) in [(100, 0), (1_000, 1)] {
        let decoded = decode_body::<Host>(&format!(r#"{{"result": {}}}"#, deep(depth)));
        assert_eq!(decoded.value.port, Some(depth - 1));
        assert_eq!(decoded.mismatches.len(), mismatches);
    }
}

#[test]
fn invalid_utf_8_is_set_aside_alone() {
    let body = b"{\"result\": {\"name\": \"\xff\", \"port\": 1, \"new\": \"\xff\"}}";
    let response = RawResponse { body: Bytes::from_static(body), ..response("") };
    let decoded = finished(result::<Host>(ENVELOPE, &response)).ok().unwrap();
    assert_eq!(decoded.value, Host { port: Some(1), ..Host::default() });
    assert_eq!(decoded.mismatches[0].path(), "$.result.name");
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let decoded = decode_body::<Host>("\u{feff}{\"result\": {\"name\": \"a\", \"port\": \"1\"}}");
    assert_eq!(decoded.value, Host { port: Some(1), ..named("a") });
    assert_eq!(error_body(ENVELOPE, "\u{feff}{\"error\": \"no\"}".as_bytes()).message.as_deref(), Some("no"));
    assert_eq!(undecodable::<Host>("\u{feff}\u{feff}{}").path, "$");
}

#[test]
fn a_result_of_a_wrong_type_is_an_error() {
    for (found, kind) in [("null", "null"), ("[]", "an array"), ("true", "a boolean"), ("\"secret\"", "a string")] {
        let error = undecodable::<Host>(&format!(r#"{{"requestId": "id", "result": {found}}}"#));
        assert_eq!(error.request_id.as_deref(), Some("id"));
        assert_eq!(error.path, "$.result");
        assert_eq!(error.problem, format!("is {kind}, which does not fit"));
    }
}

#[test]
fn a_scalar_result_is_coerced_like_a_field() {
    assert_eq!(decode::<i64>(&json!("48")), (48, coerced(["$.result"])));
}

#[test]
fn a_response_without_its_envelope_is_an_error() {
    for body in ["", "<html>", "{", r#"{"result": {}} {}"#] {
        let error = undecodable::<Host>(body);
        assert_eq!(error.path, "$");
        assert!(error.problem.starts_with("is not JSON: "), "{body}: {}", error.problem);
    }
    for body in ["{}", "[]", "5", r#"{"Result": {}}"#] {
        let error = undecodable::<Host>(body);
        assert_eq!((error.path.as_str(), error.problem.as_str()), ("$", "has no `result`"), "{body}");
    }
}

#[test]
fn an_invalid_request_id_is_ignored() {
    let decoded = decode_body::<Host>(r#"{"requestId": 5, "result": {"name": "a"}}"#);
    assert_eq!((decoded.value, decoded.members.request_id), (named("a"), None));
    assert_eq!(decoded.mismatches, []);
}

#[test]
fn without_an_envelope_the_response_is_the_result() {
    let decoded = finished(result::<Vec<i64>>(None, &response("[1, [], 3]"))).ok().expect("decodes");
    assert_eq!(decoded.value, [1, 3]);
    assert_eq!(decoded.mismatches[0].path(), "$[1]");
}

#[test]
fn a_call_without_a_result_accepts_any_response() {
    for (body, request_id) in [("", None), ("<html>", None), (r#"{"requestId": "id", "result": 5}"#, Some("id"))] {
        let decoded = finished(empty(ENVELOPE, &response(body))).ok().expect("decodes");
        assert_eq!(decoded.members.request_id.as_deref(), request_id, "{body}");
    }
}

#[test]
fn an_error_response_has_its_message_and_request_id() {
    let both = error_body(ENVELOPE, br#"{"error": "no", "requestId": "id"}"#);
    assert_eq!((both.message.as_deref(), both.request_id.as_deref()), (Some("no"), Some("id")));
    let none = error_body(ENVELOPE, br#"{"error": {"code": 1}, "requestId": null}"#);
    assert_eq!((none.message, none.request_id), (None, None));

    let common = [
        r#"{"code": 5, "message": "no"}"#,
        r#"{"error": "no"}"#,
        r#"{"error": {"code": "E5", "message": "no"}}"#,
        r#"{"type": "about:blank", "title": "No", "detail": "no"}"#,
        r#"{"errors": [{"message": "no"}, {"message": "never"}]}"#,
    ];
    for body in common {
        assert_eq!(error_body(None, body.as_bytes()).message.as_deref(), Some("no"), "{body}");
    }
    assert_eq!(error_body(None, br#"["no"]"#).message, None);
    let long = error_body(None, format!(r#"{{"message": "{}"}}"#, "é".repeat(5_000)).as_bytes()).message.unwrap();
    assert_eq!((long.chars().count(), long.ends_with('…')), (1_001, true));
}

/// The second response is ten times as long, so a cost that is not linear shows as a factor above ten.
#[test]
fn the_cost_of_coercion_is_linear() {
    let shapes: [fn(usize) -> Value; 5] = [
        |length| json!({ "list": vec![json!("bad"); length] }),
        |length| json!({ "list": (0..length).map(|index| json!(["bad", index])).collect::<Vec<_>>() }),
        |length| json!({ "map": (0..length).map(|index| (index.to_string(), json!("bad"))).collect::<Value>() }),
        |length| json!({ "lists": vec![json!([1, "bad", 3, {}]); length] }),
        |length| json!({ "lists": [vec!["bad"; length], vec!["1"; length]], "map": {"a": "bad"} }),
    ];
    for (number, shape) in shapes.into_iter().enumerate() {
        let [short, long] = [200, 2_000].map(|length| {
            COST.set(0);
            let decoded = decode_body::<Counted>(&json!({ "result": shape(length) }).to_string());
            assert!(decoded.mismatches.len() + decoded.omitted_mismatches >= length, "shape {number}");
            COST.get()
        });
        assert!(long <= 10 * short, "shape {number} costs {short}, and ten times the length {long}");
    }
}

#[test]
fn a_long_list_of_mismatches_is_coerced() {
    let list = json!({"result": vec![json!({"port": {}, "up": 2}); 20_000]});
    let decoded = decode_body::<Vec<Host>>(&list.to_string());
    assert_eq!(decoded.value.len(), 20_000);
    assert_eq!((decoded.mismatches.len(), decoded.omitted_mismatches), (1_000, 39_000));
    assert_eq!(decoded.mismatches[999].path(), "$.result[499].up");
}

fn named(name: &str) -> Host {
    Host { name: Some(name.to_owned()), ..Host::default() }
}

thread_local! {
    static COST: Cell<usize> = const { Cell::new(0) };
}

/// A number that counts how often it is decoded.
struct Tick;

impl<'de> Deserialize<'de> for Tick {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        COST.set(COST.get() + 1);
        i64::deserialize(deserializer).map(|_| Self)
    }
}

impl Decode for Tick {}

impl Decode for Counted {}

#[derive(Deserialize)]
#[expect(dead_code, clippy::zero_sized_map_values, reason = "only the cost of decoding it matters")]
struct Counted {
    list: Option<Vec<Tick>>,
    lists: Option<Vec<Vec<Tick>>>,
    map: Option<BTreeMap<String, Tick>>,
}
