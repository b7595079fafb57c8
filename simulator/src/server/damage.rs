use serde_json::{Value, json};

use crate::{
    document::Schema,
    fault::{Fault, FaultRule, Faults},
};

/// Does to the fields of an answer what a fault does to them: to those of the name that the rule gives, or to one, picked
/// at random, where the answer does not fit the document any more. An answer without such a field stays as it is.
pub(super) fn damage(answer: &mut Value, schema: &Schema, rule: &FaultRule, faults: &Faults) {
    let fault = rule.fault();
    let Some(keyword) = broken_keyword(fault) else { return };
    let mut fields = Vec::new();
    let root = if answer.get("result").is_some() { "/result" } else { "" };
    if let Some(node) = answer.pointer(root) {
        collect_fields(node, root, rule.field_name().is_none(), &mut fields);
    }
    if let Some(name) = rule.field_name() {
        for field in fields.iter().filter(|field| field.rsplit('/').next() == Some(name)) {
            spoil(answer, field, fault);
        }
        return;
    }
    let first = faults.choose(fields.len());
    fields.rotate_left(first);
    for field in fields {
        let mut damaged = answer.clone();
        spoil(&mut damaged, &field, fault);
        if schema.violations(&damaged).iter().any(|violation| violation.keyword() == keyword) {
            *answer = damaged;
            return;
        }
    }
}

/// Whether the fault is one that befalls single fields.
pub(super) fn damages_fields(rule: &FaultRule) -> bool {
    broken_keyword(rule.fault()).is_some()
}

/// The keyword of JSON Schema that an answer breaks after this fault.
fn broken_keyword(fault: Fault) -> Option<&'static str> {
    match fault {
        Fault::MissingField => Some("required"),
        Fault::WrongType => Some("type"),
        Fault::UnknownEnumValue => Some("enum"),
        _ => None,
    }
}

/// The JSON pointers of all fields at or below a node; of lists, only those in the first item, if that is enough.
fn collect_fields(node: &Value, pointer: &str, first_item_only: bool, fields: &mut Vec<String>) {
    match node {
        Value::Object(object) => {
            for (name, value) in object {
                let field = format!("{pointer}/{name}");
                collect_fields(value, &field, first_item_only, fields);
                fields.push(field);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().take(if first_item_only { 1 } else { usize::MAX }).enumerate() {
                collect_fields(item, &format!("{pointer}/{index}"), first_item_only, fields);
            }
        }
        _ => {}
    }
}

fn spoil(answer: &mut Value, field: &str, fault: Fault) {
    if fault == Fault::MissingField {
        if let Some((parent, name)) = field.rsplit_once('/')
            && let Some(object) = answer.pointer_mut(parent).and_then(Value::as_object_mut)
        {
            object.shift_remove(name);
        }
        return;
    }
    let Some(value) = answer.pointer_mut(field) else { return };
    *value = match (fault, &*value) {
        (Fault::UnknownEnumValue, _) => json!("something_new"),
        (_, Value::String(_)) => json!(true),
        (_, Value::Bool(_)) => json!("yes"),
        (_, Value::Number(number)) => json!([number]),
        _ => json!("something else"),
    };
}
