use std::fmt;

/// A JSON pointer (RFC 6901): the way from the root of a document to one of its nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer to a child under this key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut way = String::with_capacity(self.0.len() + 1 + key.len());
        way.push_str(&self.0);
        let mut child = Self(way);
        child.enter(key);
        child
    }

    /// Goes on to a child under this key.
    pub(crate) fn enter(&mut self, key: &str) {
        self.0.push('/');
        for part in key.split_inclusive(['~', '/']) {
            match part.as_bytes().last() {
                Some(b'~') => self.0.extend([&part[..part.len() - 1], "~0"]),
                Some(b'/') => self.0.extend([&part[..part.len() - 1], "~1"]),
                _ => self.0.push_str(part),
            }
        }
    }

    /// Goes back to where the pointer was when it was written in so many bytes.
    pub(crate) fn leave(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// The pointer to the element of this index.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The pointer below this one that `/`-separated, escaped steps lead to.
    #[must_use]
    pub fn join(&self, steps: &str) -> Self {
        Self(format!("{}{steps}", self.0))
    }

    /// The pointer to what the node is in; none for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(parent, _)| Self(parent.to_owned()))
    }

    /// The last step, unescaped.
    #[must_use]
    pub fn last(&self) -> String {
        let last = self.0.rsplit_once('/').map_or("", |(_, last)| last);
        last.replace("~1", "/").replace("~0", "~")
    }

    /// The pointer as it is written: empty for the root, else `/components/schemas/Name`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pointer that a `$ref` into the same document holds.
    #[must_use]
    pub fn of_reference(reference: &str) -> Option<Self> {
        let pointer = reference.strip_prefix('#')?;
        (pointer.is_empty() || pointer.starts_with('/')).then(|| Self(percent_decoded(pointer)))
    }
}

/// What is written in a URL: `Page%3CThing%3E` is `Page<Thing>`.
fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = (*first == b'%').then(|| after.get(..2)).flatten();
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        decoded.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(decoded).unwrap_or_else(|_| text.to_owned())
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{}", self.0)
    }
}
