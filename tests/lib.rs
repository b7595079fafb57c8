//! The tests that look at more than one package are in the files beside this one.

/// The code of the README, which is compiled as a doc-test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
