use answers_by_status::{Client, Error, types::*};
use wire::{Server, json};

#[tokio::test]
async fn each_status_has_its_type() {
    let responses = [
        json(200, &json!({ "ships": 2 })),
        json(202, &json!({ "id": "a" })),
        json(404, &json!({ "error": "none" })),
        json(429, &json!({ "seconds": 30 })),
    ];
    let server = Server::responding(responses).await;
    let client = server.client(Client::builder());
    let fleet = client.get_fleet().await.unwrap().into_inner();
    assert!(matches!(fleet, GetFleetResponse::Fleet(fleet) if fleet.ships == Some(2)));
    let job = client.get_fleet().await.unwrap().into_inner();
    assert!(matches!(job, GetFleetResponse::Job(job) if job.id.as_deref() == Some("a")));
    let Error::Api(error) = client.get_fleet().await.unwrap_err() else { panic!("it was refused") };
    assert_eq!(error.decode::<NotFound>().unwrap().error.as_deref(), Some("none"));
    let Error::Api(error) = client.get_fleet().await.unwrap_err() else { panic!("it was refused") };
    assert_eq!(error.decode::<Slow>().unwrap().seconds().unwrap(), 30);
}
