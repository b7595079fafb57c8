use closed_tuple::Client;
use wire::{Server, json};

#[tokio::test]
async fn a_tuple_has_what_the_service_puts_in_its_places() {
    let response = json!([["a.b", "OSS"], ["c", "PRO"]]);
    let server = Server::responding([json(200, &response)]).await;
    let rules = server.client(Client::builder()).list_rules().await.unwrap();
    assert_eq!(json!(*rules), response);
    assert_eq!(rules.mismatches(), []);
}
