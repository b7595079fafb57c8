#![doc = include_str!("../README.md")]

mod answer;
mod answers;
mod api;
mod attempts;
mod builder;
mod call;
mod clock;
mod credentials;
mod decode;
mod error;
mod file;
mod form;
#[cfg(any(test, feature = "internals"))]
#[doc(hidden)]
pub mod internals;
#[doc(hidden)]
pub mod members;
#[doc(hidden)]
pub mod open_enum;
#[doc(hidden)]
pub mod open_union;
mod pacing;
mod parameter;
mod patch;
#[doc(hidden)]
pub mod received;
mod request;
mod response;
mod retry;
mod secret;
mod sent;
mod streamed;
mod style;
mod trace;
mod transport;
mod tree;
#[doc(hidden)]
pub mod validate;
mod wait;

pub use answers::{Answers, Received};
pub use api::{Api, ApiKey, Envelope, Environment};
pub use builder::ClientBuilder;
pub use call::{BoxFuture, Call, Pieces};
#[doc(hidden)]
pub use decode::pieces;
pub use decode::{Decode, Fit, Mismatch};
pub use error::{
    ApiError, ConfigurationError, DecodeError, Error, InvalidRequest, MissingField, OutcomeUnknown,
    OutcomeUnknownCause, Violation,
};
pub use file::FilePart;
pub use pacing::RateLimit;
pub use parameter::Parameter;
pub use patch::Patch;
pub use request::Request;
pub use response::Response;
pub use retry::{Backoff, FailedAttempt, NoRetry, RetryPolicy};
pub use secret::{Expose, Exposed, Secret};
pub use streamed::Streamed;
pub use style::{ParameterStyle, Styled};
pub use transport::Transport;
pub use wait::{RefusalPattern, Wait, WaitCondition, WaitError, WaitStates};

pub use {bytes, chrono, reqwest, serde, serde_json, uuid};
