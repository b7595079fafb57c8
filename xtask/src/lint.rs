use anyhow::Result;

use crate::{
    FINE, FOUND,
    arguments::Lint,
    diagnostics::{self, Texts},
    input::{self, Input},
};

pub(crate) fn run(arguments: &Lint) -> Result<u8> {
    let source = &arguments.source;
    let text = input::read(&source.document.spec, input::DOCUMENT)?;
    let Some(Input { document, config }) = input::parse(source, &text)? else { return Ok(FOUND) };
    let texts = Texts::of(&text, config.as_ref());
    match codegen::lint(&document, config.as_ref()) {
        Ok(warnings) => {
            diagnostics::print_warnings(&warnings, &texts);
            println!("{}: no errors", document.file());
            Ok(if arguments.strict && !warnings.is_empty() { FOUND } else { FINE })
        }
        Err(errors) => {
            diagnostics::print_errors(&errors, &texts);
            Ok(FOUND)
        }
    }
}
