use loose_values::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn values_that_can_only_mean_one_thing_are_read() {
    let server = Server::responding([json(201, &json!({ "id": 7 }))]).await;
    let client = server.client(Client::builder());
    let lamp = CreateLampBody::new(Some("Desk".to_owned())).shade("red").extra(json!([1]));
    let created = client.create_lamp(&lamp).dry(true).width(5).await.unwrap();
    assert_eq!(created.id, Some(7));
    let request = server.request();
    assert_eq!(request.line, "POST /lamps?dry=true&width=5");
    assert_eq!(request.body, br#"{"name":"Desk","shade":"red","extra":[1]}"#);
}
