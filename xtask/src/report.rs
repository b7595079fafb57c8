use std::fmt::Write;

use codegen::{Complaint, Complaints};
use miette::{LabeledSpan, MietteDiagnostic, MietteHandlerOpts, Report, Severity};

use crate::excerpt::Excerpt;

/// Complaints as a person reads them: what, `file:line:column`, the line, and what to do.
pub(crate) fn complaints(complaints: &Complaints, text: &str) -> String {
    let count = complaints.0.len();
    let noun = if count == 1 { "complaint" } else { "complaints" };
    format!("{}{count} {noun} about the document\n", diagnostics(&complaints.0, text, Severity::Error))
}

/// What the emitted crate leaves out, in the same form.
pub(crate) fn notes(notes: &[Complaint], text: &str) -> String {
    diagnostics(notes, text, Severity::Advice)
}

fn diagnostics(complaints: &[Complaint], text: &str, severity: Severity) -> String {
    // A pointer that is broken into lines cannot be copied. A second hook is refused, and would be the same.
    let _ = miette::set_hook(Box::new(|_| Box::new(MietteHandlerOpts::new().wrap_lines(false).build())));
    let mut report = String::new();
    for complaint in complaints {
        let _ = writeln!(report, "{:?}", diagnostic(complaint, text, severity));
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
