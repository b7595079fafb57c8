use std::fmt;

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Url};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Call, Error, InvalidRequest, Parameter, Transport, Violation, decode};

/// Everything but the characters that RFC 3986 calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request in the making: generated code fills it in and turns it into a [`Call`].
#[must_use = "a request does nothing until it is made a call and awaited"]
pub struct Request {
    transport: Transport,
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) repeatable: bool,
    pub(crate) accept: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Bytes>,
    path: String,
    query: Vec<(&'static str, String)>,
    violations: Vec<Violation>,
}

impl Request {
    pub(crate) fn new(transport: Transport, operation: &'static str, method: Method, template: &'static str) -> Self {
        Self {
            transport,
            operation,
            repeatable: method != Method::POST,
            method,
            accept: "application/json",
            headers: Vec::new(),
            body: None,
            path: template.to_owned(),
            query: Vec::new(),
            violations: Vec::new(),
        }
    }

    /// Says that the operation does something else each time it is carried out.
    pub fn not_repeatable(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// Puts a value in the place of `{name}` in the path.
    pub fn path(mut self, name: &'static str, value: impl Parameter) -> Self {
        let text = value.to_parameter();
        if matches!(text.as_str(), "" | "." | "..") {
            self.violate(name, format!("is {text:?}, which would make it the path of something else"));
        }
        self.path = self.path.replace(&format!("{{{name}}}"), &utf8_percent_encode(&text, SEGMENT).to_string());
        self
    }

    /// Adds `name=value` to the query.
    pub fn query(mut self, name: &'static str, value: impl Parameter) -> Self {
        self.query.push((name, value.to_parameter()));
        self
    }

    /// Adds `name=value` to the query for each of the values.
    pub fn query_list<T: Parameter>(mut self, name: &'static str, values: impl IntoIterator<Item = T>) -> Self {
        self.query.extend(values.into_iter().map(|value| (name, value.to_parameter())));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &'static str, value: impl Parameter) -> Self {
        self.headers.push((name, value.to_parameter()));
        self
    }

    /// Sends this as JSON.
    pub fn body(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(json) => self.body = Some(json.into()),
            Err(error) => self.violate("body", format!("cannot be written as JSON: {error}")),
        }
        self
    }

    /// A call that returns what the answer's envelope holds.
    pub fn result<T: DeserializeOwned>(self) -> Call<T> {
        Call::new(self, decode::result)
    }

    /// A call that returns nothing.
    pub fn empty(self) -> Call<()> {
        Call::new(self, decode::empty)
    }

    /// A call that returns text of this media type as it is.
    pub fn text(mut self, media_type: &'static str) -> Call<String> {
        self.accept = media_type;
        Call::new(self, decode::text)
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(crate) fn url(&self, base: &Url) -> Result<Url, Error> {
        if !self.violations.is_empty() {
            let violations = self.violations.clone();
            return Err(InvalidRequest { operation: self.operation, violations }.into());
        }
        let mut url = base.clone();
        url.set_path(&format!("{}{}", base.path().trim_end_matches('/'), self.path));
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    pub(crate) fn invalid(&self, path: &str, problem: String) -> Error {
        let violations = vec![Violation { path: path.to_owned(), problem }];
        InvalidRequest { operation: self.operation, violations }.into()
    }

    fn violate(&mut self, path: &str, problem: String) {
        self.violations.push(Violation { path: path.to_owned(), problem });
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
