//! What the manifests promise.

use std::process::Command;

use serde_json::Value;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--locked")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What cargo knows of every package of the workspace, and of every one that they may need.
fn packages() -> Vec<Value> {
    let metadata = cargo(&["metadata", "--format-version", "1", "--all-features"]);
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

/// The names of the packages that a client is built from.
fn dependencies_of_the_client(features: &[&str]) -> Vec<String> {
    let tree = ["tree", "--package", "clickhouse-cloud", "--edges", "normal,build", "--prefix", "none"];
    let tree = cargo(&[&tree, features].concat());
    let mut names: Vec<_> = tree.lines().filter_map(|line| line.split(' ').next()).map(ToOwned::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn the_client_needs_nothing_of_the_generator() {
    let names = dependencies_of_the_client(&[]);
    assert!(names.iter().any(|name| name == "reqwest"), "the tree is read: {names:?}");
    for name in ["codegen", "openapiv3", "prettyplease", "progenitor", "progenitor-client", "typify", "yaml_serde"] {
        assert!(!names.iter().any(|other| other == name), "the client depends on {name}");
    }
}

#[test]
fn each_tls_is_compiled_only_on_request_and_rustls_with_ring_by_default() {
    let all = ["aws-lc-rs", "native-tls", "ring", "rustls"];
    let tls = |features: &[&str]| {
        let mut names = dependencies_of_the_client(features);
        names.retain(|name| all.contains(&name.as_str()));
        names
    };
    assert_eq!(tls(&[]), ["ring", "rustls"]);
    assert_eq!(tls(&["--no-default-features", "--features", "aws-lc-rs"]), ["aws-lc-rs", "rustls"]);
    assert_eq!(tls(&["--no-default-features", "--features", "native-tls"]), ["native-tls"]);
    assert_eq!(tls(&["--no-default-features"]), [""; 0]);
}

#[test]
fn a_default_client_is_built_without_what_takes_long_to_compile() {
    let names = dependencies_of_the_client(&[]);
    for name in ["aws-lc-sys", "cmake", "h2", "serde_derive", "tracing-subscriber"] {
        assert!(!names.iter().any(|other| other == name), "the client depends on {name}");
    }
    let with_http2 = dependencies_of_the_client(&["--features", "http2,system-proxy"]);
    assert!(with_http2.iter().any(|name| name == "h2"), "{with_http2:?}");
}

#[test]
fn the_stated_rust_version_is_enough_for_every_dependency_on_every_platform() {
    let packages = packages();
    let version = |package: &Value| -> Option<Vec<u32>> {
        let text = package["rust_version"].as_str()?;
        let mut parts: Vec<_> = text.split('.').map(|part| part.parse().unwrap()).collect();
        parts.resize(3, 0);
        Some(parts)
    };
    let stated = packages.iter().find(|package| package["name"] == "clickhouse-cloud").and_then(version).unwrap();
    // The packages of the workspace state their own versions.
    for package in packages.iter().filter(|package| package["source"].is_string()) {
        assert!(version(package) <= Some(stated.clone()), "{} needs {}", package["name"], package["rust_version"]);
    }
}

#[test]
fn a_crate_starts_with_the_versions_that_this_workspace_has() {
    let read = |path: &str| std::fs::read_to_string(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (workspace, starter) = (read("Cargo.toml"), read("codegen/src/package.rs"));
    for name in ["chrono", "serde_json", "uuid"] {
        let line = workspace.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
        let version = line.split('"').nth(1).unwrap();
        let of_starter = starter.lines().find(|line| line.contains(&format!("(\"{name}\", "))).unwrap();
        assert!(of_starter.contains(&format!("version = \"{version}\"")), "{of_starter}");
    }
}

#[test]
fn published_packages_have_complete_manifests() {
    let mut published = packages();
    published.retain(|package| package["source"].is_null() && package["publish"].is_null());
    let names: Vec<_> = published.iter().map(|package| package["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["clickhouse-cloud", "clickhouse-cloud-runtime", "clickhouse-cloud-simulator"]);

    for package in &published {
        let lists = ["categories", "keywords"].map(|field| package[field].as_array().unwrap().len());
        assert!(lists.iter().all(|length| (1..=5).contains(length)), "{}: {lists:?}", package["name"]);
        let fields = ["description", "documentation", "homepage", "license", "readme", "repository", "rust_version"];
        let missing: Vec<_> = fields.into_iter().filter(|field| package[field].is_null()).collect();
        // There is nothing to name yet: see the workspace's manifest.
        assert_eq!(missing, ["homepage", "repository"], "{}", package["name"]);
        assert!(package["metadata"]["docs"]["rs"].is_object(), "{}", package["name"]);
    }
}
