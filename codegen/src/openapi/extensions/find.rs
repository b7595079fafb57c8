use serde_json::Value;

use super::{Reading, check_keys, check_repeats, checked, text};
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    json::elements,
    source::Pointer,
};

const BY_HELP: &str = "list the properties that the request and the items of the list have in common";

/// The list in which an operation finds what it created, if its outcome is unknown.
#[derive(Debug, PartialEq)]
pub(crate) struct Find {
    /// The id of the operation that lists.
    pub(crate) operation: String,
    /// The wire names of the properties that are compared.
    pub(crate) by: Vec<String>,
    /// What an item of the list lacks that the response of the creation has, as the end of a sentence.
    pub(crate) lacks: Option<String>,
}

impl Find {
    /// Reads the extension on an operation.
    pub(crate) fn read(value: &Value, at: &Pointer) -> Reading<Self> {
        let mut errors = check_keys(value, at, &["operation", "by"], &["lacks"]);
        let wrong_text = |key| value.get(key).filter(|text| text.as_str().is_none_or(|text| text.trim().is_empty()));
        for (key, help) in [
            ("operation", "write the `operationId` of a GET that returns a list"),
            ("lacks", "write what an item of the list lacks, as the end of a sentence"),
        ] {
            errors.extend(wrong_text(key).map(|text| {
                let message = format!("`{key}` must be text, but is {}", described(text));
                NodeDiagnostic::value(at.key(key), message, help)
            }));
        }
        errors.extend(value.get("by").into_iter().flat_map(|by| check_by(by, &at.key("by"))));
        checked(errors, || {
            Some(Self {
                operation: text(value, "operation")?,
                by: elements(value.get("by")).filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
                lacks: text(value, "lacks").map(|lacks| lacks.trim().trim_end_matches('.').to_owned()),
            })
        })
    }
}

fn check_by(by: &Value, at: &Pointer) -> Vec<NodeDiagnostic> {
    let Some(names) = by.as_array() else {
        let message = format!("`by` must be a list of names, but is {}", described(by));
        return vec![NodeDiagnostic::value(at.clone(), message, BY_HELP)];
    };
    if names.is_empty() {
        return vec![NodeDiagnostic::value(at.clone(), "`by` is empty", BY_HELP)];
    }
    let wrong = names.iter().enumerate().filter(|(_, name)| name.as_str().is_none_or(str::is_empty));
    let wrong = wrong.map(|(index, name)| {
        let message = format!("an element of `by` must be a name, but is {}", described(name));
        NodeDiagnostic::value(at.index(index), message, BY_HELP)
    });
    wrong.chain(check_repeats(names, at)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_names_a_list_and_what_is_compared() {
        let value = json!({"operation": "listThings", "by": ["name", "size"], "lacks": "its key."});
        let find = Find::read(&value, &Pointer::default()).unwrap();
        assert_eq!((find.operation.as_str(), find.by.len()), ("listThings", 2));
        assert_eq!(find.lacks.as_deref(), Some("its key"));
    }

    #[test]
    fn all_errors_are_found_at_once() {
        let messages = |value: Value| -> Vec<_> {
            let errors = Find::read(&value, &Pointer::default()).unwrap_err();
            errors.into_iter().map(|error| error.message).collect()
        };
        assert_eq!(
            messages(json!({"operation": " ", "by": ["name", "", "name"], "lack": "its key"})),
            [
                "unknown key `lack`",
                "`operation` must be text, but is blank",
                "an element of `by` must be a name, but is blank",
                "`name` is in this list twice",
            ]
        );
        assert_eq!(messages(json!({"operation": "a", "by": []})), ["`by` is empty"]);
        assert_eq!(messages(json!("listThings")).len(), 1);
    }
}
