use comparisons::{Client, types::*};
use wire::{Server, status};

#[tokio::test]
async fn comparisons_are_values_with_names_of_their_own() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    let comparisons = [
        (FilterComparison::Equal, "="),
        (FilterComparison::Greater, ">"),
        (FilterComparison::Less, "<"),
        (FilterComparison::AtLeast, "≥"),
        (FilterComparison::GreaterEqual, ">="),
        (FilterComparison::AtMost, "≤"),
        (FilterComparison::LessEqual, "<="),
        (FilterComparison::Unequal, "≠"),
        (FilterComparison::NotEqual, "!="),
    ];
    for (comparison, text) in comparisons {
        client.set_filter(&Filter::new(comparison)).await.unwrap();
        assert_eq!(server.request().json()["comparison"], text);
    }
}
