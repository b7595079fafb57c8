//! How a client is set up, and what that changes about its calls.

use std::{env, process::Command, time::Duration};

use clickhouse_cloud::{Backoff, Client, ConfigurationError, Error, NoRetry, reqwest, uuid::Uuid};
use clickhouse_cloud_runtime::{self as runtime, Api, ApiKey, Call, Environment, Transport};
use serde_json::{Value, json};
use tests::{
    fake_api::{FakeApi, REQUEST_ID, header, result},
    ids::ORGANIZATION,
};
use wiremock::ResponseTemplate;

const KEY: &str = "Basic a2V5LWlkOmtleS1zZWNyZXQ=";

async fn empty_list() -> FakeApi {
    FakeApi::responding(result(&json!([]))).await
}

#[test]
fn new_calls_the_server_of_the_document() {
    let made = format!("{:?}", Client::new("key-id", "key-secret").unwrap());
    assert!(made.contains("base_url: \"https://api.clickhouse.cloud/\"") && !made.contains("key-id"), "{made}");
}

#[tokio::test]
async fn the_credentials_set_last_are_sent() {
    let api = empty_list().await;
    let builder = || Client::builder().base_url(api.url());
    for (builder, sent) in [
        (builder(), None),
        (builder().key("key-id", "key-secret"), Some(KEY)),
        (builder().key("key-id", "key-secret").bearer_token("a-token"), Some("Bearer a-token")),
        (builder().bearer_token("a-token").key("key-id", "key-secret"), Some(KEY)),
    ] {
        builder.build().unwrap().list_services(ORGANIZATION).await.unwrap();
        assert_eq!(api.requests().await.last().and_then(|request| header(request, "authorization")), sent);
    }
}

#[tokio::test]
async fn a_path_in_the_base_url_comes_first() {
    let api = empty_list().await;
    for prefix in ["", "/", "/gateway/cloud", "/gateway/cloud/", "/a%20b"] {
        let cloud = Client::builder().base_url(format!("{}{prefix}", api.url())).build().unwrap();
        cloud.list_services(ORGANIZATION).await.unwrap();
        let path = format!("{}/v1/organizations/{}/services", prefix.trim_end_matches('/'), Uuid::nil());
        assert_eq!(api.requests().await.last().unwrap().url.path(), path);
    }
}

#[tokio::test]
async fn the_user_agent_can_be_changed() {
    let api = empty_list().await;
    let cloud = Client::builder().base_url(api.url()).user_agent("terraform/1.9").build().unwrap();
    cloud.list_services(ORGANIZATION).await.unwrap();
    assert_eq!(header(&api.request().await, "user-agent"), Some("terraform/1.9"));
}

#[tokio::test]
async fn a_given_http_client_keeps_its_settings() {
    for builder in [reqwest::Client::builder(), clickhouse_cloud::http_client_builder().unwrap()] {
        let api = empty_list().await;
        let http = builder.user_agent("mine/1").build().unwrap();
        let cloud = Client::builder().base_url(api.url()).http_client(http).build().unwrap();
        cloud.list_services(ORGANIZATION).await.unwrap();
        assert_eq!(header(&api.request().await, "user-agent"), Some("mine/1"));
    }
}

#[tokio::test]
async fn a_response_has_status_request_id_headers_and_body() {
    let body = json!({"requestId": REQUEST_ID, "result": [{"name": "Staging"}]}).to_string();
    let response = ResponseTemplate::new(203).insert_header("x-served-by", "a").set_body_raw(body.clone(), "text/json");
    let api = FakeApi::responding(response).await;

    let services = api.client().list_services(ORGANIZATION).await.unwrap();
    assert_eq!(services.status(), 203);
    assert_eq!(services.request_id(), Some(REQUEST_ID));
    assert_eq!(services.headers()["x-served-by"], "a");
    assert_eq!(services.body(), body.as_bytes());
    assert_eq!(services.mismatches(), []);
    assert_eq!(services.len(), 1);
    assert_eq!(services.into_inner()[0].name(), Ok("Staging"));
}

#[test]
fn a_base_url_that_no_path_can_follow_is_refused() {
    for (url, problem) in [
        ("https://id:secret@api.example.com", "contains credentials"),
        ("https://id@api.example.com", "contains credentials"),
        ("https://api.example.com?region=eu", "has a query or a fragment"),
        ("https://api.example.com#top", "has a query or a fragment"),
        ("ftp://api.example.com", "is neither http nor https"),
        ("mailto:api@example.com", "is neither http nor https"),
        ("api.example.com", "does not parse"),
        ("", "does not parse"),
    ] {
        let error = Client::builder().base_url(url).build().unwrap_err();
        assert!(matches!(error, Error::Configuration(ConfigurationError::BaseUrl { .. })), "{url}: {error:?}");
        let text = error.to_string();
        assert!(text.starts_with(&format!("the base URL {problem}")), "{url}: {text}");
        assert!(text.ends_with("give one like `https://api.clickhouse.cloud`"), "{url}: {text}");
        assert!(!text.contains("secret"), "{text}");
    }
}

#[test]
fn credentials_are_sent_unencrypted_to_loopback_only() {
    let build = |url: &str| Client::builder().base_url(url).key("key-id", "key-secret").build();
    for url in [
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]:8080",
        "http://[::ffff:127.0.0.1]",
        "http://localhost",
        "http://localhost.",
        "https://a.b",
    ] {
        assert!(build(url).is_ok(), "{url}");
    }
    for url in ["http://api.example.com", "http://10.0.0.1", "http://localhost.example.com", "http://127.0.0.1.nip.io"]
    {
        let error = build(url).unwrap_err();
        assert!(matches!(error, Error::Configuration(ConfigurationError::PlainHttp { .. })), "{url}: {error:?}");
        assert!(error.to_string().contains("allow_credentials_over_http(true)"), "{error}");
    }
    let token = Client::builder().base_url("http://api.example.com").bearer_token("a-token").build();
    assert!(token.is_err());

    let builder = || Client::builder().base_url("http://api.example.com");
    assert!(builder().build().is_ok(), "there is nothing to protect without credentials");
    assert!(builder().key("key-id", "key-secret").allow_credentials_over_http(true).build().is_ok());
}

#[test]
fn a_line_break_in_a_credential_is_refused_before_any_call() {
    let builder = Client::builder;
    for (builder, part) in [
        (builder().key("key-id\n", "key-secret"), "key id"),
        (builder().key("key-id", "key-secret\r\n"), "key secret"),
        (builder().bearer_token("a-token\n"), "token"),
        (builder().user_agent("mine\n"), "user agent"),
    ] {
        let text = builder.build().unwrap_err().to_string();
        assert_eq!(text, format!("the {part} contains a control character; is there a line break at its end?"));
    }
}

#[test]
fn credentials_that_no_service_can_read_are_refused_before_any_call() {
    let builder = Client::builder;
    for (builder, part) in [
        (builder().key("", "key-secret"), "key id"),
        (builder().key(" ", "key-secret"), "key id"),
        (builder().key("key-id", ""), "key secret"),
        (builder().key("key-id", "\n"), "key secret"),
        (builder().bearer_token(""), "token"),
        (builder().api_key(""), "API key"),
    ] {
        let error = builder.build().unwrap_err();
        let Error::Configuration(ConfigurationError::EmptyCredential { part: empty }) = &error else {
            panic!("{part}: {error:?}")
        };
        assert_eq!(*empty, part);
        assert!(error.to_string().starts_with(&format!("the {part} is empty; ")), "{error}");
    }
    for id in ["key-id:key-secret", ":", "key-id:"] {
        let error = builder().key(id, "key-secret").build().unwrap_err();
        assert!(matches!(error, Error::Configuration(ConfigurationError::ColonInKeyId)), "{id}: {error:?}");
        assert!(!error.to_string().contains("key-"), "it may hold the secret: {error}");
        assert!(Client::new(id, "key-secret").is_err());
    }
    assert!(builder().key("key-id", "key:secret").build().is_ok(), "a secret may hold one");
}

/// Like the test of the environment below, it runs again in processes of its own.
#[tokio::test]
async fn plain_http_to_loopback_uses_no_proxy() {
    if let Some(url) = env::var_os(IN_CHILD) {
        let url = url.into_string().unwrap();
        let builder = Client::builder().base_url(url).key("key-id", "key-secret").allow_credentials_over_http(true);
        let cloud = builder.no_rate_limit().retry(NoRetry).build();
        println!("called: {}", cloud.unwrap().list_services(ORGANIZATION).await.is_ok());
        return;
    }
    let (api, proxy) = (empty_list().await, empty_list().await);
    let port = api.url().rsplit_once(':').unwrap().1.to_owned();
    let names = ["http_proxy", "https_proxy", "all_proxy"];
    let names: Vec<_> = names.iter().flat_map(|name| [(*name).to_owned(), name.to_uppercase()]).collect();
    let call = |url: &str, variables: &[String]| {
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "configuration::plain_http_to_loopback_uses_no_proxy", "--nocapture"]);
        for name in names.iter().map(String::as_str).chain(["no_proxy", "NO_PROXY"]) {
            child.env_remove(name);
        }
        let output = child.env(IN_CHILD, url).envs(variables.iter().map(|name| (name, proxy.url()))).output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        assert!(text.contains("called: true"), "{variables:?}: {text}");
    };
    for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
        call(&format!("http://{host}:{port}"), &names);
    }
    for name in &names {
        call(&api.url(), std::slice::from_ref(name));
    }
    assert_eq!(proxy.requests().await.len(), 0);
    assert_eq!(api.requests().await.len(), 3 + names.len());

    // Anywhere else is what the proxy is for.
    call("http://things.invalid", &names);
    assert_eq!(proxy.requests().await.len(), 1);
}

const IN_CHILD: &str = "FROM_ENV_CHILD";

/// The environment is that of the whole process, and other tests run in this one. So this test is run again in a
/// process of its own for each environment; there it makes a call and prints what came of it.
#[tokio::test]
async fn from_env_takes_the_variables_that_the_document_names() {
    if env::var_os(IN_CHILD).is_some() {
        match Client::from_env() {
            Ok(cloud) => println!("called: {}", cloud.list_services(ORGANIZATION).await.is_ok()),
            Err(error) => println!("refused: {error}"),
        }
        return;
    }
    let api = empty_list().await;
    let url = api.url();
    let child = |variables: &[(&str, &str)]| {
        let names = ["CLICKHOUSE_CLOUD_API_URL", "CLICKHOUSE_CLOUD_API_KEY", "CLICKHOUSE_CLOUD_API_SECRET"];
        let mut child = Command::new(env::current_exe().unwrap());
        child.args(["--exact", "configuration::from_env_takes_the_variables_that_the_document_names", "--nocapture"]);
        for name in names {
            child.env_remove(name);
        }
        let output = child.env(IN_CHILD, "").envs(variables.iter().copied()).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let (at, key, secret) = (
        ("CLICKHOUSE_CLOUD_API_URL", url.as_str()),
        ("CLICKHOUSE_CLOUD_API_KEY", "key-id"),
        ("CLICKHOUSE_CLOUD_API_SECRET", "key-secret"),
    );

    let both = "refused: set the environment variables CLICKHOUSE_CLOUD_API_KEY and CLICKHOUSE_CLOUD_API_SECRET\n";
    assert!(child(&[]).contains(both));
    assert!(child(&[("CLICKHOUSE_CLOUD_API_KEY", ""), ("CLICKHOUSE_CLOUD_API_SECRET", "")]).contains(both));
    let half = "refused: set the environment variable CLICKHOUSE_CLOUD_API_SECRET\n";
    assert!(child(&[at, key]).contains(half));
    let half = "refused: set the environment variable CLICKHOUSE_CLOUD_API_KEY\n";
    assert!(child(&[at, secret, ("CLICKHOUSE_CLOUD_API_KEY", "")]).contains(half));
    assert_eq!(api.requests().await.len(), 0);

    assert!(child(&[at, key, secret]).contains("called: true\n"));
    assert_eq!(header(&api.request().await, "authorization"), Some(KEY));
}

const PLAIN: Api = Api {
    title: "Things",
    base_url: "https://api.example.com",
    user_agent: "things/1",
    rate_limit: None,
    envelope: None,
    environment: Environment { base_url: None, key_id: None, key_secret: None, token: None },
    api_key: None,
    wake: None,
};

fn transport(api: &FakeApi) -> Transport {
    runtime::ClientBuilder::new(&PLAIN).base_url(api.url()).build().unwrap()
}

fn get_thing(transport: &Transport, name: &str) -> Call<Value> {
    transport.get("getThing", "/things/{name}/parts/{part}").path("name", name).path("part", "{name}").result()
}

#[tokio::test]
async fn a_path_parameter_stays_within_its_segment() {
    let api = FakeApi::responding(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    let transport = transport(&api);
    for (name, segment) in [
        ("plain-1.2_3~", "plain-1.2_3~"),
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        ("../a", "..%2Fa"),
        ("...", "..."),
        ("%2e%2e", "%252e%252e"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b+c", "a%20b%2Bc"),
        (";:@&=", "%3B%3A%40%26%3D"),
        ("{part}", "%7Bpart%7D"),
        ("\r\n\0", "%0D%0A%00"),
        ("ü😀", "%C3%BC%F0%9F%98%80"),
    ] {
        get_thing(&transport, name).await.unwrap();
        let path = format!("/things/{segment}/parts/%7Bname%7D");
        assert_eq!(api.requests().await.last().unwrap().url.path(), path);
    }
}

#[tokio::test]
async fn a_path_parameter_that_would_change_the_path_is_refused() {
    let api = FakeApi::responding(ResponseTemplate::new(200)).await;
    let transport = transport(&api);
    for name in ["", ".", ".."] {
        let error = get_thing(&transport, name).await.unwrap_err();
        let Error::InvalidRequest(invalid) = &error else { panic!("{error:?}") };
        let paths: Vec<_> = invalid.violations().iter().map(runtime::Violation::path).collect();
        assert_eq!(paths, ["name"]);
        assert_eq!(
            error.to_string(),
            format!(
                "getThing: nothing was sent, because `name` is {name:?}, which would change the path of the operation"
            )
        );
    }
    assert_eq!(api.requests().await.len(), 0);
}

#[tokio::test]
async fn query_and_headers_are_encoded() {
    let api = FakeApi::responding(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    let transport = transport(&api);
    let request = transport.get("listThings", "/things").query("filter", "a&b=c d").query_list("id", [1_i64, 2]);
    request.header("x-page", "ü").result::<Value>().await.unwrap();
    let sent = api.request().await;
    assert_eq!(sent.url.query(), Some("filter=a%26b%3Dc%20d&id=1&id=2"));
    assert_eq!(sent.headers["x-page"].as_bytes(), "ü".as_bytes());

    let error = transport.get("listThings", "/things").header("x-page", "a\nb").result::<Value>().await.unwrap_err();
    assert!(error.to_string().contains("`x-page` contains a control character"), "{error}");
    assert_eq!(api.requests().await.len(), 1);
}

/// What a call sends of a header; nothing where it is not there.
async fn sent(api: &FakeApi, name: &str) -> Vec<String> {
    let requests = api.requests().await;
    let values = requests.last().unwrap().headers.get_all(name).iter();
    values.map(|value| value.to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_call_can_have_headers_of_its_own() {
    let api = empty_list().await;
    let cloud = api.client();
    let call =
        cloud.list_services(ORGANIZATION).header("Idempotency-Key", "7").header("x-trace", "a").header("X-Trace", "b");
    call.await.unwrap();
    assert_eq!(sent(&api, "idempotency-key").await, ["7"]);
    assert_eq!(sent(&api, "x-trace").await, ["b"], "the last one counts");
    assert_eq!(sent(&api, "authorization").await, [KEY]);
    cloud.list_services(ORGANIZATION).await.unwrap();
    assert_eq!(sent(&api, "x-trace").await, [""; 0], "it is that call's alone");

    // In place of what is sent otherwise, and not beside it.
    let call = cloud.list_services(ORGANIZATION).header("user-agent", "mine/1").header("accept", "text/json");
    call.header("x-name", String::from("a")).header("x-value", reqwest::header::HeaderValue::from(1)).await.unwrap();
    assert_eq!(sent(&api, "user-agent").await, ["mine/1"]);
    assert_eq!(sent(&api, "accept").await, ["text/json"]);
    assert_eq!((sent(&api, "x-name").await, sent(&api, "x-value").await), (vec!["a".to_owned()], vec!["1".to_owned()]));

    let transport = transport(&api);
    let request = transport.get("listThings", "/things").header("x-page", "declared");
    request.result::<Value>().header("x-page", "own").await.unwrap();
    assert_eq!(sent(&api, "x-page").await, ["own"]);
}

#[tokio::test]
async fn a_header_of_a_call_is_the_same_in_every_attempt() {
    let api = FakeApi::responding(ResponseTemplate::new(503)).await;
    let quick = Backoff::new().first(Duration::from_millis(1)).max_attempts(3);
    let cloud = Client::builder().base_url(api.url()).no_rate_limit().retry(quick).build().unwrap();
    cloud.list_services(ORGANIZATION).header("idempotency-key", "7").await.unwrap_err();
    let keys: Vec<_> =
        api.requests().await.iter().map(|request| header(request, "idempotency-key").map(str::to_owned)).collect();
    assert_eq!(keys, [Some("7".to_owned()), Some("7".to_owned()), Some("7".to_owned())]);
}

#[tokio::test]
async fn a_header_that_the_client_sets_or_that_is_invalid_is_refused() {
    let api = empty_list().await;
    let cloud = api.client();
    let call = |name: &str, value: &str| cloud.list_services(ORGANIZATION).header(name, value);
    for name in ["Authorization", "host", "CONTENT-TYPE", "Content-Length", "transfer-encoding"] {
        let error = call(name, "secret").await.unwrap_err();
        let Error::InvalidRequest(invalid) = &error else { panic!("{name}: {error:?}") };
        assert_eq!(invalid.violations().len(), 1);
        assert_eq!(invalid.violations()[0].path(), name.to_lowercase());
        let text = error.to_string();
        assert!(text.starts_with("listServices: nothing was sent, because "), "{text}");
        assert!(text.ends_with("is set by the client, and no call can change it"), "{text}");
    }
    for (name, value, path) in [
        ("", "a", "header"),
        ("x y", "a", "header"),
        ("x\r\ny", "a", "header"),
        ("x:y", "a", "header"),
        ("\u{fc}", "a", "header"),
        ("x-trace", "secret\r\nx: y", "x-trace"),
        ("x-trace", "secret\0", "x-trace"),
    ] {
        let error = call(name, value).await.unwrap_err();
        let Error::InvalidRequest(invalid) = &error else { panic!("{name:?}: {error:?}") };
        assert_eq!(invalid.violations()[0].path(), path, "{name:?}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let error = call("host", "a").header("x y", "a").await.unwrap_err();
    let Error::InvalidRequest(invalid) = &error else { panic!("{error:?}") };
    assert_eq!(invalid.violations().len(), 2, "everything is listed: {error}");
    assert_eq!(api.requests().await.len(), 0);
}

#[tokio::test]
async fn no_call_sets_the_header_that_holds_the_credentials() {
    static IN_HEADER: Api = Api { api_key: Some(ApiKey::Header("X-Key")), ..PLAIN };
    static IN_COOKIE: Api = Api { api_key: Some(ApiKey::Cookie("key")), ..PLAIN };
    let api = FakeApi::responding(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    for (document, name) in [(&IN_HEADER, "x-key"), (&IN_COOKIE, "cookie")] {
        let builder = || runtime::ClientBuilder::<Transport>::new(document).base_url(api.url());
        let call = |transport: Transport| transport.get("getThing", "/thing").result::<Value>().header(name, "a");
        let error = call(builder().api_key("secret").build().unwrap()).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
        call(builder().build().unwrap()).await.unwrap();
        assert_eq!(sent(&api, name).await, ["a"], "without a key it is a header like any other");
    }
}

#[tokio::test]
async fn a_post_put_or_patch_without_a_body_has_content_length_zero() {
    let api = FakeApi::responding(ResponseTemplate::new(200).set_body_json(json!({}))).await;
    let transport = transport(&api);
    for (method, expected) in
        [("POST", &["0"][..]), ("PUT", &["0"]), ("PATCH", &["0"]), ("GET", &[]), ("DELETE", &[]), ("HEAD", &[])]
    {
        transport.request("touchThing", method.parse().unwrap(), "/thing").empty().await.unwrap();
        assert_eq!(sent(&api, "content-length").await, expected, "{method}");
        assert_eq!(sent(&api, "transfer-encoding").await, [""; 0], "{method}");
    }
    transport.post("touchThing", "/thing").content("text/plain", "abc").empty().await.unwrap();
    assert_eq!(sent(&api, "content-length").await, ["3"]);
    transport.post("touchThing", "/thing").content("text/plain", "").empty().await.unwrap();
    assert_eq!(sent(&api, "content-length").await, ["0"], "an empty body is none, either");
}
