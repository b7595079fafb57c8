use serde_json::{Map, Value};

use crate::{
    diagnostic::{NodeDiagnostic, suggestion::did_you_mean, wording::quoted},
    names::type_name,
    openapi::extensions::TYPE_NAMES,
    source::{Document, Pointer},
};

/// Names that types should have, and that none has got in the lowered document.
pub(crate) fn type_names(document: &Document, lowered: &Value) -> Vec<NodeDiagnostic> {
    if document.overrides().may_be_ahead() {
        return Vec::new();
    }
    let nothing = Map::new();
    let object = |at: &str| lowered.pointer(at).and_then(Value::as_object).unwrap_or(&nothing);
    let types = object("/components/schemas");
    let at = Pointer::default().key(TYPE_NAMES);
    let diagnostic = |(old, new): (&String, &Value)| {
        if types.keys().any(|name| type_name(name) == type_name(old)) {
            let message = format!("there is another type {}", quoted(new.as_str().unwrap_or_default()));
            return NodeDiagnostic::value(at.key(old), message, "write a name that no type has");
        }
        let names = types.keys().map(String::as_str);
        let help = did_you_mean(old, names, "write the name of a type as it is without this entry");
        NodeDiagnostic::key(at.key(old), format!("there is no type {}", quoted(old)), help)
    };
    object(&format!("/{TYPE_NAMES}")).iter().map(diagnostic).collect()
}
