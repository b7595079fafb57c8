//! Schedules, upgrade windows and the other settings of a service: what they change, and what is refused.

use chrono::{DateTime, Datelike, Timelike, Utc};
use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, PATCH, POST, PUT};

const HOUR: u64 = 60 * 60;
const WEDNESDAY: u32 = 3;

/// A running service.
struct Service {
    client: Client,
    path: String,
}

impl Service {
    async fn start() -> Self {
        let client = Client::start().await;
        let path = client.create_running().await;
        Self { client, path }
    }

    fn below(&self, below: &str) -> String {
        format!("{}/{below}", self.path)
    }

    async fn shown(&self) -> Value {
        self.client.result(GET, &self.path, None).await
    }

    async fn set_schedule(&self, entries: Value) -> Value {
        self.client.result(POST, &self.below("scalingSchedule"), Some(json!({ "entries": entries }))).await
    }

    /// Asserts that a request is refused with a message.
    async fn refuses(&self, method: reqwest::Method, below: &str, body: Value, part: &str) {
        let (status, message) = self.client.refusal(method, &self.below(below), Some(body)).await;
        assert_eq!(status, 400, "{message}");
        assert!(message.contains(part), "{part}: {message}");
    }

    fn now(&self) -> DateTime<Utc> {
        self.client.simulator.log().entries().last().unwrap().at
    }

    /// Advances the clock to an hour of a weekday, in UTC, within the next week.
    async fn advance_to(&self, weekday: u32, hour: u32) {
        self.shown().await;
        let now = self.now();
        let passed = now.weekday().num_days_from_sunday() * 24 + now.hour();
        let hours = (weekday * 24 + hour + 7 * 24 - passed - 1) % (7 * 24) + 1;
        self.client.advance(u64::from(hours) * HOUR - u64::from(now.minute() * 60 + now.second()));
    }
}

fn office_hours() -> Value {
    json!({ "name": "Office", "weekdays": [1, 2, 3, 4, 5], "startHourUtc": 9, "endHourUtc": 17 })
}

/// Returns the object with more fields, or with other values of them.
fn with(mut object: Value, fields: &Value) -> Value {
    object.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    object
}

#[tokio::test]
async fn an_entry_scales_the_service_in_its_hours() {
    let service = Service::start().await;
    let bigger = json!({ "minReplicaMemoryGb": 32, "maxReplicaMemoryGb": 64, "numReplicas": 5 });
    let set = service.set_schedule(json!([with(office_hours(), &bigger)])).await;
    let entry = &set["entries"][0];
    assert_eq!((&entry["minReplicas"], &entry["maxReplicas"]), (&json!(5), &json!(5)));
    assert_eq!(entry["autoscalingMode"], "vertical");
    assert_eq!(entry.get("numReplicas"), None);

    for (weekday, hour, active) in
        [(WEDNESDAY, 8, false), (WEDNESDAY, 9, true), (WEDNESDAY, 16, true), (WEDNESDAY, 17, false), (6, 9, false)]
    {
        service.advance_to(weekday, hour).await;
        let (shown, schedule) =
            (service.shown().await, service.client.result(GET, &service.below("scalingSchedule"), None).await);
        let expected = if active { (32, 64, 5, 5) } else { (8, 16, 3, 3) };
        let scaling = &shown["currentScaling"];
        let number = |name: &str| scaling[name].as_u64().unwrap();
        let current = (
            number("effectiveMinReplicaMemoryGb"),
            number("effectiveMaxReplicaMemoryGb"),
            number("effectiveMinReplicas"),
            number("effectiveMaxReplicas"),
        );
        assert_eq!(current, expected, "{weekday} {hour}");
        let id = if active { Some(&entry["id"]) } else { None };
        assert_eq!(schedule["entries"][0]["isActiveNow"], active);
        assert_eq!((schedule.get("activeEntryId"), scaling.get("activeEntryId")), (id, id));
        assert_eq!(shown["scalingSchedule"], schedule);
        assert_eq!((&shown["numReplicas"], &schedule["baseConfig"]["minReplicas"]), (&json!(3), &json!(3)));
    }
}

#[tokio::test]
async fn an_entry_may_end_on_the_next_day_and_in_the_next_week() {
    let service = Service::start().await;
    let night = json!({ "name": "Night", "weekdays": [6], "startHourUtc": 22, "endHourUtc": 2, "numReplicas": 1 });
    let day = json!({ "name": "Day", "weekdays": [0], "startHourUtc": 2, "endHourUtc": 24, "numReplicas": 2 });
    service.set_schedule(json!([night, day])).await;
    for (weekday, hour, replicas) in [(6, 21, 3), (6, 23, 1), (0, 1, 1), (0, 2, 2), (0, 23, 2), (1, 0, 3)] {
        service.advance_to(weekday, hour).await;
        assert_eq!(service.shown().await["currentScaling"]["effectiveMaxReplicas"], replicas, "{weekday} {hour}");
    }
}

#[tokio::test]
async fn a_horizontal_entry_scales_the_number_of_replicas() {
    let service = Service::start().await;
    let horizontal = json!({
        "autoscalingMode": "horizontal", "minReplicas": 2, "maxReplicas": 6, "minReplicaMemoryGb": 32, "maxReplicaMemoryGb": 32,
    });
    let set = service.set_schedule(json!([with(office_hours(), &horizontal)])).await;
    for (name, value) in horizontal.as_object().unwrap() {
        assert_eq!(set["entries"][0][name], *value);
    }
    service.advance_to(WEDNESDAY, 9).await;
    let shown = service.shown().await;
    assert_eq!(
        (&shown["autoscalingMode"], &shown["currentScaling"]["effectiveAutoscalingMode"]),
        (&json!("vertical"), &json!("horizontal"))
    );
}

#[tokio::test]
async fn idling_and_costs_follow_the_schedule() {
    let service = Service::start().await;
    let idling = json!({ "idleScaling": true, "idleTimeoutMinutes": 30 });
    service.client.result(PATCH, &service.below("replicaScaling"), Some(idling)).await;
    let awake = json!({ "idleScaling": false, "minReplicaMemoryGb": 64, "maxReplicaMemoryGb": 64 });
    service.set_schedule(json!([with(office_hours(), &awake)])).await;
    assert_eq!(service.client.command(&service.path, "stop").await, 200);
    service.advance_to(WEDNESDAY, 9).await;
    service.client.command(&service.path, "start").await;
    let cost = async || {
        let day = service.now().date_naive();
        let path = format!(
            "/v1/organizations/{}/usageCost?from_date={day}&to_date={day}",
            service.client.simulator.organization()
        );
        let response = service.client.signed(GET, &path).send().await.unwrap().json::<Value>().await.unwrap();
        response["result"]["costs"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|one| one["metrics"]["computeCHC"].as_f64())
            .sum::<f64>()
    };
    service.client.advance(4 * HOUR);
    assert_eq!(service.client.state(&service.path).await, "running", "the entry keeps it awake");
    let four_hours = cost().await;
    // Three replicas of 64 GB, at 0.03 credits for a gigabyte and an hour, without the minute of the start.
    assert!((22.9..23.05).contains(&four_hours), "{four_hours}");
    service.client.advance(4 * HOUR - 60);
    assert_eq!(service.client.state(&service.path).await, "running");
    service.client.advance(60);
    assert_eq!(service.client.state(&service.path).await, "idle", "nothing happened for longer than its timeout");
    service.client.advance(30);
    let path = format!("/v1/organizations/{}/activities", service.client.simulator.organization());
    let response = service.client.signed(GET, &path).send().await.unwrap().json::<Value>().await.unwrap();
    let idle = response["result"].as_array().unwrap().iter().find(|one| one["type"] == "service_idle").unwrap();
    assert!(idle["createdAt"].as_str().unwrap().contains("T17:00:0"), "{idle}");
}

#[tokio::test]
async fn a_new_schedule_replaces_all_entries_and_deletion_leaves_none() {
    let service = Service::start().await;
    let path = service.below("scalingSchedule");
    let first = service.set_schedule(json!([office_hours()])).await;
    let weekend = json!({ "name": "Weekend", "weekdays": [0, 6], "startHourUtc": 0, "endHourUtc": 24 });
    let second = service.set_schedule(json!([office_hours(), weekend])).await;
    assert_eq!(second["entries"].as_array().unwrap().len(), 2);
    assert_ne!(first["entries"][0]["id"], second["entries"][0]["id"]);
    assert_eq!(service.client.call(DELETE, &path, None).await.0, 200);
    for method in [GET, DELETE] {
        assert_eq!(service.client.refusal(method, &path, None).await.0, 404);
    }
    assert_eq!(service.shown().await.get("scalingSchedule"), None);
}

#[tokio::test]
async fn schedules_that_contradict_themselves_are_refused() {
    let service = Service::start().await;
    let refuses = async |entry: Value, part: &str| {
        let body = json!({ "entries": [with(office_hours(), &entry)] });
        service.refuses(POST, "scalingSchedule", body, part).await;
    };
    service.refuses(POST, "scalingSchedule", json!({ "entries": [] }), "entries").await;
    let many = json!({ "entries": vec![office_hours(); 11] });
    service.refuses(POST, "scalingSchedule", many, "entries").await;
    let later = with(office_hours(), &json!({ "weekdays": [5], "startHourUtc": 16, "endHourUtc": 1 }));
    service
        .refuses(
            POST,
            "scalingSchedule",
            json!({ "entries": [office_hours(), later] }),
            "entries[1]: this overlaps entries[0]",
        )
        .await;
    refuses(json!({ "endHourUtc": 9 }), "entries[0].endHourUtc").await;
    refuses(json!({ "weekdays": [] }), "weekdays").await;
    refuses(json!({ "weekdays": [7] }), "weekdays[0]").await;
    refuses(json!({ "minReplicaMemoryGb": 16 }), "entries[0].minReplicaMemoryGb: this goes with").await;
    refuses(json!({ "minReplicaMemoryGb": 32, "maxReplicaMemoryGb": 16 }), "this is above").await;
    refuses(json!({ "minReplicas": 2 }), "entries[0].minReplicas: this goes with").await;
    refuses(json!({ "minReplicas": 2, "maxReplicas": 3 }), "in vertical mode").await;
    refuses(json!({ "numReplicas": 2, "minReplicas": 2, "maxReplicas": 2 }), "this excludes").await;
    let horizontal = json!({ "autoscalingMode": "horizontal", "minReplicas": 2, "maxReplicas": 3 });
    refuses(horizontal.clone(), "entries[0].minReplicaMemoryGb: horizontal mode needs this").await;
    let band = json!({ "minReplicaMemoryGb": 16, "maxReplicaMemoryGb": 32 });
    refuses(with(horizontal, &band), "in horizontal mode").await;
    let fixed = json!({ "minReplicaMemoryGb": 16, "maxReplicaMemoryGb": 16, "autoscalingMode": "horizontal" });
    refuses(fixed.clone(), "entries[0].minReplicas: horizontal mode needs this").await;
    refuses(with(fixed, &json!({ "numReplicas": 3 })), "this is for vertical mode").await;
    assert_eq!(service.client.call(GET, &service.below("scalingSchedule"), None).await.0, 404);
}

#[tokio::test]
async fn the_services_of_a_data_warehouse_share_the_window_of_the_primary_one() {
    let service = Service::start().await;
    let warehouse = service.shown().await["dataWarehouseId"].clone();
    let body = json!({
        "name": "reports", "provider": "aws", "region": "us-east-1", "ipAccessList": [], "dataWarehouseId": warehouse,
    });
    let secondary = service.client.result(POST, "", Some(body)).await["service"]["id"].as_str().unwrap().to_owned();
    let (own, other) = (service.below("upgradeWindow"), format!("/{secondary}/upgradeWindow"));

    for path in [&own, &other] {
        assert_eq!(service.client.call(GET, path, None).await.0, 404);
    }
    for hour in [6, 18] {
        let body = json!({ "weekday": 0, "startHourUtc": hour });
        service.client.result(PUT, &own, Some(body)).await;
        let window = json!({ "weekday": 0, "startHourUtc": hour, "duration": 6 });
        assert_eq!(service.client.result(GET, &own, None).await, window);
        assert_eq!(service.client.result(GET, &other, None).await, window);
    }
    for (method, body) in [(PUT, Some(json!({ "weekday": 0, "startHourUtc": 0 }))), (DELETE, None)] {
        let (status, message) = service.client.refusal(method, &other, body).await;
        assert_eq!((status, message.ends_with("on a secondary service")), (400, true), "{message}");
    }
    service.refuses(PUT, "upgradeWindow", json!({ "weekday": 7, "startHourUtc": 0 }), "weekday").await;
    service.refuses(PUT, "upgradeWindow", json!({ "weekday": 0, "startHourUtc": 7 }), "startHourUtc").await;
    assert_eq!(service.client.call(DELETE, &own, None).await.0, 200);
    assert_eq!(service.client.call(DELETE, &own, None).await.0, 404);
    assert_eq!(service.client.call(GET, &other, None).await.0, 404);
}

#[tokio::test]
async fn a_change_of_settings_shows_some_seconds_later() {
    let service = Service::start().await;
    let (all, one) = (service.below("clickhouseSettings"), service.below("clickhouseSettings/max_query_size"));
    assert_eq!(service.client.result(GET, &all, None).await, json!({ "settings": [] }));

    let settings = json!({ "compatibility": "26.2", "max_query_size": 262_144 });
    let changed = service.client.result(PATCH, &all, Some(json!({ "settings": settings }))).await;
    assert_eq!(changed["settings"], settings);
    assert_eq!(changed["warnings"].as_array().unwrap().len(), 1, "{changed}");
    assert_eq!(service.client.call(GET, &one, None).await.0, 404);
    service.client.advance(5);
    let setting = |name: &str, value: Value| json!({ "name": name, "value": value });
    assert_eq!(service.client.result(GET, &one, None).await, setting("max_query_size", json!(262_144)));

    service.client.result(PATCH, &all, Some(json!({ "settings": { "max_query_size": 1000 } }))).await;
    assert_eq!(service.client.result(GET, &one, None).await["value"], 262_144);
    service.client.advance(5);
    let both = json!({ "settings": [setting("compatibility", json!("26.2")), setting("max_query_size", json!(1000))] });
    assert_eq!(service.client.result(GET, &all, None).await, both);

    for _ in 0..2 {
        assert_eq!(service.client.call(DELETE, &one, None).await.0, 200);
    }
    service.client.advance(5);
    assert_eq!(
        service.client.result(GET, &all, None).await,
        json!({ "settings": [setting("compatibility", json!("26.2"))] })
    );
}

#[tokio::test]
async fn settings_that_do_not_exist_or_do_not_fit_are_refused() {
    let service = Service::start().await;
    for (settings, part) in [
        (json!({}), "settings"),
        (json!({ "no_such_setting": 1 }), "settings.no_such_setting: there is no such setting"),
        (json!({ "max_query_size": "large" }), "settings.max_query_size: this is not of the type \"integer\""),
        (json!({ "compatibility": 26 }), "settings.compatibility: this is not of the type \"string\""),
        (json!({ "async_insert": 2 }), "settings.async_insert: this is not one of [0,1]"),
        (json!({ "max_query_size": 1, "async_insert": true }), "settings.async_insert"),
    ] {
        service.refuses(PATCH, "clickhouseSettings", json!({ "settings": settings }), part).await;
    }
    let unknown = service.below("clickhouseSettings/no_such_setting");
    assert_eq!(service.client.refusal(DELETE, &unknown, None).await.0, 400);
    service.client.advance(5);
    assert_eq!(service.client.result(GET, &service.below("clickhouseSettings"), None).await, json!({ "settings": [] }));
}

#[tokio::test]
async fn each_protocol_has_its_own_replica_aware_routing() {
    let service = Service::start().await;
    let path = service.below("replicaAwareRouting");
    assert_eq!(service.client.result(GET, &path, None).await, json!({ "httpEnabled": false, "nativeEnabled": false }));
    service.client.result(PATCH, &path, Some(json!({ "httpEnabled": true }))).await;
    let both = json!({ "httpEnabled": true, "nativeEnabled": true });
    assert_eq!(service.client.result(PATCH, &path, Some(json!({ "nativeEnabled": true }))).await, both);
    service.refuses(PATCH, "replicaAwareRouting", json!({}), "httpEnabled").await;
    assert_eq!(service.client.result(GET, &path, None).await, both);
}
