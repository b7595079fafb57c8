//! A call of an operation, and its result.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{caller::Caller, document::Operation};

/// A call whose request fits the document.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) origin: &'a Origin,
    pub(crate) operation: &'a Operation,
    pub(crate) path: &'a Path,
    /// The parameters in the query. One that may be repeated is a list.
    pub(crate) query: &'a Value,
    /// The body, which is `null` for operations without one.
    pub(crate) body: &'a Value,
    pub(crate) now: DateTime<Utc>,
    /// The time until which changes of state are shown.
    pub(crate) seen_at: DateTime<Utc>,
}

impl Call<'_> {
    /// Returns the body without the fields that the document does not have. The API ignores them.
    pub(crate) fn known_body(&self) -> Value {
        let mut known = self.body.clone();
        if let Some(request) = self.operation.body() {
            request.shape().remove_unknown_fields(&mut known);
        }
        known
    }
}

/// Where a request comes from, and where it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    /// The address of the client.
    pub(crate) address: IpAddr,
    /// The program of the client, by its header `User-Agent`.
    pub(crate) user_agent: Option<String>,
    /// The host and the port of the simulator, as the client names them.
    pub(crate) authority: String,
}

/// The parameters in a path, in its order. UUIDs are in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<(String, String)>);

impl Path {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|(other, value)| (other == name).then_some(value.as_str()))
    }

    /// Returns a parameter that is a UUID.
    pub(crate) fn uuid(&self, name: &str) -> Option<Uuid> {
        self.get(name)?.parse().ok()
    }
}

/// The result of a call that was carried out.
pub(crate) enum Output {
    Nothing,
    Json(Value),
    /// JSON without an envelope.
    Bare(Value),
    /// A list that can be long. Its items are made one by one.
    List {
        items: Items,
        /// The members of the envelope beside the items, if the list comes in pages.
        page: Map<String, Value>,
    },
    Text(String),
    File(File),
}

/// A file to save.
#[derive(Clone, Copy)]
pub(crate) struct File {
    pub(crate) name: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) text: &'static str,
}

pub(crate) type Items = Box<dyn Iterator<Item = Value> + Send>;

impl Output {
    /// Returns a list that does not come in pages.
    pub(crate) fn list(items: impl Iterator<Item = Value> + Send + 'static) -> Self {
        Self::List { items: Box::new(items), page: Map::new() }
    }
}
