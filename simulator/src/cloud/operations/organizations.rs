use serde::Deserialize;
use uuid::Uuid;

use super::Output;
use crate::cloud::{Organization, Refusal, organization::SettingsUpdate};

/// The number of organizations in a response, unless the call says otherwise.
const DEFAULT_LIMIT: u64 = 250;

/// The query of a list.
#[derive(Deserialize)]
pub(super) struct Page {
    limit: Option<u64>,
    cursor: Option<String>,
}

/// Returns the one organization that a key belongs to.
pub(super) fn list(organization: &Organization, id: Uuid, page: &Page) -> Result<Output, Refusal> {
    if page.cursor.is_some() {
        return Err(Refusal::bad_request("cursor: no response had this"));
    }
    Ok(Output::LastPage { items: vec![organization.to_json(id)], limit: page.limit.unwrap_or(DEFAULT_LIMIT) })
}

pub(super) fn get(organization: &Organization, id: Uuid) -> Output {
    Output::Json(organization.to_json(id))
}

pub(super) fn update(organization: &mut Organization, id: Uuid, body: SettingsUpdate) -> Output {
    organization.update(body);
    get(organization, id)
}
