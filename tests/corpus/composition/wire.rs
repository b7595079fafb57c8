//! What is put together of several schemas: one property for each name, and one alternative for each that there can be.

use composition::{Client, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn a_property_of_several_parts_is_there_once() {
    let pet = json!({
        "id": "1", "state": "gone", "size": 2, "number": [3],
        "owner": { "name": "Ada" }, "home": { "town": "Here", "street": "There" },
    });
    let server = Server::responding([json(200, &pet)]).await;
    let home = PetHome::new().town("Here").street("There");
    let sent = Pet::new("1", PetState::Gone).size(2).number(json!([3])).owner(Owner::new().name("Ada")).home(home);
    let received = server.client(Client::builder()).replace_pet(&sent).await.unwrap();
    assert_eq!(server.request().json(), pet);
    assert_eq!(received.mismatches(), []);
    assert_eq!(PetInput::try_from(received.into_inner()).unwrap(), sent);
}

#[tokio::test]
async fn two_choices_at_once_are_one() {
    let animal = json!({ "kind": "dog", "tricks": ["roll"], "place": "street" });
    let server = Server::responding([json(200, &animal)]).await;
    let sent = AnimalDogStray::new("street").tricks(["roll"]);
    let received = server.client(Client::builder()).replace_animal(&sent.into()).await.unwrap();
    assert_eq!(server.request().json(), animal);
    assert!(matches!(received.into_inner(), Animal::DogStray(dog) if dog.place().unwrap() == "street"));
}

#[tokio::test]
async fn what_is_made_of_nothing_has_a_default() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    client.send_signal(&Stop::default().into()).await.unwrap();
    assert_eq!(server.request().json(), json!({ "signal": "stop" }));
    assert_eq!(Start::default(), Start::new());
}

#[tokio::test]
async fn what_stands_beside_a_choice_is_in_each_alternative_with_all_that_it_has() {
    let server = Server::responding([status(204)]).await;
    let radius = ToyBallRadiusVariant2::new().least(1.0);
    server.client(Client::builder()).replace_toy(&ToyBall::new(radius).price(3).into()).await.unwrap();
    assert_eq!(server.request().json(), json!({ "radius": { "least": 1.0 }, "price": 3 }));
}
