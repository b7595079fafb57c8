use std::{fmt::Write, path::Path};

use anyhow::{Context, Result, anyhow, ensure};
use codegen::{Document, Drift, DriftError, Expectation, Expectations, Upstream};

use crate::{FAILED, FINE, FOUND, arguments, lint, report::Texts};

pub(crate) fn run(arguments: &arguments::Drift) -> Result<u8> {
    let upstream = &arguments.upstream;
    let name = upstream.display().to_string();
    let is_url = ["http://", "https://"].iter().any(|scheme| name.starts_with(scheme));
    ensure!(!is_url, "UPSTREAM is a file: download {name} first, and name the copy");
    let published =
        Upstream::parse(&read(upstream, "the document as UPSTREAM")?).map_err(|error| anyhow!("{name} {error}"))?;

    let file = &arguments.document.spec;
    let text = read(file, lint::NAMED)?;
    let ours = Document::parse(file.display().to_string(), text.as_str());
    let list = file.with_file_name("drift.toml");
    let expectations = expectations(&list)?;
    let drift = match ours.map_err(DriftError::from).and_then(|ours| codegen::drift(&ours, &published, expectations)) {
        Ok(drift) => drift,
        Err(DriftError::Document(complaints)) => {
            lint::complain(&complaints, &Texts::of_document(&text));
            return Ok(FAILED);
        }
        Err(error @ DriftError::AnotherApi(_)) => return Err(anyhow!("{name}: {error}")),
    };
    Ok(show(&drift, &list))
}

/// The text of a file, without which there is nothing to compare.
fn read(file: &Path, what: &str) -> Result<String> {
    lint::read(file, what, Document::MAX_LENGTH).map_err(|error| anyhow!("{error}"))
}

/// What is expected; nothing, where there is no list.
fn expectations(list: &Path) -> Result<Expectations> {
    if !list.exists() {
        return Ok(Expectations::default());
    }
    let text = read(list, "the list by its place, beside our document")?;
    Expectations::parse(&text).with_context(|| format!("cannot read {}", list.display()))
}

fn show(drift: &Drift, list: &Path) -> u8 {
    let Drift { news, stale, expected } = drift;
    let list = list.display();
    let mut text = String::new();
    for row in news {
        let _ = writeln!(text, "{row}");
    }
    for Expectation { line, difference, at, .. } in stale {
        let _ = writeln!(text, "{list}:{line}:1: nothing is like this any more: {difference}, at {at}");
    }
    print!("{text}");
    if news.is_empty() && stale.is_empty() {
        println!("nothing new; {expected} expected");
        return FINE;
    }
    let (news, stale) = (news.len(), stale.len());
    eprintln!("{news} unexpected, {stale} to remove from {list}, {expected} expected");
    FOUND
}
