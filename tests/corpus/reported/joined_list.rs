use joined_list::Client;
use wire::{Server, status};

#[tokio::test]
async fn a_list_is_repeated_or_joined_by_commas_that_are_not_escaped() {
    let server = Server::responding([status(204)]).await;
    server.client(Client::builder()).list_things().id(["a", "b,c"]).color(["red", "blue,green"]).await.unwrap();
    assert_eq!(server.request().line, "GET /things?id=a&id=b%2Cc&color=red,blue%2Cgreen");
}
