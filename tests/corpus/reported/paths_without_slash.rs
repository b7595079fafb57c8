use paths_without_slash::Client;
use wire::{Server, status};

#[tokio::test]
async fn a_path_without_a_slash_is_taken_as_if_it_had_one() {
    let server = Server::responding([status(200)]).await;
    server.client(Client::builder()).node_info().await.unwrap();
    assert_eq!(server.request().line, "GET /api/v0/node");
}
