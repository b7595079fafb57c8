use std::fmt;

use reqwest::{StatusCode, Url, header::LOCATION};

use crate::Request;

/// A redirect that the document describes: what the call asks for is at another URL. It is not followed.
///
/// ```
/// # fn example(redirect: clickhouse_cloud_runtime::Redirect) {
/// println!("{}", redirect.location());
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Redirect {
    location: Url,
}

impl Redirect {
    pub(crate) fn new(location: Url) -> Self {
        Self { location }
    }

    /// The URL in the `Location` of the response; a relative one is resolved against that of the request. It may
    /// contain a secret, such as a signature, so `Debug` shows nothing but its origin.
    #[must_use]
    pub fn location(&self) -> &Url {
        &self.location
    }

    /// Returns the URL alone.
    #[must_use]
    pub fn into_location(self) -> Url {
        self.location
    }
}

impl fmt::Debug for Redirect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Redirect").field(&self.location.origin().ascii_serialization()).finish()
    }
}

/// Returns where a response leads, if it is a redirect that the document describes.
pub(crate) fn documented_location(request: &Request, response: &reqwest::Response) -> Option<Url> {
    if !request.documents_redirect(response.status()) {
        return None;
    }
    resolve(response.url(), response.headers().get(LOCATION)?.to_str().ok()?)
}

fn resolve(request: &Url, location: &str) -> Option<Url> {
    // The query may have the credentials.
    let mut base = request.clone();
    base.set_query(None);
    base.join(location).ok()
}

/// Whether a status is a documented one, or in a documented range like `3XX`.
pub(crate) fn matches_status(pattern: &str, status: StatusCode) -> bool {
    let in_range = || pattern.strip_suffix("XX").is_some_and(|class| status.as_str().starts_with(class));
    pattern == status.as_str() || in_range()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_and_the_query_of_a_location_are_hidden() {
        let redirect = Redirect::new(Url::parse("https://files.example.com/a/token?signature=b").unwrap());
        assert_eq!(format!("{redirect:?}"), r#"Redirect("https://files.example.com")"#);
    }

    #[test]
    fn the_query_of_the_request_is_not_part_of_a_location() {
        let resolved = |location| resolve(&Url::parse("https://example.com/a/b?key=c").unwrap(), location).unwrap();
        assert_eq!(resolved("#part").as_str(), "https://example.com/a/b#part");
        assert_eq!(resolved("../d?e").as_str(), "https://example.com/d?e");
    }
}
