use not_required::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn what_must_not_be_there_is_a_member_like_any_other() {
    let server = Server::responding([json(200, &json!({ "name": "a" }))]).await;
    let system: System = server.client(Client::builder()).get_system().await.unwrap().into_inner();
    assert_eq!((system.name().unwrap(), &system.id), ("a", &None));
}
