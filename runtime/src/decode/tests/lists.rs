//! Pages of lists.

use serde_json::{Value, json};

use super::{ENVELOPE, finished, response};
use crate::{
    Mismatch,
    decode::{self, Decoded, Next, PageMembers, counted_list::CountedList},
};

fn list(body: &str) -> Decoded<CountedList<i64>> {
    let page = PageMembers { next: Some("nextCursor"), total: Some("totalCount") };
    let decoded = finished(decode::list(ENVELOPE, page, &response(body)));
    decoded.unwrap_or_else(|error| panic!("`{}` {}", error.path, error.problem))
}

fn shown(mismatches: &[Mismatch]) -> Vec<String> {
    mismatches.iter().map(ToString::to_string).collect()
}

#[test]
fn a_list_has_its_items_and_the_members_beside_them() {
    let decoded = list(r#"{"totalCount": 9, "result": [1, 2], "nextCursor": "c", "requestId": "id"}"#);
    assert_eq!((decoded.value.items.as_slice(), decoded.value.received), (&[1, 2][..], 2));
    assert_eq!((decoded.members.next, decoded.members.total), (Next::Cursor("c".to_owned()), Some(9)));
    assert_eq!((decoded.members.request_id.as_deref(), decoded.mismatches.len()), (Some("id"), 0));
}

#[test]
fn a_cursor_that_is_absent_null_or_empty_is_the_end() {
    for member in ["", r#", "nextCursor": null"#, r#", "nextCursor": """#] {
        for items in ["[1]", "[null, 1]"] {
            assert_eq!(list(&format!(r#"{{"result": {items}{member}}}"#)).members.next, Next::End, "{items}{member}");
        }
    }
}

#[test]
fn a_cursor_and_a_total_are_coerced_like_any_other_value() {
    for body in [
        r#"{"result": [1], "nextCursor": 5, "totalCount": "12"}"#,
        r#"{"nextCursor": 5, "totalCount": "12", "result": [1]}"#,
        r#"{"nextCursor": {}, "totalCount": -1, "result": ["a"], "result": [1], "nextCursor": 5, "totalCount": "12"}"#,
    ] {
        let decoded = list(body);
        assert_eq!((decoded.members.next, decoded.members.total), (Next::Cursor("5".to_owned()), Some(12)));
        let expected = [
            "a number at `$.nextCursor` does not fit and was coerced",
            "a string at `$.totalCount` does not fit and was coerced",
        ];
        assert_eq!(shown(&decoded.mismatches), expected, "{body}");
    }
}

#[test]
fn a_cursor_of_another_type_is_not_the_end() {
    for (cursor, json_type) in [("{}", "an object"), ("[1]", "an array")] {
        let decoded = list(&format!(r#"{{"result": [1], "nextCursor": {cursor}, "totalCount": -1}}"#));
        assert_eq!((decoded.members.next, decoded.members.total), (Next::Unreadable(json_type), None));
        assert_eq!(decoded.mismatches.len(), 2);
    }
}

#[test]
fn items_that_are_set_aside_are_counted_in_lists_of_any_length() {
    for length in [1, 10, 5_000, 100_000] {
        let items: Vec<Value> =
            (0..length).map(|number| json!(if number % 2 == 0 { json!([]) } else { json!(number) })).collect();
        let decoded = list(&json!({ "result": items }).to_string());
        assert_eq!((decoded.value.received, decoded.value.items.len()), (length, length / 2));
        assert_eq!(decoded.mismatches.len() + decoded.omitted_mismatches, length.div_ceil(2));
    }
}

#[test]
fn a_list_of_another_type_is_an_error() {
    let error = |body: &str| {
        let decoded = finished(decode::list::<CountedList<i64>>(ENVELOPE, PageMembers::default(), &response(body)));
        decoded.err().map(|error| format!("`{}` {}", error.path, error.problem))
    };
    assert_eq!(error(r#"{"result": {}}"#).as_deref(), Some("`$.result` is an object, which does not fit"));
    assert_eq!(error(r#"{"result": null}"#).as_deref(), Some("`$.result` is null, which does not fit"));
    assert_eq!(error(r#"{"nextCursor": "c"}"#).as_deref(), Some("`$` has no `result`"));
}
