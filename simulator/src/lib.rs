#![doc = include_str!("../README.md")]

mod builder;
mod clock;
mod cloud;
mod document;
mod fault;
mod hosts;
mod identity;
mod keyring;
mod rate_limit;
mod request_log;
mod server;
mod simulation;
mod simulator;
mod state_file;

pub use builder::Builder;
pub use document::DocumentError;
pub use fault::{Fault, FaultRule, Faults, InvalidFault};
pub use hosts::InvalidHost;
pub use keyring::InvalidKey;
pub use rate_limit::{InvalidRateLimit, RateLimit};
pub use request_log::{LogEntry, RequestLog};
pub use simulator::{Simulator, StartError};
pub use state_file::StateFileError;
