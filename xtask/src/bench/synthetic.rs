use serde_json::{Map, Value, json};

/// Returns a document with each path and schema as many times, under different names.
pub(super) fn multiplied(root: &Value, times: usize) -> Value {
    let mut all = root.clone();
    for number in 1..times {
        let (paths, schemas) = copy(root, number);
        extend(&mut all, "/paths", paths);
        extend(&mut all, "/components/schemas", schemas);
    }
    all
}

/// Returns the files of a document with as many operations, by name: a root, a file of shared components, and an area for
/// each copy of the paths and schemas of a document. The first area has all of its operations.
pub(super) fn in_files(root: &Value, operations: usize) -> Vec<(String, Value)> {
    let own = entries(root, "/paths").values().map(operations_of).sum::<usize>();
    let areas = operations.div_ceil(own.max(1));
    let mut left = operations;
    let mut whole = root.clone();
    whole["paths"] = json!({});
    let mut files = Vec::new();
    for number in 0..areas {
        let (mut paths, schemas) = copy(root, number);
        let mut left_in_area = if number == 0 { left } else { left.div_ceil(areas - number) };
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.retain(|_, operation| {
                let is_operation = operation.get("operationId").is_some();
                let is_kept = !is_operation || left_in_area > 0;
                let kept = usize::from(is_operation && is_kept);
                (left, left_in_area) = (left - kept, left_in_area - kept);
                is_kept
            });
        }
        let file = format!("area{number}.yaml");
        extend(
            &mut whole,
            "/paths",
            paths.keys().map(|path| {
                (
                    path.clone(),
                    json!({ "$ref": format!("{file}#/paths/{}", path.replace('~', "~0").replace('/', "~1")) }),
                )
            }),
        );
        let mut area = part(root, &json!({ "schemas": schemas }));
        area["paths"] = Value::Object(paths);
        refer(&mut area, &|kind| (kind != "schemas").then_some("shared.yaml"));
        files.push((file, area));
    }

    let mut components = entries(root, "/components");
    components.remove("schemas");
    let security = components.remove("securitySchemes");
    whole["components"] = json!({ "securitySchemes": security });
    let mut shared = part(root, &Value::Object(components));
    refer(&mut shared, &|kind| (kind == "schemas").then_some("area0.yaml"));
    files.extend([("shared.yaml".to_owned(), shared), ("root.yaml".to_owned(), whole)]);
    files
}

fn operations_of(item: &Value) -> usize {
    item.as_object().map_or(0, |item| item.values().filter(|value| value.get("operationId").is_some()).count())
}

/// Returns a file of a document, with these components and no paths.
fn part(root: &Value, components: &Value) -> Value {
    json!({ "openapi": root["openapi"], "info": root["info"], "paths": {}, "components": components })
}

/// Moves references to components into the file that has their kind.
fn refer(value: &mut Value, file: &dyn Fn(&str) -> Option<&'static str>) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| refer(element, file)),
        Value::Object(entries) => {
            for (key, value) in entries {
                let kind = value.as_str().and_then(|text| text.strip_prefix("#/components/")?.split('/').next());
                match kind.and_then(file) {
                    Some(file) if key == "$ref" => *value = format!("{file}{}", value.as_str().unwrap_or("")).into(),
                    _ => refer(value, file),
                }
            }
        }
        _ => {}
    }
}

/// Returns the paths and schemas of a document under the names of a copy; those of copy 0 keep their names.
fn copy(root: &Value, number: usize) -> (Map<String, Value>, Map<String, Value>) {
    let (mut paths, mut schemas) = (entries(root, "/paths"), entries(root, "/components/schemas"));
    if number == 0 {
        return (paths, schemas);
    }
    paths.values_mut().chain(schemas.values_mut()).for_each(|value| rename(value, number));
    let paths = paths.into_iter().map(|(path, item)| (format!("/copy{number}{path}"), item));
    let schemas = schemas.into_iter().map(|(name, schema)| (format!("{name}Copy{number}"), schema));
    (paths.collect(), schemas.collect())
}

fn entries(root: &Value, pointer: &str) -> Map<String, Value> {
    root.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default()
}

fn extend(all: &mut Value, pointer: &str, more: impl IntoIterator<Item = (String, Value)>) {
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
                // Also in a `mapping`, and the list in which a creation is found.
                let is_name = |text: &str| {
                    text.starts_with("#/components/schemas/") || ["operationId", "operation"].contains(&key.as_str())
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
    use super::*;

    #[test]
    fn copies_refer_to_copies() {
        let document = |reference: &str| json!({ "$ref": reference });
        let root = json!({
            "paths": { "/a": { "operationId": "getA", "schema": document("#/components/schemas/A") } },
            "components": { "schemas": { "A": { "mapping": { "a": "#/components/schemas/A" } } }, "parameters": {} },
        });
        let large = multiplied(&root, 3);
        assert_eq!(large["paths"].as_object().unwrap().len(), 3);
        let copy = json!({ "operationId": "getACopy2", "schema": document("#/components/schemas/ACopy2") });
        assert_eq!(large["paths"]["/copy2/a"], copy);
        let mapping = json!({ "mapping": { "a": "#/components/schemas/ACopy1" } });
        assert_eq!(large["components"]["schemas"]["ACopy1"], mapping);
        assert_eq!(multiplied(&root, 1), root);
    }

    #[test]
    fn a_document_in_files_has_the_operations_and_its_references_lead_to_them() {
        let reference = |to: &str| json!({ "$ref": to });
        let operation = |id: &str| json!({ "operationId": id, "responses": reference("#/components/responses/R") });
        let root = json!({
            "openapi": "3.0.3",
            "info": {},
            "paths": { "/a": { "get": operation("getA"), "put": operation("putA") } },
            "components": {
                "schemas": { "A": reference("#/components/schemas/B"), "B": {} },
                "responses": { "R": reference("#/components/schemas/A") },
                "securitySchemes": { "key": {} },
            },
        });
        let files = in_files(&root, 5);
        let file = |name: &str| &files.iter().find(|(other, _)| other == name).unwrap().1;
        assert_eq!(files.len(), 5);
        assert_eq!(file("root.yaml")["paths"]["/copy2/a"], reference("area2.yaml#/paths/~1copy2~1a"));
        assert_eq!(file("shared.yaml")["components"]["responses"]["R"], reference("area0.yaml#/components/schemas/A"));
        assert_eq!(file("area2.yaml")["components"]["schemas"]["ACopy2"], reference("#/components/schemas/BCopy2"));
        let path = &file("area2.yaml")["paths"]["/copy2/a"];
        assert_eq!(path["get"]["responses"], reference("shared.yaml#/components/responses/R"));
        let areas = (0..3).map(|number| file(&format!("area{number}.yaml"))["paths"].to_string());
        let operations: usize = areas.map(|text| text.matches("operationId").count()).sum();
        assert_eq!(operations, 5);
    }
}
