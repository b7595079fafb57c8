use indexmap::IndexMap;
use serde_json::Value;

use super::Reading;
use crate::{
    diagnostic::{
        NodeDiagnostic,
        suggestion::did_you_mean,
        wording::{described, quoted},
    },
    source::Pointer,
};

/// How many replacements of each other are followed. More than two are hardly ever written.
const MAX_REPLACEMENTS: usize = 16;

/// What to use instead of something deprecated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Replacement {
    /// The name of an operation, of a parameter, of a property or of a value.
    Name(String),
    /// Words that go on after "use".
    Words(String),
}

impl Replacement {
    /// Reads a replacement. A text without spaces is a name.
    pub(crate) fn read(value: &Value, at: &Pointer) -> Reading<Self> {
        let text = value.as_str().map(|text| text.trim().trim_end_matches('.')).filter(|text| !text.is_empty());
        let Some(text) = text else {
            let message = format!("expected what to use instead, but this is {}", described(value));
            return Err(vec![NodeDiagnostic::value(at.clone(), message, "write a name, or a few words")]);
        };
        let text = text.to_owned();
        Ok(if text.contains(char::is_whitespace) { Self::Words(text) } else { Self::Name(text) })
    }

    /// Reads a replacement, whose name must be one of these. `kind` is the kind of all of them.
    pub(crate) fn read_one_of<'n>(
        value: &Value,
        at: &Pointer,
        kind: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Reading<Self> {
        let replacement = Self::read(value, at)?;
        let names: Vec<_> = names.collect();
        match &replacement {
            Self::Name(name) if !names.contains(&&**name) => {
                let message = format!("there is no other {kind} {}", quoted(name));
                let help = did_you_mean(name, names, "write a few words, if it is not in the document");
                Err(vec![NodeDiagnostic::value(at.clone(), message, help)])
            }
            _ => Ok(replacement),
        }
    }
}

/// Reads the replacements of an enum's deprecated values, by these values.
pub(crate) fn read_deprecated_values(
    values: &[Value],
    value: &Value,
    at: &Pointer,
) -> Reading<IndexMap<String, Replacement>> {
    let Some(replacements) = value.as_object() else {
        let message = format!("`x-deprecated-values` must be an object, but is {}", described(value));
        let help = "write a line for each deprecated value: `value: replacement`";
        return Err(vec![NodeDiagnostic::value(at.clone(), message, help)]);
    };
    let values: Vec<_> = values.iter().filter_map(Value::as_str).collect();
    let replacement_of = |value: &str| replacements.get(value)?.as_str();
    let mut errors = Vec::new();
    let mut read = IndexMap::new();
    for (value, replacement) in replacements {
        let at = at.key(value);
        if !values.contains(&value.as_str()) {
            let message = format!("{} is not in the `enum`", quoted(value));
            let help = did_you_mean(value, values.iter().copied(), "leave it out, or add it to the `enum`");
            errors.push(NodeDiagnostic::key(at.clone(), message, help));
        }
        let others = values.iter().copied().filter(|other| other != value);
        match Replacement::read_one_of(replacement, &at, "value", others) {
            Ok(replacement) => drop(read.insert(value.clone(), replacement)),
            Err(more) => errors.extend(more),
        }
        errors.extend(check_replacement_cycle(value, replacement_of, &at));
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}

/// Checks that something deprecated is not replaced by itself in the end. `replacement` returns the text that replaces
/// something by its name. A cycle is reported once, at the first of its names in the alphabet.
pub(crate) fn check_replacement_cycle<'n>(
    name: &'n str,
    replacement: impl Fn(&str) -> Option<&'n str>,
    at: &Pointer,
) -> Option<NodeDiagnostic> {
    let mut cycle = vec![name];
    let mut next = replacement(name)?;
    while next != name {
        if next < name || cycle.len() == MAX_REPLACEMENTS {
            return None;
        }
        cycle.push(next);
        next = replacement(next)?;
    }
    if cycle.len() == 1 {
        // This is reported as a name of no other.
        return None;
    }
    cycle.push(name);
    let cycle: Vec<_> = cycle.into_iter().map(quoted).collect();
    let message = format!("these replace each other: {}", cycle.join(" -> "));
    Some(NodeDiagnostic::value(at.clone(), message, "name one that is not deprecated, or leave it out"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_replacement_with_spaces_is_no_name() {
        let read = |value: Value| Replacement::read(&value, &Pointer::default());
        assert_eq!(read(json!("newName")).unwrap(), Replacement::Name("newName".to_owned()));
        assert_eq!(read(json!(" the new one. ")).unwrap(), Replacement::Words("the new one".to_owned()));
        assert_eq!(read(json!(".")).unwrap_err()[0].message, "expected what to use instead, but this is the text `.`");
    }

    #[test]
    fn the_replacement_of_a_value_is_another_value_or_words() {
        let read = |deprecated: Value| {
            let errors = read_deprecated_values(&[json!("old"), json!("new")], &deprecated, &Pointer::default());
            errors.map_err(|errors| errors.into_iter().map(|error| error.message).collect::<Vec<_>>())
        };
        let replacement = read(json!({"old": "new"})).unwrap()["old"].clone();
        assert_eq!(replacement, Replacement::Name("new".to_owned()));
        assert!(read(json!({"old": "one of the others"})).is_ok());
        assert_eq!(read(json!({"old": "old"})).unwrap_err(), ["there is no other value `old`"]);
        assert_eq!(read(json!({"odl": "new"})).unwrap_err(), ["`odl` is not in the `enum`"]);
    }
}
