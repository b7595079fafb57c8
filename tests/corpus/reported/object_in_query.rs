use object_in_query::{Client, types::*};
use wire::{Server, status};

#[tokio::test]
async fn an_object_in_the_query_is_spelt_as_its_style_wants() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    let colored = Where::new().color("red").is_new(true);
    client.list_things(&Page2::new(2).size(10)).where_(&colored).await.unwrap();
    assert_eq!(server.request().line, "GET /things?number=2&size=10&where%5Bcolor%5D=red&where%5Bis_new%5D=true");
}
