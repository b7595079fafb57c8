use json_suffix::{Client, Error, types::*};
use wire::{Server, content};

#[tokio::test]
async fn media_types_that_end_in_json_are_json_in_bodies_answers_and_failures() {
    let thing = content(200, "application/vnd.example+json", r#"{"name": "ball"}"#);
    let problem = content(409, "application/problem+json", r#"{"title": "Changed", "version": 5}"#);
    let server = Server::responding([thing, problem]).await;
    let client = server.client(Client::builder());
    let thing = Thing::new().name("ball");
    assert_eq!(client.change_thing("1", &thing).await.unwrap().into_inner(), thing);
    let request = server.request();
    assert_eq!(request.header("content-type"), Some("application/merge-patch+json"));
    assert_eq!(request.text(), r#"{"name":"ball"}"#);

    let Error::Api(error) = client.change_thing("1", &thing).await.unwrap_err() else { panic!("it was refused") };
    assert_eq!(error.decode::<Problem>().unwrap().version, Some(5));
}
