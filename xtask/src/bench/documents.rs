use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use codegen::{Diagnostic, is_crate_name};

use super::{
    BARE_DEPENDENCIES,
    bounded::{self, Ended},
    lines,
    published::release_build,
    scratch::Scratch,
};
use crate::{arguments::Spec, input, workspace};

/// How long the generator may take for one document.
const GENERATE_LIMIT: Duration = Duration::from_secs(60);

/// How long the check of one crate may take.
const CHECK_LIMIT: Duration = Duration::from_secs(600);

/// How much of an error is shown in a cell, in characters.
const MAX_REASON: usize = 160;

const HEAD: &str = "\
| document | taken | warnings by rule | lines | generated in s | with MB | checked in s | with MB |
|---|---|---|---|---|---|---|---|";

/// Reads a number of a crate and of its check.
type Measure = fn((&Crate, &Ended)) -> f64;

/// A crate that came out of a document.
struct Crate {
    lines: usize,
    generated: Ended,
    /// Or the first error.
    checked: Result<Ended, String>,
}

/// Generates and checks a crate for each document in a folder, and one by bare progenitor. Prints a row for each, and
/// then what both have in common.
pub(super) fn run(folder: &Path) -> Result<()> {
    let documents = documents(folder)?;
    let bench = Bench { scratch: Scratch::new("bench-documents", &[])?, xtask: release_build()? };
    println!("{HEAD}");
    let mut crates = Vec::new();
    for (name, file) in documents {
        let [ours, bare] = [bench.emitted(&name, &file)?, bench.bare(&name, &file)?];
        println!("{}", row(&file, &ours, &bare)?);
        crates.push((ours.ok(), bare.ok()));
    }
    println!("\n{}", summary(&crates));
    Ok(())
}

/// Returns the documents in a folder, by the names of their packages, which differ.
fn documents(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| {
        file.extension().and_then(OsStr::to_str).is_some_and(|end| ["json", "yaml", "yml"].contains(&end))
    });
    ensure!(!files.is_empty(), "there is no .json, .yaml or .yml in {}", folder.display());
    files.sort();
    let mut documents: Vec<(String, PathBuf)> = Vec::new();
    for file in files {
        let name = package_name(&file.file_stem().unwrap_or_default().to_string_lossy());
        let name = if documents.iter().any(|(other, _)| *other == name) {
            format!("{name}-{}", documents.len())
        } else {
            name
        };
        documents.push((name, file));
    }
    Ok(documents)
}

/// Makes the name of a package from that of a file. No dependency has such a name.
fn package_name(stem: &str) -> String {
    let words = stem.to_ascii_lowercase();
    let words: Vec<_> =
        words.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name = format!("{}-api", words.join("-"));
    if is_crate_name(&name) { name } else { format!("api-{name}") }
}

struct Bench {
    scratch: Scratch,
    xtask: PathBuf,
}

impl Bench {
    /// Emits our crate, and checks it; or returns the reason why there is none.
    fn emitted(&self, name: &str, file: &Path) -> Result<Result<Crate, String>> {
        let folder = self.empty_folder(name)?;
        let mut command = Command::new(&self.xtask);
        command.args(["generate", "--name", name, "--spec"]).arg(file).arg("--out").arg(&folder);
        let generated = match succeed(bounded::run(&mut command, GENERATE_LIMIT, &folder.with_extension("stdout"))?) {
            Ok(generated) => generated,
            Err(reason) => return Ok(Err(reason)),
        };
        let lines = lines_in(&folder.join("src"))?;
        Ok(Ok(Crate { lines, generated, checked: self.check(&folder)? }))
    }

    /// Does the same with bare progenitor.
    fn bare(&self, name: &str, file: &Path) -> Result<Result<Crate, String>> {
        let folder = self.empty_folder(&format!("bare-{name}"))?;
        fs::create_dir_all(folder.join("src"))?;
        let root = folder.join("src/lib.rs");
        let mut command = Command::new(&self.xtask);
        let generated = match succeed(bounded::run(command.args(["bare", "--spec"]).arg(file), GENERATE_LIMIT, &root)?)
        {
            Ok(generated) => generated,
            Err(reason) => return Ok(Err(reason)),
        };
        let manifest = format!(
            "[package]\nname = \"bare-{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]{BARE_DEPENDENCIES}"
        );
        fs::write(folder.join("Cargo.toml"), manifest)?;
        Ok(Ok(Crate { lines: lines(&fs::read_to_string(&root)?), generated, checked: self.check(&folder)? }))
    }

    fn empty_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.scratch.0.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        fs::copy(workspace::root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(folder)
    }

    /// Checks a package whose dependencies are already checked; or returns the first error.
    fn check(&self, folder: &Path) -> Result<Result<Ended, String>> {
        let root = folder.join("src/lib.rs");
        let text = fs::read(&root)?;
        let check = || {
            let mut cargo = Command::new("cargo");
            // Nothing that an earlier run has compiled is used.
            cargo.args(["check", "--quiet"]).current_dir(folder).env("CARGO_INCREMENTAL", "0");
            cargo.env("CARGO_TARGET_DIR", self.scratch.0.join("target"));
            bounded::run(&mut cargo, CHECK_LIMIT, &folder.with_extension("check"))
        };
        fs::write(&root, "")?;
        let of_dependencies = check()?;
        fs::write(&root, text)?;
        Ok(match succeed(of_dependencies) {
            Ok(_) => succeed(check()?),
            Err(reason) => Err(reason),
        })
    }
}

/// Returns a process that was successful, or the reason why it was not.
fn succeed(ended: Ended) -> Result<Ended, String> {
    match ended.status {
        Some(status) if status.success() => Ok(ended),
        Some(status) => Err(first_message(&ended.stderr).unwrap_or_else(|| status.to_string())),
        None => Err(format!("stopped after {} s", ended.time.as_secs())),
    }
}

/// Returns the first error that a program has printed, or else its first message, in one line.
fn first_message(stderr: &str) -> Option<String> {
    let is_error = |line: &&str| ["×", "error", "thread "].iter().any(|start| line.starts_with(start));
    let mut lines = stderr.lines().map(str::trim);
    let error = lines.clone().find(is_error).or_else(|| lines.find(|line| !line.is_empty()))?;
    let error = error.trim_start_matches(['×', ' ']);
    let short: String = error.chars().take(MAX_REASON).collect();
    Some(if short.len() < error.len() { format!("{short}…") } else { short })
}

fn lines_in(folder: &Path) -> Result<usize> {
    let mut all = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        all += if path.is_dir() { lines_in(&path)? } else { lines(&fs::read_to_string(&path)?) };
    }
    Ok(all)
}

/// Counts the warnings about a document, by the rule.
fn warnings(file: &Path) -> Result<String> {
    let spec = Spec { spec: file.to_owned(), allow_outside: false };
    let document = input::read_document(&spec, input::DOCUMENT)?.context("it had no errors before")?;
    Ok(by_rule(&codegen::lint(&document, None)?))
}

fn by_rule(warnings: &[Diagnostic]) -> String {
    let mut rules: BTreeMap<_, usize> = BTreeMap::new();
    for warning in warnings {
        *rules.entry(warning.kind.rule()).or_default() += 1;
    }
    let rules: Vec<_> = rules.iter().map(|(rule, number)| format!("{rule} {number}")).collect();
    rules.join(", ")
}

fn row(file: &Path, ours: &Result<Crate, String>, bare: &Result<Crate, String>) -> Result<String> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let ours = match ours {
        Ok(ours) => ours,
        Err(reason) => return Ok(format!("| {name} | no: {} | | | | | | |", in_cell(reason))),
    };
    let bare = bare.as_ref().ok();
    let pair = |value: &dyn Fn(&Crate) -> Option<String>| {
        let other = bare.map(|bare| value(bare).unwrap_or_else(|| "does not compile".to_owned()));
        format!("{} : {}", value(ours).unwrap_or_default(), other.unwrap_or_else(|| "–".to_owned()))
    };
    let checked = |value: fn(&Ended) -> String| pair(&move |of: &Crate| of.checked.as_ref().ok().map(value));
    let taken = match &ours.checked {
        Ok(checked) => first_message(&checked.stderr)
            .map_or_else(|| "yes".to_owned(), |warning| format!("yes, with {}", in_cell(&warning))),
        Err(error) => format!("does not compile: {}", in_cell(error)),
    };
    let cells = [
        taken,
        warnings(file)?,
        pair(&|of| Some(of.lines.to_string())),
        pair(&|of| Some(seconds(&of.generated))),
        pair(&|of| Some(megabytes(&of.generated))),
        checked(seconds),
        checked(megabytes),
    ];
    Ok(format!("| {name} | {} |", cells.join(" | ")))
}

fn seconds(of: &Ended) -> String {
    format!("{:.2}", of.time.as_secs_f64())
}

fn megabytes(of: &Ended) -> String {
    of.peak_bytes.map_or_else(|| "?".to_owned(), |bytes| (bytes >> 20).to_string())
}

fn in_cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Says how many documents were taken, and compares the crates where both compile.
fn summary(crates: &[(Option<Crate>, Option<Crate>)]) -> String {
    let count = |crates: Vec<&Crate>| (crates.len(), crates.iter().filter(|of| of.checked.is_ok()).count());
    let (ours, ours_compile) = count(crates.iter().filter_map(|(ours, _)| ours.as_ref()).collect());
    let (bare, bare_compile) = count(crates.iter().filter_map(|(_, bare)| bare.as_ref()).collect());
    let both = crates.iter().filter_map(|(ours, bare)| {
        let (ours, bare) = (ours.as_ref()?, bare.as_ref()?);
        Some(((ours, ours.checked.as_ref().ok()?), (bare, bare.checked.as_ref().ok()?)))
    });
    let both: Vec<_> = both.collect();
    let mut text = format!(
        "Of {} documents, {ours} are taken, and {ours_compile} of those compile; by bare progenitor, {bare} and \
         {bare_compile}. Ours : bare, where both compile, as the median and the range:\n",
        crates.len()
    );
    #[expect(clippy::cast_precision_loss, reason = "for a person to read")]
    let measures: [(&str, Measure); 5] = [
        ("lines", |(of, _)| of.lines as f64),
        ("time to generate", |(of, _)| of.generated.time.as_secs_f64()),
        ("memory to generate", |(of, _)| of.generated.peak_bytes.unwrap_or_default() as f64),
        ("time to check", |(_, checked)| checked.time.as_secs_f64()),
        ("memory to check", |(_, checked)| checked.peak_bytes.unwrap_or_default() as f64),
    ];
    for (what, measure) in measures {
        let mut ratios: Vec<f64> = both.iter().map(|(ours, bare)| measure(*ours) / measure(*bare)).collect();
        ratios.retain(|ratio| ratio.is_finite());
        ratios.sort_by(f64::total_cmp);
        if let (Some(least), Some(most)) = (ratios.first(), ratios.last()) {
            let _ = write!(text, "\n- {what}: {:.2}, {least:.2} to {most:.2}", ratios[ratios.len() / 2]);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::process::ExitStatus;

    use super::*;

    fn ended(millis: u64) -> Ended {
        let status = Some(ExitStatus::default());
        Ended { status, time: Duration::from_millis(millis), peak_bytes: Some(millis << 20), stderr: String::new() }
    }

    fn emitted(lines: usize, checked: Result<Ended, String>) -> Crate {
        Crate { lines, generated: ended(100), checked }
    }

    #[test]
    fn packages_are_named_after_files() {
        for (stem, name) in [
            ("Pets", "pets-api"),
            ("pets_v1.2 (beta)", "pets-v1-2-beta-api"),
            ("3scale", "api-3scale-api"),
            ("…", "api--api"),
        ] {
            assert_eq!(package_name(stem), name);
            assert!(is_crate_name(name), "{name}");
        }
    }

    #[test]
    fn documents_have_different_names_and_other_files_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["pets.json", "pets.yaml", "Pets.yml", "README.md"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = documents(folder.path()).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["pets-api", "pets-api-1", "pets-api-2"]);
    }

    #[test]
    fn a_reason_is_the_first_message_in_one_line() {
        for (stderr, reason) in [
            ("  ⚠ careful\n\n  × `a` is missing\n   ╭─[a.yaml:1:1]\n", "`a` is missing"),
            ("warning: unused\nerror[E0308]: mismatched types\n --> src/lib.rs\n", "error[E0308]: mismatched types"),
            ("thread 'main' has overflowed its stack\n", "thread 'main' has overflowed its stack"),
            ("\nno words for it\n", "no words for it"),
        ] {
            assert_eq!(first_message(stderr).unwrap(), reason);
        }
        assert_eq!(first_message("\n"), None);
        assert_eq!(first_message(&format!("error: {}", "a".repeat(1000))).unwrap().chars().count(), MAX_REASON + 1);
        let stopped = Ended { status: None, ..ended(2_000) };
        assert_eq!(succeed(stopped).err().unwrap(), "stopped after 2 s");
    }

    #[test]
    fn a_document_that_is_not_taken_has_a_row_with_the_reason() {
        let row = row(Path::new("a/b.yaml"), &Err("`x|y` is missing".to_owned()), &Ok(emitted(1, Ok(ended(1)))));
        assert_eq!(row.unwrap(), "| b.yaml | no: `x\\|y` is missing | | | | | | |");
    }

    #[test]
    fn a_crate_that_compiles_with_warnings_has_a_row_with_the_first_of_them() {
        let warned = Ended { stderr: "warning: `a` is unused\n --> src/lib.rs\n".to_owned(), ..ended(1) };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.yaml");
        fs::write(
            &file,
            "openapi: 3.0.3\ninfo: {title: A, version: '1'}\nservers: [{url: https://a.example}]\npaths: {}",
        )
        .unwrap();
        let row = row(&file, &Ok(emitted(1, Ok(warned))), &Err(String::new())).unwrap();
        assert!(row.starts_with("| a.yaml | yes, with warning: `a` is unused |"), "{row}");
    }

    #[test]
    fn the_summary_compares_crates_that_compile() {
        let crates = [
            (Some(emitted(10, Ok(ended(300)))), Some(emitted(20, Ok(ended(1_000))))),
            (Some(emitted(10, Ok(ended(1)))), Some(emitted(10, Err("error".to_owned())))),
            (Some(emitted(10, Err("error".to_owned()))), None),
            (None, None),
        ];
        let text = summary(&crates);
        assert!(
            text.starts_with("Of 4 documents, 3 are taken, and 2 of those compile; by bare progenitor, 2 and 1."),
            "{text}"
        );
        assert!(text.contains("\n- lines: 0.50, 0.50 to 0.50\n"), "{text}");
        assert!(text.ends_with("\n- memory to check: 0.30, 0.30 to 0.30"), "{text}");
    }
}
