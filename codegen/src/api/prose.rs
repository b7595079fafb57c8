//! Descriptions as Markdown for rustdoc, which sees links, tags and code to compile where the document has none.

use std::collections::HashMap;

use crate::names::value_name;

/// The methods of the client, by the ids of their operations.
#[derive(Debug, Default)]
pub(crate) struct Methods(HashMap<String, String>);

impl Methods {
    /// Names the methods of operations. A single word in backticks may as well be a property or a value, so no link stands
    /// for it.
    pub(super) fn of<'a>(ids: impl Iterator<Item = &'a str>) -> Self {
        let has_words = |id: &&str| id.contains(|letter: char| letter.is_uppercase() || "_-".contains(letter));
        Self(ids.filter(has_words).map(|id| (id.to_owned(), value_name(id))).collect())
    }

    /// Returns a description as it can stand in a doc comment. The ids of operations become links to their methods.
    pub(crate) fn for_rustdoc(&self, text: &str) -> String {
        let mut in_fence = false;
        let lines = text.lines().map(|line| {
            let fence = ["```", "~~~"].into_iter().find(|fence| line.trim_start().starts_with(fence));
            match fence {
                Some(fence) => {
                    in_fence = !in_fence;
                    fence_line(line, fence, in_fence)
                }
                None if in_fence => line.to_owned(),
                None => self.escape_line(line),
            }
        });
        let mut lines: Vec<_> = lines.collect();
        lines.extend(in_fence.then(|| "```".to_owned()));
        lines.join("\n")
    }

    /// Escapes a line outside of code blocks.
    fn escape_line(&self, line: &str) -> String {
        let mut escaped = String::with_capacity(line.len());
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let taken = match first {
                '`' => {
                    let length = code_length(rest);
                    if let Some(method) = self.0.get(rest[..length].trim_matches('`'))
                        && !escaped.ends_with('[')
                    {
                        escaped.extend(["[`", method, "`](crate::Client::", method, ")"]);
                        rest = &rest[length..];
                        continue;
                    }
                    length
                }
                '[' if !is_link(rest) => {
                    escaped.push('\\');
                    1
                }
                '<' if rest.starts_with("<http") => rest.find('>').map_or(1, |end| end + 1),
                '<' if rest[1..].starts_with(|next: char| next.is_ascii_alphabetic() || "/!?".contains(next)) => {
                    escaped.push('\\');
                    1
                }
                'h' if is_url(rest) && !follows_word(&escaped) => {
                    let url = url(rest);
                    let is_target_of_link = escaped.ends_with("](");
                    if !is_target_of_link {
                        escaped.extend(["<", url, ">"]);
                        rest = &rest[url.len()..];
                        continue;
                    }
                    url.len()
                }
                first => first.len_utf8(),
            };
            escaped.push_str(&rest[..taken]);
            rest = &rest[taken..];
        }
        escaped
    }
}

/// Returns the line of a fence. Rustdoc compiles code that names no other language than Rust.
fn fence_line(line: &str, fence: &str, opens: bool) -> String {
    let language = line.trim_start().trim_start_matches(['`', '~']).trim();
    let is_plain = !opens || !language.is_empty() && language.chars().all(char::is_alphanumeric) && language != "rust";
    if is_plain { line.to_owned() } else { format!("{fence}text") }
}

/// Returns the number of bytes of the code at the start, with its backticks.
fn code_length(rest: &str) -> usize {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let end = rest[ticks..].find(&rest[..ticks]);
    end.map_or(ticks, |end| ticks + end + ticks)
}

/// Returns whether the text starts with `[text](target)`. Rustdoc takes a target of one word for an item of the crate.
fn is_link(rest: &str) -> bool {
    let target = rest.find(']').and_then(|end| rest[end + 1..].strip_prefix('(')?.split_once(')'));
    target.is_some_and(|(target, _)| target.contains(['/', '.', '#']))
}

fn is_url(rest: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| rest.strip_prefix(scheme).is_some_and(|host| !url(host).is_empty()))
}

/// Returns the URL at the start, without the punctuation of the sentence that it ends.
fn url(rest: &str) -> &str {
    let end = rest.find(|letter: char| letter.is_whitespace() || "<>\"'`()[]{}|\\^".contains(letter));
    rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_'])
}

fn follows_word(before: &str) -> bool {
    before.ends_with(|last: char| last.is_alphanumeric())
}

/// Returns a text up to the end of its first sentence.
pub(crate) fn first_sentence(text: &str) -> &str {
    let end = text.find(". ").or_else(|| text.find(".\n"));
    end.map_or(text, |end| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_that_are_no_links_and_no_tags_are_escaped() {
        for (text, escaped) in [
            ("from [0] to <id>", r"from \[0] to \<id>"),
            ("[a](b), [c](<d> 'e') and [f](g.md) [h](#i)", r"\[a](b), \[c](\<d> 'e') and [f](g.md) [h](#i)"),
            ("`a[0] <b>` and [this](https://a.example) <https://b.example>", ""),
            ("see https://a.example/b?c=d. More", "see <https://a.example/b?c=d>. More"),
            ("(http://localhost:80/{a})", "(<http://localhost:80/>{a})"),
            ("[a) b](c/d", r"\[a) b](c/d"),
            ("1 < 2, a `` ` `` b, an ` alone [", r"1 < 2, a `` ` `` b, an ` alone \["),
            ("</b> ü < ñ", r"\</b> ü < ñ"),
        ] {
            assert_eq!(Methods::default().for_rustdoc(text), if escaped.is_empty() { text } else { escaped });
        }
    }

    #[test]
    fn ids_of_operations_are_links_to_their_methods() {
        let methods = Methods::of(["getThing", "list"].into_iter());
        let text = "`getThing` and [`getThing`](b.md), `list`, getThing";
        let linked = "[`get_thing`](crate::Client::get_thing) and [`getThing`](b.md), `list`, getThing";
        assert_eq!(methods.for_rustdoc(text), linked);
        assert_eq!(methods.for_rustdoc("```json\n`getThing`\n```"), "```json\n`getThing`\n```");
    }

    #[test]
    fn code_blocks_are_not_compiled() {
        let for_rustdoc = |text| Methods::default().for_rustdoc(text);
        assert_eq!(for_rustdoc("```\na[0]\n```\n[b]"), "```text\na[0]\n```\n\\[b]");
        assert_eq!(for_rustdoc("```json\n{}\n```"), "```json\n{}\n```");
        assert_eq!(for_rustdoc("~~~rust,no_run\n1"), "~~~text\n1\n```");
    }
}
