use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    row::{Change, Subject},
    rows::{At, Finding, Rows},
};
use crate::{api::Role, normalize::merge::constraints::BOUNDS, source::Pointer};

/// The constraints of a schema and of what lists and maps hold. `name` is that of the schema.
pub(super) fn compare(rows: &mut Rows, name: &str, at: &Pointer, old: &Value, new: &Value, role: Role) {
    let cause = if role.is_sent() {
        "`validate()` goes by it, and so do the clients that validate requests"
    } else {
        "nothing holds what is received against it"
    };
    let (old, mut new) = (bounds(old), bounds(new));
    let mut add = |keyword: String, from: Option<String>, to: Option<String>| {
        if from != to {
            let change = Change::between(&keyword, from, to);
            let (name, at) = (name.to_owned(), At::New(at.clone()));
            rows.add(Finding { subject: Subject::Constraint, name, change, cause, at, claims: Vec::new() });
        }
    };
    for (keyword, before) in old {
        let after = new.remove(&keyword);
        add(keyword, Some(before), after);
    }
    for (keyword, after) in new {
        add(keyword, None, Some(after));
    }
}

fn bounds(schema: &Value) -> BTreeMap<String, String> {
    let own = BOUNDS.iter().filter_map(|keyword| {
        let value = schema.get(*keyword).filter(|value| **value != Value::Bool(false))?;
        Some(((*keyword).to_owned(), value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)))
    });
    let inner = ["items", "additionalProperties"].into_iter().filter_map(|keyword| {
        let inner = bounds(schema.get(keyword).filter(|inner| inner.is_object())?);
        Some(inner.into_iter().map(move |(bound, value)| (format!("{keyword}.{bound}"), value)))
    });
    own.chain(inner.flatten()).collect()
}
