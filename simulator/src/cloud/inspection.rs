use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Refusal, Service, operations::read};

/// A part of a service, as an operation shows it.
pub(crate) struct Shown {
    /// The id of the operation.
    pub(crate) operation: &'static str,
    /// Where the part is in the service as it is stored.
    pub(crate) place: String,
    pub(crate) result: Value,
}

/// Returns everything that the API shows of a service.
pub(crate) fn inspect(service: &Service, now: DateTime<Utc>) -> Vec<Shown> {
    let shown = |operation, place: &str, result| Shown { operation, place: place.to_owned(), result };
    let mut parts = vec![
        shown("getService", "", service.to_json(now)),
        shown("getPrivateEndpointConfig", ".place", service.private_endpoint_config()),
        shown("getBackupConfiguration", ".backups.configuration", service.backups().configuration().to_json()),
    ];
    parts.extend(service.backups().iter().enumerate().map(|(index, backup)| {
        shown("getBackup", &format!(".backups.kept[{index}]"), backup.to_json(service.id(), now))
    }));
    parts
}

/// Returns where a service has a setting that the API would refuse, and why: there are rules that the document does not
/// have.
pub(crate) fn find_refused_setting(service: &Service, now: DateTime<Utc>) -> Option<(&'static str, Refusal)> {
    let mut copy = service.clone();
    let (list, nothing) = (json!({ "add": service.to_json(now)["ipAccessList"] }), json!({}));
    let access = read(&list).and_then(|update| copy.update_ip_access_list(update));
    // A change of nothing is checked like any other.
    let scaling = read(&nothing).and_then(|update| copy.scale(&update));
    let backups = read(&nothing).and_then(|update| copy.backups_mut().configure(&update, now));
    let settings = [(".ip_access_list", access), (".scaling", scaling), (".backups.configuration", backups)];
    settings.into_iter().find_map(|(place, outcome)| Some((place, outcome.err()?)))
}
