//! Access control. A browser on this machine makes requests to the simulator for any page that it shows. These pages must
//! not read or change anything.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method,
        header::{CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS},
        request::Parts,
        uri::Authority,
    },
    middleware::Next,
    response::Response,
};

use super::{Server, body, reply::Reply};
use crate::{hosts::Hosts, identity, refusal::Refusal};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The pages that links on other pages may lead to. They hold no secrets, and cannot be shown in a frame.
const LINKED_PAGES: [&str; 3] = ["/", "/reference", "/reference/"];

/// Headers that keep responses from pages of other origins. They are a second defence after [`check`], and the only one
/// with browsers that do not send `Sec-Fetch-Site`, as over plain HTTP to other machines.
const OWN_ORIGIN_ONLY: [(HeaderName, HeaderValue); 6] = [
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Refuses requests by [`check`].
pub(super) async fn guard(State(server): State<Server>, request: Request, next: Next) -> Response {
    let (head, mut body) = request.into_parts();
    let Err(refusal) = check(&server.hosts, &head) else { return next.run(Request::from_parts(head, body)).await };
    tracing::warn!(method = head.method.as_str(), path = head.uri.path(), refusal.message, "refused");
    body::discard(&mut body).await;
    Reply::refusal(&refusal, identity::request_id()).into_response()
}

/// Adds the headers of [`OWN_ORIGIN_ONLY`] to a response, unless it has them.
pub(super) async fn keep_to_this_origin(mut response: Response) -> Response {
    for (name, value) in OWN_ORIGIN_ONLY {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Refuses requests for another host, and those of pages of other origins.
pub(super) fn check(hosts: &Hosts, head: &Parts) -> Result<(), Refusal> {
    let host = host(&head.headers)?;
    for authority in [Some(&host), head.uri.authority()].into_iter().flatten() {
        let name = authority.host();
        if !hosts.allows(name) {
            return Err(Refusal::misdirected_request(format_args!(
                "this simulator does not accept the host name {name}: call it at localhost or at its address, or start it with \
                 --allow-host {name} (in a program: Builder::allow_host)"
            )));
        }
    }
    let own_origins = [format!("http://{host}"), format!("https://{host}")];
    let is_own = |origin: &str| own_origins.iter().any(|own| own.eq_ignore_ascii_case(origin));
    let from_elsewhere = values(&head.headers, &ORIGIN).any(|origin| !is_own(origin))
        || values(&head.headers, &SEC_FETCH_SITE).any(|site| !matches!(site, "same-origin" | "none"));
    if from_elsewhere && !follows_link(head) {
        return Err(Refusal::forbidden("pages of other origins have no access to this simulator"));
    }
    Ok(())
}

/// Returns the host of a request, with the port if there is one.
fn host(headers: &HeaderMap) -> Result<Authority, Refusal> {
    let mut given = headers.get_all(HOST).into_iter();
    let (Some(host), None) = (given.next(), given.next()) else {
        return Err(Refusal::bad_request("a request has one Host header"));
    };
    let authority = Authority::try_from(host.as_bytes()).ok().filter(|authority| !authority.as_str().contains('@'));
    authority.ok_or_else(|| Refusal::bad_request("the Host header is not a host"))
}

/// Returns the values of a header, with an empty one for a value that is not text.
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default())
}

/// Returns whether a person follows a link to one of the pages.
fn follows_link(head: &Parts) -> bool {
    let is = |name: HeaderName, expected| values(&head.headers, &name).eq([expected]);
    matches!(head.method, Method::GET | Method::HEAD)
        && LINKED_PAGES.contains(&head.uri.path())
        && is(SEC_FETCH_MODE, "navigate")
        && is(SEC_FETCH_DEST, "document")
}
