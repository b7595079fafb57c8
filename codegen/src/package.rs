//! The name and the dependencies of an emitted package.

/// The crates that emitted code may use beside the runtime, as in a manifest.
pub(crate) const DEPENDENCIES: [(&str, &str); 3] = [
    ("chrono", r#"{ version = "0.4.41", default-features = false }"#),
    ("serde_json", r#"{ version = "1.0.145" }"#),
    ("uuid", r#"{ version = "1.18", default-features = false }"#),
];

pub(crate) const RUNTIME: &str = "clickhouse-cloud-runtime";

/// Names that no package can have: cargo refuses them, or code cannot name the crate.
const RESERVED: [&str; 6] = ["alloc", "core", "proc_macro", "self", "std", "test"];

/// The longest name on crates.io, in bytes.
const MAX_NAME_LENGTH: usize = 64;

/// Returns whether a package can have this name, and code can name its crate.
#[must_use]
pub fn is_crate_name(name: &str) -> bool {
    let is_own = name == RUNTIME || DEPENDENCIES.iter().any(|(own, _)| *own == name);
    let identifier = name.replace('-', "_");
    name.len() <= MAX_NAME_LENGTH
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && !is_own
        && !RESERVED.contains(&identifier.as_str())
        && syn::parse_str::<syn::Ident>(&identifier).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_name_is_an_identifier_with_hyphens() {
        assert!(is_crate_name("petstore-client"));
        for name in ["", "9-lives", "a.b", "ä", "fn", &"a".repeat(65)] {
            assert!(!is_crate_name(name), "{name}");
        }
    }

    #[test]
    fn the_names_of_dependencies_and_of_the_standard_library_are_taken() {
        for name in ["serde_json", "std", "proc-macro", RUNTIME] {
            assert!(!is_crate_name(name), "{name}");
        }
    }
}
