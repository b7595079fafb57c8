//! The spans and events of a call.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use clickhouse_cloud::{Backoff, Client, types::*};
use clickhouse_cloud_runtime::{Api, ClientBuilder, Environment, Transport, Wake};
use tests::{
    fake_api::{FakeApi, REQUEST_ID, refusal, result},
    ids::{ORGANIZATION, SERVICE},
};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    instrument::WithSubscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, Registry, layer::Context, prelude::*};
use wiremock::ResponseTemplate;

const MARK: &str = "do-not-show-this";

/// The fields of all spans and events, as text.
#[derive(Clone, Default)]
struct Recorded(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl<S: Subscriber> Layer<S> for Recorded {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        self.add(&format!("span {}", id.into_u64()), attributes.metadata().name(), |fields| attributes.record(fields));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        self.add(&format!("span {}", id.into_u64()), "", |fields| values.record(fields));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.add("event", event.metadata().name(), |fields| event.record(fields));
    }
}

impl Recorded {
    fn add(&self, what: &str, name: &str, record: impl FnOnce(&mut Fields<'_>)) {
        let mut fields = BTreeMap::from([("what".to_owned(), what.to_owned()), ("name".to_owned(), name.to_owned())]);
        record(&mut Fields(&mut fields));
        self.0.lock().unwrap().push(fields);
    }

    /// The spans of calls, each with everything that was recorded of it.
    fn calls(&self) -> Vec<BTreeMap<String, String>> {
        let recorded = self.0.lock().unwrap();
        let begun = recorded.iter().filter(|fields| fields["name"] == "call");
        let whole = begun.map(|begun| {
            let of_it = recorded.iter().filter(|fields| fields["what"] == begun["what"]).cloned();
            of_it.reduce(|whole, more| whole.into_iter().chain(more).collect()).unwrap()
        });
        whole.collect()
    }

    async fn watch<T>(&self, work: impl Future<Output = T>) -> T {
        work.with_subscriber(Registry::default().with(self.clone())).await
    }
}

fn client(api: &FakeApi) -> Client {
    let builder = Client::builder().base_url(api.url()).key("key-id", MARK).no_rate_limit();
    builder.retry(Backoff::new().first(Duration::from_millis(5)).max_attempts(3)).build().unwrap()
}

#[tokio::test]
async fn a_call_has_a_span_with_its_outcome() {
    let api = FakeApi::responding(result(&serde_json::json!({"password": MARK}))).await;
    let recorded = Recorded::default();
    recorded
        .watch(
            client(&api)
                .update_service_password(ORGANIZATION, SERVICE, &UpdateServicePassword::new())
                .header("x-token", MARK)
                .into_future(),
        )
        .await
        .unwrap();
    let [call] = &recorded.calls()[..] else { panic!("{:?}", recorded.calls()) };
    for (field, value) in [
        ("operation", "updateServicePassword"),
        ("method", "PATCH"),
        ("attempt", "1"),
        ("status", "200"),
        ("request_id", REQUEST_ID),
    ] {
        assert_eq!(call.get(field).map(String::as_str), Some(value), "{field}");
    }
    assert!(!format!("{:?}", recorded.0.lock().unwrap()).contains(MARK));
}

#[tokio::test]
async fn nothing_that_is_sent_or_received_is_recorded() {
    let body = serde_json::json!({"name": MARK, "state": MARK, "ipAccessList": [{"source": MARK}]});
    let api = FakeApi::responding(result(&body)).await;
    let recorded = Recorded::default();
    let work = async {
        let client = client(&api);
        // The response is no list, so its error has a place to show it.
        client.list_organizations().cursor(MARK).await.unwrap_err();
        client.update_service(ORGANIZATION, SERVICE, &UpdateService::new().name(MARK)).await
    };
    recorded.watch(work).await.unwrap();
    assert_eq!(recorded.calls().len(), 2);
    assert!(!format!("{:?}", recorded.0.lock().unwrap()).contains(MARK));
}

#[tokio::test]
async fn failed_attempts_and_the_error_are_recorded() {
    let refusal = ResponseTemplate::new(429).insert_header("retry-after", "0.05");
    let api =
        FakeApi::responding(refusal.set_body_json(serde_json::json!({"error": MARK, "requestId": "an id"}))).await;
    let recorded = Recorded::default();
    recorded.watch(client(&api).get_service(ORGANIZATION, SERVICE).into_future()).await.unwrap_err();
    let [call] = &recorded.calls()[..] else { panic!("{:?}", recorded.calls()) };
    for (field, value) in [("attempt", "3"), ("status", "429"), ("request_id", "an id"), ("error", "refused")] {
        assert_eq!(call.get(field).map(String::as_str), Some(value), "{field}");
    }
    assert!(call["wait_ms"].parse::<u64>().unwrap() >= 100, "{call:?}");
    let recorded = recorded.0.lock().unwrap();
    let failed: Vec<_> = recorded.iter().filter_map(|fields| fields.get("failure")).collect();
    assert_eq!(failed, ["refused"; 3]);
    assert!(!format!("{recorded:?}").contains(MARK), "{recorded:?}");
}

static ROOMS: Api = Api {
    title: "Rooms",
    base_url: "https://api.example.com",
    user_agent: "rooms/1",
    rate_limit: None,
    envelope: None,
    environment: Environment { base_url: None, key_id: None, key_secret: None, token: None },
    api_key: None,
    wake: Some(Wake {
        status: 424,
        read: |transport| transport.get("getRoom", "/rooms/{room}"),
        field: "requestId",
        wake_from: &["idle"],
        command: |transport| transport.post("wakeRoom", "/rooms/{room}"),
        wait_in: &[],
        // The state that the responses have.
        target: &[REQUEST_ID],
        within: Duration::from_secs(60),
    }),
};

#[tokio::test]
async fn a_wake_up_is_recorded_with_its_calls_and_without_the_state() {
    let responses = [refusal(424, MARK), result(&serde_json::json!(MARK)), result(&serde_json::json!(MARK))];
    let api = FakeApi::responding_in_turn(responses).await;
    let client: Transport = ClientBuilder::new(&ROOMS).base_url(api.url()).key("key-id", MARK).build().unwrap();
    let recorded = Recorded::default();
    let call = client.post("createPipe", "/rooms/{room}/pipes").path("room", MARK).empty().needs_wake().wake();
    recorded.watch(call.into_future()).await.unwrap();
    let operations: Vec<_> = recorded.calls().into_iter().map(|mut call| call.remove("operation").unwrap()).collect();
    assert_eq!(operations, ["createPipe", "getRoom"]);
    let recorded = recorded.0.lock().unwrap();
    assert_eq!(recorded.iter().filter_map(|fields| fields.get("is_awake")).collect::<Vec<_>>(), ["true"]);
    let recorded = format!("{recorded:?}");
    assert!(!recorded.contains(MARK) && !recorded.contains(REQUEST_ID), "{recorded}");
}
