//! The tests that look at more than one package are in the files beside this one, and so is what several of them need.

#![expect(clippy::missing_panics_doc, clippy::must_use_candidate, reason = "a test that panics is one that fails")]

pub mod calls;
pub mod document;
pub mod fake_api;
pub mod files;
pub mod ids;
pub mod raw_server;
pub mod recorder;
pub mod simulated_cloud;

/// The code of the README, which is compiled as a doc-test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
