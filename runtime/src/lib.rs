#![doc = include_str!("../README.md")]

mod api;
mod builder;
mod call;
mod credentials;
mod decode;
mod error;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod internals;
mod open_enum;
mod parameter;
mod patch;
mod request;
mod response;
mod secret;
mod transport;

pub use api::{Api, Envelope, Environment};
pub use builder::ClientBuilder;
pub use call::{BoxFuture, Call};
pub use decode::{Fit, Mismatch};
pub use error::{ApiError, ConfigurationError, DecodeError, Error, InvalidRequest, MissingField, Violation};
pub use parameter::Parameter;
pub use patch::Patch;
pub use request::Request;
pub use response::Response;
pub use secret::{Expose, Secret, expose};
pub use transport::Transport;

pub use {bytes, chrono, reqwest, serde, uuid};
