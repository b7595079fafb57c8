mod download;

use std::{fmt::Write, io, path::Path};

use anyhow::{Context, Result, anyhow};
use codegen::{Drift, DriftError, Expectation, Expectations, SharedProse, Upstream};

use crate::{
    FAILED, FINE, FOUND, arguments, diagnostics,
    input::{self, Kind},
};
use download::Url;

pub(crate) fn run(arguments: &arguments::Drift) -> Result<u8> {
    let Some((name, published)) = published(arguments)? else { return Ok(FAILED) };
    let ours = input::read_document(&arguments.document, input::DOCUMENT).map_err(|error| anyhow!("{error}"))?;
    let Some(ours) = ours else { return Ok(FAILED) };
    if arguments.prose {
        return Ok(show_prose(&codegen::shared_prose(&ours, &published)));
    }
    if let Some(operation) = &arguments.skeleton {
        print!("{}", codegen::skeleton(&ours, &published, operation).with_context(|| name)?);
        return Ok(FINE);
    }
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

/// Reads UPSTREAM, and returns its name for messages. Returns nothing after having printed the errors in its files.
fn published(arguments: &arguments::Drift) -> Result<Option<(String, Upstream)>> {
    let upstream = &arguments.upstream;
    let url = upstream.to_str().and_then(Url::of).transpose()?;
    let (name, text) = match &url {
        Some(url) => (url.name(), url.download()?),
        None => (upstream.display().to_string(), read(upstream, Kind { argument: "as UPSTREAM", ..input::DOCUMENT })?),
    };
    let published = Upstream::parse(&name, &text).map_err(|error| anyhow!("{name} {error}"))?;
    let allow_outside = arguments.document.allow_outside;
    let folder = upstream.parent().unwrap_or(Path::new(""));
    let mut read_file = |path: &str| match &url {
        Some(_) => Err(io::Error::other("other files are not downloaded; name a copy of the document and of them")),
        None => input::read_part(folder, path, allow_outside),
    };
    let published = published.bundle(allow_outside, &mut read_file);
    Ok(published.map_err(|errors| diagnostics::print_errors(&errors)).ok().map(|published| (name, published)))
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

fn show_prose(shared: &[SharedProse]) -> u8 {
    for run in shared {
        println!("{run}");
    }
    if shared.is_empty() {
        println!("no words of theirs");
        return FINE;
    }
    eprintln!("{} to write in our own words", shared.len());
    FOUND
}
