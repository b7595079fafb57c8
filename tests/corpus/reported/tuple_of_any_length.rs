use tuple_of_any_length::Client;
use wire::{Server, json};

#[tokio::test]
async fn a_tuple_may_be_of_any_length() {
    let answers = [json!([]), json!(["one"]), json!(["one", 1, true, "more", {}])];
    let server = Server::answering(answers.iter().map(|answer| json(200, answer))).await;
    let client = server.client(Client::builder());
    for answer in &answers {
        let row = answer.as_array().unwrap();
        assert_eq!(&client.put_row(row).await.unwrap().into_inner(), row);
        assert_eq!(&server.request().json(), answer);
    }
}
