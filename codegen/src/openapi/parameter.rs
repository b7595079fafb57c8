//! Parameters: where they are sent.

/// The part of a request that a parameter is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
    Cookie,
}

impl Location {
    /// Returns the name of the location in a document.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }

    /// Returns the location with this name in a document.
    pub(crate) fn of(name: &str) -> Option<Self> {
        [Self::Path, Self::Query, Self::Header, Self::Cookie].into_iter().find(|location| location.name() == name)
    }
}

/// The headers that OpenAPI describes by other means, and those that belong to the connection: no parameter sets them.
pub(crate) const IGNORED_HEADERS: [&str; 7] =
    ["accept", "authorization", "connection", "content-length", "content-type", "host", "transfer-encoding"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_has_one_name() {
        for location in [Location::Path, Location::Query, Location::Header, Location::Cookie] {
            assert_eq!(Location::of(location.name()), Some(location));
        }
        assert_eq!(Location::of("body"), None);
    }
}
