//! Names that clash in Rust, or are none.

use names::{Client, calls::SelfCall, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn names_that_clash_in_rust_are_as_they_are_over_the_wire() {
    let response = serde_json::json!({
        "foo-bar": "a_b",
        "foo_bar": {"Box": {"Option": {}}},
        "Client": {"String": {"Value": {"Environment": {"name": "b"}}}},
        "secret": "Secret",
        "result": {"Self": {"self": {}}, "crate": {"a": "c"}}
    });
    let server = Server::responding([json(200, &response)]).await;
    let thing = FooBar::new("three", "five")
        .foo_bar2("one")
        .foo_bar("two")
        .foo_bar4(4)
        .type_2("six")
        .x("seven")
        .x1("eight")
        .ключ("nine")
        .self_("ten")
        .new_("eleven");
    let client = server.client(Client::builder());
    let response = client.put_thing("a", "b", "c", &thing).body2("d").timeout_(5).await.unwrap();
    assert_eq!(response.foo_bar2().unwrap(), &FooBar2::AB2);
    assert_eq!(response.secret, Some(Secret2::Secret));
    let string = response.client.as_ref().unwrap().string().unwrap();
    let environment = string.value.as_ref().unwrap().environment.as_ref().unwrap();
    assert_eq!(environment.name.as_deref(), Some("b"));
    let result = response.result.as_ref().unwrap();
    assert!(matches!(&result.crate_, Some(Either::Self_(either)) if either.a.as_deref() == Some("c")));
    assert!(response.foo_bar.as_ref().unwrap().box_.is_some());
    assert!(response.mismatches().is_empty());

    let request = server.request();
    assert_eq!(request.line, "PUT /things/a/b?thingId=c&body=d&timeout=5");
    assert_eq!(
        request.json(),
        serde_json::json!({
            "foo-bar": "one",
            "foo_bar": "two",
            "fooBar": "three",
            "FOO_BAR": 4,
            "type": "five",
            "Type": "six",
            "$": "seven",
            "1": "eight",
            "ключ": "nine",
            "self": "ten",
            "new": "eleven"
        })
    );
}

#[tokio::test]
async fn types_that_are_called_like_a_keyword_are_sent_and_received() {
    let response = serde_json::json!({ "kind": "b", "of": { "name": "a", "self": { "name": "b" } } });
    let server = Server::responding([json(200, &response)]).await;
    let sent = Self2Input::new(Self3::B).of(SelfInput::new("a").self_(SelfInput::new("b")));
    let call: SelfCall = server.client(Client::builder()).self_(&sent);
    let received = call.super_("c").await.unwrap();
    assert_eq!(received.of.as_ref().unwrap().name().unwrap(), "a");
    assert_eq!(server.request().json(), response);
    assert_eq!(Self2Input::try_from(received.into_inner()), Ok(sent));
}

#[test]
fn values_that_are_no_names_are_told_apart() {
    let values = ["", "1", "-", "$", "ключ", "a-b", "a_b", "aB", "unknown", "Self", "+1", "-1"];
    let variants = [
        FooBar2::Empty,
        FooBar2::X1,
        FooBar2::Minus,
        FooBar2::Dollar,
        FooBar2::Ключ,
        FooBar2::AB,
        FooBar2::AB2,
        FooBar2::AB3,
        FooBar2::Unknown2,
        FooBar2::Self_,
        FooBar2::Plus1,
        FooBar2::Minus1,
    ];
    for (value, variant) in values.into_iter().zip(variants) {
        assert_eq!(variant.as_str(), value);
        assert_eq!(FooBar2::from(value), variant);
    }
}

#[tokio::test]
async fn operations_without_a_name_or_with_that_of_another_have_methods() {
    let server = Server::responding([json(200, &serde_json::json!([{"Patch": {"Error": {}}}])), status(204)]).await;
    let client = server.client(Client::builder());
    let things: Vec<Vec2> = client.get_things().await.unwrap().into_inner().into_items();
    assert!(things[0].patch.as_ref().unwrap().error.is_some());
    client.new2().await.unwrap();
    client.new3().await.unwrap();
    client.put_thing2().await.unwrap();
    let lines: Vec<_> = server.requests().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, ["GET /things", "POST /things", "DELETE /things", "PATCH /things"]);
}

#[tokio::test]
async fn names_of_letters_without_case_differ_between_types_and_values() {
    let server = Server::responding([json(200, &serde_json::json!({ "中": { "a": "b" } }))]).await;
    let letters = server.client(Client::builder()).文字(&X文字中文::X日本).await.unwrap().into_inner();
    assert_eq!(server.request().line, "GET /letters?%E4%B8%AD%E6%96%87=%E6%97%A5%E6%9C%AC");
    assert_eq!(letters.中.unwrap().a.as_deref(), Some("b"));
}
