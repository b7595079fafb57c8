use serde_json::{Map, Value};

/// Returns a document with each path and schema as many times, under different names.
pub(super) fn multiplied(root: &Value, times: usize) -> Value {
    let mut all = root.clone();
    let entries = |pointer: &str| root.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default();
    let (paths, schemas) = (entries("/paths"), entries("/components/schemas"));
    for number in 1..times {
        let renamed = |entries: &Map<String, Value>| {
            let mut entries = entries.clone();
            entries.values_mut().for_each(|value| rename(value, number));
            entries
        };
        let more = renamed(&paths).into_iter().map(|(path, item)| (format!("/copy{number}{path}"), item));
        extend(&mut all, "/paths", more);
        let more = renamed(&schemas).into_iter().map(|(name, schema)| (format!("{name}Copy{number}"), schema));
        extend(&mut all, "/components/schemas", more);
    }
    all
}

fn extend(all: &mut Value, pointer: &str, more: impl Iterator<Item = (String, Value)>) {
    if let Some(entries) = all.pointer_mut(pointer).and_then(Value::as_object_mut) {
        entries.extend(more);
    }
}

/// Renames operations, and the schemas that references point to.
fn rename(value: &mut Value, number: usize) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| rename(element, number)),
        Value::Object(entries) => {
            for (key, value) in entries {
                let is_name = |text: &str| match key.as_str() {
                    "operationId" => true,
                    "$ref" => text.starts_with("#/components/schemas/"),
                    _ => false,
                };
                match value {
                    Value::String(text) if is_name(text) => *text = format!("{text}Copy{number}"),
                    value => rename(value, number),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn copies_refer_to_copies() {
        let document = |reference: &str| json!({ "$ref": reference });
        let root = json!({
            "paths": { "/a": { "operationId": "getA", "schema": document("#/components/schemas/A") } },
            "components": { "schemas": { "A": document("#/components/schemas/A") }, "parameters": {} },
        });
        let large = multiplied(&root, 3);
        assert_eq!(large["paths"].as_object().unwrap().len(), 3);
        let copy = json!({ "operationId": "getACopy2", "schema": document("#/components/schemas/ACopy2") });
        assert_eq!(large["paths"]["/copy2/a"], copy);
        assert_eq!(large["components"]["schemas"]["ACopy1"], document("#/components/schemas/ACopy1"));
        assert_eq!(multiplied(&root, 1), root);
    }
}
