//! The names that emitted code imports, which no type of a document can have.

/// What emitted code may name, and where that comes from; macros with their `!`.
pub(crate) const IMPORTS: [(&str, &[&str]); 8] = [
    ("std::collections", &["BTreeMap"]),
    ("std::net", &["IpAddr", "Ipv4Addr", "Ipv6Addr"]),
    ("std::time", &["Duration"]),
    ("chrono", &["DateTime", "NaiveDate", "Utc"]),
    (
        "clickhouse_cloud_runtime",
        &[
            "ResponseVariants",
            "Api",
            "ApiKey",
            "BoxFuture",
            "Call",
            "Envelope",
            "Environment",
            "Error",
            "Exposed",
            "FilePart",
            "MissingField",
            "Parameter",
            "ParameterStyle",
            "Patch",
            "RateLimit",
            "ResponseMatcher",
            "RefusalPattern",
            "Response",
            "RetryPolicy",
            "Secret",
            "StreamedResponse",
            "Transport",
            "Wait",
            "WaitCondition",
            "WaitStates",
            "response!",
            "request!",
            "shared!",
        ],
    ),
    ("clickhouse_cloud_runtime::bytes", &["Bytes"]),
    ("clickhouse_cloud_runtime::reqwest", &["Method"]),
    ("uuid", &["Uuid"]),
];

/// Those that only the client itself names, which names no types of the document's.
pub(crate) const OF_CLIENT: [&str; 6] = ["Api", "ApiKey", "Envelope", "Environment", "RateLimit", "Transport"];

/// The names that no type of the document's can have.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let names = IMPORTS.iter().flat_map(|(_, names)| names.iter().copied());
    names.filter(|name| !OF_CLIENT.contains(name))
}
