//! Checks what is about to be sent against the constraints of the document.

mod constraint;
mod macros;
mod path;
#[cfg(test)]
mod tests;
mod values;

pub use constraint::{
    Constraint, Number, exclusive_maximum, exclusive_minimum, items, max_items, max_length, max_properties, maximum,
    min_items, min_length, min_properties, minimum, multiple_of, pattern, unique_items,
};
pub use path::Path;
pub use values::{properties, unlisted};

use crate::{InvalidRequest, Violation, error::Subject};

/// A value that can be held against the constraints of the document.
pub trait Validate {
    /// Adds everything that is wrong with the value, which stands at `path`.
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>);

    /// Whether the value is left out of what is sent.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Everything that is wrong with a value of this type.
pub fn validate(type_name: &'static str, value: &impl Validate) -> Result<(), InvalidRequest> {
    let violations = violations(value);
    if violations.is_empty() { Ok(()) } else { Err(InvalidRequest { subject: Subject::Type(type_name), violations }) }
}

pub(crate) fn violations(value: &(impl Validate + ?Sized)) -> Vec<Violation> {
    let mut found = Vec::new();
    value.violations(&[], &Path::default(), &mut found);
    found
}
