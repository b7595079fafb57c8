use std::{fs, time::Instant};

use anyhow::{Context, Result, bail};
use codegen::{Config, GenerateError, Settings};

use crate::{
    FINE, FOUND,
    arguments::Generate,
    bundle, diagnostics,
    input::{self, Input},
    output::{Change, Output},
    starter,
};

pub(crate) fn run(arguments: &Generate) -> Result<u8> {
    let start = Instant::now();
    let Some(Input { document, config }) = input::read_input(&arguments.source)? else { return Ok(FOUND) };
    let name = arguments.name.as_deref().or(config.as_ref().and_then(Config::crate_name)).map(ToOwned::to_owned);
    let name = name.map_or_else(|| starter::package_name(&arguments.out), Ok)?;
    let guide = arguments.out.join("guide.rs").is_file();
    let settings = Settings { guide, ..Settings::new(name).config(config) };
    let generated = match codegen::generate(&document, &settings) {
        Ok(generated) => generated,
        Err(GenerateError::Document(errors)) => {
            diagnostics::print_errors(&errors);
            return Ok(FOUND);
        }
        Err(error) => bail!(error),
    };

    diagnostics::print_warnings(&generated.warnings);
    let bundle = arguments.bundle().map(|file| bundle::change(&document, &file)).transpose()?;
    let output = Output::open(&arguments.out, arguments.check)?;
    let mut changes = output.compare(&generated.files);
    let missing = starter::missing(&arguments.out, generated.package_files(&starter::surroundings(&arguments.out)?));
    if arguments.check {
        changes.extend(missing);
        changes.extend(bundle);
        return Ok(show_differences(&output, &changes));
    }
    output.write(&changes)?;
    starter::write(&arguments.out, &missing)?;
    if let Some(Change { path, new: Some(text), .. }) = bundle.as_ref().filter(|bundle| !bundle.is_none()) {
        fs::write(path, text).with_context(|| format!("cannot write {path}"))?;
    }
    for change in &changes {
        println!("{:<9} {}", change.word(), output.path(&change.path).display());
    }
    for change in &missing {
        println!("{:<9} {}, yours from now on", change.word(), output.path(&change.path).display());
    }
    if let Some(change) = &bundle {
        println!("{:<9} {}", change.word(), change.path);
    }
    println!(
        "{} files in {:.2} s",
        changes.len() + missing.len() + usize::from(bundle.is_some()),
        start.elapsed().as_secs_f64()
    );
    Ok(FINE)
}

fn show_differences(output: &Output, changes: &[Change]) -> u8 {
    let different: Vec<_> = changes.iter().filter(|change| !change.is_none()).collect();
    for change in &different {
        print!("{}", change.diff(&output.path(&change.path).display().to_string()));
    }
    if different.is_empty() {
        println!("{} files, all as the document gives them", changes.len());
        FINE
    } else {
        eprintln!("{} of {} files differ; run `cargo xtask generate`", different.len(), changes.len());
        FOUND
    }
}
