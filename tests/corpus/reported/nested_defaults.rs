use nested_defaults::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn defaults_are_left_to_the_service_whatever_is_in_them() {
    let response = json!({ "orders": [{ "asset": { "symbol": "ETH" } }], "limits": { "ETH": [3] }, "point": [1, 2] });
    let server = Server::responding([json(200, &response)]).await;
    let order = Order::new().sides([OrderSidesItem::Sell]);
    let batch = server.client(Client::builder()).add_orders(&Batch::new().orders([order])).await.unwrap();
    let orders = batch.orders.as_ref().unwrap();
    assert_eq!((orders[0].asset.as_ref().unwrap().symbol.as_deref(), &orders[0].sides), (Some("ETH"), &None));
    assert_eq!(
        (batch.limits.as_ref().unwrap()["ETH"].as_slice(), batch.point.as_deref()),
        ([3].as_slice(), Some([1.0, 2.0].as_slice()))
    );
    assert_eq!(server.request().json(), json!({ "orders": [{ "sides": ["sell"] }] }));
}
