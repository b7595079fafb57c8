use std::time::Instant;

use anyhow::{Result, bail};
use codegen::{Document, GenerateError, Settings};

use crate::{
    FINE, FOUND,
    arguments::Generate,
    lint,
    output::{Change, Output},
    report, starter,
};

pub(crate) fn run(arguments: &Generate) -> Result<u8> {
    let start = Instant::now();
    let file = &arguments.document.spec;
    let text = lint::read(file, lint::NAMED)?;
    let document = match Document::parse(file.display().to_string(), text.as_str()) {
        Ok(document) => document,
        Err(complaints) => return Ok(lint::complain(&complaints, &text)),
    };
    let name = arguments.name.clone().map_or_else(|| starter::package_name(&arguments.out), Ok)?;
    let generated = match codegen::generate(&document, &Settings::new(name)) {
        Ok(generated) => generated,
        Err(GenerateError::Document(complaints)) => return Ok(lint::complain(&complaints, &text)),
        Err(error @ GenerateError::Pass { .. }) => bail!(error),
    };

    if !generated.notes.is_empty() {
        eprint!("{}", report::notes(&generated.notes, &text));
    }
    let output = Output::open(&arguments.out, arguments.check)?;
    let mut changes = output.compare(&generated.files)?;
    let missing = starter::missing(&arguments.out, generated.starter(&starter::surroundings(&arguments.out)?));
    if arguments.check {
        changes.extend(missing);
        return Ok(show_differences(&output, &changes));
    }
    output.write(&changes)?;
    starter::write(&arguments.out, &missing)?;
    for change in &changes {
        println!("{:<9} {}", change.word(), output.path(change.path()).display());
    }
    for change in &missing {
        println!("{:<9} {}, yours from now on", change.word(), output.path(change.path()).display());
    }
    println!("{} files in {:.2} s", changes.len() + missing.len(), start.elapsed().as_secs_f64());
    Ok(FINE)
}

fn show_differences(output: &Output, changes: &[Change]) -> u8 {
    let different: Vec<_> = changes.iter().filter(|change| !change.is_none()).collect();
    for change in &different {
        print!("{}", change.diff(&output.path(change.path()).display().to_string()));
    }
    if different.is_empty() {
        println!("{} files, all as the document gives them", changes.len());
        FINE
    } else {
        eprintln!("{} of {} files differ; run `cargo xtask generate`", different.len(), changes.len());
        FOUND
    }
}
