use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A change of a document. A location that does not exist is an error.
///
/// A location is a JSON pointer from the root, `/info/title`, or from an operation or a schema: `getThing:/summary`,
/// `Thing:/properties/name`, and `Thing` for the schema itself.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Edit {
    /// Removes a value.
    Remove(String),
    /// Replaces a value.
    Set { at: String, to: Value },
    /// Adds a value under a new key, which comes before another key or last, or at the end of a list (`/-`).
    Add { at: String, value: Value, before: Option<String> },
    /// Renames a key, which keeps its position.
    Rename { at: String, to: String },
    /// Moves a key before another one of the same object.
    Move { at: String, before: String },
    /// Replaces a text wherever it is a key or a value.
    Everywhere { text: String, becomes: String },
}

impl Edit {
    pub(super) fn apply(&self, document: &mut Value) -> Result<()> {
        match self {
            Self::Remove(at) => remove(document, at).map(drop),
            Self::Set { at, to } => {
                let pointer = pointer(document, at)?;
                let value = document.pointer_mut(&pointer).with_context(|| format!("there is no {at}"))?;
                ensure!(value != to, "{at} is like this already");
                *value = to.clone();
                Ok(())
            }
            Self::Add { at, value, before } => add(document, at, value.clone(), before.as_deref()),
            Self::Rename { at, to } => {
                let (object, key) = entry(document, at)?;
                ensure!(!object.contains_key(to), "there is a {to} beside {at}");
                *object = std::mem::take(object)
                    .into_iter()
                    .map(|(other, value)| (if other == key { to.clone() } else { other }, value))
                    .collect();
                Ok(())
            }
            Self::Move { at, before } => {
                let pointer = pointer(document, at)?;
                let value = remove(document, &pointer)?;
                add(document, &pointer, value, Some(before))
            }
            Self::Everywhere { text, becomes } => {
                ensure!(replace(document, text, becomes) > 0, "{text} is nowhere");
                Ok(())
            }
        }
    }
}

fn remove(document: &mut Value, at: &str) -> Result<Value> {
    let (parent, key) = parent(document, at)?;
    let removed = match parent {
        Value::Object(object) => object.shift_remove(&key),
        Value::Array(list) => {
            let index = key.parse::<usize>().ok().filter(|index| *index < list.len());
            index.map(|index| list.remove(index))
        }
        _ => None,
    };
    removed.with_context(|| format!("there is no {at}"))
}

fn add(document: &mut Value, at: &str, value: Value, before: Option<&str>) -> Result<()> {
    let (parent, key) = parent(document, at)?;
    match parent {
        Value::Object(object) => {
            ensure!(!object.contains_key(&key), "there is a {at} already");
            let index_of = |before: &str| object.keys().position(|other| other == before);
            let index = match before {
                Some(before) => index_of(before).with_context(|| format!("there is no {before} beside {at}"))?,
                None => object.len(),
            };
            object.shift_insert(index, key, value);
        }
        Value::Array(list) if key == "-" && before.is_none() => list.push(value),
        _ => bail!("nothing can be added at {at}"),
    }
    Ok(())
}

/// Replaces a text, and returns how many times.
fn replace(value: &mut Value, text: &str, becomes: &str) -> usize {
    match value {
        Value::String(string) if string == text => {
            becomes.clone_into(string);
            1
        }
        Value::Array(list) => list.iter_mut().map(|value| replace(value, text, becomes)).sum(),
        Value::Object(object) => {
            let mut count = 0;
            *object = std::mem::take(object)
                .into_iter()
                .map(|(key, mut value)| {
                    count += replace(&mut value, text, becomes) + usize::from(key == text);
                    (if key == text { becomes.to_owned() } else { key }, value)
                })
                .collect();
            count
        }
        _ => 0,
    }
}

fn entry<'d>(document: &'d mut Value, at: &str) -> Result<(&'d mut Map<String, Value>, String)> {
    let (parent, key) = parent(document, at)?;
    let object = parent.as_object_mut().filter(|object| object.contains_key(&key));
    Ok((object.with_context(|| format!("there is no {at}"))?, key))
}

/// Returns the value around a location, and the key of the location in it.
fn parent<'d>(document: &'d mut Value, at: &str) -> Result<(&'d mut Value, String)> {
    let pointer = pointer(document, at)?;
    let (parent, key) = pointer.rsplit_once('/').with_context(|| format!("{at} is the whole document"))?;
    let parent = document.pointer_mut(parent).with_context(|| format!("there is nothing around {at}"))?;
    Ok((parent, key.replace("~1", "/").replace("~0", "~")))
}

/// Returns the JSON pointer of a location.
fn pointer(document: &Value, at: &str) -> Result<String> {
    if at.starts_with('/') {
        return Ok(at.to_owned());
    }
    let (name, rest) = at.split_once(':').unwrap_or((at, ""));
    if document["components"]["schemas"].get(name).is_some() {
        return Ok(format!("/components/schemas/{name}{rest}"));
    }
    let items = document["paths"].as_object().into_iter().flatten();
    let mut operations = items.flat_map(|(path, item)| {
        item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    let found = operations.find(|(.., operation)| operation.get("operationId").is_some_and(|id| id == name));
    let (path, method, _) = found.with_context(|| format!("there is no operation and no schema {name}"))?;
    Ok(format!("/paths/{}/{method}{rest}", path.replace('~', "~0").replace('/', "~1")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        json!({
            "info": { "title": "T", "version": "1" },
            "paths": { "/a": { "get": { "operationId": "getA", "tags": ["x"] } } },
            "components": { "schemas": { "A": { "type": "object" } } },
        })
    }

    /// Applies an edit, and returns the JSON of what changed.
    fn edited(edit: Value, pointer: &str) -> String {
        let mut document = document();
        serde_json::from_value::<Edit>(edit).unwrap().apply(&mut document).unwrap();
        document.pointer(pointer).map(Value::to_string).unwrap_or_default()
    }

    #[test]
    fn a_location_starts_at_the_root_an_operation_or_a_schema() {
        assert_eq!(edited(json!({ "set": { "at": "/info/title", "to": 1 } }), "/info/title"), "1");
        assert_eq!(edited(json!({ "remove": "getA:/tags/0" }), "/paths/~1a/get/tags"), "[]");
        assert_eq!(
            edited(json!({ "set": { "at": "A:/type", "to": "string" } }), "/components/schemas/A/type"),
            "\"string\""
        );
        assert_eq!(edited(json!({ "remove": "A" }), "/components/schemas"), "{}");
    }

    #[test]
    fn keys_keep_their_order() {
        let info = |edit| edited(edit, "/info");
        assert_eq!(info(json!({ "rename": { "at": "/info/title", "to": "name" } })), r#"{"name":"T","version":"1"}"#);
        assert_eq!(
            info(json!({ "move": { "at": "/info/version", "before": "title" } })),
            r#"{"version":"1","title":"T"}"#
        );
        let add = json!({ "add": { "at": "/info/more", "value": 1, "before": "version" } });
        assert_eq!(info(add), r#"{"title":"T","more":1,"version":"1"}"#);
        let everywhere = json!({ "everywhere": { "text": "title", "becomes": "name" } });
        assert_eq!(info(everywhere), r#"{"name":"T","version":"1"}"#);
    }

    #[test]
    fn an_edit_that_changes_nothing_is_an_error() {
        for (edit, message) in [
            (json!({ "remove": "getB:/tags" }), "there is no operation and no schema getB"),
            (json!({ "remove": "/info/more" }), "there is no /info/more"),
            (json!({ "remove": "getA:/tags/1" }), "there is no getA:/tags/1"),
            (json!({ "set": { "at": "/info/title", "to": "T" } }), "/info/title is like this already"),
            (json!({ "add": { "at": "/info/title", "value": 1 } }), "there is a /info/title already"),
            (json!({ "rename": { "at": "/info/title", "to": "version" } }), "there is a version beside /info/title"),
            (json!({ "everywhere": { "text": "nothing", "becomes": "x" } }), "nothing is nowhere"),
        ] {
            let error = serde_json::from_value::<Edit>(edit).unwrap().apply(&mut document()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
