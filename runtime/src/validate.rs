//! The validation of requests against the constraints of the document.

mod constraint;
mod macros;
mod path;
#[cfg(test)]
mod tests;
mod values;

pub use constraint::{
    Constraint, Number, exclusive_maximum, exclusive_minimum, items, max_items, max_length, max_properties, maximum,
    min_items, min_length, min_properties, minimum, multiple_of, one_of, pattern, unique_items,
};
pub use path::Path;
pub use values::{properties, unlisted};

use crate::{InvalidRequest, Violation, error::Subject};

/// A value that can be validated against the constraints of the document.
pub trait Validate {
    /// Adds all violations in the value, which is at `path` in the request.
    fn violations(&self, constraints: &[Constraint<'_>], path: &Path<'_>, found: &mut Vec<Violation>);

    /// Whether the value is absent from the request.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Returns an error with all violations in a value of this type.
pub fn validate(type_name: &'static str, value: &impl Validate) -> Result<(), InvalidRequest> {
    let violations = violations(value);
    if violations.is_empty() { Ok(()) } else { Err(InvalidRequest { subject: Subject::Type(type_name), violations }) }
}

pub(crate) fn violations(value: &(impl Validate + ?Sized)) -> Vec<Violation> {
    let mut found = Vec::new();
    value.violations(&[], &Path::default(), &mut found);
    found
}
