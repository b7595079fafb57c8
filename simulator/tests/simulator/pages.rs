//! The pages for people. They are opened in a browser, if there is one.

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    client::{Client, GET},
};

#[tokio::test]
async fn the_page_shows_services_and_loads_nothing_from_other_origins() {
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

#[tokio::test]
async fn the_document_is_served_as_it_is_without_a_key() {
    let client = Client::start().await;
    let response = client.request(GET, "/openapi.yaml").send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"application/yaml".parse().unwrap())
    );
    assert_eq!(response.text().await.unwrap(), include_str!("../../openapi.yaml"));
    assert_eq!(client.simulator.log().total(), 0, "it is no part of the API");
    let foreign = client.request(GET, "/openapi.yaml").header("sec-fetch-site", "cross-site");
    assert_eq!(foreign.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn in_a_browser_a_service_is_created_in_the_reference_and_shows_on_the_page() {
    let client = Client::start().await;
    let Some(mut reference) = Browser::open(&client.url("/reference/#/Services/createService")).await else { return };
    // The viewer first fills in the examples, and the key.
    reference.wait_for("document.querySelector('[data-param-name=organizationId] input')?.value").await;
    reference.wait_for("document.querySelector('.btn.authorize.locked') !== null").await;
    reference.click(".opblock-post button.execute").await;
    let response = reference
        .wait_for("document.querySelector('.live-responses-table tbody .response-col_status')?.innerText")
        .await;
    assert!(response.as_str().unwrap().starts_with("200"), "{response}");
    assert_eq!(client.simulator.log().count("createService"), 1);
    assert_eq!(client.result(GET, "", None).await[0]["name"], "order-analytics");

    let mut page = Browser::open(&client.url("/")).await.unwrap();
    let state = "document.querySelector('.state')?.innerText";
    assert_eq!(page.wait_for(state).await, "provisioning");
    client.advance(90);
    page.wait_for(&format!("{state} === 'running'")).await;
    assert!(page.wait_for("document.body.innerText").await.as_str().unwrap().contains("createService"));
}
