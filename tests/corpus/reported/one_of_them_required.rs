use one_of_them_required::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn alternatives_that_only_say_what_is_required_leave_the_members() {
    let response = json!({ "path": "LICENSE", "title": "MIT" });
    let server = Server::responding([json(200, &response)]).await;
    let license = server.client(Client::builder()).put_license(&License::new().name("MIT")).await.unwrap();
    assert_eq!(license.into_inner(), License::new().path("LICENSE").title("MIT"));
    assert_eq!(server.request().json(), json!({ "name": "MIT" }));
}
