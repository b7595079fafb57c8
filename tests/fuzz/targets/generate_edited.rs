//! Edits a document of the corpus as the bytes say: a crate comes out, or errors with their locations.

#![no_main]

#[path = "../edits.rs"]
mod edits;
#[path = "../outcome.rs"]
mod outcome;

use edits::EditedDocument;

libfuzzer_sys::fuzz_target!(|document: EditedDocument| outcome::is_a_crate_or_errors(&document.0));
