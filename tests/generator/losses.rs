//! Nothing that an operation of the corpus sends or returns is lost in silence: without it, the crate or its warnings
//! are others, or a warning is about something around it.

use std::{
    collections::{BTreeSet, HashSet},
    thread,
};

use codegen::{Diagnostic, Document, Generated, Settings};
use serde_json::{Map, Value, json};

use crate::corpus::{Topic, topics};

/// The keywords under which names stand, each for a part that has an effect.
const NAMED: [&str; 5] = ["callbacks", "content", "patternProperties", "properties", "responses"];

/// The keywords with lists of parts that have an effect.
const LISTED: [&str; 6] = ["anyOf", "enum", "oneOf", "parameters", "prefixItems", "servers"];

/// The keywords whose values have an effect.
const SINGLE: [&str; 3] = ["additionalProperties", "not", "requestBody"];

/// The rules whose warnings are about a name or an example, and not about what it belongs to.
const OF_NO_PART: [&str; 3] = ["descriptions", "examples", "names"];

/// Parts of the document of a topic.
type PartsOfTopic = (&'static str, &'static [&'static str]);

/// What may have no effect, and why.
const WITHOUT_EFFECT: [(&str, &[PartsOfTopic]); 4] = [
    (
        "any text or number fits beside it",
        &[
            (
                "constants_or_any",
                &[
                    "/components/schemas/Sampler/properties/componentType/anyOf/0",
                    "/components/schemas/Sampler/properties/componentType/anyOf/1",
                    "/components/schemas/Sampler/properties/componentType/anyOf/2",
                ],
            ),
            ("unions", &["/components/schemas/Search/properties/mode/anyOf/0"]),
        ],
    ),
    (
        "no value that fits the other parts has it",
        &[("narrowed_alternatives", &["/components/schemas/Either/oneOf/0/properties/x"])],
    ),
    (
        "the envelope has it",
        &[
            ("not_found", &["/components/schemas/LampResponse/properties/error"]),
            ("pages", &["/components/responses/Keys/content/application~1json/schema/properties/count"]),
        ],
    ),
    (
        "the one beside it is the same, or HTTP has none",
        &[
            (
                "bodies",
                &[
                    "/paths/~1attachments/post/requestBody/content/application~1json",
                    "/paths/~1things/post/requestBody/content/application~1xml",
                    "/paths/~1things/post/responses/201/content/application~1xml",
                ],
            ),
            (
                "dialect",
                &[
                    "/components/schemas/Thing/properties/point/prefixItems/0",
                    "/components/schemas/Thing/properties/point/prefixItems/1",
                ],
            ),
            ("empty_responses", &["/paths/~1thing/post/responses/200", "/paths/~1thing/post/responses/202"]),
            (
                "response_variants",
                &[
                    "/paths/~1head/head/responses/200/content/application~1json",
                    "/paths/~1same/put/responses/200",
                    "/paths/~1same/put/responses/201",
                    "/paths/~1several/get/responses/200/content/text~1plain",
                ],
            ),
            ("several_request_types", &["/paths/~1markdown~1raw/post/requestBody/content/text~1x-markdown"]),
            ("nullable_and_recursive", &["/components/schemas/Knot/properties/end/oneOf/1"]),
            ("servers", &["/paths/~1thing/servers/0"]),
        ],
    ),
];

#[test]
fn what_is_lost_has_a_warning() {
    let topics: Vec<_> = topics().into_iter().filter(|topic| topic.generate().is_ok()).collect();
    let share = topics.len().div_ceil(thread::available_parallelism().map_or(1, usize::from));
    let lost: BTreeSet<_> = thread::scope(|scope| {
        let start = |topics| scope.spawn(move || <[Topic]>::iter(topics).flat_map(of_topic).collect::<Vec<_>>());
        let threads: Vec<_> = topics.chunks(share).map(start).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let listed =
        |(topic, parts): &(&str, &[&str])| parts.iter().map(|part| format!("{topic}: {part}")).collect::<Vec<_>>();
    let expected = WITHOUT_EFFECT.iter().flat_map(|(_, topics)| topics.iter().flat_map(listed)).collect();
    let (silent, outdated) = (Vec::from_iter(&lost - &expected), Vec::from_iter(&expected - &lost));
    assert!(silent.is_empty(), "lost without a warning: {silent:#?}");
    assert!(outdated.is_empty(), "in the list, and with an effect: {outdated:#?}");
}

fn of_topic(topic: &Topic) -> Vec<String> {
    let lost = losses(&topic.document().unwrap(), &|document| topic.generate_from(document));
    lost.iter().map(|at| format!("{}: {at}", topic.name)).collect()
}

#[test]
fn what_the_crate_leaves_out_has_a_warning() {
    let document = Document::parse("api.yaml", LEFT_OUT).unwrap();
    let generate = |document: &Document| {
        codegen::generate(document, &Settings::new("left-out")).map_err(|error| error.to_string())
    };
    assert_eq!(losses(&document, &generate), [""; 0]);
    let warnings = generate(&document).unwrap().warnings;
    let lines: Vec<_> = warnings.iter().map(|one| format!("{} {}", one.location.pointer, one.message)).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    #/paths/~1things/post/parameters/0/name a parameter cannot set the header `Accept`, so this one is ignored
    #/paths/~1things/post/requestBody/content/application~1xml `application/xml` is not sent: another media type is
    #/paths/~1things/post/callbacks/added the crate leaves out callbacks: the service calls them
    #/components/schemas/Thing/additionalProperties keys other than those in `properties` are neither sent nor read
    #/components/schemas/Thing/properties/state/enum the crate has no variants for `1`: the others are texts
    #/components/schemas/Thing/properties/ratio/enum the crate does not check this `enum`
    #/components/schemas/Thing/properties/odd/not `not` is not supported: it is left out
    #/components/schemas/Thing/properties/both/allOf the parts cannot be merged into one type: the crate takes any value
    ");
}

/// A document with what the crate has no code for.
const LEFT_OUT: &str = "
openapi: 3.0.3
info: {title: Left out, version: '1'}
servers: [{url: 'https://example.com'}]
paths:
  /things:
    post:
      operationId: addThing
      parameters: [{name: Accept, in: header, schema: {type: string}}]
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Thing'}}
          application/xml: {schema: {type: string}}
      callbacks: {added: {'{$request.body#/url}': {post: {responses: {'200': {description: Fine.}}}}}}
      responses: {'200': {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
components:
  schemas:
    Thing:
      type: object
      additionalProperties: {type: integer}
      properties:
        state: {enum: [on, 1]}
        ratio: {type: number, enum: [0.5, 1.5]}
        odd: {type: integer, not: {enum: [2, 4]}}
        both: {allOf: [{type: string, enum: [a]}, {type: integer}]}
";

/// Returns the parts of a document that have no effect, and no warning.
fn losses(document: &Document, generate: &dyn Fn(&Document) -> Result<Generated, String>) -> Vec<String> {
    let whole = generate(document).unwrap();
    let of_parts = whole.warnings.iter().filter(|warning| !OF_NO_PART.contains(&warning.kind.rule()));
    let warned = of_parts.map(|warning| warning.location.pointer.as_str()).collect();
    let mut parts = Parts { root: document.root(), warned, seen: HashSet::new(), found: Vec::new() };
    parts.visit("/paths", false);
    let messages = |warnings: &[Diagnostic]| warnings.iter().map(|warning| warning.message.clone()).collect::<Vec<_>>();
    parts.found.retain(|at| {
        let rest = Document::parse("api.yaml", without(document.root(), at).to_string());
        let rest = rest.map_err(|errors| errors.to_string()).and_then(|rest| generate(&rest));
        rest.is_ok_and(|rest| rest.files == whole.files && messages(&rest.warnings) == messages(&whole.warnings))
    });
    parts.found
}

/// The parts of a document that its operations reach.
struct Parts<'a> {
    root: &'a Value,
    /// What warnings are about.
    warned: HashSet<&'a str>,
    seen: HashSet<String>,
    /// Those without a warning about something around them.
    found: Vec<String>,
}

impl Parts<'_> {
    fn visit(&mut self, at: &str, is_part: bool) {
        if self.warned.contains(at) || !self.seen.insert(at.to_owned()) {
            return;
        }
        let Some(value) = self.root.pointer(at) else { return };
        if is_part && !is_null_or_anything(value) {
            self.found.push(at.to_owned());
        }
        if let Some(reference) = value["$ref"].as_str() {
            self.visit(&reference.replace('#', ""), false);
        }
        for step in steps(value) {
            let inner = format!("{at}/{step}");
            match &*step {
                _ if self.warned.contains(&*inner) => {}
                "default" | "example" | "examples" | "mapping" => {}
                key if NAMED.contains(&key) || LISTED.contains(&key) => {
                    let parts = self.root.pointer(&inner).map(steps).unwrap_or_default();
                    for part in parts {
                        self.visit(&format!("{inner}/{part}"), true);
                    }
                }
                key => self.visit(&inner, SINGLE.contains(&key)),
            }
        }
    }
}

/// The steps to what is in an object or list.
fn steps(value: &Value) -> Vec<String> {
    let keys = value.as_object().into_iter().flat_map(|entries| entries.keys());
    let indices = (0..value.as_array().map_or(0, Vec::len)).map(|index| index.to_string());
    keys.map(|key| key.replace('~', "~0").replace('/', "~1")).chain(indices).collect()
}

/// Returns whether a schema says no more than that a value may be absent, or be anything.
fn is_null_or_anything(schema: &Value) -> bool {
    schema.is_boolean()
        || schema["type"] == "null"
        || schema.get("const") == Some(&Value::Null)
        || schema["enum"] == json!([null])
        || schema.as_object().is_some_and(Map::is_empty)
}

/// Returns a document without a part. A property is not required any more.
fn without(root: &Value, at: &str) -> Value {
    let mut root = root.clone();
    let (outer, key) = at.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match root.pointer_mut(outer).unwrap() {
        Value::Object(entries) => drop(entries.shift_remove(&key)),
        Value::Array(elements) => drop(elements.remove(key.parse().unwrap())),
        _ => unreachable!("{at} is in nothing"),
    }
    if let Some(schema) = outer.strip_suffix("/properties").and_then(|schema| root.pointer_mut(schema))
        && let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut)
    {
        required.retain(|name| *name != *key);
    }
    root
}
