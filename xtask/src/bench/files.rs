use std::{fs, time::Instant};

use anyhow::{Result, ensure};
use codegen::Document;

use super::{least_of_each, scratch::Scratch, synthetic};
use crate::workspace;

/// As many as the service has.
const OPERATIONS: usize = 174;

/// Prints the time that the generator takes for a document in several files that is as large as the whole API.
pub(super) fn run() -> Result<()> {
    println!("| what | measured | goal |\n|---|---|---|");
    row()
}

pub(super) fn row() -> Result<()> {
    let scratch = Scratch::new("bench-files", &[])?;
    let files = synthetic::in_files(workspace::document()?.root(), OPERATIONS);
    let mut lines = 0;
    for (name, value) in &files {
        let text = Document::parse(name.clone(), value.to_string())?.to_yaml()?;
        lines += text.lines().count();
        fs::write(scratch.0.join(name), text)?;
    }
    let (root, crate_folder) = (scratch.0.join("root.yaml"), scratch.0.join("emitted"));
    let [time] = least_of_each(|| {
        let start = Instant::now();
        let output = super::xtask("generate").arg("--spec").arg(&root).arg("--out").arg(&crate_folder).output()?;
        ensure!(output.status.success(), "`cargo xtask generate` fails:\n{}", String::from_utf8_lossy(&output.stderr));
        Ok([start.elapsed()])
    })?;
    println!(
        "| `cargo xtask generate`, already built, {OPERATIONS} operations in {} YAML files with {lines} lines | {:.2} s | \
         1 s |",
        files.len(),
        time.as_secs_f64()
    );
    Ok(())
}
