//! Makes the packages that are published, and prints their sizes.

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use tar::Archive;

use crate::workspace::{self, EMITTED_PACKAGE};

/// The packages that are published, each after those that it depends on.
const PACKAGES: [&str; 3] = ["clickhouse-cloud-runtime", "clickhouse-cloud-simulator", EMITTED_PACKAGE];

/// The version of all packages of the workspace.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes the packages, and prints a row for each.
pub(crate) fn run() -> Result<()> {
    pack()?;
    println!("| package | version | files | packed | unpacked |\n|---|---|---|---|---|");
    for name in PACKAGES {
        let file = workspace::root().join(format!("target/package/{name}-{VERSION}.crate"));
        let Size { files, packed, unpacked } =
            Size::of(&file).with_context(|| format!("cannot read {}", file.display()))?;
        println!(
            "| `{name}` | {VERSION} | {files} | {} KiB | {} KiB |",
            packed.div_ceil(1024),
            unpacked.div_ceil(1024)
        );
    }
    Ok(())
}

fn pack() -> Result<()> {
    let packages = PACKAGES.iter().flat_map(|name| ["--package", name]);
    let status = Command::new("cargo")
        .args(["package", "--quiet", "--no-verify", "--allow-dirty", "--target-dir", "target"])
        .args(packages)
        .current_dir(workspace::root())
        .status()
        .context("cannot run cargo")?;
    ensure!(status.success(), "`cargo package` fails");
    Ok(())
}

struct Size {
    files: usize,
    packed: u64,
    unpacked: u64,
}

impl Size {
    fn of(file: &Path) -> Result<Self> {
        let packed = fs::metadata(file)?.len();
        let mut archive = Archive::new(GzDecoder::new(File::open(file)?));
        let sizes: Vec<_> = archive.entries()?.map(|entry| Ok(entry?.size())).collect::<Result<_>>()?;
        Ok(Self { files: sizes.len(), packed, unpacked: sizes.iter().sum() })
    }
}
