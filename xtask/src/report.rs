use std::fmt::Write;

use codegen::{Complaint, Complaints};
use indexmap::IndexMap;
use miette::{LabeledSpan, MietteDiagnostic, MietteHandlerOpts, Report, Severity};

use crate::excerpt::Excerpt;

/// The texts that complaints point into.
pub(crate) struct Texts<'a> {
    pub(crate) document: &'a str,
    /// The name of the file, and what is in it.
    pub(crate) config: Option<(&'a str, &'a str)>,
}

impl<'a> Texts<'a> {
    pub(crate) fn of_document(document: &'a str) -> Self {
        Self { document, config: None }
    }

    fn is_about_config(&self, complaint: &Complaint) -> bool {
        self.config.is_some_and(|(file, _)| file == complaint.file)
    }

    fn text(&self, complaint: &Complaint) -> &'a str {
        let config = self.config.filter(|_| self.is_about_config(complaint));
        config.map_or(self.document, |(_, text)| text)
    }

    fn subject(&self, complaints: &[Complaint]) -> &'static str {
        let of_config = complaints.iter().filter(|complaint| self.is_about_config(complaint)).count();
        match of_config {
            0 => "the document",
            some if some < complaints.len() => "the document and the config",
            _ => "the config",
        }
    }
}

/// So many complaints are shown: nobody mends more of them before the next look.
const MAX_SHOWN: usize = 100;

/// Complaints as a person reads them: what, `file:line:column`, the line, and what to do.
pub(crate) fn complaints(complaints: &Complaints, texts: &Texts<'_>) -> String {
    let count = complaints.0.len();
    let (shown, others) = complaints.0.split_at(count.min(MAX_SHOWN));
    let more = if others.is_empty() { String::new() } else { format!("  and {} more\n\n", others.len()) };
    let noun = if count == 1 { "complaint" } else { "complaints" };
    let subject = texts.subject(&complaints.0);
    format!("{}{more}{count} {noun} about {subject}\n", diagnostics(shown, texts, Severity::Error))
}

/// So many notes that say the same of different places are shown in full.
const SHOWN: usize = 3;
/// So many of the others are named by their place.
const NAMED: usize = 10;

/// What the emitted crate leaves out, in the same form. Of notes that say the same, only the first are shown.
pub(crate) fn notes(notes: &[Complaint], texts: &Texts<'_>) -> String {
    let mut kinds: IndexMap<String, Vec<&Complaint>> = IndexMap::new();
    for note in notes {
        kinds.entry(kind(note)).or_default().push(note);
    }
    let mut report = String::new();
    for same in kinds.values() {
        let (shown, others) = same.split_at(same.len().min(SHOWN));
        report.push_str(&diagnostics(shown.iter().copied(), texts, Severity::Advice));
        report.push_str(&more(others));
    }
    if !notes.is_empty() {
        let noun = if notes.len() == 1 { "note" } else { "notes" };
        let _ = writeln!(report, "{} {noun} on the document", notes.len());
    }
    report
}

/// What a note says, without the names and numbers that it says it of.
fn kind(note: &Complaint) -> String {
    let words: String = note.message.split('`').step_by(2).collect();
    words.chars().filter(|character| !character.is_numeric()).collect()
}

/// The notes that are not shown.
fn more(notes: &[&Complaint]) -> String {
    if notes.is_empty() {
        return String::new();
    }
    let places = notes.iter().filter_map(|note| note.place).take(NAMED);
    let places: Vec<_> = places.map(|place| format!("{}:{}", place.line, place.column)).collect();
    let rest = if notes.len() > NAMED { ", …" } else { "" };
    format!("  and {} more like this, at {}{rest}\n\n", notes.len(), places.join(", "))
}

fn diagnostics<'c>(
    complaints: impl IntoIterator<Item = &'c Complaint>,
    texts: &Texts<'_>,
    severity: Severity,
) -> String {
    // A pointer that is broken into lines cannot be copied. A second hook is refused, and would be the same.
    let _ = miette::set_hook(Box::new(|_| Box::new(MietteHandlerOpts::new().wrap_lines(false).build())));
    let mut report = String::new();
    for complaint in complaints {
        let _ = writeln!(report, "{:?}", diagnostic(complaint, texts.text(complaint), severity));
    }
    report
}

fn diagnostic(complaint: &Complaint, text: &str, severity: Severity) -> Report {
    let Some(place) = complaint.place else {
        let message = format!("{}: {}", complaint.file, complaint.message);
        return Report::new(MietteDiagnostic::new(message).with_severity(severity).with_help(&complaint.help));
    };
    let excerpt = Excerpt::of(&complaint.file, text, place);
    let diagnostic = MietteDiagnostic::new(&complaint.message).with_severity(severity).with_help(&complaint.help);
    Report::new(diagnostic.with_label(LabeledSpan::underline(excerpt.span()))).with_source_code(excerpt)
}
