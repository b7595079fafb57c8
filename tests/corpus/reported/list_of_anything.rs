use list_of_anything::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_list_that_does_not_say_of_what_is_one_of_anything() {
    let response = json!({ "list": [1, "a", null, {}] });
    let server = Server::responding([json(200, &response)]).await;
    let sent = ListedInput::new([json!([true])]);
    let listed = server.client(Client::builder()).put_list(&sent).await.unwrap();
    assert_eq!(listed.list().unwrap(), response["list"].as_array().unwrap());
    assert_eq!(server.request().json(), json!({ "list": [[true]] }));
    let empty: [wire::Value; 0] = [];
    assert_eq!(ListedInput::new(empty).validate().unwrap_err().violations().len(), 1);
}
