use serde_json::{Value, json};

use crate::{
    document::Schema,
    fault::{Fault, FaultRule, Faults},
};

/// Applies a fault to fields of a response: to those with the name in the rule, or to a random one with which the response
/// breaks the document. A response without such a field stays as it is.
pub(super) fn damage(response: &mut Value, schema: &Schema, rule: &FaultRule, faults: &Faults) {
    let fault = rule.fault();
    let Some(keyword) = broken_keyword(fault) else { return };
    let mut fields = Vec::new();
    let root = if response.get("result").is_some() { "/result" } else { "" };
    if let Some(node) = response.pointer(root) {
        collect_fields(node, root, rule.field_name().is_none(), &mut fields);
    }
    if let Some(name) = rule.field_name() {
        for field in fields.iter().filter(|field| field.rsplit('/').next() == Some(name)) {
            damage_field(response, field, fault);
        }
        return;
    }
    let first = faults.random_index(fields.len());
    fields.rotate_left(first);
    for field in fields {
        let mut damaged = response.clone();
        damage_field(&mut damaged, &field, fault);
        if schema.violations(&damaged).iter().any(|violation| violation.keyword() == keyword) {
            *response = damaged;
            return;
        }
    }
}

/// Returns whether a fault applies to single fields.
pub(super) fn damages_fields(rule: &FaultRule) -> bool {
    broken_keyword(rule.fault()).is_some()
}

/// Returns the keyword of JSON Schema that a response breaks after a fault.
fn broken_keyword(fault: Fault) -> Option<&'static str> {
    match fault {
        Fault::MissingField => Some("required"),
        Fault::WrongType => Some("type"),
        Fault::UnknownEnumValue => Some("enum"),
        _ => None,
    }
}

/// Collects the JSON pointers of all fields below a node. Of lists, it can take those in the first item only.
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

fn damage_field(response: &mut Value, field: &str, fault: Fault) {
    if fault == Fault::MissingField {
        if let Some((parent, name)) = field.rsplit_once('/')
            && let Some(object) = response.pointer_mut(parent).and_then(Value::as_object_mut)
        {
            object.shift_remove(name);
        }
        return;
    }
    let Some(value) = response.pointer_mut(field) else { return };
    *value = match (fault, &*value) {
        (Fault::UnknownEnumValue, _) => json!("something_new"),
        (_, Value::String(_)) => json!(true),
        (_, Value::Bool(_)) => json!("yes"),
        (_, Value::Number(number)) => json!([number]),
        _ => json!("something else"),
    };
}
