use bounded_integers::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn the_format_makes_the_type_of_an_integer_and_its_maximum_does_not() {
    const MAX: u64 = u64::MAX;
    let response = json!({ "free": MAX, "half": MAX, "more": MAX });
    let server = Server::responding([json(200, &response)]).await;
    let volume = Volume::new().free(MAX).half(MAX).more(MAX);
    let received = server.client(Client::builder()).put_volume(&volume).await.unwrap();
    assert_eq!((&*received, received.mismatches()), (&volume, [].as_slice()));
    assert_eq!(server.request().json(), response);
    let error = volume.validate().unwrap_err();
    assert_eq!(error.violations().len(), 2);
}
