//! OAuth 2 client credentials: an access token that is requested when a call needs it, and renewed before it expires.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use percent_encoding::utf8_percent_encode;
use reqwest::{
    StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::{
    Secret,
    clock::{self, Instant},
    raw_response::{Body, BodyError, FromBody},
    style::ALL_BUT_UNRESERVED,
};

/// A response with a token is short.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A token is renewed this long before it expires, or a tenth of its time if that is shorter.
const RENEWED_BEFORE: Duration = Duration::from_secs(30);

/// How long a call waits for the token that another one requests: that one may not be polled.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Requests access tokens. The calls of a client share one: while it is requested, the others wait for it.
pub(crate) struct TokenSource {
    pub(crate) url: Url,
    pub(crate) client_id: Secret,
    pub(crate) client_secret: Secret,
    pub(crate) scope: Option<String>,
    pub(crate) token: Mutex<Option<Token>>,
}

#[derive(Clone)]
pub(crate) struct Token {
    /// Marked as sensitive.
    pub(crate) header: HeaderValue,
    renewed_at: Option<Instant>,
}

/// The reason why there is no token.
pub(crate) enum TokenError {
    /// The token endpoint cannot be reached, or failed. A retry may help.
    Unavailable(reqwest::Error),
    /// The token endpoint refused the credentials, or responded with something else than a token.
    Refused(String),
}

impl TokenSource {
    /// Returns the token, and whether it was requested for this call.
    pub(crate) async fn token(&self, http: &reqwest::Client) -> Result<(Token, bool), TokenError> {
        let Some(mut current) = clock::timeout(MAX_WAIT, self.token.lock()).await else {
            return Ok((self.request(http).await?, true));
        };
        let is_fresh = |token: &&Token| token.renewed_at.is_none_or(|time| Instant::now() < time);
        if let Some(token) = current.as_ref().filter(is_fresh) {
            return Ok((token.clone(), false));
        }
        let token = self.request(http).await?;
        *current = Some(token.clone());
        Ok((token, true))
    }

    /// Forgets a token that the API refused, unless it was renewed since.
    pub(crate) async fn forget(&self, refused: &Token) {
        let Some(mut current) = clock::timeout(MAX_WAIT, self.token.lock()).await else { return };
        if current.as_ref().is_some_and(|token| token.header == refused.header) {
            *current = None;
        }
    }

    async fn request(&self, http: &reqwest::Client) -> Result<Token, TokenError> {
        let unavailable = |error: reqwest::Error| TokenError::Unavailable(error.without_url());
        let encode = |text: &Secret| utf8_percent_encode(text.expose_secret(), ALL_BUT_UNRESERVED).to_string();
        let pair = BASE64_STANDARD.encode(format!("{}:{}", encode(&self.client_id), encode(&self.client_secret)));
        let mut form = "grant_type=client_credentials".to_owned();
        if let Some(scope) = &self.scope {
            form.push_str("&scope=");
            form.extend(utf8_percent_encode(scope, ALL_BUT_UNRESERVED));
        }
        let request = http
            .post(self.url.clone())
            .header(AUTHORIZATION, sensitive(format!("Basic {pair}"))?)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .body(form);
        let response = request.send().await.map_err(unavailable)?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            response.error_for_status_ref().map_err(unavailable)?;
        }
        let body = match Bytes::from_body(Body::new(response), MAX_BODY_BYTES).await {
            Ok(body) => body,
            Err(BodyError::ConnectionLost(error)) => return Err(unavailable(error)),
            Err(BodyError::TooLong) => Bytes::new(),
        };
        if !status.is_success() {
            return Err(TokenError::Refused(refusal(status, &body)));
        }
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let token = body
            .get("access_token")
            .and_then(Value::as_str)
            .ok_or_else(|| TokenError::Refused("the token endpoint responded without an `access_token`".to_owned()))?;
        Ok(Token {
            header: sensitive(format!("Bearer {token}"))?,
            renewed_at: body.get("expires_in").and_then(seconds).map(renewal_time),
        })
    }
}

/// Describes a refusal by its `error`, a short code: the rest of the body may hold anything.
fn refusal(status: StatusCode, body: &[u8]) -> String {
    let code = serde_json::from_slice::<Value>(body).ok();
    let code = code.as_ref().and_then(|body| body.get("error")?.as_str());
    let is_code = |code: &&str| {
        code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
    };
    let code = code.filter(is_code).map(|code| format!(": {code}")).unwrap_or_default();
    format!(
        "the token endpoint responded with {}{code}; check the client id, its secret and the scope",
        status.as_u16()
    )
}

fn sensitive(text: String) -> Result<HeaderValue, TokenError> {
    let mut value = HeaderValue::try_from(text).map_err(|_| {
        TokenError::Refused("the token endpoint responded with a token that no header can hold".to_owned())
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// Reads a number of seconds, which some servers send as a text.
fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    Some(Duration::from_secs(seconds))
}

fn renewal_time(lifetime: Duration) -> Instant {
    clock::add(Instant::now(), lifetime.saturating_sub(RENEWED_BEFORE.min(lifetime / 10)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refusal_shows_the_code_and_nothing_else() {
        let text = |body: Value| refusal(StatusCode::UNAUTHORIZED, body.to_string().as_bytes());
        assert!(
            text(json!({"error": "invalid_client", "token": "t"}))
                .starts_with("the token endpoint responded with 401: invalid_client; ")
        );
        assert!(text(json!({"error": "the secret is wrong"})).starts_with("the token endpoint responded with 401; "));
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_renewed_before_it_expires() {
        let renewed_after = |seconds| renewal_time(Duration::from_secs(seconds)) - Instant::now();
        assert_eq!(renewed_after(3600), Duration::from_secs(3570));
        assert_eq!(renewed_after(100), Duration::from_secs(90));
        assert_eq!(renewed_after(0), Duration::ZERO);
        assert_eq!(seconds(&json!("60")), Some(Duration::from_secs(60)));
    }
}
