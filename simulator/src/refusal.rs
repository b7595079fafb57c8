/// The refusal of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
}

/// Defines `bad_request` and so on: a refusal with a status, whose message begins with the name of the status.
macro_rules! refusals {
    ($($name:ident = $status:literal $word:literal)*) => {
        impl Refusal {$(
            pub(crate) fn $name(message: impl std::fmt::Display) -> Self {
                Self { status: $status, message: format!(concat!($word, ": {}"), message) }
            }
        )*}
    };
}

refusals! {
    bad_request = 400 "BAD_REQUEST"
    unauthorized = 401 "UNAUTHORIZED"
    forbidden = 403 "FORBIDDEN"
    not_found = 404 "NOT_FOUND"
    method_not_allowed = 405 "METHOD_NOT_ALLOWED"
    request_timeout = 408 "REQUEST_TIMEOUT"
    conflict = 409 "CONFLICT"
    content_too_large = 413 "CONTENT_TOO_LARGE"
    unsupported_media_type = 415 "UNSUPPORTED_MEDIA_TYPE"
    misdirected_request = 421 "MISDIRECTED_REQUEST"
    too_many_requests = 429 "TOO_MANY_REQUESTS"
    internal_error = 500 "INTERNAL_ERROR"
}

impl Refusal {
    /// Returns the refusal of an id that does not exist.
    pub(crate) fn no_such(thing: &str) -> Self {
        Self::not_found(format_args!("there is no such {thing}"))
    }
}
