//! Patterns that tell the variants of a union apart, as the macro `open_union!` takes them.

use std::fmt;

use serde_json::Value;

use crate::api::{Member, Pattern};

/// Writes the pattern on one line, or with `#` each member on a line of its own.
impl fmt::Display for Pattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => formatter.write_str(kind),
            Self::Items(items) => write!(formatter, "[{items}]"),
            Self::Union(members) if members.is_empty() => formatter.write_str("union"),
            Self::Members(members) if members.is_empty() => formatter.write_str("{}"),
            Self::Members(members) | Self::Union(members) => {
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

impl fmt::Display for Member {
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
