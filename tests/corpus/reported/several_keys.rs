use several_keys::Client;
use wire::{Server, status};

#[tokio::test]
async fn a_key_that_is_enough_alone_goes_before_those_that_need_each_other() {
    let server = Server::responding([status(204)]).await;
    let client: Client = server.client(Client::builder().api_key("secret"));
    client.ping().await.unwrap();
    assert_eq!(server.request().line, "GET /ping?apiKey=secret");
}
