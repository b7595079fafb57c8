use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

/// The time that a page may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A page in a headless Chromium.
pub(crate) struct Browser {
    process: Child,
    page: WebSocketStream<MaybeTlsStream<TcpStream>>,
    requests: u64,
    _profile: TempDir,
}

impl Browser {
    /// Opens a page, or prints that there is no browser.
    pub(crate) async fn open(url: &str) -> Option<Self> {
        Self::open_with(url, "").await
    }

    /// Opens a page in a browser that resolves host names by these rules, such as `MAP * 127.0.0.1`.
    pub(crate) async fn open_with(url: &str, resolver_rules: &str) -> Option<Self> {
        let profile = tempfile::tempdir().unwrap();
        let spawned = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"])
            .args([
                "--disable-component-update",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--no-proxy-server",
                "--remote-debugging-port=0",
            ])
            .arg(format!("--host-resolver-rules={resolver_rules}"))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut process) = spawned else {
            println!("not run: there is no `chromium` here");
            return None;
        };
        let stderr = BufReader::new(process.stderr.take().unwrap());
        let address = tokio::task::spawn_blocking(move || {
            let mut lines = stderr.lines().map(Result::unwrap);
            let address = lines.find_map(|line| Some(line.strip_prefix("DevTools listening on ws://")?.to_owned()));
            // The rest is read so that the browser never waits for a reader.
            std::thread::spawn(move || lines.for_each(drop));
            address
        });
        let address = address.await.unwrap().unwrap();
        let list = format!("http://{}/json", address.split('/').next().unwrap());
        let pages: Value = reqwest::get(list).await.unwrap().json().await.unwrap();
        let page = pages.as_array().unwrap().iter().find(|page| page["type"] == "page").unwrap();
        let (page, _) = connect_async(page["webSocketDebuggerUrl"].as_str().unwrap()).await.unwrap();
        Some(Self { process, page, requests: 0, _profile: profile })
    }

    /// Waits until a JavaScript expression has a true value, and returns it.
    pub(crate) async fn wait_for(&mut self, expression: &str) -> Value {
        let deadline = Instant::now() + TIMEOUT;
        while Instant::now() < deadline {
            // A page that is being replaced does not always respond.
            let value = timeout(Duration::from_secs(1), self.evaluate(expression)).await.unwrap_or_default();
            if !matches!(value, Value::Null | Value::Bool(false)) && value != "" {
                return value;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("{expression} does not come true: {}", self.evaluate("document.body.innerText").await);
    }

    async fn evaluate(&mut self, expression: &str) -> Value {
        self.requests += 1;
        let parameters = json!({ "expression": expression, "returnByValue": true });
        let command = json!({ "id": self.requests, "method": "Runtime.evaluate", "params": parameters });
        self.page.send(Message::text(command.to_string())).await.unwrap();
        loop {
            let message = self.page.next().await.unwrap().unwrap();
            let response: Value = serde_json::from_str(message.to_text().unwrap()).unwrap();
            if response["id"] == self.requests {
                return response["result"]["result"]["value"].clone();
            }
        }
    }

    /// Clicks the element of a selector, once it exists.
    pub(crate) async fn click(&mut self, selector: &str) {
        let found = format!("document.querySelector({})", json!(selector));
        self.wait_for(&format!("{found} && ({found}.click(), true)")).await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
