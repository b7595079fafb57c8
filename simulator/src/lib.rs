#![doc = include_str!("../README.md")]

mod builder;
mod call;
mod caller;
mod clock;
mod cloud;
mod document;
mod fault;
mod hosts;
mod identity;
mod ip_range;
mod keyring;
mod kinds;
mod list_update;
mod rate_limit;
mod refusal;
mod request_log;
mod resources;
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
pub use resources::InvalidState;
pub use simulator::{Simulator, StartError};
pub use state_file::StateFileError;
