//! What parameters are called in Rust.

use super::{Body, Location, Parameter};

/// What an optional parameter cannot be called, because the method that sets it would be called like another of the
/// call, or its argument like the request that it is put into.
const OF_CALL: [&str; 6] = ["attempt_timeout", "body", "request", "retry", "stream", "timeout"];

/// Gives each parameter of an operation a name of its own: its place is added to that of one which is called like
/// another before it.
pub(super) fn name(parameters: &mut [Parameter], body: Option<&Body>) {
    let mut taken: Vec<_> = body.iter().map(|_| "body".to_owned()).collect();
    // What is in the path keeps its name.
    let (in_path, others): (Vec<_>, Vec<_>) =
        parameters.iter_mut().partition(|parameter| parameter.location == Location::Path);
    for parameter in in_path.into_iter().chain(others) {
        let is_free = |name: &String| !taken.contains(name) && (parameter.required || !OF_CALL.contains(&&**name));
        if !is_free(&parameter.argument) {
            let placed = format!("{}_in_{}", parameter.argument, parameter.location.in_words());
            let numbered = (2..).map(|number| format!("{placed}_{number}"));
            let mut names = std::iter::once(placed.clone()).chain(numbered);
            parameter.argument = names.find(is_free).unwrap_or_default();
        }
        taken.push(parameter.argument.clone());
    }
}

impl Location {
    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}
