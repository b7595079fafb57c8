use serde_json::Value;

/// How much of a text a message quotes, in characters.
const MAX_QUOTED_CHARACTERS: usize = 60;

/// Quotes a text for a message: on one line, and cut if it is long.
pub(crate) fn quoted(text: &str) -> String {
    let on_one_line = |character: char| if character.is_control() { ' ' } else { character };
    let mut short: String = text.chars().take(MAX_QUOTED_CHARACTERS).map(on_one_line).collect();
    if text.chars().nth(MAX_QUOTED_CHARACTERS).is_some() {
        short.push('…');
    }
    format!("`{short}`")
}

/// Lists texts in a sentence.
pub(crate) fn listed<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<_> = texts.into_iter().map(quoted).collect();
    quoted.join(", ")
}

/// Shows a value as it is written, if it is short enough for a sentence.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(_) => "this list".to_owned(),
        Value::Object(_) => "this object".to_owned(),
        value => quoted(&value.to_string()),
    }
}

/// Describes a value by its type.
pub(crate) fn described(value: &Value) -> String {
    match value {
        Value::Null => "empty (`null`)".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.trim().is_empty() => "blank".to_owned(),
        Value::String(text) => format!("the text {}", quoted(text)),
        Value::Array(elements) => if elements.is_empty() { "an empty list" } else { "a list" }.to_owned(),
        Value::Object(fields) => if fields.is_empty() { "an empty object" } else { "an object" }.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_long_text_is_cut_and_stays_on_one_line() {
        assert_eq!(quoted("a\nb"), "`a b`");
        assert_eq!(quoted(&"ä".repeat(61)), format!("`{}…`", "ä".repeat(60)));
    }

    #[test]
    fn a_value_is_shown_or_described() {
        assert_eq!(shown(&json!("a")), "`a`");
        assert_eq!(shown(&json!([1])), "this list");
        assert_eq!(described(&json!(1.5)), "the number 1.5");
        assert_eq!(described(&Value::Null), "empty (`null`)");
        let empty = [json!(" "), json!([]), json!({})].map(|value| described(&value));
        assert_eq!(empty, ["blank", "an empty list", "an empty object"]);
    }
}
