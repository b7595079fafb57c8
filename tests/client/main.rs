//! The emitted client over real HTTP: against a stand-in whose responses a test gives, and against the simulator.

mod access;
mod cancellation;
mod chaos;
mod clock;
mod configuration;
mod coverage;
mod decoding;
mod errors;
mod failures;
mod find;
mod insight;
mod lifecycle;
mod operations;
mod outcomes;
mod pacing;
mod pages;
mod patience;
mod quickstart;
mod retries;
mod secrets;
mod services;
mod streaming;
mod tolerance;
mod usage;
mod validation;
mod waiters;
