use std::{env, fmt, marker::PhantomData, net::IpAddr, sync::Arc, time::Duration};

use reqwest::{
    Url,
    header::{HeaderMap, HeaderValue, USER_AGENT},
};

use crate::{
    Api, Backoff, ConfigurationError, Error, RateLimit, RetryPolicy, Secret, Transport, answer::MAX_BODY_BYTES,
    attempts::CallSettings, credentials::Credentials, pacing::Pacer, transport::Settings,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// Sets up a client.
///
/// Without credentials, calls are made without any. The last of [`key`](Self::key),
/// [`bearer_token`](Self::bearer_token) and [`api_key`](Self::api_key) wins.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C> {
    api: &'static Api,
    base_url: Option<String>,
    credentials: Option<Credentials>,
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
    /// Starts from the defaults of an API. Generated code calls this; you call `Client::builder()`.
    pub fn new(api: &'static Api) -> Self {
        Self {
            api,
            base_url: None,
            credentials: None,
            http_client: None,
            user_agent: None,
            connect_timeout: CONNECT_TIMEOUT,
            call_settings: CallSettings {
                timeout: None,
                attempt_timeout: ATTEMPT_TIMEOUT,
                retry: Arc::new(Backoff::new()),
            },
            rate_limit: api.rate_limit,
            allow_credentials_over_http: false,
            validate_requests: false,
            max_body_bytes: MAX_BODY_BYTES,
            client: PhantomData,
        }
    }

    /// Reads the credentials, and the base URL if it is set, from the environment variables that the API names.
    ///
    /// # Errors
    /// [`ConfigurationError::Environment`] with every variable that is needed and not set.
    pub fn environment(mut self) -> Result<Self, Error> {
        let names = &self.api.environment;
        let read = |name: Option<&str>| name.and_then(|name| env::var(name).ok()).filter(|text| !text.is_empty());

        if let Some(base_url) = read(names.base_url) {
            self.base_url = Some(base_url);
        }
        self.credentials = match (read(names.key_id), read(names.key_secret), read(names.token)) {
            (Some(id), Some(secret), _) => Some(Credentials::Key { id, secret: secret.into() }),
            (_, _, Some(token)) if self.api.api_key.is_some() => Some(Credentials::ApiKey(token.into())),
            (_, _, Some(token)) => Some(Credentials::Token(token.into())),
            (id, secret, None) => {
                let key = [(names.key_id, id.is_none()), (names.key_secret, secret.is_none())];
                let mut variables: Vec<_> =
                    key.into_iter().filter(|(_, missing)| *missing).filter_map(|(name, _)| name).collect();
                if variables.is_empty() {
                    variables.extend(names.token);
                }
                return Err(ConfigurationError::Environment { variables }.into());
            }
        };
        Ok(self)
    }

    /// The id and the secret of an API key, sent as HTTP Basic.
    pub fn key(mut self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.credentials = Some(Credentials::Key { id: id.into(), secret: secret.into() });
        self
    }

    /// A token, sent as HTTP Bearer, instead of a key.
    pub fn bearer_token(mut self, token: impl Into<Secret>) -> Self {
        self.credentials = Some(Credentials::Token(token.into()));
        self
    }

    /// An API key of one part, sent where the API's document says.
    pub fn api_key(mut self, key: impl Into<Secret>) -> Self {
        self.credentials = Some(Credentials::ApiKey(key.into()));
        self
    }

    /// Where the API is, if not where its document says: a stand-in on loopback, say, or a gateway. A path in it is
    /// put before the path of every call.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// What to send as `User-Agent`, instead of the name and version of this crate.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// The time that a call has as a whole: the wait for its turn, every attempt, and the waits between them. No wait
    /// goes beyond it.
    ///
    /// Unless this is set, a call waits for its turn as long as it takes, and has five minutes from then on. A single
    /// call can be given another time with [`Call::timeout`](crate::Call::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.call_settings.timeout = Some(timeout);
        self
    }

    /// The time that each attempt has, from its first byte to its last; 60 seconds unless set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.call_settings.attempt_timeout = timeout;
        self
    }

    /// When a call is attempted again, as far as that does no harm; with a [`Backoff`] unless set. Use
    /// [`NoRetry`](crate::NoRetry) to have none.
    ///
    /// What was not sent, or refused with 429, is always attempted again. What was sent and had no response, or one of
    /// 408, 425, 500 or more, is attempted again only where to do it twice is the same as to do it once: GET, PUT, DELETE
    /// and PATCH, unless the document says `x-retry: never`. Otherwise it is an [`Error::OutcomeUnknown`] at once.
    pub fn retry(mut self, policy: impl RetryPolicy + 'static) -> Self {
        self.call_settings.retry = Arc::new(policy);
        self
    }

    /// How many requests are sent, instead of what the document says. Clones of the client share them, in the order in
    /// which they ask.
    pub fn rate_limit(mut self, limit: RateLimit) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// Sends requests as they come.
    pub fn no_rate_limit(mut self) -> Self {
        self.rate_limit = None;
        self
    }

    /// The time that a connection may take to come about; 10 seconds unless set. Without effect on an own
    /// [`http_client`](Self::http_client), and in a browser, which decides by itself about connections and redirects.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// An HTTP client of your own: proxies, certificates and connection pooling are then as you set them up, and so
    /// are redirects, which the built-in one does not follow. The built-in one uses the proxies of the system and of the
    /// environment (`HTTPS_PROXY` and its like), but none for plain http to loopback; see that yours does not either.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Whether credentials may be sent over plain `http://` to hosts other than loopback. They may not unless this
    /// is set.
    pub fn allow_credentials_over_http(mut self, allow: bool) -> Self {
        self.allow_credentials_over_http = allow;
        self
    }

    /// Whether a request that breaks a constraint of the document ends with
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest), and is not sent. It is sent unless this is set, because
    /// the service moves its bounds, and knows best what it takes.
    pub fn validate_requests(mut self, validate: bool) -> Self {
        self.validate_requests = validate;
        self
    }

    /// The longest body that a response may have; 64 MiB unless set. One that is longer is an
    /// [`Error::Decode`](crate::Error::Decode), and is not read to its end. What is streamed may be of any length.
    ///
    /// A call takes at most about eight times as much memory as the body of its response, and the size of an element for
    /// each element of a list.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the base URL is not a plain `http` or `https` URL, when credentials would be
    /// sent unencrypted, are empty or cannot be sent, or when TLS cannot be set up.
    pub fn build(self) -> Result<C, Error> {
        let base_url = self.parse_base_url()?;
        self.check_rate_limit()?;
        self.credentials.as_ref().map_or(Ok(()), Credentials::check)?;
        let headers = self.headers()?;
        let http = match self.http_client {
            Some(client) => client,
            None => http_client(&base_url, self.connect_timeout)?,
        };
        let settings = Settings {
            base_url,
            credentials: self.credentials,
            headers,
            defaults: self.call_settings,
            pacer: self.rate_limit.map(|limit| Arc::new(Pacer::new(limit))),
            validate_requests: self.validate_requests,
            max_body_bytes: self.max_body_bytes,
        };
        Ok(C::from(Transport::new(self.api, http, settings)))
    }

    fn check_rate_limit(&self) -> Result<(), ConfigurationError> {
        match self.rate_limit {
            Some(RateLimit { requests, window }) if requests == 0 || window.is_zero() => {
                Err(ConfigurationError::RateLimit)
            }
            _ => Ok(()),
        }
    }

    /// The headers that every request has.
    fn headers(&self) -> Result<HeaderMap, ConfigurationError> {
        let user_agent = self.user_agent.iter().map(|text| ("user agent", text.as_str()));
        let mut parts = self.credentials.iter().flat_map(Credentials::parts).chain(user_agent);
        if let Some((part, _)) = parts.find(|(_, text)| text.contains(char::is_control)) {
            return Err(ConfigurationError::ControlCharacter { part });
        }
        let unsendable = |part| move |_| ConfigurationError::ControlCharacter { part };
        // An HTTP client of one's own has a user agent of its own.
        let own = self.http_client.is_none().then_some(self.api.user_agent);
        let mut headers = HeaderMap::new();
        if let Some(text) = self.user_agent.as_deref().or(own) {
            headers.insert(USER_AGENT, HeaderValue::from_bytes(text.as_bytes()).map_err(unsendable("user agent"))?);
        }
        if let Some(Credentials::ApiKey(_)) = &self.credentials
            && self.api.api_key.is_none()
        {
            return Err(ConfigurationError::NoApiKey);
        }
        let own = self.credentials.as_ref().and_then(|credentials| credentials.header(self.api.api_key));
        if let Some((name, value)) = own {
            headers.insert(name, value.map_err(|_| ConfigurationError::ControlCharacter { part: "credentials" })?);
        }
        Ok(headers)
    }

    /// A base URL as it should be.
    fn example(&self) -> &'static str {
        if self.api.base_url.is_empty() { "https://api.example.com" } else { self.api.base_url }
    }

    fn parse_base_url(&self) -> Result<Url, ConfigurationError> {
        let invalid =
            |problem: &str| ConfigurationError::BaseUrl { problem: problem.to_owned(), example: self.example() };

        let base_url = self.base_url.as_deref().or(Some(self.api.base_url).filter(|url| !url.is_empty()));
        let url = Url::parse(base_url.ok_or(ConfigurationError::NoBaseUrl)?)
            .map_err(|error| invalid(&format!("does not parse: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid("is neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("holds credentials, which belong into `key(..)`"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("has a query or a fragment"));
        }
        let unencrypted = url.scheme() == "http" && self.credentials.is_some() && !is_loopback(&url);
        if unencrypted && !self.allow_credentials_over_http {
            return Err(ConfigurationError::PlainHttp { host: url.host_str().unwrap_or_default().to_owned() });
        }
        Ok(url)
    }
}

/// Without the base URL: until `build` has refused it, it may hold credentials.
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

#[cfg(not(target_family = "wasm"))]
fn http_client(base_url: &Url, connect_timeout: Duration) -> Result<reqwest::Client, ConfigurationError> {
    let mut builder = reqwest::Client::builder().connect_timeout(connect_timeout);
    // A proxy would read the credentials, and what is loopback to it is another machine.
    if base_url.scheme() == "http" && is_loopback(base_url) {
        builder = builder.no_proxy();
    }
    builder.redirect(reqwest::redirect::Policy::none()).build().map_err(ConfigurationError::HttpClient)
}

/// In a browser, connections and redirects are the browser's affair.
#[cfg(target_family = "wasm")]
fn http_client(_: &Url, _: Duration) -> Result<reqwest::Client, ConfigurationError> {
    reqwest::Client::builder().build().map_err(ConfigurationError::HttpClient)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.trim_end_matches('.') == "localhost" || address.is_ok_and(|address| address.to_canonical().is_loopback())
}
