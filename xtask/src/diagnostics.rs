//! Prints errors and warnings with `file:line:column`, the line, and a help text.

use std::fmt::Write;

use codegen::{Config, Diagnostic, Diagnostics, Level, Location};
use indexmap::IndexMap;
use miette::{LabeledSpan, MietteDiagnostic, MietteHandlerOpts, Report, Severity};

use crate::excerpt::Excerpt;

/// The number of errors that are shown: nobody corrects more of them before the next run.
const MAX_ERRORS: usize = 100;

/// The number of similar warnings that are shown with their lines.
const MAX_SIMILAR: usize = 3;

/// The number of further similar warnings whose locations are listed.
const MAX_LOCATIONS: usize = 10;

/// The texts that diagnostics point into.
pub(crate) struct Texts<'a> {
    pub(crate) document: &'a str,
    /// The name of the file, and its text.
    pub(crate) config: Option<(&'a str, &'a str)>,
}

impl<'a> Texts<'a> {
    pub(crate) fn of(document: &'a str, config: Option<&'a Config>) -> Self {
        Self { document, config: config.map(|config| (config.file(), config.text())) }
    }

    pub(crate) fn of_document(document: &'a str) -> Self {
        Self { document, config: None }
    }

    fn is_about_config(&self, diagnostic: &Diagnostic) -> bool {
        self.config.is_some_and(|(file, _)| file == &*diagnostic.location.file)
    }

    /// Returns the text that a diagnostic points into.
    fn text(&self, diagnostic: &Diagnostic) -> &'a str {
        let config = self.config.filter(|_| self.is_about_config(diagnostic));
        config.map_or(self.document, |(_, text)| text)
    }

    /// Names the files that diagnostics are about.
    fn subject(&self, diagnostics: &[Diagnostic]) -> &'static str {
        let of_config = diagnostics.iter().filter(|diagnostic| self.is_about_config(diagnostic)).count();
        match of_config {
            0 => "the document",
            some if some < diagnostics.len() => "the document and the config",
            _ => "the config",
        }
    }
}

/// Prints errors to standard error.
pub(crate) fn print_errors(errors: &Diagnostics, texts: &Texts<'_>) {
    eprint!("{}", show_errors(&errors.0, texts));
}

/// Prints warnings to standard error.
pub(crate) fn print_warnings(warnings: &[Diagnostic], texts: &Texts<'_>) {
    eprint!("{}", show_warnings(warnings, texts));
}

fn show_errors(errors: &[Diagnostic], texts: &Texts<'_>) -> String {
    let (shown, others) = errors.split_at(errors.len().min(MAX_ERRORS));
    let more = if others.is_empty() { String::new() } else { format!("  and {} more\n\n", others.len()) };
    let noun = if errors.len() == 1 { "error" } else { "errors" };
    let (shown, subject) = (show(shown, texts), texts.subject(errors));
    format!("{shown}{more}{} {noun} in {subject}\n", errors.len())
}

/// Shows warnings. Of similar ones, only the first are shown with their lines.
fn show_warnings(warnings: &[Diagnostic], texts: &Texts<'_>) -> String {
    let mut kinds: IndexMap<String, Vec<&Diagnostic>> = IndexMap::new();
    for warning in warnings {
        kinds.entry(kind(warning)).or_default().push(warning);
    }
    let mut report = String::new();
    for similar in kinds.values() {
        let (shown, others) = similar.split_at(similar.len().min(MAX_SIMILAR));
        report.push_str(&show(shown.iter().copied(), texts));
        report.push_str(&locations(others));
    }
    if !warnings.is_empty() {
        let noun = if warnings.len() == 1 { "warning" } else { "warnings" };
        let _ = writeln!(report, "{} {noun} about the document", warnings.len());
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

fn show<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>, texts: &Texts<'_>) -> String {
    // A JSON pointer that is broken into lines cannot be copied. A second hook is refused, and would be the same.
    let _ = miette::set_hook(Box::new(|_| Box::new(MietteHandlerOpts::new().wrap_lines(false).build())));
    let mut report = String::new();
    for diagnostic in diagnostics {
        let _ = writeln!(report, "{:?}", to_miette(diagnostic, texts.text(diagnostic)));
    }
    report
}

fn to_miette(diagnostic: &Diagnostic, text: &str) -> Report {
    let Location { file, span } = &diagnostic.location;
    let excerpt = Excerpt::new(file, text, *span);
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
        let texts = Texts { document: "[", config: Some(("a.toml", "[")) };
        let (document, config) = (diagnostic("a.yaml", "wrong"), diagnostic("a.toml", "wrong"));
        for (errors, summary) in [
            (vec![document.clone()], "1 error in the document\n"),
            (vec![config.clone(), config.clone()], "2 errors in the config\n"),
            (vec![document, config], "2 errors in the document and the config\n"),
        ] {
            let shown = show_errors(&errors, &texts);
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
