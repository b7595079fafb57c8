use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind},
    types::JsonType,
};
use serde_json::Value;

use crate::{
    diagnostic::{
        Node, NodeDiagnostic, Part,
        suggestion::did_you_mean,
        wording::{described, listed, quoted, shown},
    },
    source::Pointer,
};

/// How many values of an `enum` a message lists.
const MAX_LISTED_VALUES: usize = 12;

/// Reports a part of an example that does not fit a keyword of its schema.
#[track_caller]
pub(super) fn diagnostic(
    subject: &str,
    at: &Pointer,
    keyword: Option<&Pointer>,
    error: &ValidationError<'_>,
) -> NodeDiagnostic {
    let value = error.instance().as_ref();
    let message = format!("{subject} does not fit its schema: {}", problem(value, error));
    let schema = keyword.map_or_else(|| "its schema".to_owned(), |keyword| format!("the schema at {keyword}"));
    let correct = format!("correct it, or {schema}");
    let at = at.clone();
    match error.kind() {
        ValidationErrorKind::Enum { options } => {
            let names = options.as_array().into_iter().flatten().filter_map(Value::as_str);
            let help = did_you_mean(value.as_str().unwrap_or_default(), names, correct);
            NodeDiagnostic::value(at, message, help)
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let at = unexpected.first().map_or_else(|| at.clone(), |name| at.key(name));
            NodeDiagnostic::key(at, message, correct)
        }
        _ => {
            let part = if value.is_object() || value.is_array() { Part::Key } else { Part::Value };
            NodeDiagnostic { location: Node { at, part }, ..NodeDiagnostic::key(Pointer::default(), message, correct) }
        }
    }
}

fn problem(value: &Value, error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;

    let this = shown(value);
    match error.kind() {
        Kind::Type { kind } => format!("expected {}, but this is {}", types(kind), described(value)),
        Kind::Enum { options } => {
            let values = options.as_array().map(Vec::as_slice).unwrap_or_default();
            let names: Vec<_> = values.iter().take(MAX_LISTED_VALUES).map(shown).collect();
            let more = if values.len() > MAX_LISTED_VALUES { ", …" } else { "" };
            format!("{this} is not one of {}{more}", names.join(", "))
        }
        Kind::Format { format } => format!("{this} does not have the format {}", quoted(format)),
        Kind::Pattern { pattern } => format!("{this} does not match {}", quoted(pattern)),
        Kind::Required { property } => format!("it has no {}, which is required", shown(property)),
        Kind::AdditionalProperties { unexpected } => {
            format!("it has {}, but the schema does not", listed(unexpected.iter().map(String::as_str)))
        }
        Kind::MultipleOf { multiple_of } => format!("{this} is not a multiple of {multiple_of}"),
        Kind::Minimum { limit } => format!("{this} is less than {limit}"),
        Kind::Maximum { limit } => format!("{this} is more than {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("{this} is not more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("{this} is not less than {limit}"),
        Kind::MinLength { limit } => format!("{this} is shorter than {limit} characters"),
        Kind::MaxLength { limit } => format!("{this} is longer than {limit} characters"),
        Kind::MinItems { limit } => format!("it has fewer than {limit} elements"),
        Kind::MaxItems { limit } => format!("it has more than {limit} elements"),
        Kind::MinProperties { limit } => format!("it has fewer than {limit} properties"),
        Kind::MaxProperties { limit } => format!("it has more than {limit} properties"),
        Kind::AnyOf { .. } => "it fits none of the variants".to_owned(),
        Kind::UniqueItems => "it has an element twice".to_owned(),
        kind => format!("it does not fit `{}`", kind.keyword()),
    }
}

fn types(kind: &TypeKind) -> String {
    let name = |kind: JsonType| match kind {
        JsonType::Null => "`null`",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "text",
        JsonType::Array => "a list",
        JsonType::Object => "an object",
    };
    match kind {
        TypeKind::Single(kind) => name(*kind).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(name).collect::<Vec<_>>().join(" or "),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::{examples, tests::run_on_schemas};

    fn message(schema: &str) -> String {
        run_on_schemas(examples::check, &format!("A: {schema}"))
    }

    #[test]
    fn a_message_names_the_broken_constraint() {
        insta::assert_snapshot!(
            message("{type: string, format: uuid, example: abc}"),
            @"5:46 this example does not fit its schema: `abc` does not have the format `uuid`: it is left out"
        );
        insta::assert_snapshot!(
            message("{type: integer, minimum: 5, exclusiveMinimum: true, example: 5}"),
            @"5:69 this example does not fit its schema: `5` is not more than 5: it is left out"
        );
        insta::assert_snapshot!(
            message("{required: [a], properties: {a: {}}, example: {}}"),
            @"5:45 this example does not fit its schema: it has no `a`, which is required: it is left out"
        );
        insta::assert_snapshot!(
            message("{additionalProperties: false, example: {b: 1}}"),
            @"5:48 this example does not fit its schema: it has `b`, but the schema does not: it is left out"
        );
    }

    #[test]
    fn a_long_enum_is_cut() {
        let values: Vec<_> = (0..20).map(|index| format!("v{index}")).collect();
        insta::assert_snapshot!(
            message(&format!("{{enum: [{}], example: other}}", values.join(", "))),
            @"5:116 this example does not fit its schema: `other` is not one of `v0`, `v1`, `v2`, `v3`, `v4`, `v5`, `v6`, `v7`, `v8`, `v9`, `v10`, `v11`, …: it is left out"
        );
    }
}
