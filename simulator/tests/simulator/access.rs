//! Access control: programs on this machine and the pages of the simulator are allowed. Pages of other origins in a browser
//! on this machine are not, nor pages whose name was made to resolve to this machine.

use std::sync::Arc;

use reqwest::Response;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    browser::Browser,
    client::{Client, DELETE, GET, POST},
};

const INITIALIZER: &str = "/reference/swagger-initializer.js";

/// Returns all endpoints with their methods.
fn endpoints(client: &Client) -> Vec<(reqwest::Method, String)> {
    let mut endpoints = vec![
        (POST, "/_simulator/faults".to_owned()),
        (DELETE, "/_simulator/faults".to_owned()),
        (DELETE, "/_simulator/log".to_owned()),
        (POST, "/_simulator/clock".to_owned()),
        (GET, client.path("")),
        (POST, client.path("")),
    ];
    let pages = ["/", "/_simulator/page.css", "/_simulator/page.js", "/reference", "/reference/", INITIALIZER];
    let data = ["/_simulator/status", "/_simulator/faults", "/_simulator/log", "/_simulator/clock"];
    let reference =
        ["/reference/document.json", "/reference/index.html", "/reference/nothing", "/nowhere", "/v1/nowhere"];
    endpoints.extend([&pages[..], &data, &reference].concat().into_iter().map(|path| (GET, path.to_owned())));
    endpoints
}

/// Makes a request with a key, an empty object as its body and these headers.
async fn send(client: &Client, method: &reqwest::Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = client.signed(method.clone(), path).json(&json!({}));
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

#[tokio::test]
async fn pages_of_other_origins_have_no_access_to_anything() {
    let client = Client::start().await;
    let secret = client.simulator.key().1;
    for (method, path) in endpoints(&client) {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            // Another port of this machine.
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "something-new")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
            &[("origin", "http://evil.example")],
            &[("origin", "http://127.0.0.1:1")],
            // A page in a sandbox, and a file.
            &[("origin", "null")],
            // A frame, and a form.
            &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
        ] {
            let response = send(&client, &method, &path, headers).await;
            assert_eq!(response.status(), 403, "{method} {path} {headers:?}");
            assert_eq!(response.headers()["cross-origin-resource-policy"], "same-origin");
            let response = response.text().await.unwrap();
            assert!(response.contains("FORBIDDEN: pages of other origins") && !response.contains(secret), "{response}");
        }
    }
    assert!(client.simulator.log().entries().iter().all(|entry| entry.status == Some(403) && !entry.carried_out));
    assert_eq!(client.simulator.log().count("createService"), 0);
}

#[tokio::test]
async fn programs_and_the_own_pages_have_access() {
    let client = Client::start().await;
    let own = client.simulator.base_url();
    for (method, path) in endpoints(&client) {
        let expected = send(&client, &method, &path, &[]).await.status();
        assert!(expected != 403 && expected != 421, "{method} {path}");
        for headers in [
            &[("sec-fetch-site", "same-origin"), ("origin", own.as_str())][..],
            // Somebody has entered the address.
            &[("sec-fetch-site", "none")],
            // A proxy in front that does TLS.
            &[("host", "LOCALHOST:443"), ("origin", "https://localhost:443")],
        ] {
            let response = send(&client, &method, &path, headers).await;
            assert_eq!(response.status(), expected, "{method} {path} {headers:?}");
            assert_eq!(response.headers()["cross-origin-resource-policy"], "same-origin", "{method} {path}");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{method} {path}");
            let policy = response.headers()["content-security-policy"].to_str().unwrap();
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        }
    }
    let initializer = client.request(GET, INITIALIZER).send().await.unwrap();
    assert_eq!(initializer.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn links_on_other_pages_lead_to_the_pages_only() {
    let client = Client::start().await;
    let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
    for (path, status) in
        [("/", 200), ("/reference", 200), ("/reference/", 200), (INITIALIZER, 403), ("/_simulator/status", 403)]
    {
        assert_eq!(send(&client, &GET, path, &link).await.status(), status, "{path}");
    }
    assert_eq!(send(&client, &POST, "/", &link).await.status(), 403, "a form");
}

#[tokio::test]
async fn other_host_names_are_refused() {
    let client = Client::start().await;
    let secret = client.simulator.key().1;
    for (method, path) in endpoints(&client) {
        for host in ["evil.example", "evil.example:8123", "localhost.evil.example", "192.0.2.1", "[2001:db8::1]:80"] {
            let response = send(&client, &method, &path, &[("host", host)]).await;
            assert_eq!(response.status(), 421, "{method} {path} {host}");
            let response: Value = response.json().await.unwrap();
            let error = response["error"].as_str().unwrap();
            let name = host.trim_end_matches(":8123").trim_end_matches(":80");
            assert!(error.contains(&format!("--allow-host {name} (")), "{error}");
            assert!(!error.contains(secret), "{error}");
        }
    }
    let port = client.simulator.address().port();
    for host in ["localhost", "127.0.0.1", "127.3.4.5", "[::1]", "LocalHost"] {
        // A port may be forwarded.
        for host in [host.to_owned(), format!("{host}:{port}"), format!("{host}:1")] {
            assert_eq!(send(&client, &GET, "/", &[("host", &host)]).await.status(), 200, "{host}");
        }
    }
    let entries = client.simulator.log().entries();
    assert!(entries.iter().any(|entry| entry.status == Some(421)), "requests that the API refuses are in its log");
    assert!(entries.iter().all(|entry| !entry.carried_out));

    // Neither a name in the request line nor a second header gets around it.
    for (head, status) in [
        ("GET http://evil.example/ HTTP/1.1\r\nhost: localhost", 421),
        ("GET / HTTP/1.1\r\nhost: localhost\r\nhost: localhost", 400),
        ("GET / HTTP/1.1\r\nhost: evil.example@localhost", 400),
        ("GET / HTTP/1.1\r\nhost: ", 400),
        ("GET / HTTP/1.1\r\nx: y", 400),
    ] {
        let response = client.raw(format!("{head}\r\nconnection: close\r\n\r\n")).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {response}");
    }
}

#[tokio::test]
async fn allowed_host_names_have_access_and_are_origins_of_their_own() {
    let client = Client::start_with(|builder| builder.allow_host("Simulator").allow_host("192.0.2.1")).await;
    for (headers, status) in [
        (&[("host", "simulator:8123")][..], 200),
        (&[("host", "SIMULATOR")], 200),
        (&[("host", "192.0.2.1")], 200),
        (&[("host", "simulator.example")], 421),
        (&[("host", "simulator:8123"), ("origin", "http://simulator:8123")], 200),
        (&[("host", "simulator:8123"), ("origin", "http://simulator:9000")], 403),
    ] {
        assert_eq!(send(&client, &GET, &client.path(""), headers).await.status(), status, "{headers:?}");
    }
}

#[tokio::test]
async fn the_reference_never_signs_in_with_a_given_secret() {
    let client = Client::start_with(|builder| builder.key("given", "a secret of mine")).await;
    let initializer = client.request(GET, INITIALIZER).send().await.unwrap().text().await.unwrap();
    assert!(!initializer.contains("a secret of mine"), "{initializer}");
    let arguments = initializer.split("preauthorizeBasic(\"key\", ").nth(1).unwrap().split(')').next().unwrap();
    let (id, secret): (String, String) = serde_json::from_str(&format!("[{arguments}]")).unwrap();
    let list = client.request(GET, &client.path("")).basic_auth(id, Some(secret));
    assert_eq!(list.send().await.unwrap().status(), 200);
}

/// A page that tries all that a page can, and keeps the outcomes in `results`.
const ATTACK: &str = r#"<!doctype html>
<title>Cats</title>
<iframe name="nowhere"></iframe>
<form method="post" enctype="text/plain" target="nowhere" action="SIMULATOR/_simulator/clock">
  <input name='{"seconds": 3600, "x": "' value='"}'>
</form>
<script>
  // The globals that the script of the reference uses, and a variable for the key in it.
  let stolen = null;
  window.SwaggerUIBundle = () => ({ preauthorizeBasic: (_, id, secret) => (stolen = secret) });
  SwaggerUIBundle.presets = {};
  SwaggerUIBundle.plugins = {};
  window.SwaggerUIStandalonePreset = {};
</script>
<script src="SCRIPT"></script>
<script>
  const outcome = request => request.then(response => response.type, () => "failed");
  const included = url => new Promise(resolve => {
    const script = document.createElement("script");
    script.onload = () => resolve("loaded");
    script.onerror = () => resolve("failed");
    script.src = url;
    document.head.append(script);
  });
  const post = (path, body) => outcome(fetch("SIMULATOR" + path, { method: "POST", mode: "no-cors", body }));
  addEventListener("load", async () => {
    document.forms[0].submit();
    navigator.sendBeacon("SIMULATOR/_simulator/faults", '{"fault": "bad-gateway"}');
    const results = {
      script: await included("SCRIPT"),
      opaque: await outcome(fetch("SCRIPT", { mode: "no-cors" })),
      readable: await outcome(fetch("SCRIPT")),
      clock: await post("/_simulator/clock", '{"seconds": 3600}'),
      fault: await post("/_simulator/faults", '{"fault": "bad-gateway"}'),
      call: await outcome(fetch("SIMULATOR/v1/organizations", { mode: "no-cors", credentials: "include" })),
    };
    // The script of the reference looks again every 50 ms.
    setTimeout(() => (window.results = { ...results, stolen }), 1000);
  });
</script>
"#;

/// Serves the attack on a port of its own, and the script of the reference as it is without protection.
async fn serve_attack(client: &Client) -> u16 {
    let script = client.request(GET, INITIALIZER).send().await.unwrap().text().await.unwrap();
    let page = ATTACK.replace("SIMULATOR", &client.simulator.base_url());
    let attack = page.replace("SCRIPT", &client.url(INITIALIZER));
    let control = page.replace("SCRIPT", "/copy.js");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let pages = Arc::new((attack, control, script));
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(respond(BufReader::new(stream), Arc::clone(&pages)));
        }
    });
    port
}

/// Responds to one request with the attack, with the attack on the copy, or with the copy.
async fn respond(mut stream: BufReader<TcpStream>, pages: Arc<(String, String, String)>) {
    let mut request = String::new();
    // A browser also opens connections in advance, and may not use them.
    while !request.ends_with("\r\n\r\n") {
        if stream.read_line(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
    }
    let (kind, body) = match request.split(' ').nth(1) {
        Some("/") => ("text/html", &pages.0),
        Some("/control") => ("text/html", &pages.1),
        _ => ("text/javascript", &pages.2),
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n", body.len());
    // The browser may have hung up.
    _ = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).await;
}

#[tokio::test]
async fn in_a_browser_a_page_of_another_origin_reads_and_changes_nothing() {
    let client = Client::start().await;
    let now = client.request(GET, "/_simulator/clock").send().await.unwrap().text().await.unwrap();
    let port = serve_attack(&client).await;
    // Without protection, the attack works.
    let Some(mut control) = Browser::open(&format!("http://127.0.0.1:{port}/control")).await else { return };
    let results = control.wait_for("window.results").await;
    assert_eq!((&results["stolen"], &results["script"]), (&json!(client.simulator.key().1), &json!("loaded")));

    // Another port is another origin of the same site, and another name is another site.
    for host in ["127.0.0.1", "localhost"] {
        let mut browser = Browser::open(&format!("http://{host}:{port}/")).await.unwrap();
        let results = browser.wait_for("window.results").await;
        assert_eq!(results["stolen"], Value::Null, "{results}");
        for attempt in ["script", "opaque", "readable", "clock", "fault", "call"] {
            assert_eq!(results[attempt], "failed", "{attempt}: {results}");
        }
    }
    assert!(client.simulator.faults().list().is_empty());
    assert_eq!(client.request(GET, "/_simulator/clock").send().await.unwrap().text().await.unwrap(), now);
    let entries = client.simulator.log().entries();
    assert!(!entries.is_empty() && entries.iter().all(|entry| entry.status == Some(403)), "{entries:?}");
}

#[tokio::test]
async fn in_a_browser_a_link_on_another_page_leads_to_the_page() {
    let client = Client::start().await;
    let port = serve_attack(&client).await;
    let Some(mut browser) = Browser::open(&format!("http://localhost:{port}/")).await else { return };
    browser.wait_for("window.results").await;
    browser.wait_for(&format!("(location.href = '{}', true)", client.url("/"))).await;
    browser.wait_for("document.getElementById('clock')?.innerText.includes('rate limit')").await;
}

#[tokio::test]
async fn in_a_browser_a_name_that_was_made_to_resolve_here_has_no_access() {
    const RULES: &str = "MAP *.example 127.0.0.1";
    let client = Client::start_with(|builder| builder.allow_host("friend.example")).await;
    let port = client.simulator.address().port();
    let url = format!("http://rebound.example:{port}/");
    let Some(mut browser) = Browser::open_with(&url, RULES).await else { return };
    browser.wait_for("document.body?.innerText.includes('--allow-host rebound.example')").await;
    // For the browser, it has the same origin as the simulator.
    browser.wait_for(&format!("(location.pathname = '{INITIALIZER}', true)")).await;
    browser.wait_for(&format!("location.pathname === '{INITIALIZER}' && document.readyState === 'complete'")).await;
    let shown = browser.wait_for("document.body?.innerText").await;
    let shown = shown.as_str().unwrap();
    assert!(shown.contains("MISDIRECTED_REQUEST") && !shown.contains(client.simulator.key().1), "{shown}");

    let mut friend = Browser::open_with(&format!("http://friend.example:{port}/"), RULES).await.unwrap();
    friend.wait_for("document.getElementById('clock')?.innerText.includes('rate limit')").await;
}
