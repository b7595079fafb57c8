use serde_json::Value;

use super::{PAGINATION, Reading, check_texts, checked, text};
use crate::{
    diagnostic::{NodeDiagnostic, wording::described},
    source::Pointer,
};

/// The way in which a list goes on, by the names of query parameters and of properties of the envelope.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pagination {
    pub(crate) position: Position,
    /// The parameter with the number of items on a page.
    pub(crate) limit: Option<String>,
    /// The property with the number of items on all pages.
    pub(crate) total: Option<String>,
}

/// The position of a page in its list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Position {
    /// The parameter has a cursor, which this property of the previous response is.
    Cursor { parameter: String, next: String },
    /// The parameter has a number of items.
    Offset { parameter: String },
}

impl Pagination {
    /// Reads the extension at the root of a document.
    pub(crate) fn read(value: &Value, at: &Pointer) -> Reading<Self> {
        if !value.is_object() {
            let message = format!("`x-pagination` must be an object, but is {}", described(value));
            let help = "write `{cursor: …, next: …}` or `{offset: …}`";
            return Err(vec![NodeDiagnostic::value(at.clone(), message, help)]);
        }
        let mut errors = check_texts(value, at, &[], &["cursor", "next", "offset", "limit", "total"]);
        let has = |key: &str| value.get(key).is_some();
        match (has("cursor"), has("offset")) {
            (true, true) => {
                let message = "a list goes on either at a cursor or at an offset, but this one at both";
                errors.push(NodeDiagnostic::key(at.key("offset"), message, "remove one of the two"));
            }
            (false, false) => {
                let message = "`cursor` or `offset` is missing";
                let help = "add the query parameter that says where a page begins";
                errors.push(NodeDiagnostic::key(at.clone(), message, help));
            }
            (true, false) if !has("next") => {
                let help = "add the property of the envelope with the cursor of the next page";
                errors.push(NodeDiagnostic::key(at.clone(), "`next` is missing", help));
            }
            (false, true) if has("next") => {
                let message = "`next` has no effect with `offset`, which grows by the items received";
                errors.push(NodeDiagnostic::key(at.key("next"), message, "leave it out"));
            }
            _ => {}
        }
        checked(errors, || {
            let position = match text(value, "cursor") {
                Some(parameter) => Position::Cursor { parameter, next: text(value, "next")? },
                None => Position::Offset { parameter: text(value, "offset")? },
            };
            Some(Self { position, limit: text(value, "limit"), total: text(value, "total") })
        })
    }

    /// Reads the extension on an operation; none if its list has no pages.
    pub(crate) fn read_on_operation(value: &Value, at: &Pointer) -> Reading<Option<Self>> {
        match value {
            Value::Bool(false) => Ok(None),
            Value::Object(_) => Self::read(value, at).map(Some),
            _ => {
                let message =
                    format!("`x-pagination` of an operation must be an object or `false`, but is {}", described(value));
                let help = "write how this list goes on, or `false` if it does not";
                Err(vec![NodeDiagnostic::value(at.clone(), message, help)])
            }
        }
    }

    /// Returns how the list of an operation goes on, if it does: as the operation says, or as the document says for
    /// operations with this parameter.
    pub(crate) fn of(root: &Value, operation: &Value, has_parameter: impl Fn(&str) -> bool) -> Option<Self> {
        let at = Pointer::default();
        match operation.get(PAGINATION) {
            Some(value) => Self::read_on_operation(value, &at).ok()?,
            None => Self::read(root.get(PAGINATION)?, &at).ok().filter(|rule| has_parameter(rule.position.parameter())),
        }
    }
}

impl Position {
    /// Returns the name of the parameter.
    pub(crate) fn parameter(&self) -> &str {
        match self {
            Self::Cursor { parameter, .. } | Self::Offset { parameter } => parameter,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn messages(value: &Value) -> Vec<String> {
        let errors = Pagination::read(value, &Pointer::default()).err().unwrap_or_default();
        errors.into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn a_list_goes_on_at_a_cursor_or_at_an_offset() {
        assert_eq!(messages(&json!({"cursor": "after", "next": "next", "limit": "limit", "total": "count"})), [""; 0]);
        assert_eq!(messages(&json!({"offset": "offset", "limit": "limit"})), [""; 0]);
        assert_eq!(messages(&json!({"limit": "limit"})), ["`cursor` or `offset` is missing"]);
        assert_eq!(messages(&json!({"cursor": "after"})), ["`next` is missing"]);
        assert_eq!(
            messages(&json!({"cursor": "after", "next": "next", "offset": "offset"})),
            ["a list goes on either at a cursor or at an offset, but this one at both"]
        );
        assert_eq!(
            messages(&json!({"offset": 5, "next": "next", "page": "page"})),
            [
                "unknown key `page`",
                "`offset` must be text, but is the number 5",
                "`next` has no effect with `offset`, which grows by the items received",
            ]
        );
    }

    #[test]
    fn an_operation_replaces_the_rule_of_the_document() {
        let root = json!({"x-pagination": {"cursor": "after", "next": "next"}});
        let of = |operation: Value, parameter: &str| Pagination::of(&root, &operation, |name| name == parameter);
        let of_document = of(json!({}), "after").unwrap();
        assert_eq!(of_document.position, Position::Cursor { parameter: "after".to_owned(), next: "next".to_owned() });
        assert_eq!(of(json!({}), "page"), None);
        assert_eq!(of(json!({"x-pagination": false}), "after"), None);
        let of_operation = of(json!({"x-pagination": {"offset": "skip"}}), "after").unwrap();
        assert_eq!(of_operation.position, Position::Offset { parameter: "skip".to_owned() });
    }
}
