use std::fmt::Write;

use codegen::{Diagnostic, Diagnostics, Level, Location};
use indexmap::IndexMap;
use miette::{LabeledSpan, MietteDiagnostic, MietteHandlerOpts, Report, Severity};

use crate::excerpt::Excerpt;

/// The texts that diagnostics point into.
pub(crate) struct Texts<'a> {
    pub(crate) document: &'a str,
    /// The name of the file, and what is in it.
    pub(crate) config: Option<(&'a str, &'a str)>,
}

impl<'a> Texts<'a> {
    pub(crate) fn of_document(document: &'a str) -> Self {
        Self { document, config: None }
    }

    fn is_about_config(&self, diagnostic: &Diagnostic) -> bool {
        self.config.is_some_and(|(file, _)| file == &*diagnostic.location.file)
    }

    fn text(&self, diagnostic: &Diagnostic) -> &'a str {
        let config = self.config.filter(|_| self.is_about_config(diagnostic));
        config.map_or(self.document, |(_, text)| text)
    }

    fn subject(&self, errors: &[Diagnostic]) -> &'static str {
        let of_config = errors.iter().filter(|error| self.is_about_config(error)).count();
        match of_config {
            0 => "the document",
            some if some < errors.len() => "the document and the config",
            _ => "the config",
        }
    }
}

/// More errors than this are counted and not shown: nobody corrects so many before the next run.
const MAX_ERRORS: usize = 100;

/// Writes errors as a person reads them: what, `file:line:column`, the line, and what to do.
pub(crate) fn errors(errors: &Diagnostics, texts: &Texts<'_>) -> String {
    let count = errors.0.len();
    let (shown, others) = errors.0.split_at(count.min(MAX_ERRORS));
    let more = if others.is_empty() { String::new() } else { format!("  and {} more\n\n", others.len()) };
    let noun = if count == 1 { "error" } else { "errors" };
    let subject = texts.subject(&errors.0);
    format!("{}{more}{count} {noun} in {subject}\n", graphical(shown, texts))
}

/// Of the warnings of a kind, this many are shown in full.
const MAX_SHOWN_OF_A_KIND: usize = 3;
/// Of the others, this many are named by line and column.
const MAX_NAMED_OF_A_KIND: usize = 10;

/// Writes warnings in the same form. Of those of a kind, only the first are shown.
pub(crate) fn warnings(warnings: &[Diagnostic], texts: &Texts<'_>) -> String {
    let mut kinds: IndexMap<String, Vec<&Diagnostic>> = IndexMap::new();
    for warning in warnings {
        kinds.entry(kind(warning)).or_default().push(warning);
    }
    let mut report = String::new();
    for same in kinds.values() {
        let (shown, others) = same.split_at(same.len().min(MAX_SHOWN_OF_A_KIND));
        report.push_str(&graphical(shown.iter().copied(), texts));
        report.push_str(&more(others));
    }
    if !warnings.is_empty() {
        let noun = if warnings.len() == 1 { "warning" } else { "warnings" };
        let _ = writeln!(report, "{} {noun} about the document", warnings.len());
    }
    report
}

/// Returns a warning's message without its names and numbers.
fn kind(warning: &Diagnostic) -> String {
    let words: String = warning.message.split('`').step_by(2).collect();
    words.chars().filter(|character| !character.is_numeric()).collect()
}

/// Names the warnings that are not shown.
fn more(warnings: &[&Diagnostic]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let spans = warnings.iter().map(|warning| warning.location.span).take(MAX_NAMED_OF_A_KIND);
    let spans: Vec<_> = spans.map(|span| format!("{}:{}", span.line, span.column)).collect();
    let rest = if warnings.len() > MAX_NAMED_OF_A_KIND { ", …" } else { "" };
    format!("  and {} more like this, at {}{rest}\n\n", warnings.len(), spans.join(", "))
}

fn graphical<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>, texts: &Texts<'_>) -> String {
    // A pointer that is broken into lines cannot be copied. A second hook is refused, and would be the same.
    let _ = miette::set_hook(Box::new(|_| Box::new(MietteHandlerOpts::new().wrap_lines(false).build())));
    let mut report = String::new();
    for diagnostic in diagnostics {
        let _ = writeln!(report, "{:?}", report_of(diagnostic, texts.text(diagnostic)));
    }
    report
}

fn report_of(diagnostic: &Diagnostic, text: &str) -> Report {
    let Location { file, span } = &diagnostic.location;
    let excerpt = Excerpt::of(file, text, *span);
    let severity = match diagnostic.level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
    };
    let report = MietteDiagnostic::new(&diagnostic.message).with_severity(severity).with_help(&diagnostic.help);
    Report::new(report.with_label(LabeledSpan::underline(excerpt.span()))).with_source_code(excerpt)
}
