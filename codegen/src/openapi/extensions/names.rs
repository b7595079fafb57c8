use indexmap::{IndexMap, IndexSet};
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

/// Reads other names for types, by the names that they have without.
pub(crate) fn read_type_names(value: &Value, at: &Pointer) -> Reading<IndexMap<String, String>> {
    let Some(names) = value.as_object() else {
        let message = format!("`x-type-names` must be an object, but is {}", described(value));
        return Err(vec![NodeDiagnostic::value(at.clone(), message, "write a line for each name: `OldName: NewName`")]);
    };
    let mut errors = Vec::new();
    let mut read = IndexMap::new();
    for (old, name) in names {
        match name.as_str().filter(|name| is_upper_camel_case(name)) {
            Some(name) => drop(read.insert(old.clone(), name.to_owned())),
            None => {
                let message = format!("expected the name of a type, but this is {}", described(name));
                let help = "write a name in upper camel case, like `UserRole`";
                errors.push(NodeDiagnostic::value(at.key(old), message, help));
            }
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}

/// Reads the names of an enum's variants, by their values.
pub(crate) fn read_variant_names(values: &[Value], value: &Value, at: &Pointer) -> Reading<IndexMap<String, String>> {
    let Some(names) = value.as_object() else {
        let message = format!("`x-variant-names` must be an object, but is {}", described(value));
        let help = "write a line for each name: `value: VariantName`";
        return Err(vec![NodeDiagnostic::value(at.clone(), message, help)]);
    };
    let values: IndexSet<_> = values.iter().filter_map(Value::as_str).collect();
    let mut errors = Vec::new();
    let mut read = IndexMap::new();
    for (value, name) in names {
        let at = at.key(value);
        if !values.contains(value.as_str()) {
            let message = format!("{} is not in the `enum`", quoted(value));
            let help = did_you_mean(value, values.iter().copied(), "leave it out, or add it to the `enum`");
            errors.push(NodeDiagnostic::key(at.clone(), message, help));
        }
        match name.as_str().filter(|name| is_upper_camel_case(name)) {
            Some(name) => drop(read.insert(value.clone(), name.to_owned())),
            None => {
                let message = format!("expected the name of a variant, but this is {}", described(name));
                errors.push(NodeDiagnostic::value(at, message, "write a name in upper camel case, like `UsEast1`"));
            }
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}

fn is_upper_camel_case(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && name != "Self"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_in_upper_camel_case() {
        let read = |name: &str| read_type_names(&json!({"Thing": name}), &Pointer::default());
        assert_eq!(read("Lamp").unwrap()["Thing"], "Lamp");
        for name in ["lamp", "La mp", "Self", ""] {
            assert_eq!(read(name).unwrap_err()[0].location.at.as_str(), "/Thing", "{name}");
        }
    }

    #[test]
    fn variants_are_named_by_their_values() {
        let names = json!({"us-east": "East", "us-wets": "West"});
        let errors =
            read_variant_names(&[json!("us-east"), json!("us-west")], &names, &Pointer::default()).unwrap_err();
        assert_eq!(errors[0].help, "did you mean `us-west`?");
    }
}
