use std::{borrow::Cow, fmt, ops::Range};

use bytes::Bytes;
use reqwest::{
    Method, Url,
    header::{
        AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
    },
};
use serde::Serialize;

use crate::{
    Answers, Call, Decode, Envelope, Error, InvalidRequest, Parameter, ParameterStyle, Styled, Transport, Violation,
    answers, decode,
    error::Subject,
    form,
    retry::Idempotency,
    style::Written,
    validate::{self, Validate},
};

/// The headers that say who calls, where, and where the body ends. Two of one of them, or a wrong one, and what one
/// server reads as a body is the next request to another.
const SET_BY_CLIENT: [HeaderName; 5] = [AUTHORIZATION, HOST, CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING];

const CONTROL_CHARACTER: &str = "holds a control character, which cannot be sent in a header";

/// A request in the making: generated code fills it in and turns it into a [`Call`].
#[derive(Clone)]
#[must_use = "a request does nothing until it is made a call and awaited"]
pub struct Request {
    transport: Transport,
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) idempotency: Idempotency,
    pub(crate) check: &'static str,
    pub(crate) accept: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// What the caller of the operation adds, in place of what is sent otherwise. Whatever it is, nobody prints it.
    pub(crate) headers_of_call: HeaderMap,
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Option<Body>,
    template: &'static str,
    path: String,
    query: Vec<(&'static str, Written)>,
    returns_nothing: bool,
    whole: bool,
    pub(crate) anonymous: bool,
    violations: Vec<Violation>,
}

/// What is sent, and what it is called in the header `Content-Type`.
#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) content_type: Cow<'static, str>,
    pub(crate) content: Bytes,
}

impl Request {
    pub(crate) fn new(transport: Transport, operation: &'static str, method: Method, template: &'static str) -> Self {
        Self {
            transport,
            operation,
            idempotency: Idempotency::of_method(&method),
            check: "look at the state of things before trying again",
            method,
            accept: "application/json",
            headers: Vec::new(),
            headers_of_call: HeaderMap::new(),
            cookies: Vec::new(),
            body: None,
            template,
            path: with_room_for_values(template),
            query: Vec::new(),
            returns_nothing: false,
            whole: false,
            anonymous: false,
            violations: Vec::new(),
        }
    }

    /// Says that the operation does something else each time it is carried out.
    pub fn not_repeatable(mut self) -> Self {
        self.idempotency = Idempotency::NotIdempotent;
        self
    }

    /// Says that to carry the operation out twice is the same as once, although its method does not promise it.
    pub fn repeatable(mut self) -> Self {
        self.idempotency = Idempotency::Idempotent;
        self
    }

    /// Says what to do when nobody knows whether the operation was carried out.
    pub fn check(mut self, advice: &'static str) -> Self {
        self.check = advice;
        self
    }

    /// Says that the operation is called without credentials, also where the client has them.
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Puts a value in the place of `{name}` in the path.
    pub fn path(self, name: &'static str, value: impl Parameter) -> Self {
        self.put_into_path(name, &Written::text(&value))
    }

    /// The same with more than one text.
    pub fn path_as(mut self, name: &'static str, value: Styled) -> Self {
        match self.written(name, value) {
            Some(value) => self.put_into_path(name, &value),
            None => self,
        }
    }

    fn put_into_path(mut self, name: &'static str, value: &Written) -> Self {
        let text = value.path(name);
        if matches!(text.as_str(), "" | "." | "..") {
            self.violate(name, format!("is {text:?}, which would make it the path of something else"));
        }
        if let Some(place) = placeholder(&self.path, name) {
            self.path.replace_range(place, &text);
        }
        self
    }

    /// Adds `name=value` to the query.
    pub fn query(mut self, name: &'static str, value: impl Parameter) -> Self {
        self.query.push((name, Written::text(&value)));
        self
    }

    /// Adds `name=value` to the query for each of the values.
    pub fn query_list<T: Parameter>(self, name: &'static str, values: impl IntoIterator<Item = T>) -> Self {
        self.query_as(name, ParameterStyle::Form { explode: true }.list(values))
    }

    /// Adds more than one text to the query.
    pub fn query_as(mut self, name: &'static str, value: Styled) -> Self {
        let written = self.written(name, value);
        self.query.extend(written.map(|value| (name, value)));
        self
    }

    /// Leaves the reserved characters in the last value of the query as they are, except for those that end it or
    /// mean a space: `#`, `[`, `]`, `&` and `+`.
    pub fn allow_reserved(mut self) -> Self {
        if let Some((_, value)) = self.query.last_mut() {
            value.allow_reserved();
        }
        self
    }

    /// Adds a header.
    pub fn header(self, name: &'static str, value: impl Parameter) -> Self {
        self.put_into_headers(name, &Written::text(&value))
    }

    /// Adds a header with more than one text.
    pub fn header_as(mut self, name: &'static str, value: Styled) -> Self {
        match self.written(name, value) {
            Some(value) => self.put_into_headers(name, &value),
            None => self,
        }
    }

    fn put_into_headers(mut self, name: &'static str, value: &Written) -> Self {
        let text = value.header(name);
        if text.contains(char::is_control) {
            self.violate(name, CONTROL_CHARACTER.to_owned());
        }
        self.headers.push((name, text));
        self
    }

    /// Sets a header in place of any of that name.
    pub(crate) fn set_header(&mut self, name: &str, value: &[u8]) {
        // What is no name may be a value that was given in its place, so it is not shown.
        let Ok(header) = HeaderName::try_from(name) else {
            return self.violate(
                "header",
                "has a name that HTTP does not allow: is it empty, or is there a space in it?".to_owned(),
            );
        };
        if SET_BY_CLIENT.contains(&header) || self.transport.has_credentials_in(&header) {
            return self
                .violate(header.as_str(), "is a header that the client sets, and no call can change".to_owned());
        }
        match HeaderValue::from_bytes(value) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.headers_of_call.insert(header, value);
            }
            Err(_) => self.violate(header.as_str(), CONTROL_CHARACTER.to_owned()),
        }
    }

    /// Adds a cookie.
    pub fn cookie(mut self, name: &'static str, value: impl Parameter) -> Self {
        self.cookies.append(&mut Written::text(&value).cookies(name));
        self
    }

    /// Adds cookies for more than one text.
    pub fn cookie_as(mut self, name: &'static str, value: Styled) -> Self {
        if let Some(value) = self.written(name, value) {
            self.cookies.append(&mut value.cookies(name));
        }
        self
    }

    fn written(&mut self, name: &'static str, value: Styled) -> Option<Written> {
        let written = Written::try_from(value);
        written.map_err(|problem| self.violate(name, format!("cannot be written: {problem}"))).ok()
    }

    /// Sends this as JSON.
    pub fn body(mut self, body: &(impl Serialize + Validate + ?Sized)) -> Self {
        self.validate(body);
        match serde_json::to_vec(body) {
            Ok(json) => self.send("application/json", json),
            Err(error) => self.unwritable("JSON", &error.to_string()),
        }
    }

    /// Sends these bytes as they are; a text is bytes, too.
    pub fn content(self, content_type: &'static str, content: impl Into<Bytes>) -> Self {
        self.send(content_type, content)
    }

    /// Sends this as `application/x-www-form-urlencoded`, with properties that have a style of their own.
    pub fn form(mut self, form: &(impl Serialize + Validate), styles: &[(&str, ParameterStyle)]) -> Self {
        self.validate(form);
        match form::urlencoded(form, styles) {
            Ok(fields) => self.send("application/x-www-form-urlencoded", fields),
            Err(problem) => self.unwritable("a form", &problem),
        }
    }

    /// Sends this as `multipart/form-data`, with properties that have a media type of their own.
    pub fn multipart(mut self, form: &(impl Serialize + Validate), content_types: &[(&str, &str)]) -> Self {
        self.validate(form);
        match form::multipart(form, content_types) {
            Ok((content_type, parts)) => self.send(content_type, parts),
            Err(problem) => self.unwritable("a form", &problem),
        }
    }

    /// Calls what is sent by another name.
    pub fn content_type(mut self, content_type: &'static str) -> Self {
        if let Some(body) = &mut self.body {
            body.content_type = content_type.into();
        }
        self
    }

    fn validate(&mut self, body: &(impl Validate + ?Sized)) {
        if self.transport.validates_requests() {
            self.violations.append(&mut validate::violations(body));
        }
    }

    fn send(mut self, content_type: impl Into<Cow<'static, str>>, content: impl Into<Bytes>) -> Self {
        self.body = Some(Body { content_type: content_type.into(), content: content.into() });
        self
    }

    fn unwritable(mut self, what: &str, problem: &str) -> Self {
        self.violate("body", format!("cannot be written as {what}: {problem}"));
        self
    }

    /// Says which media types the answer may have, if not JSON alone.
    pub fn accept(mut self, media_types: &'static str) -> Self {
        self.accept = media_types;
        self
    }

    /// Says that the answer is in no envelope, although those of others are.
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// A call that returns what the answer's envelope holds.
    pub fn result<T: Decode>(self) -> Call<T> {
        Call::new(self, decode::result)
    }

    /// The same, or nothing where the answer is empty.
    pub fn optional<T: Decode>(self) -> Call<Option<T>> {
        Call::new(self, decode::optional)
    }

    /// A call that returns nothing.
    pub fn empty(mut self) -> Call<()> {
        self.returns_nothing = true;
        Call::new(self, decode::empty)
    }

    /// A call that returns text of this media type as it is.
    pub fn text(self, media_type: &'static str) -> Call<String> {
        Call::new(self.accept(media_type), decode::text)
    }

    /// A call that returns bytes of this media type as they are.
    pub fn bytes(self, media_type: &'static str) -> Call<Bytes> {
        Call::new(self.accept(media_type), decode::bytes)
    }

    /// A call that returns one of several answers, of these media types.
    pub fn one_of<T: Answers>(self, media_types: &'static str) -> Call<T> {
        Call::new(self.accept(media_types), answers::choose)
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// What the answer is wrapped in.
    pub(crate) fn envelope(&self) -> Option<Envelope> {
        self.transport.api().envelope.filter(|_| !self.whole)
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
        let fields: Vec<_> = self.query.iter().flat_map(|(name, value)| value.query(name)).collect();
        if !fields.is_empty() {
            url.set_query(Some(&fields.join("&")));
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

/// Without what stands in the path or anywhere else, which may be a secret.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.template)
            .finish_non_exhaustive()
    }
}
