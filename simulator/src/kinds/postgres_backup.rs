use chrono::{DateTime, Utc};
use serde_json::{Map, json};

use super::postgres_service;
use crate::{
    call::Path,
    clock::timestamp,
    identity::Identity,
    resources::{Action, Id, Kind, Making, Models, Operation, Scope, Store},
};

/// The base backups of a Postgres service. No path names one.
pub(crate) const KIND: Kind = Kind {
    name: "Postgres backup",
    title: "Postgres backups",
    id: Some(Id { parameter: "key", field: "key" }),
    operations: &[Operation::new("listPostgresBackups", Action::List)],
    newest_first: true,
    ..Kind::PLAIN
};

/// Adds the backups that a Postgres service has made, and removes those that are not kept any more.
pub(crate) fn catch_up(store: &mut Store, models: &Models, identity: &mut Identity, path: &Path, now: DateTime<Utc>) {
    let Some(model) = models.named(KIND.name) else { return };
    let (scope, id) = (Scope::of(&path.0), path.get("postgresId").unwrap_or_default());
    let organization = Scope::of(&path.0[..1]);
    let Some(service) = store.peek(&postgres_service::KIND, &organization, id) else { return };
    let backups: Vec<_> = postgres_service::backups(service, now).collect();
    for (number, at) in &backups {
        let key = format!("basebackups_005/base_{number:024X}");
        let start = [("key", json!(key)), ("status", json!("ready")), ("lastModified", json!(timestamp(*at)))];
        let start = start.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>();
        store.seed(model, &scope, start, &mut Making { identity, now: *at, path });
    }
    if let Some((_, oldest)) = backups.first() {
        store.drop_created_before(&KIND, &scope, *oldest);
    }
}
