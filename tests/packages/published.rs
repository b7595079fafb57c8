//! What is published, as a user gets it.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::{self, Stdio},
    sync::LazyLock,
    time::Duration,
};

use flate2::read::GzDecoder;
use tar::Archive;
use tests::files;
use tokio::{process::Command, time::timeout};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const SCRATCH: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/packages");

/// What is published, and the folder of each.
const PACKAGES: [(&str, &str); 3] = [
    ("clickhouse-cloud-runtime", "runtime"),
    ("clickhouse-cloud-simulator", "simulator"),
    ("clickhouse-cloud", "generated"),
];

/// The folder of the packages, unpacked.
static UNPACKED: LazyLock<PathBuf> = LazyLock::new(|| {
    let output = process::Command::new(env!("CARGO"))
        .args(["package", "--no-verify", "--allow-dirty", "--locked", "--offline", "--target-dir", SCRATCH])
        .args(PACKAGES.iter().flat_map(|(name, _)| ["--package", name]))
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let folder = Path::new(SCRATCH).join("unpacked");
    let mut packed = BTreeSet::new();
    for (name, _) in PACKAGES {
        let file = format!("{SCRATCH}/package/{name}-{}.crate", env!("CARGO_PKG_VERSION"));
        let mut archive = Archive::new(GzDecoder::new(File::open(file).unwrap()));
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            assert!(entry.header().entry_type().is_file(), "{name} has something that is no file");
            let path = entry.path().unwrap().to_str().unwrap().to_owned();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            files::write(&folder.join(&path), content);
            packed.insert(path);
        }
    }
    for path in files::list(&folder).difference(&packed) {
        fs::remove_file(folder.join(path)).unwrap();
    }
    folder
});

fn unpacked(name: &str) -> PathBuf {
    UNPACKED.join(format!("{name}-{}", env!("CARGO_PKG_VERSION")))
}

/// What every package holds beside its sources, by cargo's doing and by ours.
const ALWAYS: [&str; 5] = ["Cargo.lock", "Cargo.toml", "Cargo.toml.orig", "LICENSE", "README.md"];

#[test]
fn each_package_holds_its_sources_and_what_a_user_needs_beside_them() {
    let beside = |name: &str| -> &[&str] {
        match name {
            "clickhouse-cloud" => &[
                "examples/backup_report.rs",
                "examples/cost_report.rs",
                "examples/fleet.rs",
                "examples/kafka_pipe.rs",
                "examples/postgres_replica.rs",
                "examples/quickstart.rs",
                "examples/replicate_postgres.rs",
                "examples/rotate_key.rs",
                "examples/scale_fleet.rs",
                "guide.rs",
                "guide/backups.md",
                "guide/cost.md",
                "guide/errors.md",
                "guide/finding.md",
                "guide/keys.md",
                "guide/lists.md",
                "guide/pipes.md",
                "guide/postgres.md",
                "guide/queries.md",
                "guide/retries.md",
                "guide/scaling.md",
                "guide/settings.md",
                "guide/testing.md",
                "guide/tolerance.md",
                "guide/waiting.md",
            ],
            "clickhouse-cloud-simulator" => &["openapi.yaml"],
            _ => &[],
        }
    };
    for (name, folder) in PACKAGES {
        let sources = files::list(&Path::new(ROOT).join(folder).join("src"));
        let sources = sources.iter().map(|path| format!("src/{path}"));
        let beside = ALWAYS.iter().chain(beside(name)).map(|path| (*path).to_owned());
        let mut held = files::list(&unpacked(name));
        // Cargo adds the commit, where there is a repository.
        held.remove(".cargo_vcs_info.json");
        assert_eq!(held, sources.chain(beside).collect(), "{name}");
    }
}

#[test]
fn linked_files_are_in_the_package() {
    for (name, _) in PACKAGES {
        assert_eq!(
            fs::read(unpacked(name).join("LICENSE")).unwrap(),
            fs::read(format!("{ROOT}/LICENSE")).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn the_front_page_leads_to_every_page_of_the_guide() {
    let generated = Path::new(ROOT).join("generated");
    let readme = fs::read_to_string(generated.join("README.md")).unwrap();
    let guide = fs::read_to_string(generated.join("guide.rs")).unwrap();
    let pages = files::list(&generated.join("guide"));
    assert!(pages.len() > 3, "pages are found: {pages:?}");
    for page in pages {
        let name = page.strip_suffix(".md").unwrap();
        assert!(guide.contains(&format!("#[doc = include_str!(\"guide/{page}\")]\npub mod {name} {{}}\n")), "{page}");
        let url = format!("https://docs.rs/clickhouse-cloud/latest/clickhouse_cloud/guide/{name}/index.html");
        assert!(readme.contains(&url), "{page}");
    }
}

/// Long enough for a slow machine to build every dependency.
const BUILDING: Duration = Duration::from_secs(30 * 60);
/// In the simulation a minute takes a second, and a service lives for five.
const RUNNING: Duration = Duration::from_secs(5 * 60);

#[tokio::test]
async fn the_quickstart_works_in_a_project_that_has_nothing_but_the_packages() {
    let project = user_project();
    // What is already built for this workspace is used again.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--offline", "--target-dir"]).arg(target).current_dir(&project);
    run(build, BUILDING).await;

    let mut quickstart = Command::new(target.join("debug").join(format!("user{}", std::env::consts::EXE_SUFFIX)));
    // With a key in the environment it would create a service that costs money.
    quickstart.env_clear();
    let shown = run(quickstart, RUNNING).await;
    let mut lines = shown.lines();
    for expected in [
        "so this is a simulation",
        "creating quickstart-",
        "with a password of",
        "it is running",
        "backups start at 02:00",
        "backups start at a time of the API",
        " is running",
        "is gone",
    ] {
        assert!(lines.any(|line| line.contains(expected)), "`{expected}` is not there, or not in its place:\n{shown}");
    }
}

const MANIFEST: &str = r#"
[package]
name = "user"
version = "0.1.0"
edition = "2024"

[dependencies]
clickhouse-cloud = "0.1"
clickhouse-cloud-simulator = { version = "0.1", default-features = false }
tokio = { version = "1", features = ["macros", "rt-multi-thread", "signal", "time"] }

# As here, so that what is built here can be used.
[profile.dev]
debug = "line-tables-only"

[workspace]

[patch.crates-io]
"#;

/// A project outside the workspace, whose program is the quickstart of the package.
fn user_project() -> PathBuf {
    let folder = Path::new(SCRATCH).join("user");
    let quickstart = fs::read(unpacked("clickhouse-cloud").join("examples/quickstart.rs")).unwrap();
    files::write(&folder.join("src/main.rs"), quickstart);
    fs::copy(format!("{ROOT}/Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let patches = PACKAGES.map(|(name, _)| format!("{name} = {{ path = '{}' }}\n", unpacked(name).display()));
    let manifest = format!("{MANIFEST}{}", patches.concat());
    files::write(&folder.join("Cargo.toml"), manifest);
    folder
}

/// Runs a command that has to succeed within this time, and returns what it prints.
async fn run(mut command: Command, limit: Duration) -> String {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(limit, output).await.unwrap_or_else(|_| panic!("{command:?} takes too long")).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
