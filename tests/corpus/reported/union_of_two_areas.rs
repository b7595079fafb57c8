use union_of_two_areas::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn what_one_area_returned_another_sends() {
    let zoo = json!({ "animal": { "fur": "brown", "id": "b1" }, "best": null });
    let cage = json!({ "animal": { "fur": "brown" } });
    let server = Server::responding([json(200, &zoo), json(200, &cage)]).await;
    let client = server.client(Client::builder());
    let zoo = client.get_zoo().await.unwrap().into_inner();
    assert_eq!(zoo.best, None);
    server.request();
    client.create_cage(&CageInput::new(AnimalInput::try_from(zoo.animal.unwrap()).unwrap())).await.unwrap();
    assert_eq!(server.request().json(), cage);
}
