use std::fmt::Write;

use anyhow::Result;
use codegen::diff::{Change, Diff, RustChange, Verdict};
use semver::Version;
use serde_json::json;

use crate::{arguments::Format, version_bump::Bump};

/// The number of Rust items that are shown for a change, except in JSON.
const MAX_ITEMS: usize = 8;

/// Formats the changes, and the release after `last` that they require.
pub(super) fn format(diff: &Diff, last: &Version, format: Format) -> Result<String> {
    match format {
        Format::Text => Ok(text(diff, last)),
        Format::Markdown => Ok(markdown(diff, last)),
        Format::Json => json(diff, last),
    }
}

fn text(diff: &Diff, last: &Version) -> String {
    let mut text = String::new();
    for change in &diff.changes {
        let _ = writeln!(text, "{:<10} {change}", change.verdict.to_string());
        for line in rust(change) {
            let _ = writeln!(text, "           {line}");
        }
        let _ = writeln!(text, "           {}", change.reason);
        if let Some(span) = change.span {
            let _ = writeln!(text, "           {}:{}:{}", change.file, span.line, span.column);
        }
        text.push('\n');
    }
    text + &summary(diff, last) + "\n"
}

fn markdown(diff: &Diff, last: &Version) -> String {
    let mut text = format!("{}\n", summary(diff, last));
    if diff.changes.is_empty() {
        return text;
    }
    text.push_str("\n| verdict | change | in Rust | why |\n|---|---|---|---|\n");
    for change in &diff.changes {
        let rust: Vec<_> = rust(change).iter().map(|line| code(line)).collect();
        let verdict =
            if change.verdict == Verdict::Breaking { "**breaking**".to_owned() } else { change.verdict.to_string() };
        let (what, rust) = (cell(&change.to_string()), rust.join("<br>"));
        let _ = writeln!(text, "| {verdict} | {what} | {rust} | {} |", change.reason);
    }
    text
}

fn json(diff: &Diff, last: &Version) -> Result<String> {
    let bump = diff.verdict.map(Bump::required_by);
    let value = json!({
        "verdict": diff.verdict,
        "release": bump.map(|bump| json!({
            "kind": bump.name(),
            "after": last.to_string(),
            "version": bump.after(last).to_string(),
        })),
        "rows": diff.changes,
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

/// Counts the changes of each kind, and names the release that they require.
fn summary(diff: &Diff, last: &Version) -> String {
    let Some(verdict) = diff.verdict else { return "Nothing changes: no release is required.".to_owned() };
    let count = |verdict| diff.changes.iter().filter(|change| change.verdict == verdict).count();
    let counts = [Verdict::Breaking, Verdict::Additive, Verdict::Invisible].map(|verdict| (verdict, count(verdict)));
    let counts: Vec<_> =
        counts.iter().filter(|(_, count)| *count > 0).map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let bump = Bump::required_by(verdict);
    let before_one = if last.major == 0 { ", as Cargo counts before 1.0" } else { "" };
    format!("{}: a {} release{before_one}, {} after {last}.", counts.join(", "), bump.name(), bump.after(last))
}

/// Lists the Rust items that a change touches, with `-` before old and `+` before new signatures.
fn rust(change: &Change) -> Vec<String> {
    let mut lines: Vec<_> = change.rust.iter().take(MAX_ITEMS).flat_map(lines).collect();
    if change.rust.len() > MAX_ITEMS {
        lines.push(format!("  and {} more", change.rust.len() - MAX_ITEMS));
    }
    lines
}

fn lines(change: &RustChange) -> Vec<String> {
    let RustChange { old, new, .. } = change;
    if old == new {
        return old.iter().map(|signature| format!("  {signature}")).collect();
    }
    let old = old.iter().map(|signature| format!("- {signature}"));
    old.chain(new.iter().map(|signature| format!("+ {signature}"))).collect()
}

/// Formats a line as code in a table. A `|` would end the cell, and a run of as many backticks as the fence the code.
fn code(line: &str) -> String {
    let longest = line.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let (fence, space) = ("`".repeat(longest + 1), if longest > 0 { " " } else { "" });
    format!("{fence}{space}{}{space}{fence}", line.replace('|', "\\|"))
}

/// Escapes text for a table. Names and patterns come from the document, which may hold anything.
fn cell(text: &str) -> String {
    let is_markup = |letter| matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '!' | '&');
    let escaped = |letter| if is_markup(letter) { format!("\\{letter}") } else { String::from(letter) };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_any_run_of_backticks() {
        assert_eq!(code("+ a: b|c"), "`+ a: b\\|c`");
        assert_eq!(code("a ``b`` c"), "``` a ``b`` c ```");
    }

    #[test]
    fn a_cell_has_no_markup() {
        assert_eq!(cell(r"a|b *c* <d>\n"), r"a\|b \*c\* \<d\>\\n");
    }
}
