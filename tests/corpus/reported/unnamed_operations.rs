use unnamed_operations::Client;
use wire::{Server, status};

#[tokio::test]
async fn operations_are_called_by_method_and_path() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    client.get_accounts().await.unwrap();
    client.post_accounts().await.unwrap();
    client.get_accounts_by_id("5").await.unwrap();
    client.delete_accounts_by_id("5").await.unwrap();
    let lines: Vec<_> = server.requests().into_iter().map(|request| request.line).collect();
    assert_eq!(lines, ["GET /accounts", "POST /accounts", "GET /accounts/5", "DELETE /accounts/5"]);
}
