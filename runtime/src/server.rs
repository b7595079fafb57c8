//! The servers of an API: variables in their URLs, and those that only some operations have.

use std::collections::HashMap;

use reqwest::Url;

use crate::{ConfigurationError, builder::resolve_url};

/// The facts of an API's document about servers whose URLs have variables, or that only some operations have. Generated
/// code has one as a `static` if the document has any.
#[derive(Debug)]
pub struct Servers {
    /// The variables in the URLs.
    pub variables: &'static [ServerVariable],
    /// The URLs of the servers that only some operations have.
    pub others: &'static [&'static str],
}

/// A variable in the URLs of servers, where its name stands in braces.
#[derive(Clone, Copy, Debug)]
pub struct ServerVariable {
    /// Its name.
    pub name: &'static str,
    /// The value unless it is set; without one, it has to be set.
    pub default: Option<&'static str>,
    /// The environment variable that sets it (`x-environment`).
    pub environment: Option<&'static str>,
}

pub(crate) static NONE: Servers = Servers { variables: &[], others: &[] };

/// The settings of the servers of a client.
#[derive(Default)]
pub(crate) struct ServerSettings {
    /// The values of variables, by their names.
    pub(crate) values: HashMap<String, String>,
    /// The URLs to use instead of those of the document.
    pub(crate) urls: HashMap<String, String>,
}

impl ServerSettings {
    /// Checks that the document has all that is set.
    pub(crate) fn check(&self, servers: &Servers) -> Result<(), ConfigurationError> {
        let known: Vec<_> = servers.variables.iter().map(|variable| variable.name).collect();
        if let Some(name) = self.values.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(ConfigurationError::NoServerVariable { name: name.clone(), known });
        }
        match self.urls.keys().find(|url| !servers.others.contains(&url.as_str())) {
            Some(url) => Err(ConfigurationError::NoServer { url: url.clone(), known: servers.others.to_vec() }),
            None => Ok(()),
        }
    }

    /// Returns the URLs of the servers that only some operations have, by those of the document. A relative one is
    /// resolved against the base URL.
    pub(crate) fn others(
        &self,
        servers: &Servers,
        base_url: &Url,
    ) -> Result<HashMap<&'static str, Url>, ConfigurationError> {
        let url = |server: &'static str| {
            let url = match self.urls.get(server) {
                Some(url) => url.clone(),
                None => self.fill_in(servers, server)?,
            };
            let resolved = resolve_url(base_url, &url);
            let invalid = || ConfigurationError::ServerUrl { server };
            Ok((server, resolved.filter(|url| url.query().is_none() && url.fragment().is_none()).ok_or_else(invalid)?))
        };
        servers.others.iter().map(|server| url(server)).collect()
    }

    /// Replaces the variables of a URL by their values.
    pub(crate) fn fill_in(&self, servers: &Servers, url: &str) -> Result<String, ConfigurationError> {
        let mut filled = String::new();
        let mut missing = Vec::new();
        let mut pieces = url.split('{');
        filled.extend(pieces.next());
        for piece in pieces {
            let named = piece.split_once('}');
            let known = named.and_then(|(name, rest)| {
                servers.variables.iter().find(|variable| variable.name == name).map(|variable| (variable, rest))
            });
            let Some((variable, rest)) = known else {
                filled.extend(["{", piece]);
                continue;
            };
            match self.values.get(variable.name).map(String::as_str).or(variable.default) {
                Some(value) => filled.push_str(value),
                None => missing.push(variable.name),
            }
            filled.push_str(rest);
        }
        if missing.is_empty() { Ok(filled) } else { Err(ConfigurationError::ServerVariables { missing }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SERVERS: Servers = Servers {
        variables: &[
            ServerVariable { name: "region", default: Some("eu"), environment: None },
            ServerVariable { name: "shop", default: None, environment: None },
        ],
        others: &["https://files.{region}.example.com", "/other"],
    };

    fn settings(values: &[(&str, &str)]) -> ServerSettings {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ServerSettings { values, ..ServerSettings::default() }
    }

    #[test]
    fn variables_have_their_values_once() {
        let url = |values: &[_], url| settings(values).fill_in(&SERVERS, url).unwrap();
        assert_eq!(
            url(&[("shop", "{region}")], "https://{region}.example.com/{shop}/a"),
            "https://eu.example.com/{region}/a"
        );
        assert_eq!(url(&[("region", "us")], "https://{region}.example.com"), "https://us.example.com");
        assert_eq!(url(&[], "a{b"), "a{b");
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        let error = settings(&[]).fill_in(&SERVERS, "https://{shop}.example.com").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the URL of the API's server needs a value for `shop`: set it with `server_variable(..)`"
        );
        let error = settings(&[("shopp", "a")]).check(&SERVERS).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the URLs of the API's servers have no variable `shopp`; they have `region` and `shop`"
        );
    }

    #[test]
    fn a_relative_server_belongs_to_the_base_url() {
        let base_url = Url::parse("https://example.com/v1").unwrap();
        let others = settings(&[]).others(&SERVERS, &base_url).unwrap();
        assert_eq!(others["/other"].as_str(), "https://example.com/other");
        assert_eq!(others["https://files.{region}.example.com"].as_str(), "https://files.eu.example.com/");
    }

    #[test]
    fn a_server_with_credentials_is_refused() {
        let base_url = Url::parse("https://example.com").unwrap();
        let urls = [("/other".to_owned(), "https://id:secret@example.com".to_owned())].into();
        let settings = ServerSettings { urls, ..ServerSettings::default() };
        let error = settings.others(&SERVERS, &base_url).unwrap_err().to_string();
        assert!(error.contains("without credentials") && !error.contains("secret"), "{error}");
    }
}
