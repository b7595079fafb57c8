#![allow(unreachable_pub, reason = "the macros make types for other crates")]

use serde_json::json;

use crate::{Patch, Secret, received, sent, shared};

received! {
    /// A node of a tree.
    pub struct Node {
        /// What it is called.
        label as "nodeLabel": String => &str,
        /// How many there are.
        count: i64 => i64,
        /// What is below.
        below: Box<Node> => &Node,
        /// Like it.
        like: Vec<Node> => &[Node],
        /// What it was called.
        old: String => &str [deprecated],
        /// What opens it.
        key: Secret => &Secret [secret],
    }
}

received! {
    /// Nothing.
    pub struct Nothing {}
}

sent! {
    /// A node to make.
    #[derive(Default)]
    pub struct NewNode {
        optional {
            /// What is new.
            new: String [by new_ into],
            /// What is below.
            below: Box<NewNode> [box NewNode],
            /// What it was called.
            old: String [deprecated into],
            /// What opens it.
            keys as "allKeys": Vec<Secret> [secret of into Secret],
        }
        patch {
            /// What opens it from now on.
            key: Secret [secret],
        }
    }
}

sent! {
    /// A login.
    pub struct Login {
        constant {
            /// Which kind.
            kind: i64 = 7,
        }
        required {
            /// Who.
            name: String [into],
            /// Why, which may be unsaid.
            reason: Option<String>,
            /// The password.
            password: Secret [secret into],
        }
    }
}

shared! {
    /// Goes both ways.
    #[derive(Default)]
    pub struct Mood {
        optional {
            /// How good.
            level as "moodLevel": i64,
        }
    }
}

fn node(json: &str) -> serde_json::Result<Node> {
    serde_json::from_str(json)
}

#[test]
fn members_are_found_by_their_names_over_the_wire() {
    let node =
        node(r#"{"node\u004cabel": "a", "below": {"count": 2}, "like": [{"count": 3}], "label": 1, "x": []}"#).unwrap();
    assert_eq!(node.label(), Ok("a"));
    assert_eq!(node.below().unwrap().count(), Ok(2));
    assert_eq!(node.like().unwrap()[0].count(), Ok(3));
    assert_eq!(node.count().unwrap_err().field(), "count");
}

#[test]
fn null_is_nothing_and_of_two_members_of_one_name_the_last_counts() {
    assert_eq!(node(r#"{"count": null}"#).unwrap(), Node::default());
    assert_eq!(node(r#"{"count": 1, "count": 2}"#).unwrap().count, Some(2));
}

#[test]
fn what_is_no_object_is_no_struct() {
    let refused = |json| node(json).unwrap_err().to_string();
    assert_eq!(refused(r#"["a", 1]"#), "invalid type: sequence, expected struct Node at line 1 column 1");
    assert_eq!(refused("1"), "invalid type: integer `1`, expected struct Node at line 1 column 1");
    serde_json::from_str::<Nothing>(r#"{"a": 1}"#).unwrap();
}

#[test]
fn what_was_received_is_written_as_it_was_without_its_secrets() {
    let text = r#"{"nodeLabel":"a","below":{"count":2},"like":[]}"#;
    assert_eq!(serde_json::to_string(&node(text).unwrap()).unwrap(), text);
    let node = node(r#"{"key":"k","old":"o"}"#).unwrap();
    assert_eq!(node.key().unwrap().expose_secret(), "k");
    assert_eq!(serde_json::to_string(&node).unwrap(), r#"{"old":"o"}"#);
    assert_eq!(serde_json::to_string(&Nothing::default()).unwrap(), "{}");
}

#[test]
fn what_is_sent_has_what_was_set_and_its_secrets() {
    let node = NewNode::new().new_("a").below(NewNode::new()).keys(["k", "l"]).key(Secret::from("m"));
    let json = json!({"new": "a", "below": {}, "allKeys": ["k", "l"], "key": "m"});
    assert_eq!(serde_json::to_value(node).unwrap(), json);
    assert_eq!(serde_json::to_value(NewNode::new().key(Patch::Reset)).unwrap(), json!({ "key": null }));
    assert_eq!(serde_json::to_value(NewNode::default()).unwrap(), json!({}));
}

#[test]
#[expect(deprecated, reason = "is what is tested")]
fn what_is_deprecated_says_so() {
    assert_eq!(NewNode::new().old("a").old.as_deref(), Some("a"));
    assert_eq!(node(r#"{"old": "a"}"#).unwrap().old(), Ok("a"));
}

#[test]
fn what_is_required_is_sent_even_if_it_is_nothing() {
    let login = Login::new("a", None, "p");
    assert_eq!(serde_json::to_string(&login).unwrap(), r#"{"kind":7,"name":"a","reason":null,"password":"p"}"#);
    assert!(!format!("{login:?}").contains("\"p\""));
}

#[test]
fn what_goes_both_ways_is_read_as_it_is_written() {
    let mood = Mood::new().level(3);
    let text = serde_json::to_string(&mood).unwrap();
    assert_eq!(text, r#"{"moodLevel":3}"#);
    assert_eq!(serde_json::from_str::<Mood>(&text).unwrap(), mood);
}
