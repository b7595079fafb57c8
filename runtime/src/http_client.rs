//! The HTTP client that sends the requests, unless the program has one of its own.

use std::time::Duration;

use reqwest::Url;

#[cfg(not(target_family = "wasm"))]
use crate::builder::is_loopback;
use crate::{ConfigurationError, Error};

/// Returns a builder of an HTTP client with the settings of the built-in one: its TLS, and no redirects. It is for
/// [`ClientBuilder::http_client`](crate::ClientBuilder::http_client), with other settings than those of the built-in
/// client:
///
/// ```no_run
/// # use clickhouse_cloud_runtime::{http_client_builder, reqwest::Proxy};
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let http = http_client_builder()?.proxy(Proxy::https("http://proxy.example:3128")?).build()?;
/// # Ok(())
/// # }
/// ```
///
/// With the feature `rustls` alone, the certificates and TLS versions of this builder are fixed. For others, use the
/// feature `aws-lc-rs` or `native-tls`, or give the builder a TLS configuration with `tls_backend_preconfigured`.
///
/// # Errors
/// [`Error::Configuration`] if TLS cannot be set up.
pub fn http_client_builder() -> Result<reqwest::ClientBuilder, Error> {
    Ok(builder()?)
}

#[cfg(not(target_family = "wasm"))]
fn builder() -> Result<reqwest::ClientBuilder, ConfigurationError> {
    with_tls(reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()))
}

/// Sets nothing, because TLS and redirects are up to the browser.
#[cfg(target_family = "wasm")]
#[expect(clippy::unnecessary_wraps, reason = "TLS can fail elsewhere")]
fn builder() -> Result<reqwest::ClientBuilder, ConfigurationError> {
    Ok(reqwest::Client::builder())
}

/// Builds the built-in HTTP client.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn build(base_url: &Url, connect_timeout: Duration) -> Result<reqwest::Client, ConfigurationError> {
    let mut builder = builder()?.connect_timeout(connect_timeout);
    // A proxy would read the credentials, and its own loopback is another machine.
    if base_url.scheme() == "http" && is_loopback(base_url) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(ConfigurationError::HttpClient)
}

/// Builds the built-in HTTP client, whose connections are up to the browser.
#[cfg(target_family = "wasm")]
pub(crate) fn build(_: &Url, _: Duration) -> Result<reqwest::Client, ConfigurationError> {
    builder()?.build().map_err(ConfigurationError::HttpClient)
}

/// Sets rustls up with the provider that the program has installed, else with ring. The features for other TLS leave it
/// to reqwest.
#[cfg(all(feature = "rustls", not(any(feature = "aws-lc-rs", feature = "native-tls", target_family = "wasm"))))]
fn with_tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, ConfigurationError> {
    use std::sync::Arc;

    use rustls::{
        ClientConfig,
        crypto::{CryptoProvider, ring},
    };
    use rustls_platform_verifier::BuilderVerifierExt;

    let provider = CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(ring::default_provider()));
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(|error| ConfigurationError::Tls(error.into()))?
        .with_no_client_auth();
    if cfg!(feature = "http2") {
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    }
    Ok(builder.tls_backend_preconfigured(tls))
}

/// Leaves TLS to reqwest, or has none.
#[cfg(not(any(
    all(feature = "rustls", not(any(feature = "aws-lc-rs", feature = "native-tls"))),
    target_family = "wasm"
)))]
#[expect(clippy::unnecessary_wraps, reason = "setting rustls up can fail")]
fn with_tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, ConfigurationError> {
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use std::{io::Read, net::TcpListener};

    use super::*;

    /// Returns what the HTTP client sends first to an `https` URL.
    async fn hello(http: reqwest::Client) -> Vec<u8> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let mut hello = [0; 4096];
            let (mut connection, _) = listener.accept().unwrap();
            let length = connection.read(&mut hello).unwrap();
            hello[..length].to_vec()
        });
        let error = http.get(url).send().await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        server.join().unwrap()
    }

    // reqwest refuses a configuration of another version of rustls than its own.
    #[tokio::test]
    async fn an_https_url_starts_with_a_handshake_of_tls() {
        let base_url = Url::parse("https://api.example.com").unwrap();
        for http in [
            build(&base_url, Duration::from_secs(10)).unwrap(),
            http_client_builder().unwrap().no_proxy().build().unwrap(),
        ] {
            let hello = hello(http).await;
            assert_eq!(hello[..2], [22, 3], "a record of a handshake, in a version of TLS");
            let offers_http2 = hello.windows(3).any(|bytes| bytes == b"\x02h2");
            assert_eq!(offers_http2, cfg!(feature = "http2"), "HTTP/2 is offered with its feature alone");
        }
    }
}
