//! Patterns that tell the variants of a union apart, as the macro `open_union!` takes them.

use std::fmt;

use serde_json::Value;

use crate::api::{Pattern, PropertyPattern};

/// Writes the pattern on one line, or with `#` each member on a line of its own.
impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::JsonType(kind) => formatter.write_str(kind),
            Self::Array(items) => write!(formatter, "[{items}]"),
            Self::Union(members) if members.is_empty() => formatter.write_str("union"),
            Self::Object(members) if members.is_empty() => formatter.write_str("{}"),
            Self::Object(members) | Self::Union(members) => {
                let union = matches!(self, Self::Union(_)).then(|| "..union".to_owned());
                let end = if union.is_some() { "" } else { "," };
                let members: Vec<_> = members.iter().map(ToString::to_string).chain(union).collect();
                if formatter.alternate() {
                    write!(formatter, "{{\n            {}{end}\n        }}", members.join(",\n            "))
                } else {
                    write!(formatter, "{{ {} }}", members.join(", "))
                }
            }
        }
    }
}

impl fmt::Display for PropertyPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.values.iter().map(literal);
        let absent = self.may_be_absent.then(|| "null".to_owned());
        let other = self.may_be_other.then(|| "_".to_owned());
        let expected: Vec<_> = values.chain(absent).chain(other).collect();
        write!(formatter, "{:?}: {}", self.name, expected.join(" | "))
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Number(number) if number.as_i64().is_some_and(|number| i32::try_from(number).is_err()) => {
            format!("{number}_i64")
        }
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_list_their_values_and_what_else_they_may_be() {
        let kind = PropertyPattern {
            name: "kind".to_owned(),
            values: vec![json!("cat"), json!(3_000_000_000_i64)],
            may_be_absent: true,
            may_be_other: false,
            is_discriminator: true,
        };
        let name = PropertyPattern {
            name: "name".to_owned(),
            values: vec![],
            may_be_absent: false,
            may_be_other: true,
            is_discriminator: false,
        };
        let pattern = Pattern::Object(vec![kind, name]);
        assert_eq!(pattern.to_string(), r#"{ "kind": "cat" | 3000000000_i64 | null, "name": _ }"#);
        assert_eq!(Pattern::Array(Box::new(Pattern::JsonType("string"))).to_string(), "[string]");
        insta::assert_snapshot!(format!("{pattern:#}"), @r#"
        {
                    "kind": "cat" | 3000000000_i64 | null,
                    "name": _,
                }
        "#);
    }
}
