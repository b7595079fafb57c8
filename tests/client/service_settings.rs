//! Schedules, upgrade windows and ClickHouse settings through the emitted crate: what is absent, and what goes over the wire.

use std::time::Duration;

use clickhouse_cloud::{reqwest::StatusCode, types::*};
use serde_json::{Value, json};
use tests::{
    fake_api::{FakeApi, result},
    ids::{ORGANIZATION, SERVICE},
    simulated_cloud::{SimulatedCloud, fitting, refusal},
};

#[tokio::test]
async fn a_service_has_neither_a_schedule_nor_an_upgrade_window_at_first_and_after_their_deletion() {
    let cloud = SimulatedCloud::start().await;
    let service = cloud.create_running_service().await;
    let (client, org) = (&cloud.client, cloud.organization);
    let schedule = SetScalingSchedule::new([SetScalingScheduleEntry::new("Office", 1..6, 9, 17).num_replicas(4)]);
    for _ in 0..2 {
        let none = client.get_scaling_schedule(org, service).await.unwrap();
        assert_eq!((none.status(), none.into_inner()), (StatusCode::NOT_FOUND, None));
        let none = client.get_upgrade_window(org, service).await.unwrap();
        assert_eq!((none.status(), none.into_inner()), (StatusCode::NOT_FOUND, None));

        fitting(client.set_scaling_schedule(org, service, &schedule).await.unwrap());
        let shown = fitting(client.get_scaling_schedule(org, service).await.unwrap()).expect("a schedule");
        let entry = &shown.entries().unwrap()[0];
        assert_eq!((entry.weekdays().unwrap(), entry.max_replicas), (&[1, 2, 3, 4, 5][..], Some(4)));
        fitting(client.set_upgrade_window(org, service, &SetUpgradeWindow::new(0, 18)).await.unwrap());
        let shown = fitting(client.get_upgrade_window(org, service).await.unwrap()).expect("a window");
        assert_eq!((shown.weekday(), shown.start_hour_utc(), shown.duration()), (Ok(0), Ok(18), Ok(6)));

        fitting(client.delete_scaling_schedule(org, service).await.unwrap());
        fitting(client.delete_upgrade_window(org, service).await.unwrap());
    }
    assert_eq!(refusal(client.delete_scaling_schedule(org, service).await).0, 404);
    assert_eq!(refusal(client.delete_upgrade_window(org, service).await).0, 404);
}

#[tokio::test]
async fn a_setting_is_a_whole_number_or_text() {
    let cloud = SimulatedCloud::start().await;
    let service = cloud.create_running_service().await;
    let (client, org) = (&cloud.client, cloud.organization);
    let changed = client.update_clickhouse_settings(org, service, &settings()).await;
    let changed = fitting(changed.unwrap());
    assert_eq!(changed.settings(), Ok(&settings().settings));
    let warnings = changed.warnings.as_deref().unwrap();
    assert_eq!(warnings[0].name(), Ok("compatibility"));

    cloud.advance(Duration::from_secs(5));
    for (name, value) in settings().settings {
        let setting = fitting(client.get_clickhouse_setting(org, service, &name).await.unwrap());
        assert_eq!(setting.value(), Ok(&value));
    }
    let listed = fitting(client.list_clickhouse_settings(org, service).await.unwrap());
    let read = listed.settings().unwrap().iter().map(|setting| match setting.value().unwrap() {
        ClickhouseSettingValue::Integer(number) => number.to_string(),
        ClickhouseSettingValue::String(text) => text.clone(),
        other => panic!("{other:?}"),
    });
    assert_eq!(read.collect::<Vec<_>>(), ["26.2", "262144"]);
}

#[tokio::test]
async fn a_value_that_is_neither_is_kept() {
    for value in [json!(0.5), json!(u64::MAX), json!(true)] {
        let api = FakeApi::responding(result(&json!({ "name": "max_threads", "value": value }))).await;
        let setting = api.client().get_clickhouse_setting(ORGANIZATION, SERVICE, "max_threads").await.unwrap();
        assert_eq!(setting.value(), Ok(&ClickhouseSettingValue::Unknown(value)));
    }
}

#[tokio::test]
async fn requests_have_what_was_given_and_nothing_else() {
    let api = FakeApi::responding(result(&json!({}))).await;
    let client = api.client();
    let vertical = SetScalingScheduleEntry::new("Office", [1, 5], 9, 24).num_replicas(4).idle_scaling(false);
    let body = SetScalingSchedule::new([vertical]);
    client.set_scaling_schedule(ORGANIZATION, SERVICE, &body).await.unwrap();
    client.set_upgrade_window(ORGANIZATION, SERVICE, &SetUpgradeWindow::new(3, 12)).await.unwrap();
    client.update_clickhouse_settings(ORGANIZATION, SERVICE, &settings()).await.unwrap();
    let routing = UpdateReplicaAwareRouting::new().native_enabled(false);
    client.update_replica_aware_routing(ORGANIZATION, SERVICE, &routing).await.unwrap();

    let requests = api.requests().await;
    let sent: Vec<_> = requests.iter().map(|request| serde_json::from_slice::<Value>(&request.body).unwrap()).collect();
    let entry = json!({
        "name": "Office", "weekdays": [1, 5], "startHourUtc": 9, "endHourUtc": 24, "numReplicas": 4, "idleScaling": false,
    });
    assert_eq!(
        sent,
        [
            json!({ "entries": [entry] }),
            json!({ "weekday": 3, "startHourUtc": 12 }),
            json!({ "settings": { "compatibility": "26.2", "max_query_size": 262_144 } }),
            json!({ "nativeEnabled": false }),
        ]
    );
}

fn settings() -> UpdateClickhouseSettings {
    UpdateClickhouseSettings::new([("compatibility", "26.2".into()), ("max_query_size", 262_144.into())])
}
