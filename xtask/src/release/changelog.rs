//! The changelog, in the form of Keep a Changelog.

use chrono::NaiveDate;
use codegen::diff::Verdict;
use semver::Version;

use super::changes::{Changes, Line};

const UNRELEASED: &str = "## Unreleased";

/// The number of Rust items that are named for a change.
const MAX_ITEMS: usize = 4;

/// Returns the heading of a release without its date.
pub(super) fn heading(version: &Version) -> String {
    format!("## {version} - ")
}

/// Returns whether there is an entry for a release.
pub(super) fn has_entry(text: &str, version: &Version) -> bool {
    text.lines().any(|line| line.starts_with(&heading(version)))
}

/// Adds an entry for a release: the unreleased entry that people have written, with the changes at the end of its sections.
pub(super) fn add_entry(text: &str, version: &Version, date: NaiveDate, changes: &Changes) -> String {
    let (before, unreleased, after) = split(text);
    let mut entry = Entry::read(unreleased);
    for line in &changes.lines {
        if let Some(section) = section(line) {
            entry.add(section, &item(line));
        }
    }
    let heading = format!("{}{date}", heading(version));
    let entry = entry.text();
    let parts = [before.trim_end(), &heading, &entry, after.trim()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n") + "\n"
}

/// Splits a changelog into the text before the unreleased entry, that entry without its heading, and the text after it.
fn split(text: &str) -> (&str, &str, &str) {
    let next_entry = |text: &str| find_line(text, |line| line.starts_with("## ")).unwrap_or(text.len());
    let is_unreleased = |line: &str| {
        let line = line.trim_end().replace(['[', ']'], "");
        line.eq_ignore_ascii_case(UNRELEASED)
    };
    let Some(start) = find_line(text, is_unreleased) else {
        let (before, after) = text.split_at(next_entry(text));
        return (before, "", after);
    };
    let (before, rest) = text.split_at(start);
    let rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    let (unreleased, after) = rest.split_at(next_entry(rest));
    (before, unreleased, after)
}

/// Returns the offset of the first line that fits.
fn find_line(text: &str, fits: impl Fn(&str) -> bool) -> Option<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if fits(line) {
            return Some(start);
        }
        start += line.len();
    }
    None
}

const EMPTY_ENTRY: &str = "Nothing that a program notices.";

/// The sections of an entry, each with its heading and its text. The first one has no heading.
struct Entry(Vec<(String, String)>);

impl Entry {
    fn read(text: &str) -> Self {
        let mut sections = vec![(String::new(), String::new())];
        for line in text.lines() {
            match (line.strip_prefix("### "), sections.last_mut()) {
                (Some(heading), _) => sections.push((heading.trim().to_owned(), String::new())),
                (None, Some((_, body))) => {
                    body.push_str(line);
                    body.push('\n');
                }
                (None, None) => {}
            }
        }
        Self(sections)
    }

    fn add(&mut self, heading: &str, item: &str) {
        let index = self.0.iter().position(|(have, _)| have.eq_ignore_ascii_case(heading)).unwrap_or_else(|| {
            self.0.push((heading.to_owned(), String::new()));
            self.0.len() - 1
        });
        let body = &mut self.0[index].1;
        *body = format!("{}\n{item}", body.trim_end());
    }

    fn text(&self) -> String {
        let sections = self.0.iter().map(|(heading, body)| match (heading.as_str(), body.trim()) {
            ("", body) => body.to_owned(),
            (heading, "") => format!("### {heading}"),
            (heading, body) => format!("### {heading}\n\n{body}"),
        });
        let sections: Vec<_> = sections.filter(|section| !section.is_empty()).collect();
        if sections.is_empty() { EMPTY_ENTRY.to_owned() } else { sections.join("\n\n") }
    }
}

/// Returns the section that lists a change, unless the change is invisible.
fn section(line: &Line) -> Option<&'static str> {
    match line.verdict {
        Verdict::Breaking => Some("Breaking"),
        Verdict::Additive if line.is_new => Some("Added"),
        Verdict::Additive => Some("Changed"),
        Verdict::Invisible => None,
    }
}

fn item(line: &Line) -> String {
    let mut subject = line.subject.clone();
    if let Some(first) = subject.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let mut rust: Vec<_> = line.rust.iter().take(MAX_ITEMS).map(|name| format!("`{name}`")).collect();
    if line.rust.len() > MAX_ITEMS {
        rust.push(format!("{} more", line.rust.len() - MAX_ITEMS));
    }
    let rust = if rust.is_empty() { String::new() } else { format!(" (in Rust: {})", rust.join(", ")) };
    format!("- {subject} `{}`: {}{rust}.", line.name, escape(&line.change))
}

/// Escapes text for Markdown. It comes from the document, which may hold anything.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' | '*' | '_' | '`' | '<' | '[' => escaped.extend(['\\', character]),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(verdict: Verdict, change: &str) -> Line {
        Line {
            verdict,
            subject: "field".to_owned(),
            name: "Thing.name".to_owned(),
            change: change.to_owned(),
            is_new: change == "added",
            rust: vec!["Thing.name".to_owned()],
        }
    }

    fn entry(text: &str, lines: Vec<Line>) -> String {
        let date = NaiveDate::from_ymd_opt(2026, 2, 3).unwrap();
        add_entry(text, &Version::new(0, 2, 0), date, &Changes { lines })
    }

    #[test]
    fn changes_are_added_to_the_sections_that_people_wrote() {
        let text = "\
# Changelog

## Unreleased

Faster.

### Added

- Waiters,
  in two lines.

### Fixed

- A leak.

## 0.1.0 - 2026-01-01

- First.
";
        let lines = vec![
            line(Verdict::Breaking, "removed"),
            line(Verdict::Additive, "added"),
            line(Verdict::Additive, "format changed from a_b to *c*"),
            line(Verdict::Invisible, "maximum changed"),
        ];
        assert_eq!(
            entry(text, lines),
            "\
# Changelog

## 0.2.0 - 2026-02-03

Faster.

### Added

- Waiters,
  in two lines.
- Field `Thing.name`: added (in Rust: `Thing.name`).

### Fixed

- A leak.

### Breaking

- Field `Thing.name`: removed (in Rust: `Thing.name`).

### Changed

- Field `Thing.name`: format changed from a\\_b to \\*c\\* (in Rust: `Thing.name`).

## 0.1.0 - 2026-01-01

- First.
"
        );
    }

    #[test]
    fn an_entry_is_made_without_an_unreleased_one() {
        let new = "## 0.2.0 - 2026-02-03\n\nNothing that a program notices.\n";
        for (text, expected) in [
            ("", new.to_owned()),
            ("# Changelog\n", format!("# Changelog\n\n{new}")),
            ("# Changelog\n\n## [Unreleased]\n", format!("# Changelog\n\n{new}")),
            (
                "# C\n\n## 0.1.0 - 2026-01-01\n\n- First.\n",
                format!("# C\n\n{new}\n## 0.1.0 - 2026-01-01\n\n- First.\n"),
            ),
        ] {
            assert_eq!(entry(text, Vec::new()), expected, "{text:?}");
        }
    }

    #[test]
    fn an_entry_is_found_by_its_version() {
        let text = "# C\n\n## 0.10.0 - 2026-01-01\n";
        assert!(has_entry(text, &Version::new(0, 10, 0)));
        assert!(!has_entry(text, &Version::new(0, 1, 0)));
        assert!(!has_entry("## Unreleased\n", &Version::new(0, 1, 0)));
    }
}
