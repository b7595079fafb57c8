//! Takes any text for a document: a crate comes out, or errors with their locations.

#![no_main]

#[path = "../outcome.rs"]
mod outcome;

libfuzzer_sys::fuzz_target!(|text: &str| outcome::is_a_crate_or_errors(text));
