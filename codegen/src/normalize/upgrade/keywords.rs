use serde_json::{Map, Value, json};

use super::site::Site;

/// What a keyword without a counterpart in 3.0 does.
enum Effect {
    /// It names or explains the schema.
    None,
    /// It excludes values of the right type.
    Constrains,
    /// It describes parts of values.
    Describes,
    /// It decides what the schema is.
    Decides,
}

const KEYWORDS: [(&str, Effect); 22] = [
    ("$anchor", Effect::None),
    ("$comment", Effect::None),
    ("$defs", Effect::None),
    ("$dynamicAnchor", Effect::None),
    ("$dynamicRef", Effect::Decides),
    ("$id", Effect::None),
    ("$recursiveRef", Effect::Decides),
    ("$schema", Effect::None),
    ("$vocabulary", Effect::None),
    ("contains", Effect::Constrains),
    ("contentSchema", Effect::Describes),
    ("definitions", Effect::None),
    ("dependentRequired", Effect::Constrains),
    ("dependentSchemas", Effect::Describes),
    ("else", Effect::Describes),
    ("if", Effect::Constrains),
    ("maxContains", Effect::Constrains),
    ("minContains", Effect::Constrains),
    ("propertyNames", Effect::Constrains),
    ("then", Effect::Describes),
    ("unevaluatedItems", Effect::Constrains),
    ("unevaluatedProperties", Effect::Constrains),
];

/// Sets aside the keywords of JSON Schema that 3.0 does not have.
pub(super) fn set_aside(schema: &mut Map<String, Value>, site: &mut Site) {
    // Most schemas have none of them, and to look for each by its hash takes longer.
    let is_known = |keyword: &String| KEYWORDS.iter().any(|(known, _)| known == keyword);
    let keywords = if schema.keys().any(is_known) { KEYWORDS.as_slice() } else { &[] };
    for (keyword, effect) in keywords {
        let Some(value) = schema.shift_remove(*keyword) else { continue };
        match effect {
            Effect::None => {}
            Effect::Constrains if value == Value::Bool(true) => {}
            Effect::Constrains => {
                let help = "nothing has to be done: the service checks it";
                site.note(keyword, format!("`{keyword}` is not checked by the crate"), help);
            }
            Effect::Describes => {
                let help = "describe under `properties` what may be there, too";
                site.note(keyword, format!("what only `{keyword}` describes is not in the crate's types"), help);
            }
            Effect::Decides => {
                let help = "refer to one schema, with `$ref`";
                site.note(keyword, format!("`{keyword}` is not followed, and the crate takes anything here"), help);
            }
        }
    }
    pattern_properties(schema, site);
}

/// Makes an object whose keys fit patterns one of any keys. Their values have a type if it is the same for all.
fn pattern_properties(schema: &mut Map<String, Value>, site: &mut Site) {
    let Some(Value::Object(patterns)) = schema.shift_remove("patternProperties") else { return };
    let others = schema.get("additionalProperties").filter(|others| others.is_object()).cloned();
    let mut values = patterns.values().chain(&others);
    let first = values.next().cloned().unwrap_or_default();
    let is_same = first.is_object() && values.all(|value| *value == first);
    let (message, schema_of_all) = if is_same {
        if let Some(pattern) = patterns.keys().next() {
            let from = crate::source::Pointer::default().key("patternProperties").key(pattern);
            site.moved("/additionalProperties", from.as_str());
        }
        ("the crate takes any keys where there are `patternProperties`", first)
    } else {
        ("the crate takes any keys and values where there are `patternProperties`", json!({}))
    };
    site.note("patternProperties", message, "nothing has to be done: the service checks it");
    schema.insert("additionalProperties".to_owned(), schema_of_all);
}
