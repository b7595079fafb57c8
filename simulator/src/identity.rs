use fastrand::Rng;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

/// Generates ids, passwords and names, and keys if there is a seed. The same seed generates the same values.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub(crate) struct Identity(Rng);

impl From<u64> for Identity {
    fn from(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }
}

impl From<Identity> for u64 {
    fn from(identity: Identity) -> Self {
        identity.0.get_seed()
    }
}

impl Identity {
    pub(crate) fn uuid(&mut self) -> Uuid {
        Builder::from_random_bytes(self.0.u128(..).to_be_bytes()).into_uuid()
    }

    /// Returns a password with a lower-case letter, an upper-case letter, a digit and a special character.
    pub(crate) fn password(&mut self) -> String {
        let mut password: Vec<char> = self.letters_and_digits(9).chars().collect();
        password.extend([self.0.lowercase(), self.0.uppercase(), self.0.digit(10)]);
        password.extend(self.0.choice(['~', '_', '.', '-']));
        self.0.shuffle(&mut password);
        password.into_iter().collect()
    }

    /// Returns the first label of the host names of a service.
    pub(crate) fn host_label(&mut self) -> String {
        const CHARACTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let first = self.0.lowercase();
        std::iter::once(first)
            .chain((1..10).map(|_| char::from(CHARACTERS[self.0.usize(..CHARACTERS.len())])))
            .collect()
    }

    /// Returns a number from `low` up to, but not including, `high`.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        self.0.u32(low..high)
    }

    pub(crate) fn letters_and_digits(&mut self, length: usize) -> String {
        (0..length).map(|_| self.0.alphanumeric()).collect()
    }
}

/// Returns the generator for the thing of a number that an owner has. It does not depend on what was generated before.
pub(crate) fn derived(owner: Uuid, number: u64) -> Identity {
    let (high, low) = owner.as_u64_pair();
    // The multiplier spreads neighbouring numbers over all bits.
    Identity::from(high ^ low.rotate_left(32) ^ number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
}

/// Returns an id for a request, which need not be repeatable.
pub(crate) fn request_id() -> Uuid {
    Builder::from_random_bytes(fastrand::u128(..).to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_generates_the_same_values_also_after_a_restart() {
        let mut first = Identity::from(7);
        first.uuid();
        let mut second: Identity = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
        assert_eq!(first.uuid(), second.uuid());
        assert_eq!(first.password(), second.password());
        assert_ne!(first.host_label(), first.host_label());
    }

    #[test]
    fn ids_are_of_version_four() {
        assert_eq!(Identity::from(1).uuid().get_version_num(), 4);
        assert_ne!(derived(Uuid::nil(), 0).uuid(), derived(Uuid::nil(), 1).uuid());
    }
}
