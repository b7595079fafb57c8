//! Who may ask at all. A browser on this machine reaches the simulator on behalf of any page that it shows: those pages
//! are to learn nothing, and to change nothing.

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
use crate::{cloud::Refusal, hosts::Hosts, identity};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What a link on any page may lead to. None of these holds anything that is secret, or can be shown in a frame.
const LINKED_PAGES: [&str; 3] = ["/", "/reference", "/reference/"];

/// Tells the browser to keep responses from pages of other origins. Where they are not what it expects, this is the
/// second lock after [`check`], and the only one in browsers that do not send `Sec-Fetch-Site`, as none does over plain
/// HTTP to other machines.
const OWN_ORIGIN_ONLY: [(HeaderName, HeaderValue); 6] = [
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Turns away what [`check`] refuses.
pub(super) async fn guard(State(server): State<Server>, request: Request, next: Next) -> Response {
    let (head, mut body) = request.into_parts();
    let Err(refusal) = check(&server.hosts, &head) else { return next.run(Request::from_parts(head, body)).await };
    tracing::warn!(method = head.method.as_str(), path = head.uri.path(), refusal.message, "turned away");
    body::discard(&mut body).await;
    Reply::refusal(&refusal, identity::request_id()).into_response()
}

/// Adds to a response what keeps other origins from it, as far as it does not say so itself.
pub(super) async fn keep_to_this_origin(mut response: Response) -> Response {
    for (name, value) in OWN_ORIGIN_ONLY {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Refuses requests for a host that this is not, and those that a page of another origin lets the browser make.
pub(super) fn check(hosts: &Hosts, head: &Parts) -> Result<(), Refusal> {
    let host = host(&head.headers)?;
    for authority in [Some(&host), head.uri.authority()].into_iter().flatten() {
        let name = authority.host();
        if !hosts.allow(name) {
            return Err(Refusal::misdirected_request(format_args!(
                "this simulator does not go by the name {name}: call it at localhost or at its address, or start it with \
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

/// The host, and the port if there is one, that a request is for.
fn host(headers: &HeaderMap) -> Result<Authority, Refusal> {
    let mut given = headers.get_all(HOST).into_iter();
    let (Some(host), None) = (given.next(), given.next()) else {
        return Err(Refusal::bad_request("a request has one Host header"));
    };
    let authority = Authority::try_from(host.as_bytes()).ok().filter(|authority| !authority.as_str().contains('@'));
    authority.ok_or_else(|| Refusal::bad_request("the Host header is not a host"))
}

/// The values of a header. One that is not text is empty, which is nothing that is expected anywhere.
fn values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or_default())
}

/// Whether somebody has followed a link to one of the pages, and will see it by itself.
fn follows_link(head: &Parts) -> bool {
    let is = |name: HeaderName, expected| values(&head.headers, &name).eq([expected]);
    matches!(head.method, Method::GET | Method::HEAD)
        && LINKED_PAGES.contains(&head.uri.path())
        && is(SEC_FETCH_MODE, "navigate")
        && is(SEC_FETCH_DEST, "document")
}
