//! The files that a crate needs beside its sources. They are written once, and belong to whoever wants the crate.

use std::fmt::Write;

use crate::{
    api::Api,
    emit::{File, Generated},
    openapi::security::Authentication,
    package::{DEPENDENCIES, RUNTIME},
};

/// What is known of the package that the emitted sources belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    name: String,
    title: String,
    /// As SPDX names it.
    license: Option<String>,
    authentication: Authentication,
    has_environment: bool,
    /// Whether the document says where the API is.
    is_placed: bool,
}

/// What is around the folder of a crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// The folder of the runtime, as a manifest names it; none where it can only come from a registry.
    pub runtime: Option<String>,
    /// A folder above has a manifest, which cargo would take for that of a workspace.
    pub is_below_a_manifest: bool,
}

impl Package {
    pub(crate) fn of(api: &Api) -> Self {
        Self {
            name: api.crate_name.clone(),
            title: api.title.clone(),
            license: api.license.clone(),
            authentication: api.authentication.clone(),
            has_environment: api.environment.has_credentials(),
            is_placed: !api.base_url.is_empty(),
        }
    }
}

impl Generated {
    /// What a folder needs for the emitted sources to be a crate: a manifest, and the front page that `src/lib.rs`
    /// includes. To be written where they are missing, and never over what is there.
    #[must_use]
    pub fn starter(&self, surroundings: &Surroundings) -> Vec<File> {
        let file = |path: &str, text: String| File { path: path.to_owned(), text };
        vec![
            file("Cargo.toml", self.manifest(surroundings)),
            file("README.md", self.readme()),
            file("rustfmt.toml", "# The generator formats what it emits.\ndisable_all_formatting = true\n".to_owned()),
        ]
    }

    fn manifest(&self, surroundings: &Surroundings) -> String {
        let Package { name, title, license, .. } = &self.package;
        let description = quoted(&format!("A typed client for {}.", title.trim_end_matches('.')));
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
# TLS by rustls, with the platform's certificate store.
rustls = ["{RUNTIME}/rustls"]
# TLS by the platform's own library instead.
native-tls = ["{RUNTIME}/native-tls"]
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

    /// What the emitted code names, in the order of the names.
    fn dependencies(&self, surroundings: &Surroundings) -> Vec<(&'static str, String)> {
        let path = surroundings.runtime.as_ref().map(|path| format!("path = {}, ", quoted(path))).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        let runtime = format!(r#"{{ {path}version = "{version}", default-features = false }}"#);
        let used = DEPENDENCIES.iter().filter(|(name, _)| self.files.iter().any(|file| names(&file.text, name)));
        let mut all: Vec<_> = used.map(|(name, dependency)| (*name, (*dependency).to_owned())).collect();
        all.push((RUNTIME, runtime));
        all.sort();
        all
    }

    fn readme(&self) -> String {
        let Package { name, title, authentication, has_environment, is_placed, .. } = &self.package;
        let krate = name.replace('-', "_");
        let title = title.trim_end_matches('.');
        let place: &[&str] = if *is_placed { &[] } else { &[r#""https://api.example.com""#] };
        let credentials: &[&str] = match authentication {
            Authentication::Key => &[r#""key id""#, r#""key secret""#],
            Authentication::Token | Authentication::ApiKey(..) => &[r#""key""#],
            Authentication::None => &[],
        };
        let client = if *has_environment && *is_placed {
            "from_env()?".to_owned()
        } else {
            format!("new({})?", [place, credentials].concat().join(", "))
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
say what is special about it, like `.timeout(..)` or `.header(..)`. What it returns derefs to the value, and knows the
status, the headers and the body.

- **Calls are repeated where that is safe**, and end as `Error::OutcomeUnknown` where nobody knows what they have done.
- **Requests are strict.** What is required is in `new(..)`; the rest has setters.
- **Responses are tolerant.** Every field is an `Option`; for what the API promises there is also a method of the
  field's name. What does not fit does not keep the rest from being read: see `Response::mismatches`.
- **Enums are open.** What the API adds to a list of values arrives as `Unknown(..)`.
- **Secrets stay secret.** They are in no `Debug`, log, error or serialized response; `expose_secret()` is the one way
  to them.

TLS is `rustls`; the feature `native-tls` takes the platform's instead. The feature `tracing` adds a span for each call.
The sources are generated from the API's OpenAPI document.
"
        )
    }
}

/// Whether code names a crate in a path.
fn names(code: &str, krate: &str) -> bool {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let continues = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    lines
        .flat_map(|line| line.match_indices(krate).map(move |(at, _)| (&line[..at], &line[at + krate.len()..])))
        .any(|(before, after)| after.starts_with("::") && !before.ends_with(continues))
}

/// A text as TOML writes it, on one line.
fn quoted(text: &str) -> String {
    let words: Vec<_> = text.split(|letter: char| letter.is_whitespace() || letter.is_control()).collect();
    serde_json::Value::String(words.join(" ")).to_string()
}
