//! The files that a package needs beside its sources: a manifest, a README and the configuration of rustfmt. They are
//! written once, and belong to the owner of the package from then on.

use std::fmt::Write;

use crate::{
    api::Api,
    emit::{File, Generated},
    openapi::{security::Authentication, server::Variable},
    package::{DEPENDENCIES, RUNTIME},
};

/// The facts of the document that the files of the package show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    name: String,
    title: String,
    /// As SPDX names it.
    license: Option<String>,
    authentication: Authentication,
    has_environment: bool,
    has_base_url: bool,
    /// The features of the runtime that it needs.
    features: Vec<&'static str>,
    /// The server variables that have to be set.
    required_variables: Vec<String>,
}

/// The surroundings of a package's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The folder of the runtime, as a manifest names it, or none if the runtime can only come from a registry.
    pub runtime: Option<String>,
    /// Whether a folder above has a manifest, which cargo would take for that of a workspace.
    pub is_below_a_manifest: bool,
}

impl Package {
    pub(crate) fn of(api: &Api) -> Self {
        Self {
            name: api.crate_name.clone(),
            title: api.title.trim_end_matches('.').to_owned(),
            license: api.license.clone(),
            authentication: api.authentication.clone(),
            has_environment: api.has_environment() && api.server_variables.values().all(Variable::has_value),
            has_base_url: !api.base_url.is_empty(),
            features: [api.has_events().then_some("events"), api.sends_files().then_some("file-streams")]
                .into_iter()
                .flatten()
                .collect(),
            required_variables: required_variables(api),
        }
    }
}

impl Generated {
    /// Returns the files that make a package of the emitted sources: a manifest, the README that `src/lib.rs` includes,
    /// and the configuration of rustfmt. They are for a new package, and never replace a file that is there.
    #[must_use]
    pub fn package_files(&self, surroundings: &Surroundings) -> Vec<File> {
        let file = |path: &str, text: String| File { path: path.to_owned(), text };
        vec![
            file("Cargo.toml", self.manifest(surroundings)),
            file("README.md", self.readme()),
            file("rustfmt.toml", "# The generator formats what it emits.\ndisable_all_formatting = true\n".to_owned()),
        ]
    }

    fn manifest(&self, surroundings: &Surroundings) -> String {
        let Package { name, title, license, .. } = &self.package;
        let description = quoted(&format!("A typed client for {title}."));
        let license = license.as_ref().map(|license| format!("license = {}\n", quoted(license))).unwrap_or_default();
        let rust_version = env!("CARGO_PKG_RUST_VERSION");
        let mut manifest = format!(
            r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"
rust-version = "{rust_version}"
description = {description}
{license}
[features]
default = ["rustls"]
# TLS with rustls and ring, and the certificate store of the platform.
rustls = ["{RUNTIME}/rustls"]
# TLS with rustls and aws-lc-rs, which takes longer to compile, and has post-quantum key exchange.
aws-lc-rs = ["{RUNTIME}/aws-lc-rs"]
# TLS with the library of the platform.
native-tls = ["{RUNTIME}/native-tls"]
# HTTP/2, where the server has it.
http2 = ["{RUNTIME}/http2"]
# The proxies in the settings of macOS and Windows.
system-proxy = ["{RUNTIME}/system-proxy"]
# A span for each call.
tracing = ["{RUNTIME}/tracing"]

[dependencies]
"#
        );
        for (name, dependency) in self.dependencies(surroundings) {
            let _ = writeln!(manifest, "{name} = {dependency}");
        }
        if surroundings.is_below_a_manifest {
            manifest.push_str("\n# A workspace of its own, not a part of the one around it.\n[workspace]\n");
        }
        manifest
    }

    /// Returns the crates that the emitted code names, in the order of their names.
    fn dependencies(&self, surroundings: &Surroundings) -> Vec<(&'static str, String)> {
        let path = surroundings.runtime.as_ref().map(|path| format!("path = {}, ", quoted(path))).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        let features = self.package.features.iter().map(|feature| quoted(feature)).collect::<Vec<_>>().join(", ");
        let features = if features.is_empty() { features } else { format!(", features = [{features}]") };
        let runtime = format!(r#"{{ {path}version = "{version}", default-features = false{features} }}"#);
        let used = DEPENDENCIES.iter().filter(|(name, _)| self.files.iter().any(|file| names_crate(&file.text, name)));
        let used = used.map(|(name, dependency)| (*name, (*dependency).to_owned()));
        let mut dependencies: Vec<_> = used.chain([(RUNTIME, runtime)]).collect();
        dependencies.sort();
        dependencies
    }

    fn readme(&self) -> String {
        let Package { name, title, authentication, has_environment, has_base_url, required_variables, .. } =
            &self.package;
        let krate = name.replace('-', "_");
        let base_url = (!*has_base_url).then(|| "https://api.example.com".to_owned());
        let arguments =
            base_url.into_iter().chain(required_variables.iter().cloned()).chain(credentials(authentication));
        let arguments: Vec<_> = arguments.map(|argument| quoted(&argument)).collect();
        let client = if *has_environment && *has_base_url {
            "from_env()?".to_owned()
        } else {
            format!("new({})?", arguments.join(", "))
        };
        format!(
            "\
# {name}

A typed client for {title}.

```rust,no_run
# fn example() -> Result<(), {krate}::Error> {{
let client = {krate}::Client::{client};
# Ok(())
# }}
```

Each operation of the API is a method of `Client`. It takes what is required and returns a call: `.await` it, or first
change its settings, like `.timeout(..)` or `.header(..)`. The response derefs to its value, and knows the status, the
headers and the body.

- **Failed attempts are retried where that is safe.** A call that may have been carried out ends with
  `Error::OutcomeUnknown`.
- **Requests are strict.** Required fields are arguments of `new(..)`; the others have setters.
- **Responses are tolerant.** Every field is an `Option`, and a required one has a method of its name. A value that does
  not fit is set aside, and the rest is read: see `Response::mismatches`.
- **Enums are open.** A value that the document does not list arrives as `Unknown(..)`.
- **Secrets stay secret.** They are in no `Debug`, log, error or serialized response; only `expose_secret()` shows them.

TLS is `rustls` with `ring`; the features `aws-lc-rs` and `native-tls` are for others, with `default-features = false`.
The feature `http2` adds HTTP/2, `system-proxy` the proxies in the settings of macOS and Windows, and `tracing` a span
for each call. The sources are generated from the API's OpenAPI document.
"
        )
    }
}

/// Returns what stands for credentials in an example.
fn credentials(authentication: &Authentication) -> Vec<String> {
    match authentication {
        Authentication::Basic => vec!["key id".to_owned(), "key secret".to_owned()],
        Authentication::Bearer | Authentication::ApiKey(..) => vec!["key".to_owned()],
        Authentication::Combined(schemes) => {
            schemes.iter().flat_map(|scheme| credentials(&scheme.authentication)).collect()
        }
        Authentication::None => Vec::new(),
    }
}

fn required_variables(api: &Api) -> Vec<String> {
    let required = api.server_variables.iter().filter(|(_, variable)| variable.default.is_none());
    required.map(|(name, _)| name.clone()).collect()
}

/// Returns whether code names a crate in a path.
fn names_crate(code: &str, krate: &str) -> bool {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let continues = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    lines
        .flat_map(|line| line.match_indices(krate).map(move |(at, _)| (&line[..at], &line[at + krate.len()..])))
        .any(|(before, after)| after.starts_with("::") && !before.ends_with(continues))
}

/// Returns a text as a TOML string on one line.
fn quoted(text: &str) -> String {
    let words: Vec<_> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    serde_json::Value::String(words.join(" ")).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Surroundings, names_crate, quoted};
    use crate::{Document, Settings, generate};

    #[test]
    fn a_package_has_the_features_of_the_runtime_that_its_document_needs() {
        let manifest = |response: &str| {
            let form = "content: {multipart/form-data: {schema: {properties: {file: {type: string, format: binary}}}}}";
            let text = format!(
                "{{openapi: 3.0.3, info: {{title: Things, version: '1'}}, paths: {{/thing: {{post: {{\
                 operationId: addThing, requestBody: {{{form}}}, responses: {{'200': {{description: It., {response}}}}}}}}}}}}}"
            );
            let document = Document::parse("api.yaml", text).unwrap();
            let generated = generate(&document, &Settings::new("things")).unwrap();
            generated.package_files(&Surroundings::default()).remove(0).text
        };
        assert!(manifest("").contains(r#"default-features = false, features = ["file-streams"] }"#));
        let with_events = manifest("content: {text/event-stream: {}}");
        assert!(with_events.contains(r#"features = ["events", "file-streams"] }"#), "{with_events}");
    }

    #[test]
    fn a_crate_is_named_where_a_path_starts_with_it() {
        assert!(names_crate("use uuid::Uuid;", "uuid"));
        assert!(names_crate("fn id() -> Option<uuid::Uuid> {}", "uuid"));
        for code in ["// uuid::Uuid", "runtime::uuid::Uuid", "my_uuid::Uuid", "let uuid: Uuid;"] {
            assert!(!names_crate(code, "uuid"), "{code}");
        }
    }

    #[test]
    fn a_title_is_one_line_of_toml() {
        assert_eq!(quoted("The \"Things\"\n API"), r#""The \"Things\"  API""#);
    }
}
