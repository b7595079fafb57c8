use std::time::Instant;

use anyhow::{Result, bail};
use codegen::{Document, GenerateError, Generated, Settings};

use crate::{
    FINE, FOUND,
    arguments::Generate,
    lint,
    output::{Change, Output},
    report,
};

pub(crate) fn run(arguments: &Generate) -> Result<u8> {
    let start = Instant::now();
    let file = &arguments.document.spec;
    let text = lint::read(file, lint::NAMED)?;
    let document = match Document::parse(file.display().to_string(), text.as_str()) {
        Ok(document) => document,
        Err(complaints) => return Ok(lint::complain(&complaints, &text)),
    };
    let settings = Settings { guide: arguments.out.join("guide.rs").is_file(), ..Settings::new(&arguments.name) };
    let Generated { files, notes } = match codegen::generate(&document, &settings) {
        Ok(generated) => generated,
        Err(GenerateError::Document(complaints)) => return Ok(lint::complain(&complaints, &text)),
        Err(error @ GenerateError::Pass { .. }) => bail!(error),
    };

    if !notes.is_empty() {
        eprint!("{}", report::notes(&notes, &text));
    }
    let output = Output::open(&arguments.out, arguments.check)?;
    let changes = output.compare(&files)?;
    if arguments.check {
        return Ok(show_differences(&output, &changes));
    }
    output.write(&changes)?;
    for change in &changes {
        println!("{:<9} {}", change.word(), output.path(change.path()).display());
    }
    println!("{} files in {:.2} s", changes.len(), start.elapsed().as_secs_f64());
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
