use std::{
    collections::VecDeque,
    ops::{Deref, DerefMut},
};

use chrono::{DateTime, Utc};
use parking_lot::Mutex;
use serde::Serialize;
use uuid::Uuid;

use crate::fault::Fault;

/// The number of requests that the log holds. Older ones still count.
const MAX_ENTRIES: usize = 10_000;

/// The number of characters of a method or a path that the log holds.
const MAX_CHARACTERS: usize = 512;

/// A request to the API and its outcome. It holds no body beside the command in it, no secret and no password.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LogEntry {
    /// The time of the request on the simulator's clock.
    pub at: DateTime<Utc>,
    /// The method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The id of the operation, if the document has one for this method and path.
    pub operation: Option<String>,
    /// The command in the body, if the operation takes one.
    pub command: Option<String>,
    /// The id of the key, if it is one of the simulator's.
    pub key: Option<String>,
    /// The request id in the response.
    pub request_id: Uuid,
    /// The status of the response, unless the connection was reset instead.
    pub status: Option<u16>,
    /// Whether the operation was carried out, even if its response was lost.
    pub carried_out: bool,
    /// The fault that applied to the request.
    pub fault: Option<Fault>,
}

/// The requests that the API has received.
#[derive(Default)]
pub struct RequestLog(Mutex<Entries>);

#[derive(Default)]
struct Entries {
    total: u64,
    recent: VecDeque<LogEntry>,
}

impl LogEntry {
    pub(crate) fn new(at: DateTime<Utc>, method: &str, path: &str, request_id: Uuid) -> Self {
        Self {
            at,
            method: method.chars().take(MAX_CHARACTERS).collect(),
            path: path.chars().take(MAX_CHARACTERS).collect(),
            operation: None,
            command: None,
            key: None,
            request_id,
            status: None,
            carried_out: false,
            fault: None,
        }
    }
}

/// An entry that is added to the log when it is dropped, also if the client hangs up.
pub(crate) struct PendingEntry<'a> {
    log: &'a RequestLog,
    entry: LogEntry,
}

impl Deref for PendingEntry<'_> {
    type Target = LogEntry;

    fn deref(&self) -> &LogEntry {
        &self.entry
    }
}

impl DerefMut for PendingEntry<'_> {
    fn deref_mut(&mut self) -> &mut LogEntry {
        &mut self.entry
    }
}

impl Drop for PendingEntry<'_> {
    fn drop(&mut self) {
        self.log.push(self.entry.clone());
    }
}

impl RequestLog {
    pub(crate) fn begin(&self, entry: LogEntry) -> PendingEntry<'_> {
        PendingEntry { log: self, entry }
    }

    fn push(&self, entry: LogEntry) {
        tracing::info!(
            method = entry.method,
            path = entry.path,
            operation = entry.operation,
            key = entry.key,
            status = entry.status,
            fault = entry.fault.map(tracing::field::display),
            "request"
        );
        let mut entries = self.0.lock();
        entries.total += 1;
        entries.recent.push_back(entry);
        if entries.recent.len() > MAX_ENTRIES {
            entries.recent.pop_front();
        }
    }

    /// Returns the number of requests.
    pub fn total(&self) -> u64 {
        self.0.lock().total
    }

    /// Returns the last 10,000 requests, the oldest one first.
    pub fn entries(&self) -> Vec<LogEntry> {
        self.0.lock().recent.iter().cloned().collect()
    }

    /// Returns the last `count` requests, the oldest one first.
    pub(crate) fn last(&self, count: usize) -> Vec<LogEntry> {
        let entries = self.0.lock();
        entries.recent.range(entries.recent.len().saturating_sub(count)..).cloned().collect()
    }

    /// Returns how many of the last 10,000 requests were calls of the operation with an id.
    pub fn count(&self, operation: &str) -> usize {
        self.0.lock().recent.iter().filter(|entry| entry.operation.as_deref() == Some(operation)).count()
    }

    /// Removes all requests and counts from zero again.
    pub fn clear(&self) {
        *self.0.lock() = Entries::default();
    }
}
