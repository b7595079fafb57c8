//! Pages of a list. The document says whether a list comes in pages, and how.

use std::{fmt::Write, sync::Arc};

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Model, Resource, Scope};
use crate::{call::Call, document::Schema, refusal::Refusal};

/// The number of items in a page, if neither the call nor the document says it.
const DEFAULT_LIMIT: u64 = 100;

/// A page, and the members of the envelope beside its items.
pub(super) struct Page {
    pub(super) items: Vec<Arc<Resource>>,
    pub(super) members: Map<String, Value>,
}

/// Returns the page of a list that a call asks for.
pub(super) fn page(
    model: &Model,
    call: &Call<'_>,
    scope: &Scope,
    mut items: Vec<Arc<Resource>>,
) -> Result<Page, Refusal> {
    let parameters = call.operation.query().shape();
    let mut members = Map::new();
    if parameters.names().all(|name| !["cursor", "offset"].contains(&name)) {
        return Ok(Page { items, members });
    }
    let declared = call.operation.response(call.operation.success()).map(Schema::shape);
    let mut add = |name: &str, value: Value| {
        if declared.as_ref().is_some_and(|declared| declared.names().any(|member| member == name)) {
            members.insert(name.to_owned(), value);
        }
    };

    let default = parameters.property("limit").and_then(|limit| limit.default()?.as_u64()).unwrap_or(DEFAULT_LIMIT);
    let limit = number(call, "limit")?.unwrap_or(default).min(model.kind().max_page_size);
    add("limit", limit.into());
    add("totalCount", items.len().into());
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);

    let start = match call.query["cursor"].as_str() {
        Some(cursor) => {
            let last = read_cursor(model, scope, cursor)?;
            let is_after = |item: &Arc<Resource>| {
                if model.kind().newest_first { item.number < last } else { item.number > last }
            };
            items.iter().position(is_after).unwrap_or(items.len())
        }
        None => usize::try_from(number(call, "offset")?.unwrap_or(0)).unwrap_or(usize::MAX).min(items.len()),
    };
    items.drain(..start);
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| has_more).map(|last| cursor_after(model, scope, last.number));
    add("nextCursor", next.into());
    Ok(Page { items, members })
}

/// Returns a parameter that is a number from zero up.
fn number(call: &Call<'_>, name: &str) -> Result<Option<u64>, Refusal> {
    let Some(value) = call.query.get(name) else { return Ok(None) };
    let number = value.as_u64().ok_or_else(|| Refusal::bad_request(format_args!("{name}: the value is too large")))?;
    Ok(Some(number))
}

/// Returns the cursor of the items after one. It stays valid when that item is deleted, and after a restart.
fn cursor_after(model: &Model, scope: &Scope, number: u64) -> String {
    let mut hash = Sha256::new();
    for part in [model.kind().name, scope.as_str()] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(number.to_be_bytes());
    let mut cursor = format!("{number:x}.");
    for byte in &hash.finalize()[..8] {
        _ = write!(cursor, "{byte:02x}");
    }
    cursor
}

fn read_cursor(model: &Model, scope: &Scope, cursor: &str) -> Result<u64, Refusal> {
    let number = cursor.split_once('.').and_then(|(number, _)| u64::from_str_radix(number, 16).ok());
    let number = number.filter(|number| cursor_after(model, scope, *number) == cursor);
    number.ok_or_else(|| Refusal::bad_request("cursor: no response had this"))
}
