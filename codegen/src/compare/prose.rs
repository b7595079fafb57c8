//! Runs of words that our descriptions share with the published document: ours are to be in our own words.

use std::{collections::HashMap, fmt};

use serde_json::Value;

use super::{drift::Upstream, printable};
use crate::{
    diagnostic::{Part, Span},
    json,
    source::{Document, Pointer},
};

/// The number of words in a row that two texts share by more than chance.
const RUN: usize = 8;

/// Words in a row that our document shares with the published one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedProse {
    /// The file of our document, as it was named.
    pub file: String,
    /// The span of our text.
    pub span: Span,
    /// The words, without punctuation and in lower case.
    pub words: String,
    /// The place of their text.
    pub theirs: Pointer,
}

impl fmt::Display for SharedProse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, span: Span { line, column, .. }, words, theirs } = self;
        let (words, theirs) = (printable(words), printable(&theirs.to_string()));
        write!(formatter, "{file}:{line}:{column}: the same words\n    ours      {words}\n    theirs    {theirs}")
    }
}

/// Returns the runs of words in our texts that are also in one of theirs, in the order of our lines.
pub(crate) fn shared(ours: &Document, upstream: &Upstream) -> Vec<SharedProse> {
    let theirs = texts(upstream.root());
    let theirs: Vec<_> = theirs.iter().map(|(at, text)| (at, words(text))).collect();
    let mut runs = HashMap::new();
    for (text, (_, words)) in theirs.iter().enumerate() {
        for (start, run) in words.windows(RUN).enumerate() {
            runs.entry(run).or_insert((text, start));
        }
    }

    let mut found = Vec::new();
    for (at, text) in texts(ours.root()).into_iter().filter(|(at, _)| !is_of_example(at)) {
        let words = words(text);
        let mut start = 0;
        while let Some(run) = words.get(start..start + RUN) {
            let Some((text, their_start)) = runs.get(run) else {
                start += 1;
                continue;
            };
            let (their_at, their_words) = &theirs[*text];
            let same = words[start..].iter().zip(&their_words[*their_start..]).take_while(|(one, other)| one == other);
            let end = start + same.count();
            found.push((at.clone(), words[start..end].join(" "), (*their_at).clone()));
            start = end;
        }
    }
    let nodes: Vec<_> = found.iter().map(|(at, ..)| at.clone()).collect();
    let locations = ours.locations(&nodes, Part::Value);
    let found = found.into_iter().zip(locations).map(|((_, words, theirs), location)| SharedProse {
        file: location.file().to_owned(),
        span: location.span,
        words,
        theirs,
    });
    let mut found: Vec<_> = found.collect();
    found.sort_by(|one, other| (&one.file, one.span).cmp(&(&other.file, other.span)));
    found
}

/// Returns the texts of a document that are long enough to share a run.
fn texts(root: &Value) -> Vec<(Pointer, &str)> {
    let mut texts = Vec::new();
    let mut open = vec![(Pointer::default(), root)];
    while let Some((at, value)) = open.pop() {
        match value {
            Value::String(text) if text.len() >= 2 * RUN - 1 => texts.push((at, text.as_str())),
            Value::Array(_) => {
                let elements = json::elements(Some(value)).enumerate();
                open.extend(elements.map(|(index, element)| (at.index(index), element)));
            }
            value => open.extend(json::fields(Some(value)).map(|(key, field)| (at.key(key), field))),
        }
    }
    texts
}

/// Returns whether a text is data.
fn is_of_example(at: &Pointer) -> bool {
    let steps: Vec<_> = at.steps().collect();
    let mut pairs = steps.windows(2);
    pairs.any(|pair| pair[0] != "properties" && matches!(&*pair[1], "example" | "examples"))
}

/// Returns the words of a text in lower case, without punctuation. Code is one word, because whoever writes about it has
/// to name it.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in text.split('`').enumerate() {
        let part = part.to_lowercase();
        let parts = part.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let is_code = index % 2 == 1;
        if is_code {
            words.push(parts.collect());
        } else {
            words.extend(parts.map(str::to_owned));
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared_with(ours: &str, theirs: &str) -> String {
        let ours = format!("openapi: 3.0.3\ninfo:\n  title: A\n  description: >-\n    {ours}\n");
        let theirs =
            format!("{{\"openapi\": \"3.1.0\", \"paths\": {{\"/a\": {{\"get\": {{\"summary\": \"{theirs}\"}}}}}}}}");
        let upstream = Upstream::parse("published.json", &theirs).unwrap();
        let rows = shared(&Document::parse("api.yaml", ours).unwrap(), &upstream);
        rows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn eight_words_in_a_row_are_found_in_any_case_and_punctuation() {
        let ours = "Now see: The quick, `brown` FOX-jumps over the lazy dog.";
        insta::assert_snapshot!(shared_with(ours, "The quick brown fox jumps over the lazy `dog`, again"), @r"
        api.yaml:5:5: the same words
            ours      the quick brown fox jumps over the lazy dog
            theirs    #/paths/~1a/get/summary
        ");
        assert_eq!(shared_with(ours, "The quick brown fox jumps over the dog again"), "");
    }

    #[test]
    fn two_runs_in_a_text_are_two() {
        let [one, other] = ["a b c d e f g h i", "k l m n o p q r"];
        let found = shared_with(&format!("{one} ours {other}"), &format!("{other} theirs {one}"));
        assert_eq!(found.matches("the same words").count(), 2, "{found}");
    }

    #[test]
    fn code_is_one_word() {
        assert_eq!(words("Call `GET /a/{id}`, with from_date"), ["call", "getaid", "with", "from_date"]);
    }
}
