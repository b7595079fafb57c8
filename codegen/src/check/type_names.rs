use serde_json::Value;

use crate::{
    diagnostic::{NodeDiagnostic, suggestion::did_you_mean, wording::quoted},
    json::fields,
    names::type_name,
    openapi::extensions::TYPE_NAMES,
    source::{Document, Pointer},
};

/// Checks that `x-type-names` renames types that exist, to names that no other type has: in a merged document, only the
/// entries are left that could not be applied.
pub(crate) fn check_type_names(document: &Document, merged: &Value) -> Vec<NodeDiagnostic> {
    if document.overrides().may_be_ahead() {
        return Vec::new();
    }
    let types: Vec<_> = fields(merged.pointer("/components/schemas")).map(|(name, _)| name.as_str()).collect();
    let at = Pointer::default().key(TYPE_NAMES);
    let diagnostics = fields(merged.get(TYPE_NAMES)).map(|(old, new)| {
        if types.iter().any(|name| type_name(name) == type_name(old)) {
            let message = format!("another type is already called {}", quoted(new.as_str().unwrap_or_default()));
            return NodeDiagnostic::value(at.key(old), message, "write a name that no type has");
        }
        let help = did_you_mean(old, types.iter().copied(), "write the name that the type has without this entry");
        NodeDiagnostic::key(at.key(old), format!("there is no type {}", quoted(old)), help)
    });
    diagnostics.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(names: &Value) -> Vec<String> {
        let document = Document::parse("api.yaml", "{}").unwrap();
        let merged = json!({"components": {"schemas": {"Thing": {}, "Other": {}}}, TYPE_NAMES: names});
        check_type_names(&document, &merged).into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn a_renamed_type_exists() {
        assert_eq!(messages(&json!({"Thign": "Lamp"})), ["there is no type `Thign`"]);
    }

    #[test]
    fn a_new_name_is_free() {
        assert_eq!(messages(&json!({"Thing": "Other"})), ["another type is already called `Other`"]);
    }
}
