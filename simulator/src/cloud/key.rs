use std::{
    fmt::{self, Write},
    net::IpAddr,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Cloud, organization_path};
use crate::{
    caller::{Actor, Caller},
    identity::derived,
    kinds::{
        api_key, assignment,
        role::{self, SystemRole},
    },
    refusal::Refusal,
    resources::{Making, Models, Resource, Scope},
};

/// The number of generated keys that stay valid in each organization. Each start may add one.
const MAX_GENERATED_KEYS: usize = 8;

/// The hidden field of a key with the id that it is used with.
const ID: &str = "signInId";
/// The hidden field of a key with the hash of its id and its secret.
const HASH: &str = "hash";
/// The hidden fields of a key of which the simulator knows neither the id nor the secret.
const ID_HASH: &str = "signInIdHash";
const SECRET_HASH: &str = "secretHash";
/// The hidden field of a key that the simulator generated.
const IS_GENERATED: &str = "isGenerated";

/// An API key to add.
pub(crate) struct NewKey<'a> {
    /// The id that it is used with.
    pub(crate) id: &'a str,
    pub(crate) hash: SecretHash,
    pub(crate) role: SystemRole,
    /// Whether the simulator generated the key.
    pub(crate) is_generated: bool,
}

/// The id and the secret of a request, as keys have them.
pub(crate) struct Credentials {
    id: Value,
    hash: Value,
    id_hash: Value,
    secret_hash: Value,
}

/// A SHA-256 hash of a secret, or of an id and a secret.
///
/// A slow hash would protect secrets that people think up, at the price of milliseconds for every request. Generated
/// secrets have 38 random characters, which cannot be guessed. The id is part of the hash, so that
/// equal secrets have different hashes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct SecretHash([u8; 32]);

/// A text is not a [`SecretHash`]. The error does not repeat it, because it may be the secret.
#[derive(Debug)]
pub(crate) struct InvalidHash;

impl Cloud {
    /// Adds a key to an organization, or changes the role of the key that has this id there. It keeps its other
    /// organizations, unless it had another secret. Generated keys stay valid for some restarts.
    pub(crate) fn add_key(&mut self, models: &Models, key: &NewKey<'_>, organization: Uuid, now: DateTime<Utc>) {
        let Some(model) = models.named(api_key::KIND.name) else { return };
        let hash = json!(key.hash);
        for other in self.organizations().collect::<Vec<_>>() {
            self.delete_keys(&Self::scope_of(other), |resource| {
                resource.hidden.get(ID) == Some(&json!(key.id)) && resource.hidden.get(HASH) != Some(&hash)
            });
        }
        let path = organization_path(organization);
        let scope = Scope::of(&path.0);
        let found = self.keys(&scope).find(|resource| resource.hidden.get(ID) == Some(&json!(key.id)));
        let found = found.and_then(|resource| api_key::KIND.id_of(&resource.fields).map(str::to_owned));
        let id = found.unwrap_or_else(|| {
            let mut identity = derived(organization, self.resources.created());
            let making = &mut Making { identity: &mut identity, now, path: &path };
            let start = json!({
                "name": format!("{} key", key.role.name()),
                "state": "enabled",
                "roles": [key.role.name().to_lowercase()],
                "assignedRoles": [],
                "keySuffix": api_key::suffix(key.id),
            });
            self.resources.seed(model, &scope, start.as_object().cloned().unwrap_or_default(), making)
        });
        let role = role::id_of(&self.resources, &scope, key.role);
        let roles = assignment::assign(
            &mut self.resources,
            &scope,
            Some(&Actor::ApiKey(id.clone())),
            role.as_deref().as_slice(),
        );
        if let Some(resource) = self.resources.get_mut(&api_key::KIND, &scope, &id) {
            resource.fields.insert("assignedRoles".to_owned(), roles);
            resource.hidden = Credentials::stored(key.id, &key.hash);
            if key.is_generated {
                resource.hidden.insert(IS_GENERATED.to_owned(), json!(true));
            }
        }
        let mut surplus = self.keys(&scope).filter(|key| is_generated(key)).count().saturating_sub(MAX_GENERATED_KEYS);
        self.delete_keys(&scope, |key| {
            let goes = surplus > 0 && is_generated(key);
            surplus -= usize::from(goes);
            goes
        });
    }

    /// Returns whether an organization has a key.
    pub(crate) fn has_key(&self, organization: Uuid) -> bool {
        self.keys(&Self::scope_of(organization)).next().is_some()
    }

    /// Returns the caller with this id and this secret, or why there is none.
    pub(crate) fn sign_in(
        &mut self,
        id: &str,
        secret: &str,
        from: IpAddr,
        now: DateTime<Utc>,
    ) -> Result<Caller, Refusal> {
        let credentials = Credentials::new(id, secret);
        let mut actors = IndexMap::new();
        // For an unknown key, this is the API's message.
        let mut reason = "Key is not found".to_owned();
        for organization in self.organizations().collect::<Vec<_>>() {
            let scope = Self::scope_of(organization);
            let mut keys = self.resources.iter_mut(&api_key::KIND, &scope);
            let Some(key) = keys.find(|key| credentials.fit(key)) else { continue };
            if let Some(found) = api_key::reason_to_refuse(key, from, now) {
                reason = found;
            } else {
                api_key::note_use(key, now);
                let id = api_key::KIND.id_of(&key.fields).unwrap_or_default();
                actors.insert(organization, Actor::ApiKey(id.to_owned()));
            }
        }
        if actors.is_empty() { Err(Refusal::unauthorized(reason)) } else { Ok(Caller::new(actors)) }
    }

    fn keys(&self, scope: &Scope) -> impl Iterator<Item = &Resource> {
        self.resources.ids(&api_key::KIND, scope).filter_map(|id| self.resources.peek(&api_key::KIND, scope, id))
    }

    fn delete_keys(&mut self, scope: &Scope, mut goes: impl FnMut(&Resource) -> bool) {
        let ids = self.keys(scope).filter(|key| goes(key)).filter_map(|key| api_key::KIND.id_of(&key.fields));
        for id in ids.map(str::to_owned).collect::<Vec<_>>() {
            self.resources.delete(&api_key::KIND, scope, &id);
        }
    }
}

fn is_generated(key: &Resource) -> bool {
    key.hidden.contains_key(IS_GENERATED)
}

/// Returns the hidden field of a key that does not hold a hash and should.
pub(crate) fn find_invalid_hash(key: &Resource) -> Option<&'static str> {
    let is_hash = |field: &&str| {
        let text = key.hidden.get(*field).and_then(Value::as_str);
        text.is_some_and(|text| SecretHash::try_from(text.to_owned()).is_ok())
    };
    let fields: &[&str] = if key.hidden.contains_key(ID) { &[HASH] } else { &[ID_HASH, SECRET_HASH] };
    fields.iter().copied().find(|field| !is_hash(field))
}

impl Credentials {
    fn new(id: &str, secret: &str) -> Self {
        Self {
            id: id.into(),
            hash: json!(SecretHash::new(id, secret)),
            id_hash: json!(SecretHash::of(id)),
            secret_hash: json!(SecretHash::of(secret)),
        }
    }

    /// Returns the hidden fields of a key with an id and the hash of its credentials.
    pub(crate) fn stored(id: &str, hash: &SecretHash) -> Map<String, Value> {
        Map::from_iter([(ID.to_owned(), id.into()), (HASH.to_owned(), json!(hash))])
    }

    /// Returns the hidden fields of a key of which only the hashes are known.
    pub(crate) fn stored_hashes(id: &SecretHash, secret: &SecretHash) -> Map<String, Value> {
        Map::from_iter([(ID_HASH.to_owned(), json!(id)), (SECRET_HASH.to_owned(), json!(secret))])
    }

    /// Returns whether these are the credentials of a key.
    fn fit(&self, key: &Resource) -> bool {
        let has = |field, value| key.hidden.get(field) == Some(value);
        if key.hidden.contains_key(ID) {
            has(ID, &self.id) && has(HASH, &self.hash)
        } else {
            has(ID_HASH, &self.id_hash) && has(SECRET_HASH, &self.secret_hash)
        }
    }
}

impl SecretHash {
    const PREFIX: &str = "sha256:";

    /// Returns the hash of the credentials of Basic authentication. The id has no colon, so the text is unique.
    pub(crate) fn new(id: &str, secret: &str) -> Self {
        Self(Sha256::new().chain_update(id).chain_update(":").chain_update(secret).finalize().into())
    }

    /// Returns the hash of a text.
    fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// Reads a hash in base64.
    pub(crate) fn from_base64(text: &str) -> Option<Self> {
        Some(Self(BASE64_STANDARD.decode(text).ok()?.try_into().ok()?))
    }
}

impl From<SecretHash> for String {
    fn from(SecretHash(bytes): SecretHash) -> Self {
        bytes.iter().fold(SecretHash::PREFIX.to_owned(), |mut text, byte| {
            _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl TryFrom<String> for SecretHash {
    type Error = InvalidHash;

    fn try_from(text: String) -> Result<Self, InvalidHash> {
        let digits = text.strip_prefix(Self::PREFIX).ok_or(InvalidHash)?.as_bytes();
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return Err(InvalidHash);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |character: u8| char::from(character).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let (high, low) = (digit(pair[0]).ok_or(InvalidHash)?, digit(pair[1]).ok_or(InvalidHash)?);
            *byte = high << 4 | low;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for InvalidHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "this is not `{}` and 64 hexadecimal digits", SecretHash::PREFIX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_that_of_the_basic_credentials_and_is_read_back() {
        // printf id:secret | sha256sum
        let text = "sha256:fc69635ed79e43dad7499156fbf1091dcd3a721d90c7e9115786fc5a4204d669";
        let hash = SecretHash::new("id", "secret");
        assert_eq!(String::from(hash.clone()), text);
        assert!(SecretHash::try_from(text.to_owned()).is_ok_and(|read| read == hash));
        for wrong in ["", "secret", "sha256:", &text[..70], &text.replace('d', "g"), &text.replace('d', "\u{e4}")] {
            assert!(SecretHash::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
        assert!(SecretHash::new("other", "secret") != hash);
        // printf secret | openssl dgst -sha256 -binary | base64
        let hash = SecretHash::from_base64("K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=");
        assert!(hash.is_some_and(|hash| hash == SecretHash::of("secret")));
        assert!(SecretHash::from_base64("K7gNU3sdo+OL0w==").is_none());
    }
}
