use std::fmt::Write;

use codegen::{Complaint, Complaints};
use miette::{LabeledSpan, MietteDiagnostic, MietteHandlerOpts, Report};

use crate::excerpt::Excerpt;

/// Complaints as a person reads them: what, `file:line:column`, the line, and what to do.
pub(crate) fn complaints(complaints: &Complaints, text: &str) -> String {
    // A pointer that is broken into lines cannot be copied. A second hook is refused, and would be the same.
    let _ = miette::set_hook(Box::new(|_| Box::new(MietteHandlerOpts::new().wrap_lines(false).build())));
    let mut report = String::new();
    for complaint in &complaints.0 {
        let _ = writeln!(report, "{:?}", diagnostic(complaint, text));
    }
    let count = complaints.0.len();
    let noun = if count == 1 { "complaint" } else { "complaints" };
    let _ = writeln!(report, "{count} {noun} about the document");
    report
}

fn diagnostic(complaint: &Complaint, text: &str) -> Report {
    let Some(place) = complaint.place else {
        let message = format!("{}: {}", complaint.file, complaint.message);
        return Report::new(MietteDiagnostic::new(message).with_help(&complaint.help));
    };
    let excerpt = Excerpt::of(&complaint.file, text, place);
    let diagnostic = MietteDiagnostic::new(&complaint.message).with_help(&complaint.help);
    Report::new(diagnostic.with_label(LabeledSpan::underline(excerpt.span()))).with_source_code(excerpt)
}
