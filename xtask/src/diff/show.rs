use std::fmt::Write;

use anyhow::Result;
use codegen::diff::{Diff, Row, RustChange, Verdict};
use semver::Version;
use serde_json::json;

use crate::{arguments::Format, next_version::Release};

/// So many of the Rust items of a row are shown to people; machines get all.
const ITEMS: usize = 8;

/// The rows, and the release that they call for after this version.
pub(super) fn show(diff: &Diff, last: &Version, format: Format) -> Result<String> {
    match format {
        Format::Text => Ok(text(diff, last)),
        Format::Markdown => Ok(markdown(diff, last)),
        Format::Json => json(diff, last),
    }
}

fn text(diff: &Diff, last: &Version) -> String {
    let mut text = String::new();
    for row in &diff.rows {
        let _ = writeln!(text, "{:<10} {}", row.verdict.to_string(), printable(&row.to_string()));
        for line in rust(row) {
            let _ = writeln!(text, "           {line}");
        }
        let _ = writeln!(text, "           {}", row.reason);
        if let Some(place) = place(row) {
            let _ = writeln!(text, "           {place}");
        }
        text.push('\n');
    }
    text + &summary(diff, last) + "\n"
}

fn markdown(diff: &Diff, last: &Version) -> String {
    let mut text = format!("{}\n", summary(diff, last));
    if diff.rows.is_empty() {
        return text;
    }
    text.push_str("\n| verdict | change | in Rust | why |\n|---|---|---|---|\n");
    for row in &diff.rows {
        let rust: Vec<_> = rust(row).iter().map(|line| code(line)).collect();
        let verdict =
            if row.verdict == Verdict::Breaking { "**breaking**".to_owned() } else { row.verdict.to_string() };
        let (change, rust) = (cell(&row.to_string()), rust.join("<br>"));
        let _ = writeln!(text, "| {verdict} | {change} | {rust} | {} |", row.reason);
    }
    text
}

fn json(diff: &Diff, last: &Version) -> Result<String> {
    let release = diff.verdict.map(Release::of);
    let value = json!({
        "verdict": diff.verdict,
        "release": release.map(|release| json!({
            "kind": release.word(),
            "after": last.to_string(),
            "version": release.after(last).to_string(),
        })),
        "rows": diff.rows,
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

/// How many changes there are of each kind, and what they call for.
fn summary(diff: &Diff, last: &Version) -> String {
    let Some(verdict) = diff.verdict else { return "Nothing changes: no release is called for.".to_owned() };
    let count = |verdict| diff.rows.iter().filter(|row| row.verdict == verdict).count();
    let counts = [Verdict::Breaking, Verdict::Additive, Verdict::Invisible].map(|verdict| (verdict, count(verdict)));
    let counts: Vec<_> =
        counts.iter().filter(|(_, count)| *count > 0).map(|(verdict, count)| format!("{count} {verdict}")).collect();
    let release = Release::of(verdict);
    let before_one = if last.major == 0 { ", as Cargo counts before 1.0" } else { "" };
    format!("{}: a {} release{before_one}, {} after {last}.", counts.join(", "), release.word(), release.after(last))
}

/// What a row touches, a line each: with `-` as it was and with `+` as it is.
fn rust(row: &Row) -> Vec<String> {
    let mut lines: Vec<_> = row.rust.iter().take(ITEMS).flat_map(lines).collect();
    if row.rust.len() > ITEMS {
        lines.push(format!("  and {} more", row.rust.len() - ITEMS));
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

fn place(row: &Row) -> Option<String> {
    row.place.map(|place| format!("{}:{}:{}", row.file, place.line, place.column))
}

/// A line as code in a table, where `|` would end the cell, and as many backticks as enclose it would end the code.
fn code(line: &str) -> String {
    let longest = line.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    let (fence, space) = ("`".repeat(longest + 1), if longest > 0 { " " } else { "" });
    format!("{fence}{space}{}{space}{fence}", line.replace('|', "\\|"))
}

/// Text as it may stand in a table. Names and patterns come from the document, which may hold anything.
fn cell(text: &str) -> String {
    let is_markup = |letter| matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '!' | '&');
    let escaped = |letter| if is_markup(letter) { format!("\\{letter}") } else { String::from(letter) };
    printable(text).chars().map(escaped).collect()
}

/// Text in one line, which tells a terminal nothing.
fn printable(text: &str) -> String {
    let escaped = |letter: char| {
        if letter.is_control() { letter.escape_default().to_string() } else { letter.to_string() }
    };
    text.chars().map(escaped).collect()
}
