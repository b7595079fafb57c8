use whole_minimum::{Client, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn the_minimum_of_an_integer_is_whole() {
    let error = Thing::new(104, 10.25).validate().unwrap_err().to_string();
    assert!(error.contains("`integer` must be at least 105, and is 104"), "{error}");
    assert!(error.contains("`number` must be at least 10.5, and is 10.25"), "{error}");

    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder().validate_requests(true));
    client.put_thing(&Thing::new(105, 10.5)).await.unwrap();
    assert_eq!(server.request().json(), json!({ "integer": 105, "number": 10.5 }));
}
