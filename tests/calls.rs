//! Calls of every operation of the emitted crate, with everything that they take. The build script writes them.

#![expect(deprecated, reason = "what is deprecated still works")]

use std::{collections::BTreeMap, fmt::Debug};

use clickhouse_cloud::{
    Client, Error, Mismatch, Patch, Response, Secret, SecretJson,
    chrono::{DateTime, NaiveDate, Utc},
    serde_json::{self, Value, json},
    types::*,
    uuid::{Uuid, uuid},
};
use serde::Serialize;

include!(concat!(env!("OUT_DIR"), "/calls.rs"));

/// The text in every secret that [`call`] sends.
pub const SECRET: &str = "correct-horse-7462951380";

/// A call and its outcome, which do not depend on the operation.
#[derive(Debug)]
pub struct Outcome {
    /// The call, as `Debug` shows it.
    pub call: String,
    /// The response, or the error.
    pub response: Result<Received, Error>,
}

/// A response.
#[derive(Debug)]
pub struct Received {
    /// The response and its value, as `Debug` shows them.
    pub shown: String,
    /// The value, as it is serialized again.
    pub value: Value,
    /// What did not fit.
    pub mismatches: Vec<Mismatch>,
}

impl Outcome {
    /// Awaits a call.
    pub async fn of<T: Debug + Serialize>(call: impl IntoFuture<Output = Result<Response<T>, Error>> + Debug) -> Self {
        let shown = format!("{call:?}");
        let response = call.await.map(|response| Received {
            shown: format!("{response:?} {:?} {:?}", *response, response.mismatches()),
            value: json!(*response),
            mismatches: response.mismatches().to_vec(),
        });
        Self { call: shown, response }
    }
}

/// A value of a type, in which nothing is left out.
trait Sample {
    /// Makes one.
    fn sample() -> Self;
}

impl Sample for String {
    fn sample() -> Self {
        "some text".to_owned()
    }
}

impl Sample for Secret {
    fn sample() -> Self {
        SECRET.into()
    }
}

impl Sample for bool {
    fn sample() -> Self {
        true
    }
}

impl Sample for i64 {
    fn sample() -> Self {
        12
    }
}

impl Sample for f64 {
    fn sample() -> Self {
        1.5
    }
}

impl Sample for Uuid {
    fn sample() -> Self {
        uuid!("b0c2c34c-5d1c-4dc1-a8a3-4a2f8b9f7f10")
    }
}

impl Sample for NaiveDate {
    fn sample() -> Self {
        NaiveDate::MIN
    }
}

impl Sample for DateTime<Utc> {
    fn sample() -> Self {
        Self::UNIX_EPOCH
    }
}

impl Sample for SecretJson {
    fn sample() -> Self {
        serde_json::Map::from_iter([(String::sample(), json!([SECRET]))]).into()
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn sample() -> Self {
        vec![T::sample()]
    }
}

impl<T: Sample> Sample for BTreeMap<String, T> {
    fn sample() -> Self {
        Self::from([(String::sample(), T::sample())])
    }
}

impl<T: Sample> Sample for Option<T> {
    fn sample() -> Self {
        Some(T::sample())
    }
}

impl<T: Sample> Sample for Patch<T> {
    fn sample() -> Self {
        Self::Set(T::sample())
    }
}
