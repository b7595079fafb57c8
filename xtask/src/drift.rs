mod download;

use std::{fmt::Write, path::Path};

use anyhow::{Context, Result, anyhow};
use codegen::{Drift, DriftError, Expectation, Expectations, Upstream};

use crate::{
    FAILED, FINE, FOUND, arguments, diagnostics,
    input::{self, Kind},
};
use download::Url;

pub(crate) fn run(arguments: &arguments::Drift) -> Result<u8> {
    let (name, text) = published(&arguments.upstream)?;
    let published = Upstream::parse(&text).map_err(|error| anyhow!("{name} {error}"))?;

    let ours = input::read_document(&arguments.document, input::DOCUMENT).map_err(|error| anyhow!("{error}"))?;
    let Some(ours) = ours else { return Ok(FAILED) };
    let list = arguments.document.spec.with_file_name("drift.toml");
    let expectations = expectations(&list)?;
    let drift = match codegen::drift(&ours, &published, expectations) {
        Ok(drift) => drift,
        Err(DriftError::Document(errors)) => {
            diagnostics::print_errors(&errors);
            return Ok(FAILED);
        }
        Err(error @ (DriftError::AnotherApi(_) | DriftError::TooEntangled)) => return Err(anyhow!("{name}: {error}")),
    };
    Ok(show(&drift, &list))
}

/// Returns the name of UPSTREAM for messages, and its text.
fn published(upstream: &Path) -> Result<(String, String)> {
    match upstream.to_str().and_then(Url::of) {
        Some(url) => url.and_then(|url| Ok((url.name(), url.download()?))),
        None => {
            Ok((upstream.display().to_string(), read(upstream, Kind { argument: "as UPSTREAM", ..input::DOCUMENT })?))
        }
    }
}

/// Reads the text of a file. The error is not [`input::Unreadable`]: it exits with another code.
fn read(file: &Path, kind: Kind) -> Result<String> {
    input::read(file, kind).map_err(|error| anyhow!("{error}"))
}

/// Reads the expected differences, if there is a list of them.
fn expectations(list: &Path) -> Result<Expectations> {
    if !list.exists() {
        return Ok(Expectations::default());
    }
    let text = read(list, Kind { name: "list", argument: "beside our document", ..input::DOCUMENT })?;
    Expectations::parse(&text).with_context(|| format!("cannot read {}", list.display()))
}

fn show(drift: &Drift, list: &Path) -> u8 {
    let Drift { unexpected, stale, expected } = drift;
    let list = list.display();
    let mut text = String::new();
    for difference in unexpected {
        let _ = writeln!(text, "{difference}");
    }
    for Expectation { line, difference, at, operation, .. } in stale {
        let _ = write!(text, "{list}:{line}:1: nothing is like this any more: {difference}");
        for (preposition, what) in [("at", at), ("in", operation)] {
            let _ = if what == "*" { Ok(()) } else { write!(text, ", {preposition} {what}") };
        }
        text.push('\n');
    }
    print!("{text}");
    if unexpected.is_empty() && stale.is_empty() {
        println!("nothing new; {expected} expected");
        return FINE;
    }
    let (unexpected, stale) = (unexpected.len(), stale.len());
    eprintln!("{unexpected} unexpected, {stale} to remove from {list}, {expected} expected");
    FOUND
}
