use std::{borrow::Cow, fmt, ops::Range};

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, Url};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Call, Error, InvalidRequest, Parameter, Transport, Violation, decode,
    error::Subject,
    retry::Repeat,
    validate::{self, Validate},
};

/// Everything but the characters that RFC 3986 calls unreserved.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request in the making: generated code fills it in and turns it into a [`Call`].
#[derive(Clone)]
#[must_use = "a request does nothing until it is made a call and awaited"]
pub struct Request {
    transport: Transport,
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) repeat: Repeat,
    pub(crate) check: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Bytes>,
    path: String,
    query: Vec<(&'static str, String)>,
    returns_nothing: bool,
    violations: Vec<Violation>,
}

impl Request {
    pub(crate) fn new(transport: Transport, operation: &'static str, method: Method, template: &'static str) -> Self {
        Self {
            transport,
            operation,
            repeat: Repeat::of_method(&method),
            check: "look at the state of things before trying again",
            method,
            accept: "application/json",
            headers: Vec::new(),
            body: None,
            path: with_room_for_values(template),
            query: Vec::new(),
            returns_nothing: false,
            violations: Vec::new(),
        }
    }

    /// Says that the operation does something else each time it is carried out.
    pub fn not_repeatable(mut self) -> Self {
        self.repeat = Repeat::Never;
        self
    }

    /// Says that to carry the operation out twice is the same as once, although its method does not promise it.
    pub fn repeatable(mut self) -> Self {
        self.repeat = Repeat::Idempotent;
        self
    }

    /// Says what to do when nobody knows whether the operation was carried out.
    pub fn check(mut self, advice: &'static str) -> Self {
        self.check = advice;
        self
    }

    /// Puts a value in the place of `{name}` in the path.
    pub fn path(mut self, name: &'static str, value: impl Parameter) -> Self {
        let text = value.to_parameter();
        if matches!(text.as_str(), "" | "." | "..") {
            self.violate(name, format!("is {text:?}, which would make it the path of something else"));
        }
        if let Some(place) = placeholder(&self.path, name) {
            self.path.replace_range(place, &Cow::from(utf8_percent_encode(&text, SEGMENT)));
        }
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
        let text = value.to_parameter();
        if text.contains(char::is_control) {
            self.violate(name, "holds a control character, which cannot be sent in a header".to_owned());
        }
        self.headers.push((name, text));
        self
    }

    /// Sends this as JSON.
    pub fn body(mut self, body: &(impl Serialize + Validate)) -> Self {
        if self.transport.validates_requests() {
            self.violations.append(&mut validate::violations(body));
        }
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

    /// A call that returns the answer as it is, although those of others are wrapped.
    pub fn whole<T: DeserializeOwned>(self) -> Call<T> {
        Call::new(self, decode::whole)
    }

    /// A call that returns nothing.
    pub fn empty(mut self) -> Call<()> {
        self.returns_nothing = true;
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

    /// Whether an answer of 404 is as good as a success, because there is nothing else to return.
    pub(crate) fn is_done_when_gone(&self) -> bool {
        self.method == Method::DELETE && self.returns_nothing
    }

    pub(crate) fn check_validity(&self) -> Result<(), Error> {
        if self.violations.is_empty() {
            return Ok(());
        }
        Err(InvalidRequest { subject: Subject::Operation(self.operation), violations: self.violations.clone() }.into())
    }

    pub(crate) fn url(&self, base: &Url) -> Url {
        let mut url = base.clone();
        url.set_path(&format!("{}{}", base.path().trim_end_matches('/'), self.path));
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }

    pub(crate) fn invalid(&self, path: &str, problem: String) -> Error {
        let violations = vec![Violation { path: path.to_owned(), problem }];
        InvalidRequest { subject: Subject::Operation(self.operation), violations }.into()
    }

    fn violate(&mut self, path: &str, problem: String) {
        self.violations.push(Violation { path: path.to_owned(), problem });
    }
}

fn with_room_for_values(template: &str) -> String {
    let mut path = String::with_capacity(2 * template.len());
    path.push_str(template);
    path
}

/// Where `{name}` stands in a path.
fn placeholder(path: &str, name: &str) -> Option<Range<usize>> {
    let mut starts = path.match_indices('{').map(|(at, _)| at);
    let start = starts.find(|at| path[at + 1..].strip_prefix(name).is_some_and(|rest| rest.starts_with('}')))?;
    Some(start..start + name.len() + 2)
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
