use paths_that_sound_alike::Client;
use wire::{Server, status};

#[tokio::test]
async fn operations_on_paths_that_sound_alike_have_names_that_differ() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    client.get_store_inventory().await.unwrap();
    client.get_store_inventory2().await.unwrap();
    client.get_store_by_inventory("a/b").await.unwrap();
    let lines: Vec<_> = server.requests().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, ["GET /store/inventory", "GET /store-inventory", "GET /store/a%2Fb"]);
}
