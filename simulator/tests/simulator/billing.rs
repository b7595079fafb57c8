//! Wrong requests for a report of costs.

use crate::client::{Client, GET, read};

#[tokio::test]
async fn a_report_needs_two_dates_at_most_30_days_apart() {
    let client = Client::start().await;
    let path = format!("/v1/organizations/{}/usageCost", client.simulator.organization());
    for (query, expected) in [
        ("", 400),
        ("?from_date=2024-06-01", 400),
        ("?to_date=2024-06-01", 400),
        ("?from_date=2024-06-01&to_date=2024-06-31", 400),
        ("?from_date=2024-06-01T00:00:00Z&to_date=2024-06-02T00:00:00Z", 400),
        ("?from_date=2024-06-02&to_date=2024-06-01", 400),
        ("?from_date=2024-06-01&to_date=2024-07-02", 400),
        ("?from_date=2024-06-01&to_date=2024-07-01", 200),
        ("?from_date=9999-12-31&to_date=9999-12-31", 200),
        ("?from_date=0000-01-01&to_date=0000-01-01", 200),
    ] {
        let (status, response) = read(client.signed(GET, &format!("{path}{query}")).send().await.unwrap()).await;
        assert_eq!(status, expected, "{query}: {response}");
    }
}
