//! What the document says of the API as a whole.

use std::time::Duration;

use serde_json::Value;

use super::text;
use crate::{json::fields, openapi::duration};

#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) result: String,
    pub(crate) error: Option<String>,
    pub(crate) request_id: Option<String>,
}

/// At most so many requests in every window.
#[derive(Debug)]
pub(crate) struct RateLimit {
    pub(crate) requests: u32,
    pub(crate) window: Duration,
}

/// The environment variables that configure a client.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    pub(crate) base_url: Option<String>,
    pub(crate) key_id: Option<String>,
    pub(crate) key_secret: Option<String>,
    pub(crate) token: Option<String>,
}

/// The address of the first server, with its variables filled in; none if it is only a part of one.
pub(super) fn base_url(root: &Value) -> Option<String> {
    let server = root.pointer("/servers/0")?;
    let variables = fields(server.get("variables"));
    let url = variables.fold(text(Some(server), "url")?, |url, (name, variable)| {
        url.replace(&format!("{{{name}}}"), &text(Some(variable), "default").unwrap_or_default())
    });
    url.contains("://").then_some(url)
}

impl Envelope {
    pub(crate) fn read(envelope: &Value) -> Self {
        let name = |property: &str| text(Some(envelope), property);
        Self { result: name("result").unwrap_or_default(), error: name("error"), request_id: name("requestId") }
    }
}

impl RateLimit {
    pub(super) fn read(limit: &Value) -> Option<Self> {
        let requests = limit.get("requests")?.as_u64()?.try_into().ok()?;
        Some(Self { requests, window: duration::parse(limit.get("window")?.as_str()?)? })
    }
}

impl Environment {
    pub(super) fn read(root: &Value) -> Self {
        let mut environment = Self { base_url: text(root.pointer("/servers/0"), "x-environment"), ..Self::default() };
        for (_, scheme) in fields(root.pointer("/components/securitySchemes")) {
            let Some(names) = scheme.get("x-environment") else { continue };
            if scheme.get("scheme").is_some_and(|scheme| scheme == "basic") {
                environment.key_id = text(Some(names), "username");
                environment.key_secret = text(Some(names), "password");
            } else {
                environment.token = names.as_str().map(ToOwned::to_owned).or_else(|| text(Some(names), "token"));
            }
        }
        environment
    }
}

impl Environment {
    pub(crate) fn has_credentials(&self) -> bool {
        self.key_id.is_some() && self.key_secret.is_some() || self.token.is_some()
    }
}
