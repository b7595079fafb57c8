use std::collections::HashSet;

use heck::ToSnakeCase;
use serde_json::{Value, json};

use super::{
    Inference,
    config_names::{SchemaName, for_each_schema},
    names_for_warning,
    patterns::Patterns,
};
use crate::{
    diagnostic::NodeDiagnostic,
    json::{flag, text},
    openapi::reference::resolve,
    source::{Pointer, config::Entries},
};

/// The last words in the names of secrets.
const SECRET_WORDS: [&str; 7] = ["credential", "passphrase", "passwd", "password", "pwd", "secret", "token"];

/// The words before a `key` that is a secret.
const SECRET_KEY_WORDS: [&str; 9] =
    ["access", "account", "api", "encryption", "master", "private", "secret", "shared", "signing"];

/// The words before a `token` that is a cursor.
const CURSOR_WORDS: [&str; 8] = ["continuation", "cursor", "next", "page", "pagination", "prev", "previous", "sync"];

/// A property that is a string.
struct StringProperty {
    /// `Schema.property`.
    name: String,
    property: String,
    at: Pointer,
    format: Option<String>,
    /// Whether it is a value of a map that is only in requests: headers, parameters of a URL and the like.
    is_in_write_only_map: bool,
}

/// Makes a secret of every string that the config hides, that has the name of a secret, or that is in a write-only map.
/// One that is hidden in vain costs a call of `expose_secret()`, and one that is not hidden ends up in a log.
pub(super) fn infer_secrets(inference: &mut Inference<'_>, entries: &Entries) {
    let strings = string_properties(inference.root());
    let [mut hide, mut show] = [&entries.secrets.hide, &entries.secrets.show].map(|patterns| Patterns::of(patterns));
    let mut inferred = Vec::new();
    for string in &strings {
        let (hidden, shown) = (hide.find(&string.name, &string.property), show.find(&string.name, &string.property));
        if let (Some(hidden), Some(_)) = (hidden, shown) {
            let message = format!("`{}` is also under `show`", string.name);
            inference.report(&["secrets", "hide", &hidden.to_string()], message, "remove it from one of the two");
        }
        let is_inferred = string.format.is_none() && (is_secret_name(&string.property) || string.is_in_write_only_map);
        if hidden.is_none() && is_inferred && shown.is_none() {
            inferred.push(string);
        }
        if hidden.is_some() || is_inferred && shown.is_none() {
            hide_string(inference, &string.at);
        } else if shown.is_some() && string.format.as_deref() == Some("password") {
            show_string(inference, &string.at);
        }
    }
    for (list, patterns) in [("hide", hide), ("show", show)] {
        for (index, pattern) in patterns.unused() {
            let message = format!("no string property matches `{pattern}`");
            let help = "write the name of a property, `Schema.property`, or a pattern like `*.apiKey`";
            inference.report_unused(&["secrets", list, &index.to_string()], message, help);
        }
    }
    inference.warnings.extend(warning(&inferred));
}

fn string_properties(root: &Value) -> Vec<StringProperty> {
    let mut strings = Vec::new();
    let mut write_only_values = HashSet::new();
    for_each_schema(root, &mut |SchemaName { name, property, at }, schema| {
        let Some(property) = property else { return };
        let target = resolve(schema, root);
        if flag(target, "writeOnly") {
            write_only_values.insert(at.key("additionalProperties"));
        }
        if text(target, "type") == Some("string") && target.get("enum").is_none() && target.get("const").is_none() {
            let format = text(target, "format").map(ToOwned::to_owned);
            let (name, property) = (name.to_owned(), property.to_owned());
            let is_in_write_only_map = write_only_values.contains(at);
            strings.push(StringProperty { name, property, at: at.clone(), format, is_in_write_only_map });
        }
    });
    strings
}

fn hide_string(inference: &mut Inference<'_>, at: &Pointer) {
    let root = inference.root();
    let Some(schema) = root.pointer(at.as_str()) else { return };
    let mut hidden = resolve(schema, root).clone();
    hidden["format"] = json!("password");
    if let Some(schema) = inference.value(at) {
        *schema = hidden;
    }
}

fn show_string(inference: &mut Inference<'_>, at: &Pointer) {
    inference.object(at).and_then(|schema| schema.shift_remove("format"));
}

fn is_secret_name(property: &str) -> bool {
    let snake = property.to_snake_case();
    let words = snake.trim_end_matches("_hash").trim_end_matches("_value");
    let mut words = words.rsplit('_');
    let (last, before) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match last {
        "token" => !CURSOR_WORDS.contains(&before),
        "key" => SECRET_KEY_WORDS.contains(&before),
        "apikey" | "secretkey" | "privatekey" | "credentials" => true,
        word => SECRET_WORDS.contains(&word),
    }
}

fn warning(inferred: &[&StringProperty]) -> Option<NodeDiagnostic> {
    let mut names: Vec<_> = inferred.iter().map(|string| string.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let message = match names.as_slice() {
        [] => return None,
        [one] => format!("`{one}` seems to be a secret, so the crate hides it"),
        several => format!("{} properties seem to be secrets, so the crate hides them", several.len()),
    };
    let help =
        format!("list those to `show` and to `hide` under `secrets` in the config: {}", names_for_warning(&names));
    Some(NodeDiagnostic::key(inferred.first()?.at.clone(), message, help).warning())
}

#[cfg(test)]
mod tests {
    use super::is_secret_name;
    use crate::normalize::infer::tests::{document, run};

    const SCHEMAS: &str = "components: {schemas: {Login: {properties: {apiKey: {type: string}, pin: {type: string}}}}}";

    /// Returns the formats of the properties `apiKey` and `pin`.
    fn formats(config: &str) -> [String; 2] {
        let document = document(SCHEMAS, config);
        let properties = document.root().pointer("/components/schemas/Login/properties").unwrap();
        ["apiKey", "pin"].map(|name| properties[name]["format"].as_str().unwrap_or_default().to_owned())
    }

    #[test]
    fn a_config_hides_and_shows_strings() {
        assert_eq!(formats(""), ["password", ""]);
        assert_eq!(formats("secrets = {hide = ['Login.pin'], show = ['apiKey']}"), ["", "password"]);
    }

    #[test]
    fn values_of_a_write_only_map_are_hidden() {
        let text = "components: {schemas: {Hook: {properties: {
            headers: {type: object, writeOnly: true, additionalProperties: {type: string}},
            labels: {type: object, additionalProperties: {type: string}},
            note: {type: string, writeOnly: true}}}}}";
        let document = document(text, "");
        let properties = document.root().pointer("/components/schemas/Hook/properties").unwrap();
        assert_eq!(properties["headers"]["additionalProperties"]["format"], "password");
        assert_eq!(properties["labels"]["additionalProperties"].get("format"), None);
        assert_eq!(properties["note"].get("format"), None);
    }

    #[test]
    fn a_pattern_matches_something_and_is_in_one_list() {
        insta::assert_snapshot!(run(SCHEMAS, ""), @"warning: `Login.apiKey` seems to be a secret, so the crate hides it");
        insta::assert_snapshot!(run(SCHEMAS, "secrets = {hide = ['pin', 'token'], show = ['*']}"), @"
            error 1:20: `Login.pin` is also under `show`
            error 1:27: no string property matches `token`
        ");
    }

    #[test]
    fn secrets_have_names_with_known_last_words() {
        let secrets =
            ["password", "dbPassword", "newPasswordHash", "client_secret", "apiKey", "secretAccessKey", "X-Token"];
        for name in secrets {
            assert!(is_secret_name(name), "{name}");
        }
        let others =
            ["passwordPolicy", "secretName", "nextPageToken", "accessKeyId", "sortingKey", "keyHash", "key", ""];
        for name in others {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
