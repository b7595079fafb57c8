use std::fmt;

use percent_encoding::percent_decode_str;

/// A JSON pointer (RFC 6901): the steps from the root of a document to one of its nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(String);

impl Pointer {
    /// Returns the pointer to the child under this key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut child = String::with_capacity(self.0.len() + 1 + key.len());
        child.push_str(&self.0);
        child.push('/');
        for part in key.split_inclusive(['~', '/']) {
            match part.as_bytes().last() {
                Some(b'~') => child.extend([&part[..part.len() - 1], "~0"]),
                Some(b'/') => child.extend([&part[..part.len() - 1], "~1"]),
                _ => child.push_str(part),
            }
        }
        Self(child)
    }

    /// Returns the pointer to the element of this index.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// Returns this pointer with further steps, which are escaped, each with a `/` before it.
    #[must_use]
    pub fn join(&self, steps: &str) -> Self {
        Self(format!("{}{steps}", self.0))
    }

    /// Returns the pointer to the node around this one; none for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// Returns the last step, unescaped.
    #[must_use]
    pub fn last(&self) -> String {
        self.steps().last().unwrap_or_default()
    }

    /// Returns all steps, unescaped.
    pub(crate) fn steps(&self) -> impl Iterator<Item = String> {
        self.0.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
    }

    /// Returns the pointer as text: empty for the root, else like `/components/schemas/Name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the pointer in a `$ref` into the same document. A `$ref` is a URL, so `Page%3CThing%3E` is
    /// `Page<Thing>`.
    #[must_use]
    pub fn of_reference(reference: &str) -> Option<Self> {
        let pointer = reference.strip_prefix('#')?;
        let decoded = || percent_decode_str(pointer).decode_utf8().unwrap_or(pointer.into());
        (pointer.is_empty() || pointer.starts_with('/')).then(|| Self(decoded().into_owned()))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_escaped() {
        let pointer = Pointer::default().key("a/b~c").index(2);
        assert_eq!(pointer.as_str(), "/a~1b~0c/2");
        assert_eq!(pointer.parent().unwrap().last(), "a/b~c");
        assert_eq!(Pointer::default().parent(), None);
    }

    #[test]
    fn a_reference_is_part_of_a_url() {
        assert_eq!(Pointer::of_reference("#/a%3Cb%3E").unwrap().last(), "a<b>");
        assert_eq!(Pointer::of_reference("#anchor"), None);
        assert_eq!(Pointer::of_reference("other.yaml#/a"), None);
    }
}
