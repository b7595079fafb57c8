//! Finds what a call created, if the outcome of the call is unknown.

mod lookup;

use std::{fmt, future::IntoFuture, time::Duration};

use serde::Serialize;
use serde_json::Value;

pub use self::lookup::Lookup;
pub(crate) use self::lookup::show;
use crate::{
    AllItems, BoxFuture, Call, DecodeError, Error, NeedsWake, OutcomeUnknown, OutcomeUnknownCause, Page, Response,
    clock::{Instant, sleep},
};

const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
const DEFAULT_SEARCH_TIME: Duration = Duration::from_secs(2 * 60);

/// The time that each list has, even if the time of the search is over: at least one is made, and one at its end.
const MIN_LIST_TIME: Duration = Duration::from_secs(10);

/// The property that tells two items of a list apart, whatever else changes about them.
const ID: &str = "id";

/// The list in which a call finds what it created, and the properties that tell it from others.
///
/// It is a part of the type of calls that have [`or_find`](Call::or_find).
pub struct FindIn<I> {
    list: Call<Page<I>>,
    /// The wire names of properties that the request and the items of the list have in common.
    by: &'static [&'static str],
}

/// A call that creates something and, if its outcome is unknown, looks for it in a list: `.await` it, or set its
/// interval and time first.
///
/// It lists before it creates. If that fails, it ends with that error and creates nothing. If the outcome of the
/// creation is unknown, or its response cannot be decoded, it lists again, every five seconds for two minutes at most,
/// until there is an item that was not there before and has the properties of the request. Properties that the request
/// leaves out are not compared. The settings of the call, such as its timeout, are those of the creation only.
///
/// It creates once, and never again: a request whose response was lost may still arrive. If there is no such item in
/// time, or if there are several, it ends with [`Error::OutcomeUnknown`], and [`OutcomeUnknown::lookup`] says what was
/// looked for and what was found.
///
/// Two callers that create the same at the same time, and both lose the response, may find each other's.
#[must_use = "a call does nothing until it is awaited"]
pub struct Find<T, I> {
    call: Call<T, FindIn<I>>,
    every: Duration,
    within: Duration,
}

/// What a call with [`or_find`](Call::or_find) created.
#[derive(Debug)]
pub enum Created<T, I> {
    /// The response of the creation.
    New(Response<T>),
    /// The item that is in the list since then. It lacks what only the response of the creation has, such as a password.
    Found(I),
}

impl<V> Created<V, V> {
    /// Returns what was created, where the response of the creation has what the list has.
    pub fn into_inner(self) -> V {
        match self {
            Self::New(response) => response.into_inner(),
            Self::Found(item) => item,
        }
    }
}

/// The properties to look for, by their wire names.
type Properties = Vec<(&'static str, Value)>;

/// An item of a list.
struct Item<I> {
    value: I,
    /// The value in its wire format, without secrets.
    json: Value,
}

impl<T> Call<T> {
    /// Sets the list in which [`or_find`](Call::or_find) looks, and the wire names of the properties that it compares.
    /// Generated code takes them from `x-find`.
    pub fn find_in<I, L>(self, list: impl Into<Call<Page<I>, L>>, by: &'static [&'static str]) -> Call<T, FindIn<I>> {
        let (list, _) = list.into().split_lookup();
        self.with_lookup(FindIn { list, by })
    }
}

impl<T, I> Call<T, FindIn<I>> {
    /// Looks for what the call created, if its outcome is unknown; see [`Find`].
    pub fn or_find(self) -> Find<T, I> {
        Find { call: self, every: DEFAULT_INTERVAL, within: DEFAULT_SEARCH_TIME }
    }
}

impl<T, I> Call<T, NeedsWake<FindIn<I>>> {
    /// Looks for what the call created, if its outcome is unknown; see [`Find`]. If the call [wakes](Self::wake) what
    /// it needs, the lists do as well.
    pub fn or_find(self) -> Find<T, I> {
        let wakes = self.settings.wakes;
        let (call, NeedsWake(mut lookup)) = self.split_lookup();
        lookup.list.settings.wakes = wakes;
        call.with_lookup(lookup).or_find()
    }
}

impl<T, I> Find<T, I> {
    /// Sets the time from one list to the next.
    pub fn every(mut self, pause: Duration) -> Self {
        self.every = pause;
        self
    }

    /// Sets the time of the search, from the end of the creation. With [`Duration::ZERO`] it lists once.
    pub fn within(mut self, time: Duration) -> Self {
        self.within = time;
        self
    }
}

impl<T, I: Serialize + Send + 'static> Find<T, I> {
    async fn create_or_find(self) -> Result<Created<T, I>, Error> {
        let Self { call, every, within } = self;
        let (call, target) = call.split_lookup();
        let check = call.check();
        let properties = call.body_properties(target.by)?;
        let before = target.list(&properties, None).await?;
        let mut unknown = match call.send().await {
            Ok(response) => return Ok(Created::New(response)),
            Err(error) => error.into_outcome_unknown(check)?,
        };
        match target.search(properties, &before, every, within).await {
            Ok(item) => Ok(Created::Found(item)),
            Err(lookup) => {
                unknown.lookup = Some(lookup);
                Err(Error::OutcomeUnknown(Box::new(unknown)))
            }
        }
    }
}

impl Error {
    /// Returns the unknown outcome of a creation, also if its response does not decode, or else the error.
    fn into_outcome_unknown(self, check: &'static str) -> Result<OutcomeUnknown, Self> {
        match self {
            Self::OutcomeUnknown(unknown) => Ok(*unknown),
            Self::Decode(error) if error.status.is_success() => {
                let DecodeError { operation, attempts, status, .. } = *error;
                let cause = OutcomeUnknownCause::Undecodable(error);
                Ok(OutcomeUnknown {
                    operation,
                    attempts,
                    check: Some(check),
                    status: Some(status),
                    cause,
                    lookup: None,
                })
            }
            error => Err(error),
        }
    }
}

impl<I: Serialize + Send + 'static> FindIn<I> {
    /// Lists until there is a new item with these properties.
    async fn search(
        &self,
        properties: Properties,
        before: &[Item<I>],
        every: Duration,
        within: Duration,
    ) -> Result<I, Lookup> {
        let started = Instant::now();
        let mut candidates = Vec::new();
        let last_error = loop {
            let left = within.saturating_sub(started.elapsed());
            let error = match self.list(&properties, Some(left.max(MIN_LIST_TIME))).await {
                Ok(items) => {
                    candidates = new_items(items, before);
                    None
                }
                Err(error) => Some(error),
            };
            let left = within.saturating_sub(started.elapsed());
            let goes_on = error.as_ref().is_none_or(Error::is_transient);
            if !candidates.is_empty() || !goes_on || left.is_zero() {
                break error;
            }
            sleep(every.min(left)).await;
        };
        match <[Item<I>; 1]>::try_from(candidates) {
            Ok([item]) => Ok(item.value),
            Err(candidates) => Err(Lookup {
                operation: self.list.operation(),
                properties: properties.iter().map(|(name, value)| (*name, lookup::show(value))).collect(),
                candidates: candidates.iter().map(|item| lookup::show(item.identity())).collect(),
                elapsed: started.elapsed(),
                last_error,
            }),
        }
    }

    /// Lists the items with these properties, on all pages.
    async fn list(&self, properties: &Properties, max_time: Option<Duration>) -> Result<Vec<Item<I>>, Error> {
        let list = max_time.into_iter().fold(self.list.clone().all(), AllItems::within);
        let items = list.await?.into_items().into_iter().filter_map(|value| {
            // An item that cannot be serialized has no properties to compare.
            let json = serde_json::to_value(&value).ok()?;
            let fits = properties.iter().all(|(name, wanted)| json.get(name) == Some(wanted));
            fits.then_some(Item { value, json })
        });
        Ok(items.collect())
    }
}

/// Returns the items that were not there before.
///
/// An item without an id is told from others by its whole value, so it looks new after a change. If one from before is
/// missing, it may have changed, and no item counts as new.
fn new_items<I>(items: Vec<Item<I>>, before: &[Item<I>]) -> Vec<Item<I>> {
    let is_known = |item: &Item<I>| before.iter().any(|other| other.identity() == item.identity());
    let (known, new): (Vec<_>, Vec<_>) = items.into_iter().partition(is_known);
    let without_id = |items: &[Item<I>]| items.iter().filter(|item| item.id().is_none()).count();
    if without_id(&known) < without_id(before) { Vec::new() } else { new }
}

impl<I> Item<I> {
    fn id(&self) -> Option<&Value> {
        self.json.get(ID).filter(|id| !id.is_null())
    }

    fn identity(&self) -> &Value {
        self.id().unwrap_or(&self.json)
    }
}

impl<T: Send + 'static, I: Serialize + Send + Sync + 'static> IntoFuture for Find<T, I> {
    type Output = Result<Created<T, I>, Error>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.create_or_find())
    }
}

impl<I> Clone for FindIn<I> {
    fn clone(&self) -> Self {
        Self { list: self.list.clone(), by: self.by }
    }
}

impl<I> fmt::Debug for FindIn<I> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FindIn").field("list", &self.list).field("by", &self.by).finish()
    }
}

impl<T, I> fmt::Debug for Find<T, I> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Find")
            .field("call", &self.call)
            .field("every", &self.every)
            .field("within", &self.within)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn items(values: &[Value]) -> Vec<Item<()>> {
        values.iter().map(|json| Item { value: (), json: json.clone() }).collect()
    }

    fn new(now: &[Value], before: &[Value]) -> Vec<Value> {
        new_items(items(now), &items(before)).into_iter().map(|item| item.json).collect()
    }

    #[test]
    fn an_item_with_a_known_id_is_not_new_whatever_else_has_changed() {
        let (old, changed) = (json!({"id": 1, "state": "new"}), json!({"id": 1, "state": "up"}));
        assert_eq!(new(&[changed.clone(), json!({"id": 2})], std::slice::from_ref(&old)), [json!({"id": 2})]);
        assert_eq!(new(&[changed], &[old]), [json!(null); 0]);
    }

    #[test]
    fn an_item_without_an_id_is_new_only_if_all_others_are_as_before() {
        let (old, changed, other) = (json!({"state": "new"}), json!({"state": "up"}), json!({"state": "starting"}));
        assert_eq!(new(&[old.clone(), other.clone()], std::slice::from_ref(&old)), std::slice::from_ref(&other));
        assert!(new(std::slice::from_ref(&changed), std::slice::from_ref(&old)).is_empty());
        assert!(new(&[changed, other], &[old]).is_empty());
    }
}
