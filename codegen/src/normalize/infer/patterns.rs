//! The patterns of a config for the names of properties.

use crate::source::wildcard::matches;

/// The patterns of a list, each with whether it matches something.
pub(super) struct Patterns<'c>(Vec<(&'c str, bool)>);

impl<'c> Patterns<'c> {
    pub(super) fn of(patterns: &'c [String]) -> Self {
        Self(patterns.iter().map(|pattern| (pattern.as_str(), false)).collect())
    }

    /// Returns the first pattern that matches a property, and counts all that do as used. Its name begins with that of
    /// its schema.
    pub(super) fn find(&mut self, name: &str, property: &str) -> Option<usize> {
        let mut found = None;
        for (index, (pattern, is_used)) in self.0.iter_mut().enumerate() {
            if matches(pattern, if pattern.contains('.') { name } else { property }) {
                *is_used = true;
                found = found.or(Some(index));
            }
        }
        found
    }

    pub(super) fn unused(self) -> impl Iterator<Item = (usize, &'c str)> {
        let patterns = self.0.into_iter().enumerate();
        patterns.filter(|(_, (_, is_used))| !is_used).map(|(index, (pattern, _))| (index, pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_without_a_dot_is_the_name_of_a_property_in_any_schema() {
        let patterns = ["Login.*", "pin", "Login.pin", "key"].map(ToOwned::to_owned);
        let mut patterns = Patterns::of(&patterns);
        assert_eq!((patterns.find("Login.pin", "pin"), patterns.find("Card.pin", "pin")), (Some(0), Some(1)));
        assert_eq!(patterns.unused().collect::<Vec<_>>(), [(3, "key")]);
    }
}
