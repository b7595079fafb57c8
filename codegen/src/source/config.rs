//! Overrides for a document that cannot be changed: `docs/config.md` describes the format.

use std::{collections::BTreeMap, fmt, ops::Range};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use toml::de::{DeTable, DeValue};

use crate::{
    diagnostic::{Diagnostic, Diagnostics, Location, SourceFile, Span},
    package::is_crate_name,
    pointer::Pointer,
};

/// The overrides of a document.
#[derive(Clone, Debug)]
pub struct Config {
    file: SourceFile,
    pub(crate) entries: Entries,
    /// Whether the config is written for a newer document, so that an entry may apply to nothing.
    pub(crate) may_be_ahead: bool,
}

/// The keys that lead to an entry, from the root on; in a list, the index.
pub(crate) type Entry = Vec<String>;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Entries {
    #[serde(rename = "crate")]
    pub(crate) crate_name: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) envelope: Option<Envelope>,
    pub(crate) environment: Environment,
    pub(crate) secrets: Secrets,
    pub(crate) nullable: Nullable,
    pub(crate) retry: Retry,
    /// The advice if the outcome is unknown, by operation.
    pub(crate) check: BTreeMap<String, String>,
    /// The names of variants by their values, by enum.
    pub(crate) variants: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) rename: Rename,
    pub(crate) waiters: BTreeMap<String, Waiter>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateLimit {
    requests: u64,
    window: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Envelope {
    /// Responses have no envelope, even if one would be inferred.
    None,
    Members(Members),
}

/// The members of the envelope.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Members {
    pub(crate) result: String,
    pub(crate) error: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// The names of environment variables.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Environment {
    pub(crate) base_url: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) token: Option<String>,
    /// By the names of variables in the URL of the first server.
    pub(crate) server: BTreeMap<String, String>,
    /// By the names of security schemes.
    pub(crate) keys: BTreeMap<String, String>,
}

/// Patterns for the names of properties.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Secrets {
    pub(crate) hide: Vec<String>,
    pub(crate) show: Vec<String>,
}

/// Patterns for the names of properties that may be `null`, and that may not, whatever the document says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Nullable {
    pub(crate) add: Vec<String>,
    pub(crate) remove: Vec<String>,
}

/// Operations whose HTTP method does not tell whether a retry is safe.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Retry {
    pub(crate) never: Vec<String>,
    pub(crate) always: Vec<String>,
}

/// New names, by the inferred ones.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rename {
    pub(crate) types: BTreeMap<String, String>,
    pub(crate) operations: BTreeMap<String, String>,
}

/// A waiter, which is written as a rule of `x-waiters`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(deserialize = "kebab-case", serialize = "camelCase"))]
pub(crate) struct Waiter {
    pub(crate) operation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// By their wire names.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<String, FieldStates>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    target: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failure: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_found: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gone: Vec<RefusalPattern>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    not_yet: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settle: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
}

/// The states of one of several fields.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldStates {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    target: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failure: Vec<String>,
}

/// An error response that means that a resource is gone.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all(deserialize = "kebab-case", serialize = "camelCase"))]
struct RefusalPattern {
    status: i64,
    message_starts: String,
}

impl Config {
    /// The longest text that is read, in bytes.
    pub const MAX_LENGTH: usize = 1 << 20;

    /// Reads TOML. `file` is the name that diagnostics give.
    ///
    /// # Errors
    /// One diagnostic, when the text is too long, is not TOML, or has an unknown entry, or one of another type.
    pub fn parse(file: impl AsRef<str>, text: impl Into<String>) -> Result<Self, Diagnostics> {
        let config =
            Self { file: SourceFile::new(file.as_ref(), text), entries: Entries::default(), may_be_ahead: false };
        if config.file.text.len() > Self::MAX_LENGTH {
            let message = format!("this text is longer than {} MiB, which no config is", Self::MAX_LENGTH >> 20);
            let help = "name the config's own file";
            return Err(Diagnostics(vec![config.diagnostic_at(Span::START, message, help)]));
        }
        let entries = toml::from_str::<Entries>(&config.file.text).map_err(|error| {
            let help = "see docs/config.md for all entries";
            Diagnostics(vec![config.diagnostic_at(
                config.span(error.span().unwrap_or_default()),
                error.message(),
                help,
            )])
        })?;
        let config = Self { entries, ..config };
        let name = config.entries.crate_name.as_deref().unwrap_or("any");
        if !is_crate_name(name) {
            let help = "give it a name like `petstore-client`";
            let entry = ["crate".to_owned()];
            return Err(Diagnostics(vec![config.diagnostic(
                &entry,
                "this is not a possible name for a package",
                help,
            )]));
        }
        Ok(config)
    }

    /// Returns the config for an older document, to which some of its entries may not apply.
    #[must_use]
    pub fn ahead(self) -> Self {
        Self { may_be_ahead: true, ..self }
    }

    /// Returns the name of the file.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file.name
    }

    /// Returns the text of the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.file.text
    }

    /// Returns the name of the crate's package, if it is given.
    #[must_use]
    pub fn crate_name(&self) -> Option<&str> {
        self.entries.crate_name.as_deref()
    }

    /// Creates an error at an entry, or at the nearest one around it.
    #[track_caller]
    pub(crate) fn diagnostic(
        &self,
        entry: &[String],
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Diagnostic {
        self.diagnostic_at(self.span(self.bytes_of(entry)), message, help)
    }

    #[track_caller]
    fn diagnostic_at(&self, span: Span, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        let location = Location { file: self.file.clone(), span, pointer: Pointer::default() };
        Diagnostic::error(location, message, help)
    }

    /// Returns the bytes of an entry, or of the nearest one around it.
    fn bytes_of(&self, entry: &[String]) -> Range<usize> {
        let Ok(table) = DeTable::parse(&self.file.text) else { return Range::default() };
        let mut span = table.span();
        let table = DeValue::Table(table.into_inner());
        let mut value = &table;
        for step in entry {
            let found = match value {
                // A waiter in the document has keys in camel case.
                DeValue::Table(table) => [step.clone(), heck::ToKebabCase::to_kebab_case(step.as_str())]
                    .iter()
                    .find_map(|key| table.get_key_value(key.as_str()))
                    .map(|(key, value)| (key.span(), value.get_ref())),
                DeValue::Array(array) => {
                    let element = step.parse().ok().and_then(|index: usize| array.get(index));
                    element.map(|element| (element.span(), element.get_ref()))
                }
                _ => None,
            };
            let Some((at, inner)) = found else { break };
            (span, value) = (at, inner);
        }
        span
    }

    /// Returns the part of a range that is on its first line.
    fn span(&self, bytes: Range<usize>) -> Span {
        let is_start = |offset: &usize| self.file.text.is_char_boundary(*offset);
        let offset = (0..=bytes.start).rev().find(is_start).unwrap_or_default();
        let before = &self.file.text[..offset];
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let rest = self.file.text[offset..].lines().next().unwrap_or_default();
        Span {
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
            offset,
            length: bytes.len().min(rest.len()),
        }
    }
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = Envelope;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("`false`, or a table with `result`, `error` and `request-id`")
            }

            fn visit_bool<E: de::Error>(self, is_wrapped: bool) -> Result<Envelope, E> {
                if is_wrapped { Err(E::invalid_value(de::Unexpected::Bool(true), &self)) } else { Ok(Envelope::None) }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Envelope, A::Error> {
                Members::deserialize(MapAccessDeserializer::new(map)).map(Envelope::Members)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Config::parse("api.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn an_error_has_the_span_of_its_entry() {
        let config =
            Config::parse("api.toml", "[waiters.done]\noperation = 'a'\nfield = 'b'\nnot-found = 'c'\n").unwrap();
        let location = |entry: &[&str]| {
            let entry: Vec<_> = entry.iter().map(ToString::to_string).collect();
            config.diagnostic(&entry, "", "").location.to_string()
        };
        assert_eq!(location(&["waiters", "done", "notFound"]), "api.toml:4:1");
        assert_eq!(location(&["waiters", "done", "unknown"]), "api.toml:1:10");
    }

    #[test]
    fn an_envelope_is_false_or_has_members() {
        let envelope = |text| Config::parse("api.toml", text).unwrap().entries.envelope;
        assert!(matches!(envelope("envelope = false"), Some(Envelope::None)));
        assert!(matches!(envelope("envelope = {result = 'data'}"), Some(Envelope::Members(_))));
        insta::assert_snapshot!(error("envelope = true"), @"api.toml:1:12: invalid value: boolean `true`, expected `false`, or a table with `result`, `error` and `request-id`; see docs/config.md for all entries");
    }

    #[test]
    fn unknown_entries_and_impossible_names_are_errors() {
        insta::assert_snapshot!(error("retries = 5"), @"api.toml:1:1: unknown field `retries`, expected one of `crate`, `base-url`, `rate-limit`, `envelope`, `environment`, `secrets`, `nullable`, `retry`, `check`, `variants`, `rename`, `waiters`; see docs/config.md for all entries");
        insta::assert_snapshot!(error("crate = 'std'"), @"api.toml:1:1: this is not a possible name for a package; give it a name like `petstore-client`");
    }
}
