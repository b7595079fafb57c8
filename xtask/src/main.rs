//! The commands that people type: `cargo xtask --help` lists them.

mod arguments;
mod bench;
mod bundle;
mod diagnostics;
mod diff;
mod drift;
mod emitted;
mod excerpt;
mod generate;
mod input;
mod lint;
mod output;
mod package;
mod prove;
mod release;
mod revision;
mod starter;
mod version_bump;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use arguments::{Arguments, Command};
use clap::Parser;
use input::Unreadable;

/// The exit code when nothing is wrong.
const FINE: u8 = 0;
/// The exit code when there are errors in a document or differences, or the document cannot be read.
const FOUND: u8 = 1;
/// The exit code when the command cannot do its work.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let status = run(Arguments::parse().command).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        if error.is::<Unreadable>() { FOUND } else { FAILED }
    });
    ExitCode::from(status)
}

fn run(command: Command) -> Result<u8> {
    match command {
        Command::Generate(arguments) => generate::run(&arguments),
        Command::Bundle(arguments) => bundle::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Drift(arguments) => drift::run(&arguments),
        Command::Release(arguments) => release::run(&arguments),
        Command::Prove(arguments) => prove::run(&arguments),
        Command::Package => package::run().map(|()| FINE),
        Command::Bench(arguments) => bench::run(&arguments).map(|()| FINE),
        Command::Emitted(arguments) => emitted::run(&arguments),
        Command::Bare(arguments) => bench::bare(&arguments).map(|()| FINE),
    }
}
