//! Servers: where calls go.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use super::{extensions::ENVIRONMENT, operation::operations};
use crate::{
    json::{elements, text},
    source::Pointer,
};

/// The servers of a document. Of each list, clients use the first.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    /// The URL of the first server, with its variables in braces; none if it is not complete.
    pub(crate) base_url: Option<String>,
    /// The variables in the URLs, by their names.
    pub(crate) variables: IndexMap<String, Variable>,
    /// The URLs of the servers of operations, where those are not the first.
    pub(crate) others: Vec<String>,
    /// The URL of the first server, complete or not.
    first: Option<String>,
    /// The server of each operation that has one of these, by its JSON pointer.
    of_operations: HashMap<String, String>,
    pub(crate) problems: Vec<(Pointer, Problem)>,
}

/// A variable in the URL of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Without one, it has to be set.
    pub(crate) default: Option<String>,
    pub(crate) values: Vec<String>,
    /// The environment variable that sets it.
    pub(crate) environment: Option<String>,
}

/// What clients cannot do with a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// A variable has no default.
    NoDefault(String),
    /// A variable has another default in an earlier server, so that it cannot be set here.
    OtherDefault(String, String),
    /// The server of an operation has no URL that can be called.
    NotCallable(String),
}

impl Servers {
    pub(crate) fn read(root: &Value) -> Self {
        let of_operations = servers_of_operations(root);
        let base = base(root, &of_operations);
        let mut servers = Self::default();
        if let Some((at, server)) = base {
            let url = text(server, "url").unwrap_or_default();
            let is_complete = with_defaults(server, url).contains("://");
            servers.first = Some(if is_complete { servers.add_variables(server, &at) } else { url.to_owned() });
            servers.base_url = servers.first.clone().filter(|_| is_complete);
        }
        let mut known = HashSet::new();
        let mut read = HashMap::<Pointer, Option<String>>::new();
        for (server, operation) in of_operations {
            let Some((at, server)) = server else { continue };
            let url = read.entry(at).or_insert_with_key(|at| servers.read_other(server, at));
            let Some(url) = url.clone() else { continue };
            if known.insert(url.clone()) {
                servers.others.push(url.clone());
            }
            servers.of_operations.insert(operation.as_str().to_owned(), url);
        }
        servers
    }

    /// Returns the URL of an operation's server, unless it is the first server of the document.
    pub(crate) fn of_operation(&self, at: &Pointer) -> Option<&str> {
        self.of_operations.get(at.as_str()).map(String::as_str)
    }

    fn read_other(&mut self, server: &Value, at: &Pointer) -> Option<String> {
        let url = text(server, "url")?;
        if !is_callable(&with_defaults(server, url)) {
            self.problems.push((at.clone(), Problem::NotCallable(url.to_owned())));
            return None;
        }
        let url = self.add_variables(server, at);
        let is_first = |first: &String| first.trim_end_matches('/') == url.trim_end_matches('/');
        (!self.first.as_ref().is_some_and(is_first)).then_some(url)
    }

    /// Adds the variables in the URL of a server, and returns the URL without those that cannot be set.
    fn add_variables(&mut self, server: &Value, at: &Pointer) -> String {
        fill_in(text(server, "url").unwrap_or_default().trim(), |name| {
            let variable = Variable::read(server, name);
            let Some(known) = self.variables.get(name) else {
                if variable.default.is_none() {
                    self.problems.push((at.clone(), Problem::NoDefault(name.to_owned())));
                }
                self.variables.insert(name.to_owned(), variable);
                return None;
            };
            let default = variable.default.filter(|default| known.default.as_ref() != Some(default))?;
            self.problems.push((at.clone(), Problem::OtherDefault(name.to_owned(), default.clone())));
            Some(default)
        })
    }
}

/// The server of each operation, if it has one, and the operation.
type ServersOfOperations<'a> = Vec<(Option<(Pointer, &'a Value)>, Pointer)>;

fn servers_of_operations(root: &Value) -> ServersOfOperations<'_> {
    operations(root)
        .map(|operation| (server_of(root, operation.path, operation.value, &operation.at), operation.at))
        .collect()
}

/// Returns the first server of the document, or, if each operation has one, the first of these. Without a server, `/`
/// is meant, but no operation is there then.
fn base<'a>(root: &'a Value, of_operations: &ServersOfOperations<'a>) -> Option<(Pointer, &'a Value)> {
    let is_everywhere = of_operations.iter().all(|(server, _)| server.is_some());
    let of_first_operation = || of_operations.first().filter(|_| is_everywhere)?.0.clone();
    first_server(root, &Pointer::default()).or_else(of_first_operation)
}

/// Returns the paths and operations whose server is the first of the document.
pub(crate) fn holders_of_first(root: &Value) -> BTreeSet<Pointer> {
    let of_operations = servers_of_operations(root);
    let url = |server| text(server, "url").unwrap_or_default().trim_end_matches('/');
    let Some((_, first)) = base(root, &of_operations) else { return BTreeSet::new() };
    let same =
        of_operations.into_iter().filter_map(|(server, _)| server).filter(|(_, server)| url(server) == url(first));
    same.filter_map(|(at, _)| at.parent()?.parent()).collect()
}

fn server_of<'a>(root: &'a Value, path: &str, operation: &'a Value, at: &Pointer) -> Option<(Pointer, &'a Value)> {
    let paths = Pointer::default().key("paths");
    first_server(operation, at).or_else(|| first_server(root.get("paths")?.get(path)?, &paths.key(path)))
}

/// Returns the first server of the document, a path or an operation.
fn first_server<'a>(holder: &'a Value, at: &Pointer) -> Option<(Pointer, &'a Value)> {
    let server = elements(holder.get("servers")).next()?;
    Some((at.key("servers").index(0), server))
}

impl Variable {
    /// Returns whether it has a value without a setting of the program.
    pub(crate) fn has_value(&self) -> bool {
        self.default.is_some() || self.environment.is_some()
    }

    fn read(server: &Value, name: &str) -> Self {
        let variable = server.get("variables").and_then(|variables| variables.get(name)).unwrap_or(&Value::Null);
        Self {
            default: variable.get("default").and_then(scalar).filter(|default| *default != format!("{{{name}}}")),
            values: elements(variable.get("enum")).filter_map(scalar).collect(),
            environment: text(variable, ENVIRONMENT).map(ToOwned::to_owned),
        }
    }
}

/// Replaces the names in the braces of a URL by their values, where they have one.
fn fill_in(url: &str, mut value: impl FnMut(&str) -> Option<String>) -> String {
    let mut pieces = url.split('{');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let named = piece.split_once('}').filter(|(name, _)| !name.is_empty());
        match named.and_then(|(name, rest)| Some((value(name)?, rest))) {
            Some((value, rest)) => filled.extend([&value, rest]),
            None => filled.extend(["{", piece]),
        }
    }
    filled
}

/// Returns the text of a value: a port may be written as a number.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn with_defaults(server: &Value, url: &str) -> String {
    fill_in(url, |name| Some(Variable::read(server, name).default.unwrap_or_default()))
}

fn is_callable(url: &str) -> bool {
    let is_complete = ["http://", "https://"].iter().any(|scheme| url.trim().starts_with(scheme));
    let has_other = |letter: char| letter.is_whitespace() || "<>?#".contains(letter);
    (is_complete || !url.contains("://")) && !url.trim().contains(has_other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_server_of_an_operation_is_another_one_only_if_it_differs() {
        let first = json!([{"url": "https://example.com/"}]);
        let (other, same) = (json!([{"url": "https://other.example.com"}]), json!([{"url": "https://example.com"}]));
        let servers = Servers::read(&json!({
            "servers": first,
            "paths": {"/a": {"servers": same, "get": {}, "put": {"servers": other}}, "/b": {"servers": other, "get": {}}},
        }));
        assert_eq!(servers.base_url.as_deref(), Some("https://example.com/"));
        assert_eq!(servers.others, ["https://other.example.com"]);
        let of = |at: &str| servers.of_operation(&Pointer::default().join(at));
        assert_eq!(of("/paths/~1a/get"), None);
        assert_eq!(of("/paths/~1a/put"), Some("https://other.example.com"));
        assert_eq!(of("/paths/~1b/get"), Some("https://other.example.com"));
    }

    #[test]
    fn the_first_server_of_operations_that_all_have_one_is_that_of_the_document() {
        let one = json!({"servers": [{"url": "https://example.com"}], "get": {}});
        let servers = Servers::read(&json!({"paths": {"/a": one, "/b": one}}));
        assert_eq!((servers.base_url.as_deref(), servers.others.len()), (Some("https://example.com"), 0));
        let servers = Servers::read(&json!({"paths": {"/a": one, "/b": {"get": {}}}}));
        assert_eq!((servers.base_url, servers.others.len()), (None, 1));
    }

    #[test]
    fn a_variable_is_one_with_the_same_default_everywhere() {
        let server = |default: &str| {
            json!([{"url": "https://{sub}.{site}", "variables": {
            "sub": {"default": default}, "site": {"default": "example.com"}}}])
        };
        let servers =
            Servers::read(&json!({"servers": server("api"), "paths": {"/a": {"servers": server("logs"), "get": {}}}}));
        assert_eq!(servers.base_url.as_deref(), Some("https://{sub}.{site}"));
        assert_eq!(servers.others, ["https://logs.{site}"]);
        assert_eq!(servers.variables.len(), 2);
        assert_eq!(servers.problems[0].1, Problem::OtherDefault("sub".to_owned(), "logs".to_owned()));
    }

    #[test]
    fn a_url_that_cannot_be_called_is_left_out() {
        let server =
            |url: &str| json!({"servers": [{"url": url}], "paths": {"/a": {"servers": [{"url": url}], "get": {}}}});
        let servers = Servers::read(&server("<address>"));
        assert_eq!((servers.base_url.clone(), servers.others.len(), servers.problems.len()), (None, 0, 1));
        let servers = Servers::read(&server("https://{shop}.example.com"));
        assert_eq!(servers.variables["shop"].default, None);
        assert_eq!(
            servers.problems,
            [(Pointer::default().key("servers").index(0), Problem::NoDefault("shop".to_owned()))]
        );
    }
}
