use heck::ToSnakeCase;
use serde_json::{Value, json};

use super::{
    Agreement,
    places::{Place, for_each_schema},
};
use crate::{
    diagnostic::NodeDiagnostic,
    json::text,
    openapi::reference::resolve,
    source::{Pointer, config::Entries, wildcard::matches},
};

/// How the names of secrets end.
const SECRETS: [&str; 7] = ["credential", "passphrase", "passwd", "password", "pwd", "secret", "token"];

/// What comes before a `key` that opens something.
const OPENING_KEYS: [&str; 9] =
    ["access", "account", "api", "encryption", "master", "private", "secret", "shared", "signing"];

/// What comes before a `token` that is a place in a list.
const MARKS: [&str; 8] = ["continuation", "cursor", "next", "page", "pagination", "prev", "previous", "sync"];

/// How many are named in a note.
const NAMED: usize = 40;

/// A text in a property.
struct Text {
    name: String,
    property: String,
    at: Pointer,
    format: Option<String>,
}

/// Makes a secret of every text that the config says is one, or that is called like one: what is hidden for nothing
/// costs a call of `expose_secret()`, and what is not hidden is in somebody's log.
pub(super) fn agree(agreement: &mut Agreement<'_>, entries: &Entries) {
    let texts = texts(agreement.root());
    let [mut hide, mut show] = [&entries.secrets.hide, &entries.secrets.show].map(|patterns| Patterns::of(patterns));
    let mut guessed = Vec::new();
    for text in &texts {
        let (hidden, shown) = (hide.find(text), show.find(text));
        if let (Some(hidden), Some(_)) = (hidden, shown) {
            let message = format!("`{}` is under `show`, too", text.name);
            agreement.report(&["secrets", "hide", &hidden.to_string()], message, "leave it out of one of the two");
        }
        let looks_secret = text.format.is_none() && looks_secret(&text.property);
        if hidden.is_none() && looks_secret && shown.is_none() {
            guessed.push(text);
        }
        if hidden.is_some() || looks_secret && shown.is_none() {
            hide_text(agreement, &text.at);
        } else if shown.is_some() && text.format.as_deref() == Some("password") {
            show_text(agreement, &text.at);
        }
    }
    for (list, patterns) in [("hide", hide), ("show", show)] {
        for (index, pattern) in patterns.unused() {
            let message = format!("no text in a request or an answer is called `{pattern}`");
            let help = "write the name of a property, `Schema.property`, or a pattern like `*.apiKey`";
            agreement.report_unused(&["secrets", list, &index.to_string()], message, help);
        }
    }
    agreement.warnings.extend(note(&guessed));
}

struct Patterns<'c>(Vec<(&'c str, bool)>);

impl<'c> Patterns<'c> {
    fn of(patterns: &'c [String]) -> Self {
        Self(patterns.iter().map(|pattern| (pattern.as_str(), false)).collect())
    }

    /// The first pattern that a text is called like. All that are count as used.
    fn find(&mut self, text: &Text) -> Option<usize> {
        let mut found = None;
        for (index, (pattern, is_used)) in self.0.iter_mut().enumerate() {
            if matches(pattern, if pattern.contains('.') { &text.name } else { &text.property }) {
                *is_used = true;
                found = found.or(Some(index));
            }
        }
        found
    }

    fn unused(self) -> impl Iterator<Item = (usize, &'c str)> {
        let patterns = self.0.into_iter().enumerate();
        patterns.filter(|(_, (_, is_used))| !is_used).map(|(index, (pattern, _))| (index, pattern))
    }
}

fn texts(root: &Value) -> Vec<Text> {
    let mut texts = Vec::new();
    for_each_schema(root, &mut |Place { name, property, at }, schema| {
        let Some(property) = property else { return };
        let target = resolve(schema, root);
        if text(target, "type") == Some("string") && target.get("enum").is_none() && target.get("const").is_none() {
            let format = text(target, "format").map(ToOwned::to_owned);
            texts.push(Text { name: name.to_owned(), property: property.to_owned(), at: at.clone(), format });
        }
    });
    texts
}

fn hide_text(agreement: &mut Agreement<'_>, at: &Pointer) {
    let root = agreement.root();
    let Some(schema) = root.pointer(at.as_str()) else { return };
    let mut text = resolve(schema, root).clone();
    text["format"] = json!("password");
    if let Some(schema) = agreement.value(at) {
        *schema = text;
    }
}

fn show_text(agreement: &mut Agreement<'_>, at: &Pointer) {
    agreement.object(at).and_then(|schema| schema.shift_remove("format"));
}

fn looks_secret(property: &str) -> bool {
    let snake = property.to_snake_case();
    let words = snake.trim_end_matches("_hash").trim_end_matches("_value");
    let mut words = words.rsplit('_');
    let (last, before) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match last {
        "token" => !MARKS.contains(&before),
        "key" => OPENING_KEYS.contains(&before),
        "apikey" | "secretkey" | "privatekey" | "credentials" => true,
        word => SECRETS.contains(&word),
    }
}

fn note(guessed: &[&Text]) -> Option<NodeDiagnostic> {
    let mut names: Vec<_> = guessed.iter().map(|text| text.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let message = match names.as_slice() {
        [] => return None,
        [one] => format!("`{one}` is called like a secret, and is hidden as one"),
        several => format!("{} texts are called like secrets, and are hidden as such", several.len()),
    };
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
    let help =
        format!("list in the config, under `secrets`, which to `show` and which to `hide`: {}{rest}", names.join(", "));
    Some(NodeDiagnostic::key(guessed.first()?.at.clone(), message, help).warning())
}

#[cfg(test)]
mod tests {
    use super::looks_secret;

    #[test]
    fn secrets_are_known_by_how_their_names_end() {
        let secrets =
            ["password", "dbPassword", "newPasswordHash", "client_secret", "apiKey", "secretAccessKey", "X-Token"];
        for name in secrets {
            assert!(looks_secret(name), "{name}");
        }
        let others =
            ["passwordPolicy", "secretName", "nextPageToken", "accessKeyId", "sortingKey", "keyHash", "key", ""];
        for name in others {
            assert!(!looks_secret(name), "{name}");
        }
    }
}
