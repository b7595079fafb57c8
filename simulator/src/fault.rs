//! Faults on demand, and the rules for them.

use std::{fmt, str::FromStr};

use fastrand::Rng;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize, de::IntoDeserializer};

use crate::{cloud::Lookup, document::Document};

/// The bound on the seconds of a rule.
const MAX_SECONDS: f64 = 600.0;

const DEFAULT_SLOW_BODY_SECONDS: f64 = 5.0;
const DEFAULT_RESET_SECONDS: f64 = 1.0;
const DEFAULT_LATE_SECONDS: f64 = 10.0;

/// A fault of a call. It is written in kebab case: `bad-gateway`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fault {
    /// The call is refused with 500.
    InternalError,
    /// The call is refused with 502 and a page of HTML, as by a proxy.
    BadGateway,
    /// The call is refused with 429, whatever the rate limit.
    TooManyRequests,
    /// The connection is reset before the body is read. The call is not carried out.
    ResetBefore,
    /// The call is carried out, and the connection is reset instead of a response.
    ResetAfter,
    /// The connection is closed after half of the body.
    CutBody,
    /// The body comes in small pieces.
    SlowBody,
    /// The body is not JSON.
    InvalidJson,
    /// The response lacks a required field.
    MissingField,
    /// A field of the response has another type than in the document.
    WrongType,
    /// A field of the response has a value that the document does not list.
    UnknownEnumValue,
    /// A new resource is not found: for some seconds after its creation, calls about it are refused with 404.
    NotYetFound,
    /// A change of state is not shown: for some seconds after it, resources have the previous state.
    StaleState,
    /// An id that does not exist is refused with 400 rather than with 404, as by the API until September 2026.
    InvalidId,
}

/// A fault, and the calls that it applies to: by default, all calls.
///
/// As text, it is `OPERATION=FAULT` and options: `createService=reset-after,times=2`,
/// `*=bad-gateway,probability=0.1`, `getService=missing-field,field=state`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    fault: Fault,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
}

/// A fault rule is invalid.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidFault {
    /// The text is not written like a rule.
    #[error("`{0}` is not a fault: write OPERATION=FAULT, then ,times=N ,probability=P ,field=NAME ,seconds=S")]
    Syntax(String),
    /// There is no fault of the name.
    #[error("there is no fault `{0}`: there are {names}", names = Fault::names())]
    UnknownFault(String),
    /// The document has no such operation.
    #[error("there is no operation `{0}`")]
    UnknownOperation(String),
    /// A number is out of range.
    #[error("{0} is out of range: `probability` is between 0 and 1, `seconds` between 0 and 600, `times` at least 1")]
    OutOfRange(&'static str),
}

/// The active rules, in the order in which they were added.
pub struct Faults {
    document: &'static Document,
    rules: Mutex<Rules>,
}

struct Rules {
    list: Vec<FaultRule>,
    random: Rng,
}

impl Fault {
    const ALL: [Self; 14] = [
        Self::InternalError,
        Self::BadGateway,
        Self::TooManyRequests,
        Self::ResetBefore,
        Self::ResetAfter,
        Self::CutBody,
        Self::SlowBody,
        Self::InvalidJson,
        Self::MissingField,
        Self::WrongType,
        Self::UnknownEnumValue,
        Self::NotYetFound,
        Self::StaleState,
        Self::InvalidId,
    ];

    fn names() -> String {
        Self::ALL.map(|fault| fault.to_string()).join(", ")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(formatter)
    }
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
        Self::deserialize(name).map_err(|_| InvalidFault::UnknownFault(text.to_owned()))
    }
}

impl FaultRule {
    /// Returns a rule that applies to every call.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { fault, operation: None, times: None, probability: None, field: None, seconds: None }
    }

    /// Limits the rule to the operation with an id.
    #[must_use]
    pub fn operation(mut self, id: impl Into<String>) -> Self {
        self.operation = Some(id.into());
        self
    }

    /// Limits the rule to the next calls.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Limits the rule to a share of the calls, between 0 and 1.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// Sets the field that is missing, or has another type or an unknown value. The default is a random field.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    /// Sets the time that a slow body takes, the value of `X-RateLimit-Reset`, or the time on the simulator's clock for
    /// which a new resource is not found or an old state is shown.
    #[must_use]
    pub fn seconds(mut self, seconds: f64) -> Self {
        self.seconds = Some(seconds);
        self
    }

    pub(crate) fn fault(&self) -> Fault {
        self.fault
    }

    pub(crate) fn field_name(&self) -> Option<&str> {
        self.field.as_deref()
    }

    pub(crate) fn seconds_or_default(&self) -> f64 {
        self.seconds.unwrap_or(match self.fault {
            Fault::SlowBody => DEFAULT_SLOW_BODY_SECONDS,
            Fault::NotYetFound | Fault::StaleState => DEFAULT_LATE_SECONDS,
            _ => DEFAULT_RESET_SECONDS,
        })
    }

    fn check(&self, document: &Document) -> Result<(), InvalidFault> {
        if let Some(id) = &self.operation
            && document.operation(id).is_none()
        {
            return Err(InvalidFault::UnknownOperation(id.clone()));
        }
        if self.probability.is_some_and(|probability| !(0.0..=1.0).contains(&probability)) {
            return Err(InvalidFault::OutOfRange("probability"));
        }
        if self.seconds.is_some_and(|seconds| !(0.0..=MAX_SECONDS).contains(&seconds)) {
            return Err(InvalidFault::OutOfRange("seconds"));
        }
        if self.times == Some(0) {
            return Err(InvalidFault::OutOfRange("times"));
        }
        Ok(())
    }

    fn applies_to(&self, operation: &str, lookup: &Lookup, random: &mut Rng) -> bool {
        let applies = match self.fault {
            Fault::NotYetFound => {
                let newest = lookup.newest.as_ref();
                newest.is_some_and(|newest| newest.age.as_seconds_f64() < self.seconds_or_default())
            }
            Fault::InvalidId => lookup.unknown.is_some(),
            _ => true,
        };
        applies
            && self.operation.as_deref().is_none_or(|id| id == operation)
            && self.probability.is_none_or(|probability| random.f64() < probability)
    }
}

impl FromStr for FaultRule {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let syntax = || InvalidFault::Syntax(text.to_owned());
        let mut parts = text.split(',').map(|part| part.split_once('=').ok_or_else(syntax));
        let (operation, fault) = parts.next().unwrap_or_else(|| Err(syntax()))?;
        let mut rule = Self::new(fault.parse()?);
        if operation != "*" {
            rule = rule.operation(operation);
        }
        for part in parts {
            let (name, value) = part?;
            rule = match name {
                "times" => rule.times(value.parse().map_err(|_| syntax())?),
                "probability" => rule.probability(value.parse().map_err(|_| syntax())?),
                "field" => rule.field(value),
                "seconds" => rule.seconds(value.parse().map_err(|_| syntax())?),
                _ => return Err(syntax()),
            };
        }
        Ok(rule)
    }
}

impl Faults {
    pub(crate) fn new(document: &'static Document, seed: u64) -> Self {
        Self { document, rules: Mutex::new(Rules { list: Vec::new(), random: Rng::with_seed(seed) }) }
    }

    /// Adds a rule behind the others.
    ///
    /// # Errors
    /// If the rule names an operation that the document does not have, or a number is out of range.
    pub fn add(&self, rule: FaultRule) -> Result<(), InvalidFault> {
        rule.check(self.document)?;
        self.rules.lock().list.push(rule);
        Ok(())
    }

    /// Returns the active rules. Their `times` are the remaining calls.
    pub fn list(&self) -> Vec<FaultRule> {
        self.rules.lock().list.clone()
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.rules.lock().list.clear();
    }

    /// Returns whether a rule depends on the ids in the path of a call.
    pub(crate) fn depend_on_ids(&self) -> bool {
        self.rules.lock().list.iter().any(|rule| matches!(rule.fault, Fault::NotYetFound | Fault::InvalidId))
    }

    /// Returns the rule that applies to a call, and counts the call.
    pub(crate) fn apply_to(&self, operation: &str, lookup: &Lookup) -> Option<FaultRule> {
        let Rules { list, random } = &mut *self.rules.lock();
        let index = list.iter().position(|rule| rule.applies_to(operation, lookup, random))?;
        match &mut list[index].times {
            Some(1) => Some(list.remove(index)),
            Some(times) => {
                *times -= 1;
                Some(list[index].clone())
            }
            None => Some(list[index].clone()),
        }
    }

    /// Returns a random index below `count`.
    pub(crate) fn random_index(&self, count: usize) -> usize {
        self.rules.lock().random.usize(..count.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults() -> Faults {
        Faults::new(Document::embedded().unwrap(), 1)
    }

    #[test]
    fn a_rule_is_parsed_from_text() {
        let rule: FaultRule = "getService=missing-field,field=state,times=2,probability=0.5".parse().unwrap();
        let built =
            FaultRule::new(Fault::MissingField).operation("getService").field("state").times(2).probability(0.5);
        assert_eq!(rule, built);
        assert_eq!("*=slow-body,seconds=2".parse(), Ok(FaultRule::new(Fault::SlowBody).seconds(2.0)));
        for text in ["", "createService", "createService=explode", "*=bad-gateway,times=x", "*=bad-gateway,x=1"] {
            assert!(text.parse::<FaultRule>().is_err(), "{text}");
        }
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
    }

    #[test]
    fn a_rule_applies_to_as_many_calls_as_it_says() {
        let faults = faults();
        faults.add("createService=internal-error,times=2".parse().unwrap()).unwrap();
        assert!(faults.apply_to("listServices", &Lookup::default()).is_none());
        assert!(faults.apply_to("createService", &Lookup::default()).is_some());
        assert!(faults.apply_to("createService", &Lookup::default()).is_some());
        assert!(faults.apply_to("createService", &Lookup::default()).is_none());
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_probability_applies_to_its_share_of_the_calls() {
        let faults = faults();
        faults.add("*=bad-gateway,probability=0.25".parse().unwrap()).unwrap();
        let affected = (0..10_000).filter(|_| faults.apply_to("getService", &Lookup::default()).is_some()).count();
        assert!((2_300..2_700).contains(&affected), "{affected}");
    }

    #[test]
    fn invalid_rules_are_refused() {
        for text in
            ["noSuchCall=cut-body", "*=cut-body,probability=1.5", "*=cut-body,times=0", "*=slow-body,seconds=NaN"]
        {
            assert!(faults().add(text.parse().unwrap()).is_err(), "{text}");
        }
    }
}
