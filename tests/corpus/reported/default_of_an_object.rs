use default_of_an_object::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn an_object_with_a_default_has_its_names_of_the_wire() {
    let response = json!({ "input": { "contentType": "*/*", "empty": "ALLOW", "jsonSchema": true } });
    let server = Server::responding([json(200, &response)]).await;
    let input = HandlerInput::new().content_type("text/plain").empty(HandlerInputEmpty::Require);
    let handler = server.client(Client::builder()).put_handler(&Handler::new().input(input)).await.unwrap();
    let input = handler.input.as_ref().unwrap();
    assert_eq!((input.content_type.as_deref(), &input.empty), (Some("*/*"), &Some(HandlerInputEmpty::Allow)));
    assert_eq!(input.json_schema, Some(json!(true)));
    assert_eq!(server.request().json(), json!({ "input": { "contentType": "text/plain", "empty": "REQUIRE" } }));
}
