//! What there is for people. A browser looks at it too, if there is one.

use std::process::Command;

use serde_json::{Value, json};

use crate::client::{Client, GET};

#[tokio::test]
async fn the_page_shows_what_is_running_and_needs_nothing_from_elsewhere() {
    let client = Client::start().await;
    client.create_running().await;
    let response = client.request(GET, "/").send().await.unwrap();
    assert!(response.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let page = response.text().await.unwrap();
    assert!(!page.contains("http://") && !page.contains("https://"));
    for asset in ["/_simulator/page.css", "/_simulator/page.js"] {
        assert!(page.contains(asset));
        assert_eq!(client.request(GET, asset).send().await.unwrap().status(), 200);
    }
    let status: Value = client.request(GET, "/_simulator/status").send().await.unwrap().json().await.unwrap();
    assert_eq!(status["organizations"][0]["services"][0]["state"], "running");
    assert!(!status.to_string().contains(client.simulator.key().1));
}

#[tokio::test]
async fn the_reference_is_served_from_here_and_calls_back_here() {
    let client = Client::start().await;
    let index = client.request(GET, "/reference").send().await.unwrap();
    assert_eq!((index.status().as_u16(), index.url().path()), (200, "/reference/"));
    let index = index.text().await.unwrap();
    assert!(index.contains("swagger-ui") && !index.contains("https://"), "{index}");
    for file in ["swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "swagger-ui.css", "swagger-initializer.js"]
    {
        assert!(index.contains(file), "{index}");
        assert_eq!(client.request(GET, &format!("/reference/{file}")).send().await.unwrap().status(), 200, "{file}");
    }
    let initializer =
        client.request(GET, "/reference/swagger-initializer.js").send().await.unwrap().text().await.unwrap();
    assert!(initializer.contains("/reference/document.json") && initializer.contains(client.simulator.key().0));
    let document: Value = client.request(GET, "/reference/document.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(document["servers"], json!([{ "url": "/", "description": "This simulator" }]));
    let organization = client.simulator.organization().to_string();
    assert_eq!(document["components"]["parameters"]["organizationId"]["example"], organization);
    for nothing in ["/reference/nothing.js", "/reference/..%2f..%2fCargo.toml"] {
        assert_eq!(client.request(GET, nothing).send().await.unwrap().status(), 404, "{nothing}");
    }
}

/// What a browser makes of a page, once its scripts have run for a while; nothing if there is no browser.
async fn rendered(url: String) -> Option<String> {
    let render = move || {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"])
            .args(["--disable-component-update", "--disable-sync", "--virtual-time-budget=5000", "--dump-dom"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .output()
            .ok()?;
        Some(String::from_utf8(output.stdout).unwrap())
    };
    let page = tokio::task::spawn_blocking(render).await.unwrap();
    if page.is_none() {
        println!("not run: there is no `chromium` here");
    }
    page
}

#[tokio::test]
async fn a_browser_shows_the_page() {
    let client = Client::start().await;
    client.create_running().await;
    let Some(page) = rendered(client.url("/")).await else { return };
    assert!(page.contains("class=\"state running\">running<") && page.contains("createService"), "{page}");
}

#[tokio::test]
async fn a_browser_shows_the_reference() {
    let client = Client::start().await;
    let Some(page) = rendered(client.url("/reference/")).await else { return };
    assert!(page.contains("Creates a service") && page.contains("unlocked") || page.contains("locked"), "{page}");
}
