use serde::Serialize;
use serde_json::Value;

use crate::document::Violation;

/// The refusal of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
    /// The mistakes in the request, if it breaks the document.
    pub(crate) issues: Vec<Issue>,
}

/// A mistake in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Issue {
    /// The names of fields and the positions in lists that lead to it.
    path: Vec<Value>,
    /// The keyword of JSON Schema that the request breaks.
    code: String,
    message: String,
}

/// Defines `bad_request` and so on: a refusal with a status, whose message begins with the name in capitals.
macro_rules! refusals {
    ($($name:ident = $status:literal)*) => {
        impl Refusal {$(
            pub(crate) fn $name(message: impl std::fmt::Display) -> Self {
                let message = format!("{}: {message}", stringify!($name).to_uppercase());
                Self { status: $status, message, issues: Vec::new() }
            }
        )*}
    };
}

refusals! {
    bad_request = 400
    unauthorized = 401
    forbidden = 403
    not_found = 404
    method_not_allowed = 405
    request_timeout = 408
    conflict = 409
    content_too_large = 413
    unsupported_media_type = 415
    misdirected_request = 421
    failed_dependency = 424
    too_many_requests = 429
    internal_error = 500
}

impl Refusal {
    /// Returns the refusal of a request that breaks the document.
    pub(crate) fn invalid(violations: &[Violation]) -> Self {
        let messages: Vec<_> = violations.iter().map(Violation::to_string).collect();
        let issues = violations.iter().map(|violation| Issue {
            path: violation.path().to_vec(),
            code: violation.keyword().to_owned(),
            message: violation.message().to_owned(),
        });
        Self { issues: issues.collect(), ..Self::bad_request(messages.join("; ")) }
    }

    /// Returns the refusal of an id that does not exist.
    pub(crate) fn no_such(thing: &str) -> Self {
        Self::not_found(format_args!("there is no such {thing}"))
    }
}
