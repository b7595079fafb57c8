use tuple_of_any_length::Client;
use wire::{Server, json};

#[tokio::test]
async fn a_tuple_may_be_of_any_length() {
    let responses = [json!([]), json!(["one"]), json!(["one", 1, true, "more", {}])];
    let server = Server::responding(responses.iter().map(|response| json(200, response))).await;
    let client = server.client(Client::builder());
    for response in &responses {
        let row = response.as_array().unwrap();
        assert_eq!(&client.put_row(row).await.unwrap().into_inner(), row);
        assert_eq!(&server.request().json(), response);
    }
}
