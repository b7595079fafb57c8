use more_members::{Client, types::*};
use wire::{Server, Value, json};

#[tokio::test]
async fn members_that_are_not_listed_leave_those_that_are_and_stand_in_the_body() {
    let response = json!({ "lat": 1.5, "lon": 2, "altitude": 3 });
    let server = Server::responding([json(200, &response)]).await;
    let location = server.client(Client::builder()).put_location(&LocationInput::new(1.5, 2.0)).await.unwrap();
    assert_eq!((location.lat().unwrap(), location.lon().unwrap()), (1.5, 2.0));
    assert_eq!(serde_json::from_slice::<Value>(location.body()).unwrap(), response);
    assert_eq!(server.request().json(), json!({ "lat": 1.5, "lon": 2.0 }));
}
