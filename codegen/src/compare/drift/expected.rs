//! The differences that are expected, and why.

use serde::Deserialize;
use toml::Spanned;

use super::Difference;
use crate::source::wildcard::matches;

/// All expected differences.
#[derive(Clone, Debug, Default)]
pub struct Expectations(Vec<Expectation>);

/// An expected difference, or several. Each text but the reason may have `*` in it, which stands for any text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// The first line of its entry in the list.
    pub line: usize,
    /// The kind of the difference.
    pub difference: String,
    /// The part of the operation that differs.
    pub at: String,
    /// The operations with the difference.
    pub operation: String,
    /// What our document says.
    pub ours: String,
    /// What the published document says.
    pub theirs: String,
    /// Why it is expected.
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

/// Texts of expectations that share everything else.
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

    /// Returns the differences that are not expected, with the operations in which they are not, and the expectations
    /// that no difference meets.
    pub(super) fn sift(self, differences: Vec<Difference>) -> (Vec<Difference>, Vec<Expectation>) {
        let mut is_met = vec![false; self.0.len()];
        let mut unexpected = differences;
        unexpected.retain_mut(|difference| {
            let matching: Vec<_> = (0..self.0.len()).filter(|index| self.0[*index].matches(difference)).collect();
            difference.operations.retain(|operation| {
                let mut is_unexpected = true;
                for index in matching.iter().filter(|index| matches(&self.0[**index].operation, operation)) {
                    is_met[*index] = true;
                    is_unexpected = false;
                }
                is_unexpected
            });
            !difference.operations.is_empty()
        });
        let stale = self.0.into_iter().zip(is_met).filter(|(_, is_met)| !is_met).map(|(stale, _)| stale).collect();
        (unexpected, stale)
    }
}

impl Expectation {
    /// Returns whether it expects the difference in some operations.
    fn matches(&self, difference: &Difference) -> bool {
        let text = |side: &Option<String>| side.clone().unwrap_or_default();
        matches(&self.difference, &difference.kind)
            && matches(&self.at, &difference.at)
            && matches(&self.ours, &text(&difference.ours))
            && matches(&self.theirs, &text(&difference.theirs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    fn difference(at: &str, operations: &[&str]) -> Difference {
        Difference {
            file: "api.yaml".to_owned(),
            span: Span { line: 1, column: 1, offset: 0, length: 0 },
            kind: "type".to_owned(),
            at: at.to_owned(),
            ours: None,
            theirs: None,
            operations: operations.iter().map(|operation| (*operation).to_owned()).collect(),
        }
    }

    #[test]
    fn an_expectation_for_one_operation_leaves_the_others() {
        let text = "
            [[expected]]
            difference = 'type'
            at = ['query.a', 'query.b']
            operation = 'GET *'
            reason = 'It is so.'";
        let expectations = Expectations::parse(text).unwrap();
        let (unexpected, stale) = expectations.sift(vec![difference("query.a", &["GET /a", "PUT /a"])]);
        assert_eq!(unexpected, [difference("query.a", &["PUT /a"])]);
        assert_eq!(stale.iter().map(|stale| (&*stale.at, stale.line)).collect::<Vec<_>>(), [("query.b", 2)]);
    }
}
