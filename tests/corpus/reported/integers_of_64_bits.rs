use integers_of_64_bits::{Client, types::*};
use wire::{Server, json, status};

const MAX: u64 = u64::MAX;

#[tokio::test]
async fn the_type_of_an_integer_has_all_values_within_its_bounds() {
    let response = json!({ "least": MAX, "listed": MAX, "default": MAX, "example": MAX, "signed": u32::MAX });
    let server = Server::responding([json(200, &response), status(204)]).await;
    let client = server.client(Client::builder());
    let hash = Hash::new().least(MAX).listed(MAX).default(MAX).example(MAX).signed(i64::from(u32::MAX));
    let received = client.get_hash(MAX).after(MAX).seed(i64::MIN).await.unwrap();
    assert_eq!((&*received, received.mismatches()), (&hash, [].as_slice()));
    assert_eq!(server.request().line, format!("GET /hashes/{MAX}?after={MAX}&seed={}", i64::MIN));
    client.put_hash(MAX, &hash).await.unwrap();
    assert_eq!(server.request().json(), response);
}

#[test]
fn listed_integers_of_64_bits_are_validated() {
    assert!(Hash::new().listed(MAX).validate().is_ok());
    assert!(Hash::new().listed(2).validate().is_err());
}
