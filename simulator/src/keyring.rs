//! The keys of this run with their secrets. The cloud and the state file have only hashes of them.

use std::io;

use uuid::Uuid;

use crate::{
    caller::{Caller, Role},
    cloud::Cloud,
    identity::{Identity, derived},
};

/// An API key is invalid. The error does not repeat it, because it may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an API key has an id without colons and a secret, neither of them empty")]
pub struct InvalidKey;

/// A key whose secret is known.
#[derive(Clone)]
pub(crate) struct KnownKey {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// The keys whose secrets are known.
#[derive(Default)]
pub(crate) struct Keyring {
    keys: Vec<Entry>,
    viewer: Option<(KnownKey, Caller)>,
}

/// A key, in one of its organizations.
struct Entry {
    key: KnownKey,
    organization: Uuid,
    role: Role,
    is_generated: bool,
}

/// Generates keys: the same ones for the same seed, and otherwise keys that cannot be guessed.
pub(crate) enum KeySource {
    Seeded(Identity),
    System,
}

impl KnownKey {
    /// Checks that Basic authentication can separate the id from the secret.
    pub(crate) fn new(id: String, secret: String) -> Result<Self, InvalidKey> {
        if id.is_empty() || id.contains(':') || secret.is_empty() { Err(InvalidKey) } else { Ok(Self { id, secret }) }
    }
}

impl Keyring {
    /// Adds a given key to an organization, also in the cloud. It keeps its other organizations, unless it had another
    /// secret.
    pub(crate) fn add(&mut self, cloud: &mut Cloud, key: KnownKey, organization: Uuid, role: Role) {
        cloud.add_key(&key.id, &key.secret, organization, role);
        self.keys.retain(|entry| {
            let is_replaced = entry.organization == organization || entry.key.secret != key.secret;
            entry.key.id != key.id || !is_replaced
        });
        self.keys.push(Entry { key, organization, role, is_generated: false });
    }

    /// Generates a key for each organization without keys, and for the first one if no secret of it is known: a client
    /// needs one.
    pub(crate) fn generate_missing(&mut self, cloud: &mut Cloud, source: &mut KeySource) -> io::Result<()> {
        let organizations: Vec<Uuid> = cloud.organizations().collect();
        for (index, organization) in organizations.into_iter().enumerate() {
            let has_key = cloud.keys().any(|(_, mut owners)| owners.any(|owner| owner == organization));
            if has_key && (index > 0 || self.key_of(organization).is_some()) {
                continue;
            }
            let (key, role) = (source.key()?, Role::Admin);
            cloud.add_generated_key(&key.id, &key.secret, organization, role);
            self.keys.push(Entry { key, organization, role, is_generated: true });
        }
        Ok(())
    }

    /// Gives the viewer of the reference a key of the first organization: a generated one, or else one for this run alone.
    /// It is never a given key, because everybody who can reach this machine can read it.
    pub(crate) fn add_viewer(&mut self, cloud: &Cloud, source: &mut KeySource) -> io::Result<()> {
        let Some(organization) = cloud.organizations().next() else { return Ok(()) };
        let generated = self.keys.iter().find(|entry| entry.is_generated && entry.organization == organization);
        let key = generated.map_or_else(|| source.key(), |entry| Ok(entry.key.clone()))?;
        self.viewer = Some((key, Caller::new([(organization, Role::Admin)].into())));
        Ok(())
    }

    /// Returns a key of an organization, preferably one of an admin.
    pub(crate) fn key_of(&self, organization: Uuid) -> Option<&KnownKey> {
        let mut keys = self.keys.iter().filter(|entry| entry.organization == organization);
        let first = keys.clone().next();
        keys.find(|entry| entry.role == Role::Admin).or(first).map(|entry| &entry.key)
    }

    /// Returns the key of the viewer of the reference, if it has one.
    pub(crate) fn viewer(&self) -> Option<&KnownKey> {
        self.viewer.as_ref().map(|(key, _)| key)
    }

    /// Returns the caller, if these are the id and the secret of the viewer's key.
    pub(crate) fn viewer_caller(&self, id: &str, secret: &str) -> Option<Caller> {
        let (key, caller) = self.viewer.as_ref()?;
        (key.id == id && key.secret == secret).then(|| caller.clone())
    }
}

impl KeySource {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        // This is not the generator of everything else, whose progress is in the state file.
        seed.map_or(Self::System, |seed| Self::Seeded(derived(Uuid::max(), seed)))
    }

    /// Generates a key: an id of 20 letters and digits, and a secret of `4b1d` and 38 more.
    fn key(&mut self) -> io::Result<KnownKey> {
        let (id, random) = (self.letters_and_digits(20)?, self.letters_and_digits(38)?);
        Ok(KnownKey { id, secret: format!("4b1d{random}") })
    }

    fn letters_and_digits(&mut self, length: usize) -> io::Result<String> {
        match self {
            Self::Seeded(identity) => Ok(identity.letters_and_digits(length)),
            Self::System => system_letters_and_digits(length),
        }
    }
}

/// Returns random letters and digits from the operating system.
fn system_letters_and_digits(length: usize) -> io::Result<String> {
    const CHARACTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    // Bytes from the last multiple of 62 on would make the first characters more likely than the others.
    const LIMIT: u8 = 4 * 62;
    let mut drawn = String::with_capacity(length);
    while drawn.len() < length {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes)?;
        let fair = bytes.into_iter().filter(|byte| *byte < LIMIT).take(length - drawn.len());
        drawn.extend(fair.map(|byte| char::from(CHARACTERS[usize::from(byte) % CHARACTERS.len()])));
    }
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_keys_look_like_those_of_the_service() {
        for source in [KeySource::new(None), KeySource::new(Some(7))] {
            let mut source = source;
            let (first, second) = (source.key().unwrap(), source.key().unwrap());
            assert!(first.id != second.id && first.secret != second.secret);
            for text in [&first.id, &first.secret] {
                assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
            }
            assert_eq!((first.id.len(), first.secret.len(), &first.secret[..4]), (20, 42, "4b1d"));
        }
    }
}
