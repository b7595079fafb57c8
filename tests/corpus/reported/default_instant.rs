use default_instant::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn formats_keep_their_types_where_they_have_defaults() {
    let response = json!({ "when": "2024-05-14T10:00:00Z", "id": "00000000-0000-0000-0000-000000000001" });
    let server = Server::responding([json(200, &response)]).await;
    let event = Event::new().day("2024-05-14".parse().unwrap());
    let call = server.client(Client::builder()).add_event(&event).since("2024-05-14T10:00:00Z".parse().unwrap());
    let event = call.await.unwrap();
    assert_eq!(event.when.unwrap().to_rfc3339(), "2024-05-14T10:00:00+00:00");
    assert_eq!((event.day, event.id.unwrap().as_u128()), (None, 1));
    let request = server.request();
    assert_eq!(request.line, "POST /events?since=2024-05-14T10%3A00%3A00.000Z");
    assert_eq!(request.json(), json!({ "day": "2024-05-14" }));
}
