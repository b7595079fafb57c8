//! Documents of the corpus with edits that bytes decide: what people and tools do to documents, and what nobody would.

use std::{fmt, fs, path::Path, sync::LazyLock};

use arbitrary::{Arbitrary, Result, Unstructured};
use codegen::Document;
use serde_json::{Map, Value, json};

/// More edits leave nothing of a document that could become a crate.
const MAX_EDITS: usize = 5;

/// What is odd in one place or another: as a number, a name, a path, a pattern, a schema.
static ODD: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let texts = [
        "",
        " ",
        "-",
        "_",
        "1",
        "Self",
        "self",
        "crate",
        "type",
        "r#type",
        "new",
        "Option",
        "String",
        "Unknown",
        "é",
        "日本",
        "\u{feff}",
        "\u{202e}",
        "\"",
        "\\",
        "*/",
        "`",
        "{",
        "/{",
        "/{id}/{id}",
        "/{a}{b}",
        "{id}.{id}",
        "#",
        "#/",
        "%",
        "\n",
        "a\r\nb",
        "~1",
        "[0]",
        "<a>",
        "```",
        "object",
        "array",
        "string",
        "integer",
        "null",
        "date-time",
        "uuid",
        "binary",
        "byte",
        "password",
        "int32",
        "uint64",
        "(",
        "[a-z",
        "^$",
        "default",
        "2XX",
        "*/*",
        "application/json",
        "text/plain",
        "multipart/form-data",
        "header",
        "path",
        "cookie",
        "deepObject",
        "result",
        "error",
    ];
    let others = [
        json!(null),
        json!(true),
        json!(false),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MIN),
        json!([]),
        json!([null]),
        json!([[]]),
        json!(["a", "A", "a"]),
        json!([1, "1", true, null, 1.0]),
        json!({}),
        json!({ "": {} }),
        json!({ "type": "object" }),
        json!({ "type": ["string", "null"] }),
        json!({ "nullable": true }),
        json!({ "additionalProperties": true }),
        json!({ "enum": [null] }),
        json!({ "enum": [1, "a"] }),
        json!({ "type": "integer", "minimum": 1e40 }),
        json!({ "type": "array" }),
        json!({ "not": {} }),
    ];
    texts.into_iter().map(Value::from).chain(others).collect()
});

/// The trees of the documents in `tests/corpus` and `tests/fixtures`.
static SEEDS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let entries = |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let [corpus, fixtures] = ["corpus", "fixtures"].map(|folder| Path::new(tests_folder()).join(folder));
    let folders = entries(&corpus).into_iter().filter(|path| path.is_dir()).chain([fixtures]);
    let mut files: Vec<_> = folders
        .flat_map(|folder| entries(&folder))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    texts.map(|text| Document::parse("seed", text).unwrap().root().clone()).collect()
});

fn tests_folder() -> &'static str {
    let package = env!("CARGO_MANIFEST_DIR");
    package.strip_suffix("/fuzz").unwrap_or(package)
}

/// A document of the corpus after edits, as JSON.
pub(crate) struct EditedDocument(pub(crate) String);

impl<'a> Arbitrary<'a> for EditedDocument {
    fn arbitrary(choices: &mut Unstructured<'a>) -> Result<Self> {
        let mut document = choices.choose(&SEEDS)?.clone();
        // A document with extensions is held to more.
        if choices.arbitrary()? {
            drop_extensions(&mut document);
        }
        for _ in 0..choices.int_in_range(1..=MAX_EDITS)? {
            edit(&mut document, choices)?;
        }
        Ok(Self(format!("{document:#}")))
    }
}

impl fmt::Debug for EditedDocument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn drop_extensions(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !key.starts_with("x-"));
            fields.values_mut().for_each(drop_extensions);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_extensions),
        _ => {}
    }
}

fn edit(document: &mut Value, choices: &mut Unstructured<'_>) -> Result<()> {
    let mut places = Vec::new();
    visit(document, String::new(), &mut places);
    let at = choices.choose(&places)?;
    let (around, key) = at.rsplit_once('/').unwrap_or_default();
    let other = node(document, choices.choose(&places)?);
    let node = node(document, at);
    match choices.int_in_range(0..=15)? {
        0 => remove(document, around, key),
        1 => rename(document, around, key, choices.choose(&ODD)?.as_str().unwrap_or("Thing")),
        choice => {
            let new = match choice {
                2 => choices.choose(&ODD)?.clone(),
                3 => other,
                4 => json!({ "$ref": format!("#{}", choices.choose(&places)?) }),
                5 | 6 => json!({ "$ref": reference_to_component(&places, choices)? }),
                7 | 8 => {
                    let parts = if choices.arbitrary()? { json!([node]) } else { json!([node, other]) };
                    json!({ *choices.choose(&["allOf", "oneOf", "anyOf"])?: parts })
                }
                9 => json!({ *choices.choose(&["items", "additionalProperties", "not", "schema"])?: node }),
                10 | 11 => with_field(node, choices.choose(&places)?, other),
                // A schema is replaced by a schema: documents stay such that something comes out of them.
                _ => of_same_key(document, key, &places, choices)?,
            };
            *document.pointer_mut(at).unwrap() = new;
        }
    }
    Ok(())
}

/// The pointers to all nodes.
fn visit(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, field)| {
            visit(field, format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), places);
        }),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| visit(element, format!("{at}/{index}"), places));
        }
        _ => {}
    }
    places.push(at);
}

fn node(document: &Value, at: &str) -> Value {
    document.pointer(at).unwrap().clone()
}

/// What stands under the same key elsewhere, so that a schema is replaced by a schema.
fn of_same_key(document: &Value, key: &str, places: &[String], choices: &mut Unstructured<'_>) -> Result<Value> {
    let alike: Vec<_> = places.iter().filter(|at| at.rsplit_once('/').is_some_and(|(_, other)| other == key)).collect();
    if alike.is_empty() { Ok(Value::Null) } else { Ok(node(document, choices.choose(&alike)?)) }
}

fn reference_to_component(places: &[String], choices: &mut Unstructured<'_>) -> Result<String> {
    let is_component = |at: &&String| at.starts_with("/components/") && at.matches('/').count() == 3;
    let components: Vec<_> = places.iter().filter(is_component).collect();
    if components.is_empty() { Ok("other.yaml".to_owned()) } else { Ok(format!("#{}", choices.choose(&components)?)) }
}

/// The node with what stands elsewhere, under the key that it has there.
fn with_field(node: Value, at: &str, field: Value) -> Value {
    let key = at.rsplit_once('/').map_or("", |(_, key)| key);
    match node {
        Value::Object(mut fields) => {
            fields.insert(key.replace("~1", "/").replace("~0", "~"), field);
            Value::Object(fields)
        }
        Value::Array(elements) => elements.into_iter().chain([field]).collect(),
        _ => field,
    }
}

fn remove(document: &mut Value, around: &str, key: &str) {
    match document.pointer_mut(around) {
        Some(Value::Object(fields)) => drop(fields.shift_remove(&key.replace("~1", "/").replace("~0", "~"))),
        Some(Value::Array(elements)) => drop(key.parse().map(|index: usize| elements.remove(index))),
        _ => *document = json!({}),
    }
}

fn rename(document: &mut Value, around: &str, key: &str, name: &str) {
    let Some(fields) = document.pointer_mut(around).and_then(Value::as_object_mut) else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    let renamed = std::mem::take(fields)
        .into_iter()
        .map(|(old, field)| if old == key { (name.to_owned(), field) } else { (old, field) });
    *fields = renamed.collect::<Map<_, _>>();
}
