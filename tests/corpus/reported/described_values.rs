use described_values::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn values_that_stand_alone_are_one_enum() {
    let server = Server::responding([json(200, &json!({ "grade": "B" }))]).await;
    let graded = server.client(Client::builder()).put_grade(&GradedInput::new(Grade::A)).await.unwrap();
    assert_eq!(graded.grade().unwrap(), &Grade::B);
    assert_eq!(server.request().json(), json!({ "grade": "A" }));
    assert_eq!(Grade::from("D"), Grade::Unknown("D".to_owned()));
}
