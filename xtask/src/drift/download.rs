//! Downloads the document at a URL, with bounds on its length, the time and the redirects.

use std::{
    io::{ErrorKind, Read},
    net::IpAddr,
    time::Duration,
};

use anyhow::{Result, anyhow, ensure};
use codegen::Document;
use ureq::{
    Agent, Body, Error, ResponseExt, Timeout,
    http::{Response, Uri, uri::Scheme},
    tls::{RootCerts, TlsConfig},
};

/// The time that a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The time that a download may take: enough for the longest document at 10 Mbit/s.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_REDIRECTS: u32 = 3;

/// The URL of a document, with TLS or on this machine.
pub(super) struct Url(Uri);

impl Url {
    /// Parses an argument, unless it is a file.
    pub(super) fn of(argument: &str) -> Option<Result<Self>> {
        let scheme = argument.split_once("://")?.0.to_lowercase();
        matches!(scheme.as_str(), "http" | "https").then(|| Self::parse(argument))
    }

    // Messages do not repeat the text, which may hold credentials.
    fn parse(text: &str) -> Result<Self> {
        let uri: Uri = text.parse().map_err(|error| anyhow!("UPSTREAM is not a URL: {error}"))?;
        ensure!(is_safe(&uri), "UPSTREAM is a URL without TLS; write https://, or download it and name the copy");
        Ok(Self(uri))
    }

    /// Returns the URL without the parts that may be secret: the credentials, and the query.
    pub(super) fn name(&self) -> String {
        let Self(uri) = self;
        let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{}{port}{}", uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default(), uri.path())
    }

    /// Downloads the text. Of a text that is too long, returns one byte more than it may have.
    pub(super) fn download(&self) -> Result<String> {
        self.download_within(TOTAL_TIMEOUT)
    }

    fn download_within(&self, total: Duration) -> Result<String> {
        let name = self.name();
        let mut response = self.agent(total).get(&self.0).call().map_err(|error| explain(&name, error))?;
        refuse_other_responses(&name, &response)?;
        let mut bytes = Vec::new();
        let body = response.body_mut().as_reader();
        body.take(Document::MAX_LENGTH as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| explain(&name, error.into()))?;
        String::from_utf8(bytes).map_err(|_| anyhow!("{name} is not text in UTF-8, so it is no document"))
    }

    fn agent(&self, total: Duration) -> Agent {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .https_only(!is_loopback(&self.0))
            .http_status_as_error(false)
            .max_redirects(MAX_REDIRECTS)
            .timeout_connect(Some(CONNECT_TIMEOUT.min(total)))
            .timeout_global(Some(total));
        let config = if is_loopback(&self.0) { config.proxy(None) } else { config };
        config.build().new_agent()
    }
}

fn refuse_other_responses(name: &str, response: &Response<Body>) -> Result<()> {
    ensure!(is_safe(response.get_uri()), "{name} redirects to a URL without TLS, which cannot be trusted");
    let status = response.status();
    ensure!(status.is_success(), "{name} responds with {status}; check the URL");
    Ok(())
}

/// Returns whether nobody on the network can change the response.
fn is_safe(uri: &Uri) -> bool {
    uri.scheme() == Some(&Scheme::HTTPS) || is_loopback(uri)
}

fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// Explains an error and what to do. Messages of the library are used only where they cannot hold a URL.
fn explain(name: &str, error: Error) -> anyhow::Error {
    let problem = match error {
        Error::Timeout(Timeout::Connect | Timeout::Resolve) => "its host does not respond".to_owned(),
        Error::Timeout(_) => "it takes too long".to_owned(),
        Error::HostNotFound => "its host is not found".to_owned(),
        Error::TooManyRedirects => format!("it redirects more than {MAX_REDIRECTS} times"),
        Error::RequireHttpsOnly(_) => "it redirects to a URL without TLS".to_owned(),
        Error::Io(error) if error.kind() == ErrorKind::UnexpectedEof => "it is cut off".to_owned(),
        Error::Io(error) => error.to_string(),
        Error::Protocol(error) => format!("the response is not HTTP: {error}"),
        Error::Rustls(error) => error.to_string(),
        Error::Tls(problem) => problem.to_owned(),
        Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => "the proxy does not let it through".to_owned(),
        _ => "the connection fails".to_owned(),
    };
    anyhow!("cannot download {name}: {problem}; try again, or name a copy of the document")
}

#[cfg(test)]
mod tests {
    use std::{net::TcpListener, thread};

    use super::*;

    #[test]
    fn the_name_of_a_url_holds_no_secret() {
        let url = Url::of("https://me:hunter2@example.com:8443/api.json?token=hunter2#hunter2").unwrap().unwrap();
        assert_eq!(url.name(), "https://example.com:8443/api.json");
    }

    #[test]
    fn a_file_is_no_url() {
        for file in ["published.json", "./https/api.json", "C:\\api.json", "ftp://example.com/api.json"] {
            assert!(Url::of(file).is_none(), "{file}");
        }
    }

    #[test]
    fn only_loopback_needs_no_tls() {
        let is_taken = |url: &str| Url::of(url).unwrap().is_ok();
        for url in ["HTTPS://example.com", "http://localhost:1/a", "http://127.0.0.1/", "http://[::1]:80/a"] {
            assert!(is_taken(url), "{url}");
        }
        for url in
            ["http://example.com/a", "http://localhost.example.com/", "http://10.0.0.1/", "https://", "http://a b"]
        {
            assert!(!is_taken(url), "{url}");
        }
    }

    #[test]
    fn a_server_that_sends_nothing_times_out() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::of(&format!("http://{}/", server.local_addr().unwrap())).unwrap().unwrap();
        let error = url.download_within(Duration::from_millis(50)).unwrap_err().to_string();
        assert!(error.contains("it takes too long"), "{error}");
    }

    #[test]
    fn a_response_that_never_ends_times_out() {
        use std::io::Write;

        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::of(&format!("http://{}/", server.local_addr().unwrap())).unwrap().unwrap();
        let dripping = thread::spawn(move || {
            let (mut connection, _) = server.accept().unwrap();
            let mut sent = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while sent.is_ok() {
                thread::sleep(Duration::from_millis(5));
                sent = connection.write_all(b" ");
            }
        });
        let error = url.download_within(Duration::from_millis(100)).unwrap_err().to_string();
        assert!(error.contains("it takes too long"), "{error}");
        dripping.join().unwrap();
    }
}
