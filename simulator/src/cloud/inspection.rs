use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Service, operations::read, service::Schedule};
use crate::refusal::Refusal;

/// A part of a service, as an operation shows it.
pub(crate) struct ShownPart {
    /// The id of the operation.
    pub(crate) operation: &'static str,
    /// The path of the part in the stored service.
    pub(crate) path: String,
    pub(crate) result: Value,
}

/// Returns all that the API shows of a service.
pub(crate) fn inspect(service: &Service, now: DateTime<Utc>) -> Vec<ShownPart> {
    let shown = |operation, path: &str, result| ShownPart { operation, path: path.to_owned(), result };
    let mut parts = vec![
        shown("getService", "", service.to_json(now)),
        shown("getPrivateEndpointConfig", ".place", service.private_endpoint_config()),
        shown("getBackupConfiguration", ".backups.configuration", service.backups().configuration().to_json()),
    ];
    parts.push(shown("getSnapshotConfiguration", ".snapshots.configuration", service.snapshots().configuration()));
    parts.extend(service.bucket().map(|bucket| shown("getBackupBucket", ".bucket", bucket.to_json())));
    let schedule = service.schedule_to_json(now).map(|shown| ("getScalingSchedule", ".schedule", shown));
    let window = service.upgrade_window().map(|window| ("getUpgradeWindow", ".upgrade_window", window.to_json()));
    parts.extend(
        [schedule, window].into_iter().flatten().map(|(operation, path, result)| shown(operation, path, result)),
    );
    parts.extend(service.backups().iter().enumerate().map(|(index, backup)| {
        shown("getBackup", &format!(".backups.kept[{index}]"), backup.to_json(service.id(), now))
    }));
    parts
}

/// Returns the path of a setting that the API would refuse, and the refusal. The document does not have all the rules.
pub(crate) fn find_refused_setting(service: &Service, now: DateTime<Utc>) -> Option<(&'static str, Refusal)> {
    let mut copy = service.clone();
    let (list, nothing) = (json!({ "ipAccessList": { "add": service.to_json(now)["ipAccessList"] } }), json!({}));
    let access = read(&list).and_then(|update| copy.update(update));
    // An empty update checks all settings.
    let scaling = read(&nothing).and_then(|update| copy.scale(&update));
    let backups = read(&nothing).and_then(|update| copy.backups_mut().configure(&update, now));
    let schedule = service.schedule().map_or(Ok(()), Schedule::check);
    let settings = [
        (".ip_access_list", access),
        (".scaling", scaling),
        (".schedule", schedule),
        (".backups.configuration", backups),
        (".snapshots.configuration", copy.snapshots().check()),
    ];
    settings.into_iter().find_map(|(path, outcome)| Some((path, outcome.err()?)))
}
