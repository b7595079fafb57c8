//! Where parameters are.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

impl Location {
    /// What the document calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        [Self::Path, Self::Query, Self::Header, Self::Cookie].into_iter().find(|location| location.name() == name)
    }
}

/// The headers that OpenAPI describes elsewhere: parameters of these names mean nothing.
pub(crate) const OTHERWISE_SAID: [&str; 3] = ["accept", "authorization", "content-type"];
