use anyhow::Result;

use crate::{
    FINE, FOUND,
    arguments::Lint,
    diagnostics,
    input::{self, Input},
};

pub(crate) fn run(arguments: &Lint) -> Result<u8> {
    let Some(Input { document, config }) = input::read_input(&arguments.source)? else { return Ok(FOUND) };
    match codegen::lint(&document, config.as_ref()) {
        Ok(warnings) => {
            diagnostics::print_warnings(&warnings);
            println!("{}: no errors", document.file());
            Ok(if arguments.strict && !warnings.is_empty() { FOUND } else { FINE })
        }
        Err(errors) => {
            diagnostics::print_errors(&errors);
            Ok(FOUND)
        }
    }
}
