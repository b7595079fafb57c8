use members_like_methods::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn members_can_be_named_like_methods() {
    let settings = json!({ "default": true, "clone": "a", "into": { "default": "b" }, "decode": [{ "from": "c" }] });
    let server = Server::responding([json(200, &settings)]).await;
    let options = Options::new().default("b");
    let request = SettingsInput::new(true, "a", options, [Options::new().from("c")]);
    let received = server.client(Client::builder()).replace_settings(&request).await.unwrap();
    assert_eq!(server.request().json(), settings);
    assert!(received.default().unwrap());
    assert_eq!(received.clone().unwrap(), "a");
    assert_eq!(SettingsInput::try_from(received.into_inner()).unwrap(), request);
}
