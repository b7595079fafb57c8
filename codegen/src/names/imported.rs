//! The names that emitted code imports, which no type of a document can have.

/// The names that emitted code may import, by their modules; macros with their `!`.
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
            "Authorization",
            "Call",
            "CombinedCredentials",
            "Envelope",
            "Environment",
            "Error",
            "Exposed",
            "FilePart",
            "FindIn",
            "MissingField",
            "NamedKey",
            "NeedsWake",
            "Page",
            "Parameter",
            "ParameterStyle",
            "Patch",
            "RateLimit",
            "Redirect",
            "ResponseMatcher",
            "RefusalPattern",
            "Response",
            "Secret",
            "SecretJson",
            "ServerVariable",
            "Servers",
            "Transport",
            "Wait",
            "WaitStates",
            "Wake",
            "call_type!",
            "constraints!",
            "newtype!",
            "open_enum!",
            "open_union!",
            "request!",
            "response!",
            "shared!",
        ],
    ),
    ("clickhouse_cloud_runtime::bytes", &["Bytes"]),
    ("clickhouse_cloud_runtime::reqwest", &["Method"]),
    ("uuid", &["Uuid"]),
];

/// The names that only the client's own file imports, which uses no types of the document.
pub(crate) const OF_CLIENT: [&str; 12] = [
    "Api",
    "ApiKey",
    "Authorization",
    "CombinedCredentials",
    "Envelope",
    "Environment",
    "NamedKey",
    "RateLimit",
    "ServerVariable",
    "Servers",
    "Transport",
    "Wake",
];

/// Returns the names that no type of the document can have.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let names = IMPORTS.iter().flat_map(|(_, names)| names.iter().copied());
    names.filter(|name| !OF_CLIENT.contains(name))
}
