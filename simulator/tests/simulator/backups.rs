//! Backups and their configuration.

use chrono::NaiveDate;
use clickhouse_cloud_simulator::Simulator;
use serde_json::{Value, json};

use crate::client::{Client, GET, NOBODY, PATCH, POST};

const HOUR: u64 = 60 * 60;

async fn backups(client: &Client, service: &str) -> Vec<Value> {
    client.result(GET, &format!("{service}/backups"), None).await.as_array().unwrap().clone()
}

async fn configure(client: &Client, service: &str, body: Value) -> Value {
    client.result(PATCH, &format!("{service}/backupConfiguration"), Some(body)).await
}

#[tokio::test]
async fn backups_appear_over_time_the_most_recent_first() {
    let client = Client::start().await;
    let service = client.create().await;
    assert_eq!(backups(&client, &service).await, [json!(null); 0]);
    client.advance(95);
    let first = backups(&client, &service).await.remove(0);
    assert_eq!(
        (&first["status"], &first["type"], first.get("finishedAt")),
        (&json!("in_progress"), &json!("full"), None)
    );
    assert!((4.0..=6.0).contains(&first["durationInSeconds"].as_f64().unwrap()), "{first}");
    assert_eq!(format!("/{}", first["serviceId"].as_str().unwrap()), service);

    configure(&client, &service, json!({ "backupPeriodInHours": 6, "backupRetentionPeriodInHours": 48 })).await;
    client.advance(24 * HOUR);
    let list = backups(&client, &service).await;
    let types: Vec<_> = list.iter().map(|backup| backup["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["incremental", "incremental", "incremental", "incremental", "full"]);
    assert_eq!(list[4]["id"], first["id"]);
    assert!(list[4]["sizeInBytes"].as_f64().unwrap() > list[3]["sizeInBytes"].as_f64().unwrap());
    assert!(list.is_sorted_by(|one, next| one["startedAt"].as_str() > next["startedAt"].as_str()));
    assert_eq!(list[4]["status"], "done");
    let one = client.result(GET, &format!("{service}/backups/{}", first["id"].as_str().unwrap()), None).await;
    assert_eq!(one, list[4]);

    client.advance(10_000 * HOUR);
    assert_eq!(backups(&client, &service).await.len(), 8, "one each 6 hours, kept for 48");
}

#[tokio::test]
async fn a_service_that_is_not_up_is_backed_up_when_it_is_again() {
    let client = Client::start().await;
    let service = client.create_running().await;
    configure(&client, &service, json!({ "backupRetentionPeriodInHours": 1008 })).await;
    client.command(&service, "stop").await;
    client.advance(100 * HOUR);
    assert_eq!(backups(&client, &service).await.len(), 1);
    client.command(&service, "start").await;
    client.advance(60);
    let list = backups(&client, &service).await;
    assert_eq!((list.len(), &list[0]["status"]), (2, &json!("in_progress")));
}

#[tokio::test]
async fn a_start_time_makes_backups_then_each_day_or_every_other_day() {
    for (period, expected) in [(24, 6), (48, 3)] {
        let client = Client::start().await;
        let service = client.create_running().await;
        let body =
            json!({ "backupStartTime": "02:00", "backupPeriodInHours": period, "backupRetentionPeriodInHours": 168 });
        assert_eq!(configure(&client, &service, body.clone()).await, body_in_order(&body));
        client.advance(6 * 24 * HOUR);
        let list = backups(&client, &service).await;
        // And the one that was made at once.
        assert_eq!(list.len(), expected + 1, "{list:?}");
        let days: Vec<_> = list[..expected]
            .iter()
            .map(|backup| {
                let (date, time) = backup["startedAt"].as_str().unwrap().split_once('T').unwrap();
                assert_eq!(time, "02:00:00Z");
                date.parse::<NaiveDate>().unwrap()
            })
            .collect();
        assert!(days.windows(2).all(|pair| (pair[0] - pair[1]).num_hours() == period), "{days:?}");
    }
}

/// Returns the fields of a body in the order of the API.
fn body_in_order(body: &Value) -> Value {
    let fields = ["backupPeriodInHours", "backupRetentionPeriodInHours", "backupStartTime"];
    fields.into_iter().map(|field| (field.to_owned(), body[field].clone())).collect()
}

#[tokio::test]
async fn a_start_time_needs_a_period_of_one_or_two_days() {
    let client = Client::start().await;
    let service = client.create_running().await;
    let path = format!("{service}/backupConfiguration");
    let refused = |body: Value| client.refusal(PATCH, &path, Some(body));
    let words = "BAD_REQUEST: customBackupPeriod must be 24 or 48 hours when customBackupStartTime is set";
    let period = (400, words.to_owned());
    let time = (400, "BAD_REQUEST: customBackupStartTime must be a valid time (HH:00)".to_owned());

    // The period that is sent with it.
    assert_eq!(refused(json!({ "backupStartTime": "02:00", "backupPeriodInHours": 6 })).await, period);
    // The period that is stored.
    let twelve = json!({ "backupPeriodInHours": 12, "backupRetentionPeriodInHours": 48 });
    configure(&client, &service, twelve.clone()).await;
    assert_eq!(refused(json!({ "backupStartTime": "03:00" })).await, period);
    assert_eq!(client.result(GET, &path, None).await, twelve, "nothing is changed by a refusal");
    let both = configure(&client, &service, json!({ "backupStartTime": "03:00", "backupPeriodInHours": 48 })).await;
    assert_eq!((&both["backupPeriodInHours"], &both["backupStartTime"]), (&json!(48), &json!("03:00")));
    // A stored period is kept.
    let other = configure(&client, &service, json!({ "backupStartTime": "04:00" })).await;
    assert_eq!(other["backupPeriodInHours"], 48);
    // The start time that is stored.
    assert_eq!(refused(json!({ "backupPeriodInHours": 12 })).await, period);
    let reset = configure(&client, &service, json!({ "backupPeriodInHours": null })).await;
    assert_eq!((&reset["backupPeriodInHours"], &reset["backupStartTime"]), (&json!(24), &json!("04:00")));
    let without = json!({ "backupPeriodInHours": 12, "backupStartTime": null });
    assert_eq!(configure(&client, &service, without).await, twelve);

    for text in ["02:30", "2:00", "24:00", "02:00:00", "+2:00", "", "noon"] {
        let body = json!({ "backupStartTime": text, "backupPeriodInHours": 24 });
        assert_eq!(refused(body).await, time, "{text}");
    }
}

#[tokio::test]
async fn backups_are_kept_for_whole_days_up_to_45() {
    let client = Client::start().await;
    let service = client.create().await;
    let path = format!("{service}/backupConfiguration");
    for (hours, status) in
        [(0, 400), (12, 400), (24, 200), (36, 400), (48, 200), (1080, 200), (1104, 400), (-24, 400), (i64::MAX, 400)]
    {
        let body = json!({ "backupRetentionPeriodInHours": hours });
        assert_eq!(client.call(PATCH, &path, Some(body)).await.0, status, "{hours}");
    }
}

#[tokio::test]
async fn backups_of_development_services_are_not_configured() {
    let client = Client::start().await;
    let body = json!({
        "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [], "tier": "development",
    });
    let created = client.result(POST, "", Some(body)).await;
    let path = format!("/{}/backupConfiguration", created["service"]["id"].as_str().unwrap());
    let (status, error) = client.refusal(PATCH, &path, Some(json!({ "backupPeriodInHours": 48 }))).await;
    let words = "BAD_REQUEST: cannot update backup configuration for development tier service";
    assert_eq!((status, error.as_str()), (400, words));
    assert_eq!(client.call(GET, &path, None).await.0, 200);
}

#[tokio::test]
async fn null_resets_a_field_and_a_missing_one_is_kept() {
    let client = Client::start().await;
    let service = client.create().await;
    let defaults = json!({ "backupPeriodInHours": 24, "backupRetentionPeriodInHours": 24 });
    let path = format!("{service}/backupConfiguration");
    assert_eq!(client.result(GET, &path, None).await, defaults);

    configure(&client, &service, json!({ "backupPeriodInHours": 12, "backupRetentionPeriodInHours": 48 })).await;
    let kept = configure(&client, &service, json!({ "backupPeriodInHours": null })).await;
    assert_eq!(kept, json!({ "backupPeriodInHours": 24, "backupRetentionPeriodInHours": 48 }));
    configure(&client, &service, json!({ "backupStartTime": "23:00" })).await;
    let kept = configure(&client, &service, json!({ "backupRetentionPeriodInHours": null })).await;
    assert_eq!(kept["backupStartTime"], "23:00");
    assert_eq!(configure(&client, &service, json!({ "backupStartTime": null })).await, defaults);
    assert_eq!(client.result(GET, &path, None).await, defaults);
}

#[tokio::test]
async fn a_configuration_out_of_range_is_refused() {
    let client = Client::start().await;
    let service = client.create().await;
    let path = format!("{service}/backupConfiguration");
    for (body, field) in [
        (json!({ "backupPeriodInHours": 0 }), "backupPeriodInHours: "),
        (json!({ "backupRetentionPeriodInHours": -1 }), "backupRetentionPeriodInHours: "),
        (json!({ "backupRetentionPeriodInHours": 1e300 }), "backupRetentionPeriodInHours: "),
        (json!({ "backupPeriodInHours": "6" }), "backupPeriodInHours: "),
        (json!({ "backupStartTime": 2 }), "backupStartTime: "),
    ] {
        let (status, error) = client.refusal(PATCH, &path, Some(body)).await;
        assert_eq!(status, 400);
        assert!(error.starts_with(&format!("BAD_REQUEST: {field}")), "{error}");
    }
}

#[tokio::test]
async fn the_configuration_needs_the_permission_to_manage_backups() {
    let client = Client::start_with(|builder| builder.key("admin", "a").developer_key("developer", "d")).await;
    let service = client.create().await;
    let path = client.path(&format!("{service}/backupConfiguration"));
    let status = |request: reqwest::RequestBuilder| async { request.send().await.unwrap().status().as_u16() };
    let developer = |method| client.request(method, &path).basic_auth("developer", Some("d"));
    assert_eq!(status(developer(GET)).await, 200);
    assert_eq!(status(developer(PATCH).json(&json!({}))).await, 403);
    assert_eq!(status(client.signed(PATCH, &path).json(&json!({}))).await, 200);
}

#[tokio::test]
async fn a_service_is_created_from_a_backup_of_the_same_region_and_tier() {
    let client = Client::start().await;
    let service = client.create_running().await;
    let backup = backups(&client, &service).await[0]["id"].clone();
    let create = |region: &str, tier: Option<&str>, backup: &Value| {
        let mut body =
            json!({ "name": "copy", "provider": "aws", "region": region, "ipAccessList": [], "backupId": backup });
        if let Some(tier) = tier {
            body["tier"] = json!(tier);
        }
        client.call(POST, "", Some(body))
    };
    assert_eq!(create("us-east-1", None, &backup).await.0, 400, "it is in progress");
    client.advance(HOUR);
    assert_eq!(create("us-east-2", None, &backup).await.0, 400);
    assert_eq!(create("us-east-1", Some("production"), &backup).await.0, 400);
    assert_eq!(create("us-east-1", None, &json!(NOBODY)).await.0, 400);
    assert_eq!(create("us-east-1", None, &backup).await.0, 200);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_backups() {
    let mut ids = Vec::new();
    for _ in 0..2 {
        let client = Client::start().await;
        let service = client.create_running().await;
        client.advance(30 * HOUR);
        ids.push((service.clone(), backups(&client, &service).await[0]["id"].clone()));
    }
    assert_eq!(ids[0], ids[1]);
    assert_ne!(Simulator::start().await.unwrap().organization(), Simulator::start().await.unwrap().organization());
}
