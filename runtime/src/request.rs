use std::{borrow::Cow, fmt, ops::Range, time::Duration};

use bytes::Bytes;
use reqwest::{
    Method, StatusCode, Url,
    header::{
        AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING,
    },
};
use serde::Serialize;
use serde_json::Value;

use crate::{
    ApiError, Call, Decode, Envelope, Error, InvalidRequest, Page, Parameter, ParameterStyle, Redirect, RefusalPattern,
    ResponseVariants, Styled, Transport, Violation, Wake,
    content::Content,
    decode::{self, PageMembers},
    error::Subject,
    form,
    page::{self, Pagination},
    redirect::matches_status,
    response_variants,
    retry::{Idempotency, PassingRefusal},
    style::ParameterValue,
    validate::{self, Validate},
};

/// The headers of the identity, the host, and the length of a request. If one of them is wrong or sent twice, servers
/// may disagree about where the body ends, and read a part of it as another request.
const SET_BY_CLIENT: [HeaderName; 5] = [AUTHORIZATION, HOST, CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING];

const CONTROL_CHARACTER: &str = "contains a control character, which cannot be sent in a header";

/// The builder of a request, which generated code turns into a [`Call`].
#[derive(Clone)]
#[must_use = "a request does nothing until it is made a call and awaited"]
pub struct Request {
    transport: Transport,
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) idempotency: Idempotency,
    pub(crate) check: &'static str,
    pub(crate) permissions: &'static [&'static str],
    passing_refusals: Vec<PassingRefusal>,
    pub(crate) accept: &'static str,
    /// The statuses of the redirects that are responses.
    redirects: &'static [&'static str],
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The headers of [`Call::header`], which replace others and are marked as sensitive.
    pub(crate) call_headers: HeaderMap,
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Option<Body>,
    template: &'static str,
    path: String,
    /// The encoded values of the parameters in the path.
    path_values: Vec<(&'static str, String)>,
    query: Vec<(&'static str, ParameterValue)>,
    pub(crate) returns: Returns,
    has_no_envelope: bool,
    pub(crate) pagination: Option<Pagination>,
    /// The property of the envelope with the number of items in a list.
    total: Option<&'static str>,
    pub(crate) anonymous: bool,
    /// The URL in the document of a server that is not the first.
    pub(crate) server: Option<&'static str>,
    /// How what it needs is woken.
    wake: Option<&'static Wake>,
    violations: Vec<Violation>,
}

/// What a call returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    Value,
    /// A value, or `None` for a 404 in the API's error envelope.
    ValueOrNone,
    Nothing,
}

/// The body of a request, with its `Content-Type`.
#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) content_type: Cow<'static, str>,
    pub(crate) content: Content,
}

impl Request {
    pub(crate) fn new(transport: Transport, operation: &'static str, method: Method, template: &'static str) -> Self {
        Self {
            transport,
            operation,
            idempotency: Idempotency::of_method(&method),
            check: "check the current state before trying again",
            permissions: &[],
            passing_refusals: Vec::new(),
            method,
            accept: "application/json",
            redirects: &[],
            headers: Vec::new(),
            call_headers: HeaderMap::new(),
            cookies: Vec::new(),
            body: None,
            template,
            path: path_with_capacity(template),
            path_values: Vec::new(),
            query: Vec::new(),
            returns: Returns::Value,
            has_no_envelope: false,
            pagination: None,
            total: None,
            anonymous: false,
            server: None,
            wake: None,
            violations: Vec::new(),
        }
    }

    /// Marks the operation as not idempotent, although its method is.
    pub fn not_repeatable(mut self) -> Self {
        self.idempotency = Idempotency::NotIdempotent;
        self
    }

    /// Marks the operation as idempotent, although its method is not.
    pub fn repeatable(mut self) -> Self {
        self.idempotency = Idempotency::Idempotent;
        self
    }

    /// Sets what to check if the outcome of the operation is unknown.
    pub fn check(mut self, advice: &'static str) -> Self {
        self.check = advice;
        self
    }

    /// Sets the permissions that the operation needs.
    pub fn permissions(mut self, permissions: &'static [&'static str]) -> Self {
        self.permissions = permissions;
        self
    }

    /// Adds a refusal that passes by itself within this time, for [`Call::patient`]. It is told by its status and the
    /// start of its message in the API's error envelope.
    pub fn retry_refused(mut self, status: u16, message_starts: &'static str, within: Duration) -> Self {
        self.passing_refusals.push(PassingRefusal { pattern: RefusalPattern { status, message_starts }, within });
        self
    }

    /// Sends the request without credentials, even if the client has them.
    pub fn anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Sends the request to another server than the first, one of [`Servers::others`](crate::Servers::others).
    pub fn server(mut self, url: &'static str) -> Self {
        self.server = Some(url);
        self
    }

    /// Replaces `{name}` in the path.
    pub fn path(self, name: &'static str, value: impl Parameter) -> Self {
        self.set_path_value(name, &ParameterValue::text(&value))
    }

    /// Replaces `{name}` in the path by a value in a style.
    pub fn path_as(mut self, name: &'static str, value: Styled) -> Self {
        match self.resolve(name, value) {
            Some(value) => self.set_path_value(name, &value),
            None => self,
        }
    }

    fn set_path_value(mut self, name: &'static str, value: &ParameterValue) -> Self {
        let text = value.path(name);
        if matches!(text.as_str(), "" | "." | "..") {
            self.violate(name, format!("is {text:?}, which would change the path of the operation"));
        }
        self.fill_path(name, text)
    }

    fn fill_path(mut self, name: &'static str, text: String) -> Self {
        if let Some(range) = find_placeholder(&self.path, name) {
            self.path.replace_range(range, &text);
        }
        self.path_values.push((name, text));
        self
    }

    /// Fills the path with the parameters of another request that have the same names.
    pub(crate) fn with_path_of(self, other: &Self) -> Self {
        other.path_values.iter().fold(self, |request, (name, text)| request.fill_path(name, text.clone()))
    }

    /// Returns the path with its parameters.
    pub(crate) fn path_text(&self) -> &str {
        &self.path
    }

    /// Adds `name=value` to the query.
    pub fn query(mut self, name: &'static str, value: impl Parameter) -> Self {
        self.query.push((name, ParameterValue::text(&value)));
        self
    }

    /// Adds `name=value` to the query for each of the values.
    pub fn query_list<T: Parameter>(self, name: &'static str, values: impl IntoIterator<Item = T>) -> Self {
        self.query_as(name, ParameterStyle::Form { explode: true }.list(values))
    }

    /// Adds a value in a style to the query.
    pub fn query_as(mut self, name: &'static str, value: Styled) -> Self {
        let value = self.resolve(name, value);
        self.query.extend(value.map(|value| (name, value)));
        self
    }

    /// Keeps reserved characters in the last value of the query unencoded, except for `#`, `[`, `]`, `&` and `+`, which
    /// have a meaning there.
    pub fn allow_reserved(mut self) -> Self {
        if let Some((_, value)) = self.query.last_mut() {
            value.allow_reserved();
        }
        self
    }

    /// Adds a header.
    pub fn header(self, name: &'static str, value: impl Parameter) -> Self {
        self.add_header(name, &ParameterValue::text(&value))
    }

    /// Adds a header with a value in a style.
    pub fn header_as(mut self, name: &'static str, value: Styled) -> Self {
        match self.resolve(name, value) {
            Some(value) => self.add_header(name, &value),
            None => self,
        }
    }

    fn add_header(mut self, name: &'static str, value: &ParameterValue) -> Self {
        let text = value.header(name);
        if text.contains(char::is_control) {
            self.violate(name, CONTROL_CHARACTER.to_owned());
        }
        self.headers.push((name, text));
        self
    }

    /// Sets a header, which replaces any other of that name.
    pub(crate) fn set_header(&mut self, name: &str, value: &[u8]) {
        // An invalid name is not shown, because it may be a secret that was passed as the name by mistake.
        let Ok(header) = HeaderName::try_from(name) else {
            return self.violate(
                "header",
                "has a name that HTTP does not allow: is it empty, or is there a space in it?".to_owned(),
            );
        };
        if SET_BY_CLIENT.contains(&header) || self.transport.has_credentials_in(&header) {
            return self.violate(header.as_str(), "is set by the client, and no call can change it".to_owned());
        }
        match HeaderValue::from_bytes(value) {
            Ok(mut value) => {
                value.set_sensitive(true);
                self.call_headers.insert(header, value);
            }
            Err(_) => self.violate(header.as_str(), CONTROL_CHARACTER.to_owned()),
        }
    }

    /// Adds a cookie.
    pub fn cookie(mut self, name: &'static str, value: impl Parameter) -> Self {
        self.cookies.append(&mut ParameterValue::text(&value).cookies(name));
        self
    }

    /// Adds the cookies of a value in a style.
    pub fn cookie_as(mut self, name: &'static str, value: Styled) -> Self {
        if let Some(value) = self.resolve(name, value) {
            self.cookies.append(&mut value.cookies(name));
        }
        self
    }

    fn resolve(&mut self, name: &'static str, value: Styled) -> Option<ParameterValue> {
        let value = ParameterValue::try_from(value);
        value.map_err(|problem| self.violate(name, format!("cannot be serialized: {problem}"))).ok()
    }

    /// Sets a JSON body.
    pub fn body(mut self, body: &(impl Serialize + Validate + ?Sized)) -> Self {
        self.validate(body);
        match serde_json::to_vec(body) {
            Ok(json) => self.set_body("application/json", Bytes::from(json)),
            Err(error) => self.not_serializable("JSON", &error.to_string()),
        }
    }

    /// Sets a body of bytes or text.
    pub fn content(mut self, content_type: impl Into<Cow<'static, str>>, content: impl Into<Bytes>) -> Self {
        let content_type = content_type.into();
        if !content_type.contains('/') || content_type.contains('*') || content_type.contains(char::is_control) {
            self.violate("content_type", "is no media type, such as `image/png`".to_owned());
        }
        self.set_body(content_type, content.into())
    }

    /// Sets a body of `application/x-www-form-urlencoded`. `styles` has the properties that are not in the default
    /// style.
    pub fn form(mut self, form: &(impl Serialize + Validate), styles: &[(&str, ParameterStyle)]) -> Self {
        self.validate(form);
        match form::urlencoded(form, styles) {
            Ok(fields) => self.set_body("application/x-www-form-urlencoded", fields),
            Err(problem) => self.not_serializable("a form", &problem),
        }
    }

    /// Sets a body of `multipart/form-data`. `content_types` has the properties that do not have the default media
    /// type.
    pub fn multipart(mut self, form: &(impl Serialize + Validate), content_types: &[(&str, &str)]) -> Self {
        self.validate(form);
        match form::multipart(form, content_types) {
            Ok((content_type, parts)) => self.set_body(content_type, parts),
            Err(problem) => self.not_serializable("a form", &problem),
        }
    }

    /// Replaces the media type of the body.
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

    fn set_body(mut self, content_type: impl Into<Cow<'static, str>>, content: impl Into<Content>) -> Self {
        self.body = Some(Body { content_type: content_type.into(), content: content.into() });
        self
    }

    fn not_serializable(mut self, format: &str, problem: &str) -> Self {
        self.violate("body", format!("cannot be serialized as {format}: {problem}"));
        self
    }

    /// Sets the media types that the response may have, if they are not JSON alone.
    pub fn accept(mut self, media_types: &'static str) -> Self {
        self.accept = media_types;
        self
    }

    /// Makes redirects with these statuses, or with one of a range like `3XX`, responses and not errors.
    pub fn redirects(mut self, statuses: &'static [&'static str]) -> Self {
        self.redirects = statuses;
        self
    }

    /// Whether a redirect with this status is a response.
    pub(crate) fn documents_redirect(&self, status: StatusCode) -> bool {
        self.redirects.iter().any(|pattern| matches_status(pattern, status))
    }

    /// Marks the response as one without an envelope, although the API has one.
    pub fn whole(mut self) -> Self {
        self.has_no_envelope = true;
        self
    }

    /// Makes a call that returns the JSON value in the envelope.
    pub fn result<T: Decode>(self) -> Call<T> {
        Call::new(self, |request, response| decode::result(request.envelope(), response))
    }

    /// Makes a call that returns the JSON value in the envelope, or `None` for a 404 in the API's error envelope. Any
    /// other 404 is an error.
    pub fn result_or_none<T: Decode>(mut self) -> Call<Option<T>> {
        self.returns = Returns::ValueOrNone;
        Call::new(self, |request, response| match response.status {
            StatusCode::NOT_FOUND => decode::empty_as(request.transport.api().envelope, response, None),
            _ => decode::result(request.envelope(), response).map(Some),
        })
    }

    /// Lets a list go on at the cursor in the property `next` of the envelope, which is sent in the query.
    pub fn paged_by_cursor(mut self, parameter: &'static str, next: &'static str) -> Self {
        self.pagination = Some(Pagination::Cursor { parameter, next });
        self
    }

    /// Lets a list go on after the items that were received, whose number is sent in the query.
    pub fn paged_by_offset(mut self, parameter: &'static str) -> Self {
        self.pagination = Some(Pagination::Offset { parameter });
        self
    }

    /// Sets the property of the envelope with the number of items on all pages of a list.
    pub fn total(mut self, property: &'static str) -> Self {
        self.total = Some(property);
        self
    }

    /// Makes a call that returns the list in the envelope.
    pub fn page<T: Decode>(self) -> Call<Page<T>> {
        Call::new(self, page::decode)
    }

    /// Makes a call that returns the list in the envelope, and an empty page if that is `null` or the response is
    /// empty.
    pub fn optional_page<T: Decode>(self) -> Call<Page<T>> {
        Call::new(self, page::decode_optional)
    }

    /// Makes a call that returns the JSON value in the envelope, or `None` if the response is empty.
    pub fn optional<T: Decode>(self) -> Call<Option<T>> {
        Call::new(self, |request, response| decode::optional(request.envelope(), response))
    }

    /// Makes a call that returns nothing.
    pub fn empty(mut self) -> Call<()> {
        self.returns = Returns::Nothing;
        Call::new(self, |request, response| decode::empty(request.envelope(), response))
    }

    /// Makes a call that returns a redirect with one of these statuses.
    pub fn redirect(self, statuses: &'static [&'static str]) -> Call<Redirect> {
        Call::new(self.accept("*/*").redirects(statuses), |_, response| decode::redirect(None, response))
    }

    /// Makes a call that returns text of this media type.
    pub fn text(self, media_type: &'static str) -> Call<String> {
        Call::new(self.accept(media_type), |_, response| decode::text(None, response))
    }

    /// Makes a call that returns bytes of this media type.
    pub fn bytes(self, media_type: &'static str) -> Call<Bytes> {
        Call::new(self.accept(media_type), |_, response| decode::bytes(None, response))
    }

    /// Makes a call that returns one of several response variants, of these media types.
    pub fn variants<T: ResponseVariants>(self, media_types: &'static str) -> Call<T> {
        Call::new(self.accept(media_types), |request, response| {
            response_variants::decode_variant(request.envelope(), response)
        })
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Returns the envelope of the response.
    pub(crate) fn envelope(&self) -> Option<Envelope> {
        self.transport.api().envelope.filter(|_| !self.has_no_envelope)
    }

    /// Returns the properties of the envelope that describe a page.
    pub(crate) fn page_members(&self) -> PageMembers {
        let next = match self.pagination {
            Some(Pagination::Cursor { next, .. }) => Some(next),
            Some(Pagination::Offset { .. }) | None => None,
        };
        PageMembers { next, total: self.total }
    }

    /// Returns the text of a parameter in the query.
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(other, _)| *other == name).and_then(|(_, value)| value.as_text())
    }

    /// Sets a parameter in the query, and replaces its value if it has one.
    pub(crate) fn set_query_value(&mut self, name: &'static str, value: &str) {
        let value = ParameterValue::text(&value);
        match self.query.iter_mut().find(|(other, _)| *other == name) {
            Some((_, old)) => *old = value,
            None => self.query.push((name, value)),
        }
    }

    /// Whether a 404 is as good as a success, because the operation deletes and returns nothing.
    pub(crate) fn is_deletion_without_result(&self) -> bool {
        self.method == Method::DELETE && self.returns == Returns::Nothing
    }

    /// Marks the request as one that is refused while what it needs is idle.
    pub(crate) fn set_needs_wake(&mut self) {
        self.wake = self.transport.api().wake.as_ref();
    }

    /// Returns how to wake what the request needs, if it was refused with this status because that is idle.
    pub(crate) fn wake_for(&self, status: StatusCode) -> Option<&'static Wake> {
        self.wake.filter(|wake| status == wake.status)
    }

    /// Returns the refusal that passes by itself that this one is, with its index.
    pub(crate) fn passing_refusal(&self, refusal: &ApiError) -> Option<(usize, PassingRefusal)> {
        let mut passing = self.passing_refusals.iter().copied().enumerate();
        passing.find(|(_, passing)| passing.pattern.matches(refusal))
    }

    /// Whether a file in the body was read by an attempt, so that no other can send it.
    pub(crate) fn has_read_file(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.content.is_read())
    }

    pub(crate) fn check_validity(&self) -> Result<(), Error> {
        if self.has_read_file() {
            let problem = "has a file whose reader was read by an earlier call; make the call with another reader";
            return Err(self.invalid("body", problem.to_owned()));
        }
        if self.violations.is_empty() {
            return Ok(());
        }
        Err(InvalidRequest { subject: Subject::Operation(self.operation), violations: self.violations.clone() }.into())
    }

    pub(crate) fn url(&self, base: &Url) -> Url {
        let mut url = base.clone();
        // A `?` in a parameter is encoded.
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
        let parameters = self.query.iter().flat_map(|(name, value)| value.query(name));
        let fields: Vec<_> =
            Some(query.to_owned()).filter(|query| !query.is_empty()).into_iter().chain(parameters).collect();
        if !fields.is_empty() {
            url.set_query(Some(&fields.join("&")));
        }
        url
    }

    /// Returns those of these properties that the JSON body has, at least one.
    pub(crate) fn body_properties(&self, names: &[&'static str]) -> Result<Vec<(&'static str, Value)>, Error> {
        self.check_validity()?;
        let body = self.body.as_ref().and_then(|body| serde_json::from_slice::<Value>(body.content.as_bytes()?).ok());
        let property = |name: &&'static str| Some((*name, body.as_ref()?.get(name)?.clone()));
        let properties: Vec<_> = names.iter().filter_map(property).filter(|(_, value)| !value.is_null()).collect();
        if properties.is_empty() {
            let problem = format!("has none of the properties to find it by: {}", names.join(", "));
            return Err(self.invalid("body", problem));
        }
        Ok(properties)
    }

    /// Makes the error of a request with this problem.
    pub(crate) fn invalid(&self, path: &str, problem: String) -> Error {
        let violations = vec![Violation { path: path.to_owned(), problem }];
        InvalidRequest { subject: Subject::Operation(self.operation), violations }.into()
    }

    fn violate(&mut self, path: &str, problem: String) {
        self.violations.push(Violation { path: path.to_owned(), problem });
    }
}

fn path_with_capacity(template: &str) -> String {
    let mut path = String::with_capacity(2 * template.len());
    path.push_str(template);
    path
}

/// Finds `{name}` in a path.
fn find_placeholder(path: &str, name: &str) -> Option<Range<usize>> {
    let mut starts = path.match_indices('{').map(|(at, _)| at);
    let start = starts.find(|at| path[at + 1..].strip_prefix(name).is_some_and(|rest| rest.starts_with('}')))?;
    Some(start..start + name.len() + 2)
}

// Without the values of parameters and the body, which may be secrets.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientBuilder, api::EXAMPLE};

    fn transport() -> Transport {
        ClientBuilder::new(&EXAMPLE).key("id", "secret").build().unwrap()
    }

    fn url(request: &Request) -> String {
        request.url(&Url::parse(EXAMPLE.base_url).unwrap()).to_string()
    }

    fn violations(request: &Request) -> Vec<String> {
        request.violations.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_url_has_the_encoded_parameters() {
        let request = transport().get("getThing", "/things/{thing}/parts/{part}").path("part", 5).path("thing", "a/b");
        assert_eq!(url(&request), "https://api.example.com/v1/things/a%2Fb/parts/5");
        let request = transport().get("listThings", "/things").query("q", "a b").query_list("id", [1, 2]);
        assert_eq!(url(&request), "https://api.example.com/v1/things?q=a%20b&id=1&id=2");
        let request = transport().get("listThings", "/{kind}?beta=true").path("kind", "a?b");
        assert_eq!(url(&request), "https://api.example.com/v1/a%3Fb?beta=true");
        assert_eq!(url(&request.query("q", 1)), "https://api.example.com/v1/a%3Fb?beta=true&q=1");
    }

    #[test]
    fn a_path_parameter_cannot_change_the_path() {
        for value in ["", ".", ".."] {
            let request = transport().get("getThing", "/things/{thing}").path("thing", value);
            assert_eq!(violations(&request).len(), 1, "{value}");
            assert!(request.check_validity().is_err());
        }
    }

    #[test]
    fn the_media_type_of_a_body_is_one() {
        for content_type in ["", "png", "image/*", "image/png\r\nx: y"] {
            assert_eq!(violations(&transport().post("addThing", "/things").content(content_type, "a")).len(), 1);
        }
        let request = transport().post("addThing", "/things").content("image/png".to_owned(), "a");
        assert_eq!(violations(&request), [""; 0]);
    }

    #[test]
    fn headers_of_the_client_cannot_be_set() {
        let mut request = transport().get("getThing", "/thing");
        for name in ["Authorization", "content-length", "a b"] {
            request.set_header(name, b"a");
        }
        request.set_header("x-trace", b"a\nb");
        assert_eq!(violations(&request).len(), 4);
        request.set_header("x-trace", b"a");
        assert!(request.call_headers["x-trace"].is_sensitive());
    }
}
