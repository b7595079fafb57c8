//! What the document allows and the API refuses.

use serde_json::Value;

use super::{KIND, STATES, access_list, backups, is_replica, is_replica_of, time_of};
use crate::{cloud::Provider, kinds::elements, refusal::Refusal, resources::Attempt};

/// The number of Postgres services that an organization may have.
const LIMIT: usize = 50;

type Check = Result<(), Refusal>;

pub(super) fn check(attempt: &Attempt<'_>) -> Check {
    let (operation, body) = (attempt.call.operation.id(), attempt.call.body);
    let is_of_replica = attempt.resource.is_some_and(is_replica);
    match operation {
        "createPostgresService" => {
            check_limit(attempt)?;
            check_tags(body)?;
            check_place(&body["provider"], &body["region"], &body["size"])?;
            access_list::check(&body["ipAccessList"], "ipAccessList")
        }
        "restorePostgresService" => {
            check_limit(attempt)?;
            check_tags(body)?;
            check_target(attempt)
        }
        "createPostgresReadReplica" => {
            check_limit(attempt)?;
            check_tags(body)?;
            if is_of_replica {
                return Err(Refusal::bad_request("a read replica cannot have read replicas"));
            }
            check_has_backup(attempt)
        }
        "updatePostgresService" | "updatePostgresPassword" if is_of_replica => Err(Refusal::bad_request(
            // In the words of the API.
            "Read replicas cannot be modified directly! Please modify the parent database instead.",
        )),
        "updatePostgresService" => {
            check_is_kept(attempt)?;
            check_name(body)?;
            check_tags(body)?;
            check_tags_have_values(body)?;
            let size = body.get("size").unwrap_or(attempt.field("size"));
            check_place(attempt.field("provider"), attempt.field("region"), size)?;
            access_list::check(&body["ipAccessList"]["add"], "ipAccessList.add")
        }
        "updatePostgresPassword" | "replacePostgresConfig" | "updatePostgresConfig" => check_is_kept(attempt),
        "deletePostgresService" => check_has_no_replicas(attempt),
        _ => Ok(()),
    }
}

fn check_limit(attempt: &Attempt<'_>) -> Check {
    if attempt.store.iter(&KIND, attempt.scope, attempt.call.now).count() >= LIMIT {
        return Err(Refusal::conflict(format_args!(
            "the organization has {LIMIT} Postgres services, which is the limit"
        )));
    }
    Ok(())
}

fn check_tags(body: &Value) -> Check {
    let is_taken = |tag: &Value| tag["key"].as_str().is_some_and(|key| key.starts_with("chc_"));
    refuse_tag(body, is_taken, "key: `chc_` is for the use of ClickHouse Cloud")
}

/// Refuses tags without a value, which a change does not take.
fn check_tags_have_values(body: &Value) -> Check {
    refuse_tag(body, |tag| !tag["value"].is_string(), "value: this is needed")
}

fn refuse_tag(body: &Value, is_refused: impl Fn(&Value) -> bool, problem: &str) -> Check {
    match elements(&body["tags"]).iter().position(is_refused) {
        Some(index) => Err(Refusal::bad_request(format_args!("tags[{index}].{problem}"))),
        None => Ok(()),
    }
}

/// Refuses a new name with something else than letters, digits and white space, which a creation takes.
fn check_name(body: &Value) -> Check {
    let mut signs = body["name"].as_str().unwrap_or_default().chars();
    if signs.all(|sign| sign.is_alphanumeric() || sign.is_whitespace()) {
        return Ok(());
    }
    // In the words of the API.
    Err(Refusal::bad_request("request body property can't be validated: name"))
}

/// Refuses a region or a size of another provider. The sizes of AWS have a dot in them.
fn check_place(provider: &Value, region: &Value, size: &Value) -> Check {
    let [provider, region, size] = [provider, region, size].map(|value| value.as_str().unwrap_or_default());
    if Provider::of(region).as_str() != provider {
        return Err(Refusal::bad_request(format_args!("region: {region} is not a region of {provider}")));
    }
    if size.contains('.') != (provider == "aws") {
        return Err(Refusal::bad_request(format_args!("size: {size} is not a size of {provider}")));
    }
    Ok(())
}

/// Refuses a restore to a time that no backup reaches.
fn check_target(attempt: &Attempt<'_>) -> Check {
    let target = attempt.call.body.as_object().and_then(|body| time_of(body, "restoreTarget"));
    let now = attempt.call.now;
    let earliest = attempt.resource.and_then(|service| backups(service, now).next());
    let Some((_, earliest)) = earliest else {
        return Err(Refusal::bad_request("restoreTarget: there are no backups, yet"));
    };
    if target.is_some_and(|target| (earliest..=now).contains(&target)) {
        return Ok(());
    }
    Err(Refusal::bad_request("restoreTarget: this is not between earliestRestoreTime and now"))
}

fn check_has_backup(attempt: &Attempt<'_>) -> Check {
    if attempt.resource.is_some_and(|service| backups(service, attempt.call.now).next().is_some()) {
        return Ok(());
    }
    // In the words of the API.
    Err(Refusal::bad_request("Parent server is not ready for read replicas. There are no backups, yet."))
}

fn check_has_no_replicas(attempt: &Attempt<'_>) -> Check {
    let Some(service) = attempt.resource else { return Ok(()) };
    if attempt.siblings(&KIND).any(|other| is_replica_of(&other, service)) {
        return Err(Refusal::conflict("the Postgres service has read replicas"));
    }
    Ok(())
}

fn check_is_kept(attempt: &Attempt<'_>) -> Check {
    if attempt.resource.is_some_and(|service| service.state(&STATES) == "deleting") {
        return Err(Refusal::bad_request("the Postgres service is being deleted"));
    }
    Ok(())
}
