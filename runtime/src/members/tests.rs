#![allow(unreachable_pub, reason = "the macros declare public types")]

use serde_json::json;

use crate::{Patch, Secret, response, request, shared};

response! {
    /// A node of a tree.
    pub struct Node {
        /// Its name.
        label as "nodeLabel": String => &str,
        /// A number.
        count: i64 => i64,
        /// A child.
        child: Box<Node> => &Node,
        /// Similar nodes.
        similar: Vec<Node> => &[Node],
        /// Its former name.
        #[deprecated(note = "use `label` instead")]
        old: String => &str,
        /// A key.
        key: Secret => &Secret [secret],
    }
}

response! {
    /// A type without fields.
    pub struct Nothing {}
}

request! {
    /// A new node.
    #[derive(Default)]
    pub struct NewNode {
        optional {
            /// A field with the name of a method.
            new: String [by new_ into],
            /// A child.
            child: Box<NewNode> [box NewNode],
            /// Its former name.
            #[deprecated(note = "use `new_` instead")]
            old: String [into],
            /// A key.
            keys as "allKeys": Vec<Secret> [secret of into Secret],
        }
        patch {
            /// A new key.
            key: Secret [secret],
        }
    }
}

request! {
    /// A login.
    pub struct Login {
        constant {
            /// The kind.
            kind: i64 = 7,
        }
        required {
            /// The user.
            name: String [into],
            /// The reason, which may be `null`.
            reason: Option<String>,
            /// The password.
            password: Secret [secret into],
        }
    }
}

shared! {
    /// A type of requests and responses.
    #[derive(Default)]
    pub struct Mood {
        optional {
            /// The level.
            level as "moodLevel": i64,
        }
    }
}

fn node(json: &str) -> serde_json::Result<Node> {
    serde_json::from_str(json)
}

#[test]
fn members_are_found_by_their_wire_names() {
    let node =
        node(r#"{"node\u004cabel": "a", "child": {"count": 2}, "similar": [{"count": 3}], "label": 1}"#).unwrap();
    assert_eq!(node.label(), Ok("a"));
    assert_eq!(node.child().unwrap().count(), Ok(2));
    assert_eq!(node.similar().unwrap()[0].count(), Ok(3));
    assert_eq!(node.count().unwrap_err().field(), "count");
}

#[test]
fn null_is_none_and_the_last_of_equal_members_counts() {
    assert_eq!(node(r#"{"count": null}"#).unwrap(), Node::default());
    assert_eq!(node(r#"{"count": 1, "count": 2}"#).unwrap().count, Some(2));
}

#[test]
fn only_an_object_is_a_struct() {
    let error = |json| node(json).unwrap_err().to_string();
    assert_eq!(error(r#"["a", 1]"#), "invalid type: sequence, expected struct Node at line 1 column 1");
    assert_eq!(error("1"), "invalid type: integer `1`, expected struct Node at line 1 column 1");
    serde_json::from_str::<Nothing>(r#"{"a": 1}"#).unwrap();
}

#[test]
fn a_response_is_serialized_without_its_secrets() {
    let text = r#"{"nodeLabel":"a","child":{"count":2},"similar":[]}"#;
    assert_eq!(serde_json::to_string(&node(text).unwrap()).unwrap(), text);
    let node = node(r#"{"key":"k","old":"o"}"#).unwrap();
    assert_eq!(node.key().unwrap().expose_secret(), "k");
    assert_eq!(serde_json::to_string(&node).unwrap(), r#"{"old":"o"}"#);
    assert_eq!(serde_json::to_string(&Nothing::default()).unwrap(), "{}");
}

#[test]
fn a_request_is_serialized_with_its_secrets() {
    let node = NewNode::new().new_("a").child(NewNode::new()).keys(["k", "l"]).key(Secret::from("m"));
    let json = json!({"new": "a", "child": {}, "allKeys": ["k", "l"], "key": "m"});
    assert_eq!(serde_json::to_value(node).unwrap(), json);
    assert_eq!(serde_json::to_value(NewNode::new().key(Patch::Reset)).unwrap(), json!({ "key": null }));
    assert_eq!(serde_json::to_value(NewNode::default()).unwrap(), json!({}));
}

#[test]
#[expect(deprecated, reason = "is tested")]
fn deprecated_fields_and_their_methods_can_be_used() {
    assert_eq!(NewNode::new().old("a").old.as_deref(), Some("a"));
    assert_eq!(node(r#"{"old": "a"}"#).unwrap().old(), Ok("a"));
}

#[test]
fn a_required_field_is_sent_even_if_it_is_null() {
    let login = Login::new("a", None, "p");
    assert_eq!(serde_json::to_string(&login).unwrap(), r#"{"kind":7,"name":"a","reason":null,"password":"p"}"#);
    assert!(!format!("{login:?}").contains("\"p\""));
}

#[test]
fn a_shared_type_is_serialized_and_deserialized_alike() {
    let mood = Mood::new().level(3);
    let text = serde_json::to_string(&mood).unwrap();
    assert_eq!(text, r#"{"moodLevel":3}"#);
    assert_eq!(serde_json::from_str::<Mood>(&text).unwrap(), mood);
}
