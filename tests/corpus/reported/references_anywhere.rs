use references_anywhere::Client;
use wire::{Server, json, status};

#[tokio::test]
async fn parameters_and_media_types_of_other_places_are_sent_and_read() {
    let response = json!({ "name": "Desk", "bulb": { "watts": 5 } });
    let server = Server::responding([json(200, &response)]).await;
    let lamp = server.client(Client::builder()).get_lamp(7).lang("de").await.unwrap();
    assert_eq!(server.request().line, "GET /lamps/7?lang=de");
    assert_eq!(lamp.name.as_deref(), Some("Desk"));
    assert_eq!(lamp.bulb.as_ref().unwrap().watts, Some(5));
}

#[tokio::test]
async fn a_reference_to_nothing_is_any_value() {
    let server = Server::responding([status(204)]).await;
    server.client(Client::builder()).put_bulb(7, &json!({ "watts": 5 })).await.unwrap();
    assert_eq!(server.request().body, br#"{"watts":5}"#);
}
