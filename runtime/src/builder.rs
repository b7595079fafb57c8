use std::{env, fmt, marker::PhantomData, net::IpAddr, sync::Arc, time::Duration};

#[cfg(not(target_family = "wasm"))]
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{
    Url,
    header::{HeaderMap, HeaderValue, USER_AGENT},
};
use tokio::sync::Mutex;

use crate::{
    Api, ApiKey, Authorization, Backoff, CombinedCredentials, ConfigurationError, Error, RateLimit, RetryPolicy,
    Secret, Transport,
    access_token::TokenSource,
    attempts::CallSettings,
    credentials::Credentials,
    http_client,
    rate_limiter::RateLimiter,
    raw_response::DEFAULT_MAX_BODY_BYTES,
    server::{self, ServerSettings, Servers},
    transport::Settings,
};

const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const DEFAULT_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// The builder of a client.
///
/// Credentials are optional. Of [`key`](Self::key), [`bearer_token`](Self::bearer_token) and
/// [`api_key`](Self::api_key), the last one wins, unless the API requires several together.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C> {
    api: &'static Api,
    base_url: Option<String>,
    servers: &'static Servers,
    server_settings: ServerSettings,
    combined: Option<&'static CombinedCredentials>,
    credentials: Vec<Credentials>,
    token_url: Option<String>,
    token_scope: Option<String>,
    http_client: Option<reqwest::Client>,
    user_agent: Option<String>,
    connect_timeout: Duration,
    call_settings: CallSettings,
    rate_limit: Option<RateLimit>,
    allow_credentials_over_http: bool,
    validate_requests: bool,
    max_body_bytes: usize,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Transport>> ClientBuilder<C> {
    /// Starts from the defaults of an API. Call `Client::builder()` instead, which generated code makes of it.
    pub fn new(api: &'static Api) -> Self {
        Self {
            api,
            base_url: None,
            servers: &server::NONE,
            server_settings: ServerSettings::default(),
            combined: None,
            credentials: Vec::new(),
            token_url: None,
            token_scope: None,
            http_client: None,
            user_agent: None,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            call_settings: CallSettings {
                is_patient: false,
                wakes: false,
                timeout: None,
                attempt_timeout: DEFAULT_ATTEMPT_TIMEOUT,
                retry: Arc::new(Backoff::new()),
            },
            rate_limit: api.rate_limit,
            allow_credentials_over_http: false,
            validate_requests: false,
            max_body_bytes: DEFAULT_MAX_BODY_BYTES,
            client: PhantomData,
        }
    }

    /// Reads the credentials and, if they are set, the base URL and the variables of servers from the environment
    /// variables of the API.
    ///
    /// # Errors
    /// [`ConfigurationError::Environment`] with every variable that has to be set and is not.
    pub fn environment(mut self) -> Result<Self, Error> {
        let names = &self.api.environment;
        let read = |name: Option<&str>| name.and_then(|name| env::var(name).ok()).filter(|text| !text.is_empty());

        if let Some(base_url) = read(names.base_url) {
            self.base_url = Some(base_url);
        }
        let mut missing = Vec::new();
        for variable in self.servers.variables {
            match (read(variable.environment), variable.environment) {
                (Some(value), _) => {
                    self.server_settings.values.insert(variable.name.to_owned(), value);
                }
                (None, Some(name)) if variable.default.is_none() && self.base_url.is_none() => missing.push(name),
                (None, _) => {}
            }
        }
        if let Some(combined) = self.combined {
            self = self.read_combined(combined, read, &mut missing);
        } else {
            match self.read_credentials(read) {
                Ok(credentials) => self.credentials = vec![credentials],
                Err(mut variables) => missing.append(&mut variables),
            }
        }
        if missing.is_empty() { Ok(self) } else { Err(ConfigurationError::Environment { variables: missing }.into()) }
    }

    /// Reads the credentials that the API requires together, and adds the variables that are not set.
    fn read_combined(
        mut self,
        combined: &CombinedCredentials,
        read: impl Fn(Option<&str>) -> Option<String>,
        missing: &mut Vec<&'static str>,
    ) -> Self {
        let names = &self.api.environment;
        for key in combined.api_keys {
            match (read(key.environment), key.environment) {
                (Some(text), _) => {
                    self = self.with(Credentials::ApiKey { place: Some(key.place), key: text.into() });
                }
                (None, name) => missing.extend(name),
            }
        }
        let credentials = match combined.authorization {
            Some(Authorization::Basic) => match (read(names.key_id), read(names.key_secret)) {
                (Some(id), Some(secret)) => Credentials::Key { id: id.into(), secret: secret.into() },
                (id, secret) => {
                    missing.extend(names.key_id.filter(|_| id.is_none()));
                    missing.extend(names.key_secret.filter(|_| secret.is_none()));
                    return self;
                }
            },
            Some(Authorization::Bearer) => match read(names.token) {
                Some(token) => Credentials::Token(token.into()),
                None => {
                    missing.extend(names.token);
                    return self;
                }
            },
            None => return self,
        };
        self.with(credentials)
    }

    /// Reads the credentials, or returns the variables that are not set.
    fn read_credentials(
        &self,
        read: impl Fn(Option<&str>) -> Option<String>,
    ) -> Result<Credentials, Vec<&'static str>> {
        let names = &self.api.environment;
        match (read(names.key_id), read(names.key_secret), read(names.token)) {
            (Some(id), Some(secret), _) => Ok(Credentials::Key { id: id.into(), secret: secret.into() }),
            (_, _, Some(token)) if self.api.api_key.is_some() => {
                Ok(Credentials::ApiKey { place: self.api.api_key, key: token.into() })
            }
            (_, _, Some(token)) => Ok(Credentials::Token(token.into())),
            (id, secret, None) => {
                let key = [(names.key_id, id.is_none()), (names.key_secret, secret.is_none())];
                let mut variables: Vec<_> =
                    key.into_iter().filter(|(_, missing)| *missing).filter_map(|(name, _)| name).collect();
                if variables.is_empty() {
                    variables.extend(names.token);
                }
                Err(variables)
            }
        }
    }

    /// Sets an API key of an id and a secret, which is sent as HTTP Basic.
    pub fn key(self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.with(Credentials::Key { id: id.into().into(), secret: secret.into() })
    }

    /// Sets a token, which is sent as HTTP Bearer.
    pub fn bearer_token(self, token: impl Into<Secret>) -> Self {
        self.with(Credentials::Token(token.into()))
    }

    /// Sets an API key of one part, which is sent in the header, query or cookie that the API's document names.
    pub fn api_key(self, key: impl Into<Secret>) -> Self {
        let place = self.api.api_key;
        self.with(Credentials::ApiKey { place, key: key.into() })
    }

    /// Sets the credentials of an OAuth 2 client (the flow `clientCredentials`). An access token is requested with the
    /// first call, and renewed before it expires, or once if the API refuses it with 401. The clones of a client share
    /// the token, and calls that need it at the same time wait for one request.
    ///
    /// If there is no token, because its endpoint refuses or cannot be reached, the call ends with [`Error::NoToken`],
    /// and nothing was sent.
    pub fn client_credentials(self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.with(Credentials::Client { id: id.into().into(), secret: secret.into() })
    }

    /// Sets the URL that access tokens are requested from; that of the document unless set. A relative one is resolved
    /// against the base URL.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// Sets the scopes of access tokens, with spaces between them; those that the token endpoint gives unless set.
    pub fn token_scope(mut self, scope: impl Into<String>) -> Self {
        self.token_scope = Some(scope.into());
        self
    }

    /// Sets one of several API keys that are sent together, by the name of its header, query parameter or cookie.
    pub fn named_api_key(self, name: impl AsRef<str>, key: impl Into<Secret>) -> Self {
        let place = self.api_keys().find(|place| place.name().eq_ignore_ascii_case(name.as_ref()));
        self.with(Credentials::ApiKey { place, key: key.into() })
    }

    /// Adds credentials, in place of others that they cannot be sent with.
    fn with(mut self, credentials: Credentials) -> Self {
        let is_combined = self.combined.is_some();
        self.credentials.retain(|other| is_combined && !credentials.is_in_place_of(other));
        self.credentials.push(credentials);
        self
    }

    fn api_keys(&self) -> impl Iterator<Item = ApiKey> + use<C> {
        let combined = self.combined.map_or(&[][..], |combined| combined.api_keys);
        combined.iter().map(|key| key.place).chain(self.api.api_key)
    }

    /// Sets the credentials that the API requires together. Generated code calls it.
    #[doc(hidden)]
    pub fn combined_credentials(mut self, combined: &'static CombinedCredentials) -> Self {
        self.combined = Some(combined);
        self
    }

    /// Sets the servers of the document. Generated code calls it.
    #[doc(hidden)]
    pub fn servers(mut self, servers: &'static Servers) -> Self {
        self.servers = servers;
        self
    }

    /// Sets a variable in the URLs of the API's servers, by its name in the document. It has no effect on a URL that is
    /// set with [`base_url`](Self::base_url) or [`server_url`](Self::server_url).
    pub fn server_variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.server_settings.values.insert(name.into(), value.into());
        self
    }

    /// Sets the URL to use in place of a server that only some operations have; `documented` is its URL in the
    /// document. [`base_url`](Self::base_url) is for all other operations.
    pub fn server_url(mut self, documented: impl Into<String>, url: impl Into<String>) -> Self {
        self.server_settings.urls.insert(documented.into(), url.into());
        self
    }

    /// Sets the base URL, for a gateway, say, or a simulator on loopback. Its path is prepended to the path of each
    /// operation.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Sets the `User-Agent`; the name and version of this crate unless set.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// Sets the timeout of a whole call: the wait for a permit of the rate limiter, all attempts, and the waits between
    /// them.
    ///
    /// Unless this is set, a call waits for its first permit without a timeout, and has five minutes from then on.
    /// [`Call::timeout`](crate::Call::timeout) sets the timeout of a single call.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.call_settings.timeout = Some(timeout);
        self
    }

    /// Sets the timeout of each attempt, from connecting to the last byte of the response; 60 seconds unless set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.call_settings.attempt_timeout = timeout;
        self
    }

    /// Sets the retry policy; a [`Backoff`] unless set. [`NoRetry`](crate::NoRetry) turns retries off.
    ///
    /// A policy is consulted only if a retry is safe. That is always so after an attempt that was not sent, or was
    /// refused with 429. After an attempt without a response, or with a status of 408, 425, 500 or more, a retry is
    /// safe if the operation is idempotent: GET, PUT, DELETE and PATCH, unless the document has `x-retry: never`. The
    /// call ends with [`Error::OutcomeUnknown`] otherwise.
    pub fn retry(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.call_settings.retry = Arc::new(policy);
        self
    }

    /// Sets the rate limit; that of the document unless set. The clones of a client share it: their calls are sent in
    /// the order in which they were made.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Turns the rate limiter off.
    pub fn no_rate_limit(mut self) -> Self {
        self.rate_limit = None;
        self
    }

    /// Sets the timeout for connecting; 10 seconds unless set. It has no effect on a custom
    /// [`http_client`](Self::http_client), and none in a browser.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets a custom HTTP client, with its own proxies, certificates, connection pool and redirects.
    /// [`http_client_builder`](crate::http_client_builder) builds one with the TLS of the built-in client. Without it,
    /// and with the feature `rustls` alone, `reqwest::Client::new()` panics unless the program has installed a provider
    /// of rustls.
    ///
    /// The built-in client follows no redirects. It uses the proxies of the environment (`HTTPS_PROXY`, `NO_PROXY` and
    /// so on), and with the feature `system-proxy` those in the settings of macOS and Windows, but none for plain http
    /// to loopback; neither should a custom client.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sets whether credentials may be sent over plain `http://` to hosts other than loopback; they may not unless set.
    pub fn allow_credentials_over_http(mut self, allow: bool) -> Self {
        self.allow_credentials_over_http = allow;
        self
    }

    /// Sets whether requests are checked against the constraints of the document. A request that violates one ends with
    /// [`Error::InvalidRequest`], and is not sent. Requests are not checked unless set, because the service may have
    /// changed its constraints.
    pub fn validate_requests(mut self, validate: bool) -> Self {
        self.validate_requests = validate;
        self
    }

    /// Sets whether calls wake what they need, like [`Call::wake`](crate::Call::wake). They do not unless set, because
    /// that may cost money. It has no effect on operations whose documentation does not mention it.
    pub fn wake(mut self, wake: bool) -> Self {
        self.call_settings.wakes = wake;
        self
    }

    /// Sets the longest body that a response may have; 64 MiB unless set. A longer one is not read to its end, and ends
    /// the call with [`Error::Decode`]. The body of a streamed response may have any length.
    ///
    /// A call takes at most about eight times as much memory as the body of its response, plus the size of an element
    /// for each element of a list.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the base URL is not a plain `http` or `https` URL, if credentials are empty, cannot
    /// be sent or would be sent unencrypted, if the rate limit allows no request, or if TLS cannot be set up.
    pub fn build(self) -> Result<C, Error> {
        self.server_settings.check(self.servers)?;
        let base_url = self.parse_base_url()?;
        let other_servers = self.server_settings.others(self.servers, &base_url)?;
        self.check_rate_limit()?;
        self.credentials.iter().try_for_each(Credentials::check)?;
        self.check_combined()?;
        let tokens = self.tokens(&base_url)?;
        let headers = self.headers()?;
        let (http, proxy) = match self.http_client {
            Some(client) => (client, None),
            None => (http_client::build(&base_url, self.connect_timeout)?, system_proxy(&base_url)),
        };
        let settings = Settings {
            base_url,
            other_servers,
            allow_credentials_over_http: self.allow_credentials_over_http,
            credentials: self.credentials,
            tokens,
            headers,
            defaults: self.call_settings,
            rate_limiter: self.rate_limit.map(|limit| Arc::new(RateLimiter::new(limit))),
            proxy,
            validate_requests: self.validate_requests,
            max_body_bytes: self.max_body_bytes,
        };
        Ok(C::from(Transport::new(self.api, http, settings)))
    }

    /// Returns the source of access tokens, if there are credentials for them.
    fn tokens(&self, base_url: &Url) -> Result<Option<TokenSource>, ConfigurationError> {
        let client = self.credentials.iter().find_map(|credentials| match credentials {
            Credentials::Client { id, secret } => Some((id.clone(), secret.clone())),
            _ => None,
        });
        let Some((client_id, client_secret)) = client else { return Ok(None) };
        let url = self.token_url.as_deref().ok_or(ConfigurationError::NoTokenUrl)?;
        let url = resolve_url(base_url, url).ok_or(ConfigurationError::TokenUrl)?;
        if url.scheme() == "http" && !is_loopback(&url) && !self.allow_credentials_over_http {
            return Err(ConfigurationError::PlainHttp { host: url.host_str().unwrap_or_default().to_owned() });
        }
        let (scope, token) = (self.token_scope.clone(), Mutex::default());
        Ok(Some(TokenSource { url, client_id, client_secret, scope, token }))
    }

    /// Checks that credentials which the API requires together are set together, and in a place that it has.
    fn check_combined(&self) -> Result<(), ConfigurationError> {
        let is_nowhere = |credentials: &Credentials| matches!(credentials, Credentials::ApiKey { place: None, .. });
        if self.credentials.iter().any(is_nowhere) {
            let known: Vec<_> = self.api_keys().map(ApiKey::name).collect();
            return Err(if known.is_empty() {
                ConfigurationError::NoApiKey
            } else {
                ConfigurationError::NoNamedKey { known }
            });
        }
        let Some(combined) = self.combined.filter(|_| !self.credentials.is_empty()) else { return Ok(()) };
        let is_set = |place| {
            self.credentials
                .iter()
                .any(|it| matches!(it, Credentials::ApiKey { place: set, .. } if *set == Some(place)))
        };
        let keys = combined.api_keys.iter().filter(|key| !is_set(key.place));
        let mut missing: Vec<_> = keys.map(|key| format!("`named_api_key({:?}, ..)`", key.place.name())).collect();
        if let Some(scheme) = combined.authorization
            && !self.credentials.iter().any(|credentials| credentials.is_of(scheme))
        {
            missing.push(if scheme == Authorization::Basic { "`key(..)`" } else { "`bearer_token(..)`" }.to_owned());
        }
        if missing.is_empty() { Ok(()) } else { Err(ConfigurationError::CombinedCredentials { missing }) }
    }

    fn check_rate_limit(&self) -> Result<(), ConfigurationError> {
        match self.rate_limit {
            Some(RateLimit { requests, window }) if requests == 0 || window.is_zero() => {
                Err(ConfigurationError::RateLimit)
            }
            _ => Ok(()),
        }
    }

    /// Returns the headers of every request.
    fn headers(&self) -> Result<HeaderMap, ConfigurationError> {
        let user_agent = self.user_agent.iter().map(|text| ("user agent", text.as_str()));
        let mut parts = self.credentials.iter().flat_map(Credentials::parts).chain(user_agent);
        if let Some((part, _)) = parts.find(|(_, text)| text.contains(char::is_control)) {
            return Err(ConfigurationError::ControlCharacter { part });
        }
        let invalid = |part| move |_| ConfigurationError::ControlCharacter { part };
        // A custom HTTP client has its own default.
        let default = self.http_client.is_none().then_some(self.api.user_agent);
        let mut headers = HeaderMap::new();
        if let Some(text) = self.user_agent.as_deref().or(default) {
            headers.insert(USER_AGENT, HeaderValue::from_bytes(text.as_bytes()).map_err(invalid("user agent"))?);
        }
        for (name, value) in self.credentials.iter().filter_map(Credentials::header) {
            headers.insert(name, value.map_err(|_| ConfigurationError::ControlCharacter { part: "credentials" })?);
        }
        Ok(headers)
    }

    /// Returns a base URL for messages.
    fn example(&self) -> &'static str {
        if self.api.base_url.is_empty() { "https://api.example.com" } else { self.api.base_url }
    }

    fn parse_base_url(&self) -> Result<Url, ConfigurationError> {
        let invalid =
            |problem: &str| ConfigurationError::BaseUrl { problem: problem.to_owned(), example: self.example() };

        let base_url = match &self.base_url {
            Some(url) => url.clone(),
            None if self.api.base_url.is_empty() => return Err(ConfigurationError::NoBaseUrl),
            None => self.server_settings.fill_in(self.servers, self.api.base_url)?,
        };
        let url = Url::parse(&base_url).map_err(|error| invalid(&format!("does not parse: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("is neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("contains credentials; set them with `key(..)` instead"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("has a query or a fragment"));
        }
        let unencrypted = url.scheme() == "http" && !self.credentials.is_empty() && !is_loopback(&url);
        if unencrypted && !self.allow_credentials_over_http {
            return Err(ConfigurationError::PlainHttp { host: url.host_str().unwrap_or_default().to_owned() });
        }
        Ok(url)
    }
}

/// Resolves a URL against the base URL. None if it is not one of `http` or `https`, or contains credentials.
pub(crate) fn resolve_url(base_url: &Url, url: &str) -> Option<Url> {
    let url = base_url.join(url).ok()?;
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    (matches!(url.scheme(), "http" | "https") && !has_credentials).then_some(url)
}

// Without the base URL, which may contain credentials until `build` refuses them.
impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("user_agent", &self.user_agent)
            .field("connect_timeout", &self.connect_timeout)
            .field("call_settings", &self.call_settings)
            .field("rate_limit", &self.rate_limit)
            .finish_non_exhaustive()
    }
}

/// Returns the host and port of the proxy that the built-in client uses.
#[cfg(not(target_family = "wasm"))]
fn system_proxy(base_url: &Url) -> Option<String> {
    proxy(base_url, &Matcher::from_system())
}

#[cfg(not(target_family = "wasm"))]
fn proxy(base_url: &Url, proxies: &Matcher) -> Option<String> {
    if base_url.scheme() == "http" && is_loopback(base_url) {
        return None;
    }
    let proxy = proxies.intercept(&base_url.as_str().parse().ok()?)?;
    proxy.uri().authority().map(ToString::to_string)
}

/// Returns `None`, because a browser does not show its proxies.
#[cfg(target_family = "wasm")]
fn system_proxy(_: &Url) -> Option<String> {
    None
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.trim_end_matches('.') == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_by_host_and_port_without_its_credentials() {
        let proxies = Matcher::builder().all("http://id:secret@proxy.example:3128").no("internal.example").build();
        let proxy = |url: &str| proxy(&Url::parse(url).unwrap(), &proxies);
        assert_eq!(proxy("https://api.example.com/v1").as_deref(), Some("proxy.example:3128"));
        assert_eq!(proxy("http://api.example.com").as_deref(), Some("proxy.example:3128"));
        assert_eq!(proxy("https://api.internal.example"), None);
        assert_eq!(proxy("http://127.0.0.1:8080"), None);
    }
}
