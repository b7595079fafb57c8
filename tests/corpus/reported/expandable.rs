use std::collections::BTreeMap;

use expandable::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn an_id_is_told_from_the_object_that_it_stands_for() {
    let customers =
        [json!("cus_1"), json!({ "id": "cus_1", "name": "a" }), json!({ "id": "cus_1", "deleted": true }), json!(null)];
    let responses = customers.map(|customer| json(200, &json!({ "customer": customer })));
    let server = Server::responding(responses).await;
    let client = server.client(Client::builder());
    let change = async |change| client.change_charge("ch_1", &change).await.unwrap().into_inner().customer;
    let one = ChargeChange::new().metadata(BTreeMap::from([("a".to_owned(), "b".to_owned())]));
    assert_eq!(change(one).await, Some(ChargeCustomer::String("cus_1".to_owned())));
    let request = server.request();
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(request.text(), "metadata%5Ba%5D=b");

    let none = ChargeChange::new().metadata(ChargeChangeMetadataKeyword::Empty);
    assert!(matches!(change(none).await, Some(ChargeCustomer::Customer(customer)) if customer.name.is_some()));
    assert_eq!(server.request().text(), "metadata=");
    assert!(matches!(change(ChargeChange::new()).await, Some(ChargeCustomer::Deleted(_))));
    assert_eq!(change(ChargeChange::new()).await, None);
}
