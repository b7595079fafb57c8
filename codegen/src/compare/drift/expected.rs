use serde::Deserialize;
use toml::Spanned;

use super::Row;
use crate::source::wildcard::matches;

/// The differences that are there on purpose.
#[derive(Clone, Debug, Default)]
pub struct Expectations(Vec<Expectation>);

/// A difference that is there on purpose, or several. Each text but the reason may hold `*`, which stands for anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The line of the text that it begins in.
    pub line: usize,
    /// The kind of the difference.
    pub difference: String,
    /// What it is about.
    pub at: String,
    /// The operations that it is seen in.
    pub operation: String,
    /// What our document says.
    pub ours: String,
    /// What the published document says.
    pub theirs: String,
    /// Why it is there.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    #[serde(default)]
    expected: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    difference: String,
    #[serde(default)]
    at: OneOrMore,
    #[serde(default)]
    operation: OneOrMore,
    #[serde(default = "anything")]
    ours: String,
    #[serde(default = "anything")]
    theirs: String,
    reason: String,
}

/// Places or operations that share everything else.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::One(anything())
    }
}

impl OneOrMore {
    fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

fn anything() -> String {
    "*".to_owned()
}

impl Expectations {
    /// Reads TOML with an `[[expected]]` for each, or for several that differ only in `at` or `operation`, which is then
    /// a list.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let entries: Entries = toml::from_str(text)?;
        let mut expectations = Vec::new();
        for entry in entries.expected {
            let line = text[..entry.span().start].matches('\n').count() + 1;
            let Entry { difference, at, operation, ours, theirs, reason } = entry.into_inner();
            let one =
                Expectation { line, difference, at: String::new(), operation: String::new(), ours, theirs, reason };
            for at in at.all() {
                let each = operation.all().iter().map(|operation| (at.clone(), operation.clone()));
                expectations.extend(each.map(|(at, operation)| Expectation { at, operation, ..one.clone() }));
            }
        }
        Ok(Self(expectations))
    }

    /// The rows that are not expected, each with the operations in which it is not, and the expectations that apply to
    /// nothing.
    pub(super) fn sift(self, rows: Vec<Row>) -> (Vec<Row>, Vec<Expectation>) {
        let mut applies = vec![false; self.0.len()];
        let mut news = rows;
        news.retain_mut(|row| {
            let matching: Vec<_> = (0..self.0.len()).filter(|index| self.0[*index].is_about(row)).collect();
            row.operations.retain(|operation| {
                let mut is_news = true;
                for index in matching.iter().filter(|index| matches(&self.0[**index].operation, operation)) {
                    applies[*index] = true;
                    is_news = false;
                }
                is_news
            });
            !row.operations.is_empty()
        });
        let stale = self.0.into_iter().zip(applies).filter(|(_, applies)| !applies).map(|(stale, _)| stale).collect();
        (news, stale)
    }
}

impl Expectation {
    /// Whether it expects the row, in some operation.
    fn is_about(&self, row: &Row) -> bool {
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        matches(&self.difference, &row.difference)
            && matches(&self.at, &row.at)
            && matches(&self.ours, &said(&row.ours))
            && matches(&self.theirs, &said(&row.theirs))
    }
}
