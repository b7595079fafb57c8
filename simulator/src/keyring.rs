//! The keys of this run with their secrets. The cloud and the state file have only hashes of them.

use std::io;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    caller::{Actor, Caller},
    cloud::{Cloud, NewKey, SecretHash},
    identity::{Identity, derived},
    kinds::{member, role::SystemRole},
    resources::Models,
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
    viewer: Option<Viewer>,
}

/// A key, in one of its organizations.
struct Entry {
    key: KnownKey,
    organization: Uuid,
    role: SystemRole,
    is_generated: bool,
}

/// The key of the viewer of the reference.
struct Viewer {
    key: KnownKey,
    /// The owner of the organization, if the key is for this run alone. The cloud has any other key.
    caller: Option<Caller>,
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

    /// Generates a key from random letters and digits: an id of 20, and a secret of `4b1d` and 38 more.
    pub(crate) fn generate<E>(mut letters_and_digits: impl FnMut(usize) -> Result<String, E>) -> Result<Self, E> {
        Ok(Self { id: letters_and_digits(20)?, secret: format!("4b1d{}", letters_and_digits(38)?) })
    }

    fn in_cloud(&self, role: SystemRole, is_generated: bool) -> NewKey<'_> {
        NewKey { id: &self.id, hash: SecretHash::new(&self.id, &self.secret), role, is_generated }
    }
}

impl Keyring {
    /// Adds a given key to an organization, also in the cloud. It keeps its other organizations, unless it had another
    /// secret.
    pub(crate) fn add(
        &mut self,
        cloud: &mut Cloud,
        models: &Models,
        key: KnownKey,
        organization: Uuid,
        role: SystemRole,
        now: DateTime<Utc>,
    ) {
        cloud.add_key(models, &key.in_cloud(role, false), organization, now);
        self.keys.retain(|entry| {
            let is_replaced = entry.organization == organization || entry.key.secret != key.secret;
            entry.key.id != key.id || !is_replaced
        });
        self.keys.push(Entry { key, organization, role, is_generated: false });
    }

    /// Generates a key for each organization without keys, and for the first one if no secret of it is known: a client
    /// needs one.
    pub(crate) fn generate_missing(
        &mut self,
        cloud: &mut Cloud,
        models: &Models,
        source: &mut KeySource,
        now: DateTime<Utc>,
    ) -> io::Result<()> {
        let organizations: Vec<Uuid> = cloud.organizations().collect();
        for (index, organization) in organizations.into_iter().enumerate() {
            if cloud.has_key(organization) && (index > 0 || self.key_of(organization).is_some()) {
                continue;
            }
            let (key, role) = (source.key()?, SystemRole::Admin);
            cloud.add_key(models, &key.in_cloud(role, true), organization, now);
            self.keys.push(Entry { key, organization, role, is_generated: true });
        }
        Ok(())
    }

    /// Gives the viewer of the reference a key of the first organization: a generated one, or else one for this run alone.
    /// It is never a given key, because everybody who can reach this machine can read it.
    pub(crate) fn add_viewer(&mut self, cloud: &Cloud, models: &Models, source: &mut KeySource) -> io::Result<()> {
        let Some(organization) = cloud.organizations().next() else { return Ok(()) };
        let generated = self.keys.iter().find(|entry| entry.is_generated && entry.organization == organization);
        self.viewer = Some(match generated {
            Some(entry) => Viewer { key: entry.key.clone(), caller: None },
            None => {
                let owner = member::owner(models).and_then(|owner| owner["userId"].as_str());
                let actors = owner.map(|id| (organization, Actor::User(id.to_owned())));
                Viewer { key: source.key()?, caller: Some(Caller::new(actors.into_iter().collect())) }
            }
        });
        Ok(())
    }

    /// Returns a key of an organization, preferably one of an admin.
    pub(crate) fn key_of(&self, organization: Uuid) -> Option<&KnownKey> {
        let mut keys = self.keys.iter().filter(|entry| entry.organization == organization);
        let first = keys.clone().next();
        keys.find(|entry| entry.role == SystemRole::Admin).or(first).map(|entry| &entry.key)
    }

    /// Returns the key of the viewer of the reference, if it has one.
    pub(crate) fn viewer(&self) -> Option<&KnownKey> {
        self.viewer.as_ref().map(|viewer| &viewer.key)
    }

    /// Returns the caller, if these are the id and the secret of a key of the viewer's own.
    pub(crate) fn viewer_caller(&self, id: &str, secret: &str) -> Option<Caller> {
        let Viewer { key, caller } = self.viewer.as_ref()?;
        caller.clone().filter(|_| key.id == id && key.secret == secret)
    }
}

impl KeySource {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        // This is not the generator of everything else, whose progress is in the state file.
        seed.map_or(Self::System, |seed| Self::Seeded(derived(Uuid::max(), seed)))
    }

    fn key(&mut self) -> io::Result<KnownKey> {
        KnownKey::generate(|length| self.letters_and_digits(length))
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
