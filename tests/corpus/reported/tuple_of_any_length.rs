use tuple_of_any_length::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_tuple_may_be_of_any_length() {
    let responses = [json!([]), json!(["one"]), json!(["one", 1, true, "more", {}])];
    let server = Server::responding(responses.iter().map(|response| json(200, response))).await;
    let client = server.client(Client::builder());
    for response in &responses {
        let row = response.as_array().unwrap().iter().cloned().map(StringOrIntegerOrBoolean::Unknown);
        let received = client.put_row(&row.collect::<Vec<_>>()).await.unwrap().into_inner();
        assert_eq!(server.request().json(), *response);
        assert_eq!(json!(received), *response);
        assert!(received.get(1).is_none_or(|second| *second == 1.into()));
    }
}
