use patterns_beside_reference::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn patterns_beside_a_reference_leave_what_it_refers_to() {
    let response = json!({ "hints": { "names": ["a", "b"], "motor": "c" } });
    let server = Server::responding([json(200, &response)]).await;
    let run: Run = server.client(Client::builder()).get_run().await.unwrap().into_inner();
    assert_eq!(run.hints.unwrap().names.unwrap(), ["a", "b"]);
}
