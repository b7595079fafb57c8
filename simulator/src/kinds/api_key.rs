use std::{convert::Infallible, net::IpAddr};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::assignment;
use crate::{
    call::Call,
    caller::Actor,
    clock::timestamp,
    cloud::{Credentials, SecretHash},
    ip_range::IpRange,
    keyring::KnownKey,
    refusal::Refusal,
    resources::{Action, Attempt, Id, Kind, Making, Operation, Resource, make},
};

/// The number of keys that an organization may have.
const QUOTA: usize = 100;

/// The API keys. The credentials that they are used with are among the hidden fields, as hashes.
pub(crate) const KIND: Kind = Kind {
    name: "API key",
    title: "API keys",
    id: Some(Id { parameter: "keyId", field: "id" }),
    operations: &[
        Operation::new("listApiKeys", Action::List),
        Operation::new("createApiKey", Action::Create),
        Operation::new("getApiKey", Action::Get),
        Operation::new("updateApiKey", Action::Update),
        Operation::new("deleteApiKey", Action::Delete),
    ],
    made: &[("id", make::uuid), ("createdAt", make::now)],
    defaults: &[("ipAccessList", |_| json!([{ "source": "0.0.0.0/0", "description": "Anywhere" }]))],
    max_page_size: 250,
    check,
    complete: |key, completion| {
        let actor = actor(key);
        assignment::give_roles(key, Some(&actor), completion);
    },
    deleted: |key, scope, store| assignment::take_all_from(store, scope, &actor(key)),
    created: Some(created),
    ..Kind::PLAIN
};

/// Returns why a key cannot be used from an address, if it cannot.
pub(crate) fn reason_to_refuse(key: &Resource, from: IpAddr, now: DateTime<Utc>) -> Option<String> {
    let end = key.fields.get("expireAt").and_then(|end| end.as_str()?.parse::<DateTime<Utc>>().ok());
    let mut sources = key.fields["ipAccessList"].as_array().into_iter().flatten();
    if key.fields["state"] == "disabled" {
        Some("the API key is disabled".to_owned())
    } else if end.is_some_and(|end| end <= now) {
        Some("the API key has expired".to_owned())
    } else if !sources.any(|entry| range(entry).is_some_and(|range| range.contains(from))) {
        Some(format!("the API key cannot be used from {from}"))
    } else {
        None
    }
}

/// Notes that a key is used.
pub(crate) fn note_use(key: &mut Resource, now: DateTime<Utc>) {
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    key.fields.insert("usedAt".to_owned(), timestamp(minute).into());
}

/// Returns the last four characters of the id that a key is used with.
pub(crate) fn suffix(id: &str) -> &str {
    id.char_indices().rev().nth(3).map_or(id, |(start, _)| &id[start..])
}

fn check(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let Attempt { call, action, resource, .. } = attempt;
    let caller = call.path.uuid("organizationId").and_then(|organization| call.caller.actor_in(organization));
    if matches!(action, Action::Delete) && resource.map(actor).as_ref() == caller {
        return Err(Refusal::bad_request("an API key cannot delete itself"));
    }
    if matches!(action, Action::Create) && attempt.siblings(&KIND).count() >= QUOTA {
        return Err(Refusal::bad_request(format_args!("the organization has {QUOTA} API keys, and may not have more")));
    }
    for (index, entry) in call.body["ipAccessList"].as_array().into_iter().flatten().enumerate() {
        if range(entry).is_none() {
            let problem = "neither an IP address nor a CIDR range";
            return Err(Refusal::bad_request(format_args!("ipAccessList[{index}].source: {problem}")));
        }
    }
    let hashes = call.body.get("hashData");
    for name in ["keyIdHash", "keySecretHash"] {
        if hashes.is_some_and(|hashes| read_hash(&hashes[name]).is_none()) {
            return Err(Refusal::bad_request(format_args!("hashData.{name}: not a SHA-256 hash in base64")));
        }
    }
    assignment::check_roles(attempt)
}

fn created(key: &mut Resource, call: &Call<'_>, making: &mut Making<'_>) -> Value {
    let mut result = Map::new();
    let hashes = &call.body["hashData"];
    let suffix =
        if let (Some(id), Some(secret)) = (read_hash(&hashes["keyIdHash"]), read_hash(&hashes["keySecretHash"])) {
            key.hidden = Credentials::stored_hashes(&id, &secret);
            hashes["keyIdSuffix"].clone()
        } else {
            let Ok(KnownKey { id, secret }) =
                KnownKey::generate(|length| Ok::<_, Infallible>(making.identity.letters_and_digits(length)));
            key.hidden = Credentials::stored(&id, &SecretHash::new(&id, &secret));
            let suffix = suffix(&id).into();
            result.extend([("keyId".to_owned(), id.into()), ("keySecret".to_owned(), secret.into())]);
            suffix
        };
    key.fields.insert("keySuffix".to_owned(), suffix);
    key.fields.shift_remove("usedAt");
    result.insert("key".to_owned(), key.show(&KIND, call.seen_at));
    result.into()
}

fn read_hash(text: &Value) -> Option<SecretHash> {
    SecretHash::from_base64(text.as_str()?)
}

fn range(entry: &Value) -> Option<IpRange> {
    IpRange::parse(entry["source"].as_str()?)
}

pub(super) fn actor(key: &Resource) -> Actor {
    Actor::ApiKey(KIND.id_of(&key.fields).unwrap_or_default().to_owned())
}
