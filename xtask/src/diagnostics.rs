//! Prints errors and warnings with `file:line:column`, the line, and a help text.

use std::fmt::Write;

use codegen::{Diagnostic, Diagnostics, Level};
use indexmap::{IndexMap, IndexSet};
use miette::{LabeledSpan, MietteDiagnostic, MietteHandlerOpts, Report, Severity};

use crate::excerpt::Excerpt;

/// The number of errors that are shown: nobody corrects more of them before the next run.
const MAX_ERRORS: usize = 100;

/// The number of similar warnings that are shown with their lines.
const MAX_SIMILAR: usize = 3;

/// The number of further similar warnings whose locations are listed.
const MAX_LOCATIONS: usize = 10;

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
    let noun = if errors.len() == 1 { "error" } else { "errors" };
    format!("{}{more}{} {noun} in {}\n", show(shown), errors.len(), files(errors))
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

/// Shows warnings. Of similar ones, only the first are shown with their lines.
fn show_warnings(warnings: &[Diagnostic]) -> String {
    let mut kinds: IndexMap<String, Vec<&Diagnostic>> = IndexMap::new();
    for warning in warnings {
        kinds.entry(kind(warning)).or_default().push(warning);
    }
    let mut report = String::new();
    for similar in kinds.values() {
        let (shown, others) = similar.split_at(similar.len().min(MAX_SIMILAR));
        report.push_str(&show(shown.iter().copied()));
        report.push_str(&locations(others));
    }
    if !warnings.is_empty() {
        let noun = if warnings.len() == 1 { "warning" } else { "warnings" };
        let _ = writeln!(report, "{} {noun} in {}", warnings.len(), files(warnings));
    }
    report
}

/// Returns the message of a warning without names and numbers, which is the same for similar ones.
fn kind(warning: &Diagnostic) -> String {
    let words: String = warning.message.split('`').step_by(2).collect();
    words.chars().filter(|character| !character.is_numeric()).collect()
}

/// Lists the locations of warnings that are not shown with their lines.
fn locations(warnings: &[&Diagnostic]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let spans = warnings.iter().map(|warning| warning.location.span).take(MAX_LOCATIONS);
    let locations: Vec<_> = spans.map(|span| format!("{}:{}", span.line, span.column)).collect();
    let rest = if warnings.len() > MAX_LOCATIONS { ", …" } else { "" };
    format!("  and {} more like this, at {}{rest}\n\n", warnings.len(), locations.join(", "))
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
    fn similar_warnings_differ_in_names_and_numbers_only() {
        let kind = |message: &str| kind(&diagnostic("a.yaml", message));
        assert_eq!(kind("`a` has 3 values"), kind("`b` has 14 values"));
        assert_ne!(kind("`a` has 3 values"), kind("`a` has 3 types"));
    }
}
