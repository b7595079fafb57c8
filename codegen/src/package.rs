//! What the package of an emitted crate can be called, and what it depends on.

/// The crates that emitted code may name, beside the runtime, as they stand in a manifest.
pub(crate) const DEPENDENCIES: [(&str, &str); 3] = [
    ("chrono", r#"{ version = "0.4.41", default-features = false }"#),
    ("serde_json", r#"{ version = "1.0.145" }"#),
    ("uuid", r#"{ version = "1.18", default-features = false }"#),
];

pub(crate) const RUNTIME: &str = "clickhouse-cloud-runtime";

/// Words that no package can be called: cargo refuses them, or the crate could not be named.
const RESERVED: [&str; 6] = ["alloc", "core", "proc_macro", "self", "std", "test"];

/// So long a name may be on crates.io.
const MAX_NAME: usize = 64;

/// Whether a package can be called so, and code can name its crate.
#[must_use]
pub fn is_crate_name(name: &str) -> bool {
    let is_own = name == RUNTIME || DEPENDENCIES.iter().any(|(own, _)| *own == name);
    let identifier = name.replace('-', "_");
    name.len() <= MAX_NAME
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && !is_own
        && !RESERVED.contains(&identifier.as_str())
        && syn::parse_str::<syn::Ident>(&identifier).is_ok()
}
