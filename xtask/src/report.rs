use std::fmt::Write;

use codegen::{Complaint, Complaints};
use miette::{LabeledSpan, MietteDiagnostic, NamedSource, Report};

/// Complaints as a person reads them: what, `file:line:column`, the line, and what to do.
pub(crate) fn complaints(complaints: &Complaints, text: &str) -> String {
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
    let diagnostic = MietteDiagnostic::new(&complaint.message).with_help(&complaint.help);
    let Some(place) = complaint.place else { return Report::new(diagnostic) };
    let label = LabeledSpan::underline(place.offset..place.offset + place.length);
    Report::new(diagnostic.with_label(label)).with_source_code(NamedSource::new(&complaint.file, text.to_owned()))
}
