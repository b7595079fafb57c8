#![doc = include_str!("../README.md")]

mod access_token;
mod api;
mod attempts;
mod builder;
mod call;
mod call_type;
mod clock;
mod content;
mod credentials;
mod decode;
mod error;
#[cfg(feature = "events")]
mod events;
mod file;
#[cfg(all(feature = "file-streams", not(target_family = "wasm")))]
mod file_reader;
#[cfg(not(all(feature = "file-streams", not(target_family = "wasm"))))]
#[path = "no_file_reader.rs"]
mod file_reader;
mod find;
mod form;
mod http_client;
#[cfg(any(test, feature = "internals"))]
#[doc(hidden)]
pub mod internals;
#[doc(hidden)]
pub mod members;
mod newtype;
#[doc(hidden)]
pub mod open_enum;
#[doc(hidden)]
pub mod open_union;
mod page;
mod parameter;
mod patch;
mod rate_limiter;
mod raw_response;
mod redirect;
mod request;
mod response;
mod response_variants;
mod retry;
mod secret;
mod secret_json;
mod server;
mod streamed_response;
mod style;
mod text_tree;
mod trace;
mod transport;
#[doc(hidden)]
pub mod validate;
mod wait;
mod wake;

pub use api::{Api, ApiKey, Authorization, CombinedCredentials, Envelope, Environment, NamedKey};
pub use builder::ClientBuilder;
pub use call::{BoxFuture, Call};
#[doc(hidden)]
pub use decode::parts;
pub use decode::{Decode, Mismatch, MismatchKind};
pub use error::{
    ApiError, ConfigurationError, DecodeError, Error, InvalidRequest, MissingField, OutcomeUnknown,
    OutcomeUnknownCause, Violation,
};
#[cfg(feature = "events")]
pub use events::{Events, ServerSentEvent};
pub use file::FilePart;
pub use find::{Created, Find, FindIn, Lookup};
pub use http_client::http_client_builder;
pub use newtype::ParseNewtypeError;
pub use page::{AllItems, Items, Page, PageError, Pages};
pub use parameter::Parameter;
pub use patch::{IntoPatch, Patch};
pub use rate_limiter::RateLimit;
pub use redirect::Redirect;
pub use request::Request;
pub use response::Response;
pub use response_variants::{ResponseMatcher, ResponseVariants};
pub use retry::{Backoff, FailedAttempt, NoRetry, RetryPolicy};
pub use secret::{Expose, Exposed, Secret};
pub use secret_json::SecretJson;
pub use server::{ServerVariable, Servers};
pub use streamed_response::StreamedResponse;
pub use style::{ParameterStyle, Styled};
pub use transport::Transport;
pub use wait::{RefusalPattern, Wait, WaitCondition, WaitError, WaitStates};
pub use wake::{NeedsWake, Wake, WakeError};

pub use {bytes, chrono, reqwest, serde, serde_json, uuid};
