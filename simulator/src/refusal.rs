/// The refusal of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
}

/// Defines `bad_request` and so on: a refusal with a status, whose message begins with the name in capitals.
macro_rules! refusals {
    ($($name:ident = $status:literal)*) => {
        impl Refusal {$(
            pub(crate) fn $name(message: impl std::fmt::Display) -> Self {
                Self { status: $status, message: format!("{}: {message}", stringify!($name).to_uppercase()) }
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
    /// Returns the refusal of an id that does not exist.
    pub(crate) fn no_such(thing: &str) -> Self {
        Self::not_found(format_args!("there is no such {thing}"))
    }
}
