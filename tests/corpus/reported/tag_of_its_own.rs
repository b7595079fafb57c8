use tag_of_its_own::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn an_alternative_is_a_type_of_its_own_with_its_tag() {
    let server = Server::responding([json(200, &json!({ "report_type": "weekly", "week": 20 }))]).await;
    let Report::Weekly(weekly) = server.client(Client::builder()).get_report().await.unwrap().into_inner() else {
        panic!("it is weekly")
    };
    let weekly: Weekly = weekly;
    assert_eq!((weekly.report_type().unwrap(), weekly.week().unwrap()), (&WeeklyReportType::Weekly, 20));
}
