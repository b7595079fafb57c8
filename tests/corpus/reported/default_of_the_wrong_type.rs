use default_of_the_wrong_type::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_default_of_the_wrong_type_leaves_the_type() {
    let response = json!({ "metadata": { "reproducible": true }, "count": 2 });
    let server = Server::responding([json(200, &response)]).await;
    let predicate = Predicate::new().materials(["a"]).count(1);
    let predicate = server.client(Client::builder()).put_predicate(&predicate).await.unwrap();
    assert_eq!(predicate.metadata, Some(PredicateMetadata::new().reproducible(true)));
    assert_eq!((&predicate.materials, predicate.count), (&None, Some(2)));
    assert_eq!(server.request().json(), json!({ "materials": ["a"], "count": 1 }));
}
