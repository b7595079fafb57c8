use std::collections::HashSet;

use serde_json::Value;

use super::Reading;
use crate::{
    diagnostic::{
        NodeDiagnostic,
        wording::{described, quoted},
    },
    source::Pointer,
};

/// Reads the permissions that an operation needs.
pub(crate) fn read_permissions(value: &Value, at: &Pointer) -> Reading<Vec<String>> {
    let Some(permissions) = value.as_array().filter(|permissions| !permissions.is_empty()) else {
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        let found = if is_empty { "empty".to_owned() } else { described(value) };
        let message = format!("`x-permissions` must be a list of texts, but is {found}");
        let help = "list the permissions that a key needs, or leave it out";
        return Err(vec![NodeDiagnostic::value(at.clone(), message, help)]);
    };
    let mut seen = HashSet::new();
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    for (index, permission) in permissions.iter().enumerate() {
        let at = at.index(index);
        match permission.as_str().filter(|permission| !permission.trim().is_empty()) {
            Some(permission) if seen.insert(permission) => read.push(permission.to_owned()),
            Some(permission) => {
                let message = format!("{} is listed twice", quoted(permission));
                errors.push(NodeDiagnostic::value(at, message, "remove one of the two"));
            }
            None => {
                let message = format!("expected a permission, but this is {}", described(permission));
                errors.push(NodeDiagnostic::value(at, message, "write the name of a permission"));
            }
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn permissions_are_texts_that_are_listed_once() {
        let errors = |value: Value| {
            let errors = read_permissions(&value, &Pointer::default()).unwrap_err().into_iter();
            errors.map(|error| error.message).collect::<Vec<_>>()
        };
        assert_eq!(read_permissions(&json!(["a", "b"]), &Pointer::default()).unwrap(), ["a", "b"]);
        assert_eq!(
            errors(json!(["a", "", "a"])),
            ["expected a permission, but this is the text ``", "`a` is listed twice"]
        );
        assert_eq!(errors(json!([])), ["`x-permissions` must be a list of texts, but is empty"]);
    }
}
