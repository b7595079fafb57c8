//! Where references lead. Schemas keep theirs, which name types; what else is referred to is resolved.

use serde_json::Value;

use crate::{json::text, source::Pointer};

/// How many references may follow each other. More are a cycle, which the check refuses.
pub(crate) const MAX_REFERENCE_CHAIN: usize = 64;

/// How many values may be copied in place of references: a few lines of references can stand for gigabytes.
pub(crate) const MAX_COPIED_VALUES: usize = 1_000_000;

/// How many copies of what is referred to may be in each other.
pub(crate) const MAX_NESTED_COPIES: usize = 4;

/// The help for a reference that leads out of the files of a document.
pub(crate) const ELSEWHERE_HELP: &str = "make one file of all with a bundler, such as `npx @redocly/cli bundle`, or copy \
                                         the file into the folder, and write a relative path";

/// The JSON pointer to the schemas that have names.
pub(crate) const SCHEMAS: &str = "/components/schemas";

/// Where the schema of a name stands.
pub(crate) fn pointer_to_schema(name: &str) -> Pointer {
    Pointer::default().join(SCHEMAS).key(name)
}

/// Where in the document the `$ref` of an object leads.
pub(crate) fn pointer(value: &Value) -> Option<Pointer> {
    Pointer::of_reference(text(value, "$ref")?)
}

/// The name of the component that the `$ref` of a schema names. Names are written as they are: types have no others.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    text(schema, "$ref")?.strip_prefix("#/components/schemas/")
}

/// A `$ref` to a schema of this name.
pub(crate) fn reference_to(name: &str) -> Value {
    Value::String(format!("#{}", pointer_to_schema(name).as_str()))
}

/// The object behind all references.
pub(crate) fn resolve<'a>(value: &'a Value, root: &'a Value) -> &'a Value {
    follow(value, |value| root.pointer(pointer(value)?.as_str()))
}

/// The schema behind all references, which name these schemas.
pub(crate) fn resolve_schema<'a>(schema: &'a Value, schemas: &'a Value) -> &'a Value {
    follow(schema, |schema| schemas.get(reference(schema)?))
}

fn follow<'a>(mut value: &'a Value, target: impl Fn(&'a Value) -> Option<&'a Value>) -> &'a Value {
    for _ in 0..MAX_REFERENCE_CHAIN {
        let Some(target) = target(value) else { break };
        value = target;
    }
    value
}

/// Lets a schema refer to a type by its new name, if it has one.
pub(crate) fn rename<'n>(schema: &mut Value, new_name: impl FnOnce(&str) -> Option<&'n str>) {
    if let Some(name) = reference(schema).and_then(new_name) {
        schema["$ref"] = reference_to(name);
    }
}
