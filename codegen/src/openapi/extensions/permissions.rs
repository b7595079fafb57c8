use serde_json::Value;

use super::{Reading, check_repeats, checked};
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    source::Pointer,
};

/// Reads the permissions that an operation needs.
pub(crate) fn read_permissions(value: &Value, at: &Pointer) -> Reading<Vec<String>> {
    let Some(permissions) = value.as_array().filter(|permissions| !permissions.is_empty()) else {
        let message = format!("`x-permissions` must be a list of texts, but is {}", described(value));
        let help = "list the permissions that a key needs, or leave it out";
        return Err(vec![NodeDiagnostic::value(at.clone(), message, help)]);
    };
    let is_wrong = |permission: &Value| permission.as_str().is_none_or(|text| text.trim().is_empty());
    let wrong = permissions.iter().enumerate().filter(|(_, permission)| is_wrong(permission));
    let wrong = wrong.map(|(index, permission)| {
        let message = format!("expected a permission, but this is {}", described(permission));
        NodeDiagnostic::value(at.index(index), message, "write the name of a permission")
    });
    let errors = wrong.chain(check_repeats(permissions, at)).collect();
    checked(errors, || permissions.iter().map(|permission| permission.as_str().map(ToOwned::to_owned)).collect())
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
            ["expected a permission, but this is blank", "`a` is in this list twice"]
        );
        assert_eq!(errors(json!([])), ["`x-permissions` must be a list of texts, but is an empty list"]);
    }
}
