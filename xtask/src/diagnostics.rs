//! Prints errors and warnings with `file:line:column`, the line, and a help text.

use std::fmt::Write;

use codegen::{Diagnostic, Diagnostics, Kind, Level};
use indexmap::{IndexMap, IndexSet};
use miette::{LabeledSpan, MietteDiagnostic, MietteHandlerOpts, Report, Severity};

use crate::excerpt::Excerpt;

/// The number of errors that are shown: nobody corrects more of them before the next run.
const MAX_ERRORS: usize = 100;

/// The number of further warnings of one kind that are listed.
const MAX_OTHERS: usize = 5;

/// Prints errors to standard error.
pub(crate) fn print_errors(errors: &Diagnostics) {
    eprint!("{}", show_errors(&errors.0));
}

/// Prints warnings to standard error.
pub(crate) fn print_warnings(warnings: &[Diagnostic]) {
    eprint!("{}", show_warnings(warnings));
}

fn show_errors(errors: &[Diagnostic]) -> String {
    let (shown, others) = errors.split_at(errors.len().min(MAX_ERRORS));
    let more = if others.is_empty() { String::new() } else { format!("  and {} more\n\n", others.len()) };
    format!("{}{more}{} in {}\n", show(shown), count(errors.len(), "error"), files(errors))
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Names the files that diagnostics are about.
fn files(diagnostics: &[Diagnostic]) -> String {
    let files: IndexSet<_> = diagnostics.iter().map(|diagnostic| diagnostic.location.file()).collect();
    match Vec::from_iter(files).as_slice() {
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        several => format!("{} files", several.len()),
    }
}

/// Shows the first warning of each kind with its line, and where the next ones are.
fn show_warnings(warnings: &[Diagnostic]) -> String {
    let mut kinds: IndexMap<Kind, Vec<&Diagnostic>> = IndexMap::new();
    for warning in warnings {
        kinds.entry(warning.kind).or_default().push(warning);
    }
    let mut report = String::new();
    for alike in kinds.values() {
        let (first, others) = alike.split_at(1);
        report.push_str(&show(first.iter().copied()));
        report.push_str(&list(&first[0].message, others));
    }
    if !warnings.is_empty() {
        let of_kinds = match kinds.len() {
            all if all == warnings.len() => String::new(),
            kinds => format!(" of {}", count(kinds, "kind")),
        };
        let _ = writeln!(report, "{}{of_kinds} in {}", count(warnings.len(), "warning"), files(warnings));
    }
    report
}

/// Lists warnings of one kind, with their messages where they differ from that of the first.
fn list(first: &str, others: &[&Diagnostic]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let mut list = format!("  and {} more like this:\n", others.len());
    for other in others.iter().take(MAX_OTHERS) {
        let message = if other.message == first { String::new() } else { format!(": {}", other.message) };
        let _ = writeln!(list, "    {}{message}", other.location);
    }
    if others.len() > MAX_OTHERS {
        list.push_str("    …\n");
    }
    list.push('\n');
    list
}

fn show<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>) -> String {
    // A JSON pointer that is broken into lines cannot be copied. A second hook is refused, and would be the same.
    let _ = miette::set_hook(Box::new(|_| Box::new(MietteHandlerOpts::new().wrap_lines(false).build())));
    let mut report = String::new();
    for diagnostic in diagnostics {
        let _ = writeln!(report, "{:?}", to_miette(diagnostic));
    }
    report
}

fn to_miette(diagnostic: &Diagnostic) -> Report {
    let location = &diagnostic.location;
    let excerpt = Excerpt::new(location.file(), location.text(), location.span);
    let severity = match diagnostic.level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
    };
    let report = MietteDiagnostic::new(&diagnostic.message).with_severity(severity).with_help(&diagnostic.help);
    Report::new(report.with_label(LabeledSpan::underline(excerpt.span()))).with_source_code(excerpt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(file: &str, message: &str) -> Diagnostic {
        let errors = codegen::Document::parse(file, "[").unwrap_err();
        let mut diagnostic = errors.0[0].clone();
        message.clone_into(&mut diagnostic.message);
        diagnostic
    }

    #[test]
    fn errors_are_counted_by_the_files_that_they_are_about() {
        let [one, two, three] = ["a.yaml", "b.yaml", "a.toml"].map(|file| diagnostic(file, "wrong"));
        for (errors, summary) in [
            (vec![one.clone()], "1 error in a.yaml\n"),
            (vec![two.clone(), two.clone()], "2 errors in b.yaml\n"),
            (vec![one.clone(), three.clone()], "2 errors in a.yaml and a.toml\n"),
            (vec![one, two, three], "3 errors in 3 files\n"),
        ] {
            let shown = show_errors(&errors);
            assert!(shown.ends_with(summary), "{shown}");
        }
    }

    #[test]
    fn warnings_are_grouped_by_their_kind_and_listed_up_to_a_bound() {
        let of_kind = |message: &str| diagnostic("a.yaml", message);
        let mut warnings: Vec<_> = ["one", "one", "two"].map(of_kind).into();
        let shown = show_warnings(&warnings);
        let others = "  and 2 more like this:\n    a.yaml:1:1\n    a.yaml:1:1: two\n\n3 warnings of 1 kind in a.yaml\n";
        assert!(shown.ends_with(others), "{shown}");

        warnings.extend(vec![of_kind("three"); 1000]);
        assert!(show_warnings(&warnings).lines().count() < 20);
    }
}
