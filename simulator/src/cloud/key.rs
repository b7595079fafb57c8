use std::fmt::{self, Write};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::caller::{Caller, Role};

/// The number of generated keys that stay valid in each organization. Each start may add one.
const MAX_GENERATED_KEYS: usize = 8;

/// An API key without its id and its secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Key {
    secret_hash: SecretHash,
    /// The organizations that it belongs to, each with its role there.
    roles: IndexMap<Uuid, Role>,
    /// Whether the simulator generated the key.
    #[serde(default, rename = "made_up")]
    is_generated: bool,
}

/// The SHA-256 of an id and a secret.
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

impl Key {
    /// Returns a key that belongs to no organization yet.
    pub(super) fn new(id: &str, secret: &str, is_generated: bool) -> Self {
        Self { secret_hash: SecretHash::new(id, secret), roles: IndexMap::new(), is_generated }
    }

    /// Returns whether this is the secret of the key.
    pub(super) fn has_secret(&self, id: &str, secret: &str) -> bool {
        self.secret_hash == SecretHash::new(id, secret)
    }

    pub(super) fn add_role(&mut self, organization: Uuid, role: Role) {
        self.roles.insert(organization, role);
    }

    /// Returns the organizations that the key belongs to.
    pub(super) fn organizations(&self) -> impl Iterator<Item = Uuid> {
        self.roles.keys().copied()
    }

    pub(super) fn caller(&self) -> Caller {
        Caller::new(self.roles.clone())
    }
}

/// Drops the oldest generated keys of an organization, if there are too many.
pub(super) fn drop_oldest(keys: &mut IndexMap<String, Key>, organization: Uuid) {
    let is_generated = |key: &Key| key.is_generated && key.roles.contains_key(&organization);
    let count = keys.values().filter(|key| is_generated(key)).count();
    let mut surplus = count.saturating_sub(MAX_GENERATED_KEYS);
    keys.retain(|_, key| {
        let goes = surplus > 0 && is_generated(key);
        surplus -= usize::from(goes);
        !goes
    });
}

impl SecretHash {
    const PREFIX: &str = "sha256:";

    /// Returns the hash of the credentials of Basic authentication. The id has no colon, so the text is unique.
    pub(crate) fn new(id: &str, secret: &str) -> Self {
        Self(Sha256::new().chain_update(id).chain_update(":").chain_update(secret).finalize().into())
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
    }
}
