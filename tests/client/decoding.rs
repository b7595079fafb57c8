//! Responses that are long: their decoding ends with the call's time and with the call, lets others have their turn, and
//! is bounded. And bytes that decoders stumble over.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use clickhouse_cloud::{Client, Error, NoRetry, types::*};
use serde_json::json;
use tests::{
    fake_api::{FakeApi, REQUEST_ID, result},
    ids::{ORGANIZATION, SERVICE},
    raw_server::raw_server,
};
use tokio::{
    io::AsyncWriteExt,
    task::{self, yield_now},
    time,
};
use wiremock::ResponseTemplate;

/// A response in which so many elements do not fit. To decode it takes much longer than to receive it.
fn bad(elements: usize) -> String {
    format!(r#"{{"result":[{}]}}"#, vec![r#"{"name":[1]}"#; elements].join(","))
}

/// A client of a server that responds with this, and whether the server has sent it to its end.
async fn client(body: String) -> (Client, Arc<AtomicBool>) {
    let (is_sent, body) = (Arc::new(AtomicBool::new(false)), Arc::new(body));
    let sent = Arc::clone(&is_sent);
    let url = raw_server(move |mut connection| {
        let (body, sent) = (Arc::clone(&body), Arc::clone(&sent));
        async move {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            connection.write_all(head.as_bytes()).await.unwrap();
            connection.write_all(body.as_bytes()).await.unwrap();
            sent.store(true, SeqCst);
        }
    })
    .await;
    let builder = Client::builder().base_url(url).no_rate_limit().retry(NoRetry);
    (builder.attempt_timeout(Duration::from_secs(1_000_000)).build().unwrap(), is_sent)
}

async fn until(is_so: &AtomicBool) {
    while !is_so.load(SeqCst) {
        yield_now().await;
    }
}

/// A task that counts its turns once the response has been sent.
fn count_turns(is_sent: Arc<AtomicBool>) -> (task::JoinHandle<()>, Arc<AtomicUsize>) {
    let turns = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&turns);
    let beside = task::spawn(async move {
        until(&is_sent).await;
        loop {
            counted.fetch_add(1, SeqCst);
            time::sleep(Duration::ZERO).await;
        }
    });
    (beside, turns)
}

#[tokio::test]
async fn the_time_of_a_call_covers_decoding() {
    let (client, is_sent) = client(bad(500_000)).await;
    let call = task::spawn(client.list_services(ORGANIZATION).timeout(Duration::from_secs(500)).into_future());
    until(&is_sent).await;
    // A second passes with each turn that decoding gives away.
    time::pause();
    while !call.is_finished() {
        time::advance(Duration::from_secs(1)).await;
    }
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Decode(_)), "{error:?}");
    let text = error.to_string();
    assert!(text.starts_with("listServices: carried out (200 OK), but "), "{text}");
    assert!(text.contains("was not decoded within the call's timeout of 500s") && !text.contains("again"), "{text}");
}

#[tokio::test]
async fn a_call_that_is_dropped_while_its_response_is_decoded_ends() {
    let (client, is_sent) = client(bad(500_000)).await;
    let call = task::spawn(client.list_services(ORGANIZATION).into_future());
    until(&is_sent).await;
    for _ in 0..100 {
        yield_now().await;
    }
    call.abort();
    assert!(call.await.unwrap_err().is_cancelled());
}

#[tokio::test]
async fn other_tasks_run_while_a_long_response_is_decoded() {
    let long_list = format!(r#"{{"new":[{}]}}"#, vec!["[[1,2],{}]"; 200_000].join(","));
    for (body, is_list) in [(bad(100_000), true), (format!(r#"{{"result":{long_list}}}"#), false)] {
        let (client, is_sent) = client(body).await;
        let (beside, turns) = count_turns(is_sent);
        if is_list {
            let services = client.list_services(ORGANIZATION).await.unwrap();
            assert_eq!((services.len(), services.mismatches().len()), (100_000, 1_000));
            assert_eq!(services.omitted_mismatches(), 99_000);
            assert_eq!(services.mismatches()[999].path(), "$.result[999].name");
        } else {
            assert_eq!(*client.get_service(ORGANIZATION, SERVICE).await.unwrap(), Service::default());
        }
        beside.abort();
        assert!(turns.load(SeqCst) > 10, "{} turns", turns.load(SeqCst));
    }
}

#[tokio::test]
async fn other_tasks_run_while_unknown_and_repeated_fields_are_skipped() {
    let unknown = (0..200_000).map(|number| format!(r#""{number}":0,"#)).collect::<Vec<_>>().concat();
    let results = r#""result":[{},{}],"#.repeat(150_000);
    let request_ids = r#""requestId":"a","#.repeat(150_000);
    for body in [
        format!(r#"{{"result":[{{{unknown}"name":"last"}}]}}"#),
        format!(r#"{{{results}"result":[{{"name":"last"}}]}}"#),
        format!(r#"{{{request_ids}"result":[{{"name":"last"}}]}}"#),
    ] {
        let (client, is_sent) = client(body).await;
        let (beside, turns) = count_turns(is_sent);
        let services = client.list_services(ORGANIZATION).await.unwrap();
        assert_eq!(services.last().unwrap().name().unwrap(), "last");
        beside.abort();
        assert!(turns.load(SeqCst) > 10, "{} turns", turns.load(SeqCst));
    }
}

#[tokio::test]
async fn a_very_long_number_or_text_costs_only_its_field() {
    for long in ["9".repeat(3_000_000), format!(r#""{}""#, r"\n".repeat(1_500_000))] {
        let (client, _) = client(format!(r#"{{"result":{{"numReplicas":{long},"name":"kept"}}}}"#)).await;
        let service = client.get_service(ORGANIZATION, SERVICE).await.unwrap();
        assert_eq!((service.name().unwrap(), service.num_replicas), ("kept", None));
        assert_eq!(service.mismatches()[0].path(), "$.result.numReplicas");
    }
}

#[tokio::test]
async fn the_maximum_length_of_a_body_is_a_setting() {
    let body = json!({"requestId": REQUEST_ID, "result": {"name": "a".repeat(1_000)}}).to_string();
    let api = FakeApi::responding(ResponseTemplate::new(200).set_body_string(&body)).await;
    let client = |bytes| Client::builder().base_url(api.url()).no_rate_limit().max_body_bytes(bytes).build().unwrap();
    assert_eq!(client(body.len()).get_service(ORGANIZATION, SERVICE).await.unwrap().name().unwrap().len(), 1_000);
    let error = client(body.len() - 1).get_service(ORGANIZATION, SERVICE).await.unwrap_err();
    let expected =
        format!("its response is longer than {} bytes, the most that `max_body_bytes(..)` allows", body.len() - 1);
    assert!(error.to_string().ends_with(&expected), "{error}");
}

#[tokio::test]
async fn a_password_is_kept_when_a_field_beside_it_does_not_fit() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    let text = r#""\ud800""#;
    for odd in ["1e400", "-1e999", &deep, text] {
        for (place, mismatches) in [
            (r#""new": ODD, "service": {"name": "a"}"#, 0),
            (r#""service": {"name": "a", "new": ODD}"#, 0),
            (r#""service": {"name": "a", "numReplicas": ODD}"#, 1),
            (r#""service": {"name": "a", "new": ODD, "numReplicas": ODD, "isPrimary": []}"#, 2),
        ] {
            let body = format!("\u{feff}{{\"result\": {{{}, \"password\": \"p\"}}}}", place.replace("ODD", odd));
            let api = FakeApi::responding(ResponseTemplate::new(200).set_body_string(body)).await;
            let new = CreateService::new("a", Provider::Aws, Region::UsEast1, []);
            let created = api.client().create_service(ORGANIZATION, &new).await.unwrap();
            assert_eq!(created.password().unwrap().expose_secret(), "p");
            assert_eq!(created.service().unwrap().name(), Ok("a"));
            assert_eq!(created.mismatches().len(), mismatches, "{place}: {odd:.20}");
        }
    }
}

#[tokio::test]
async fn the_message_of_a_refusal_is_read_whatever_is_beside_it() {
    for body in
        ["\u{feff}{\"error\": \"no\"}", r#"{"error": "no", "new": 1e400}"#, r#"{"new": "\ud800", "error": "no"}"#]
    {
        let api = FakeApi::responding(ResponseTemplate::new(400).set_body_string(body)).await;
        let Err(Error::Api(refusal)) = api.client().get_service(ORGANIZATION, SERVICE).await else { panic!("{body}") };
        assert_eq!(refusal.message(), Some("no"), "{body}");
    }
}

#[tokio::test]
async fn a_success_without_a_body_is_a_success() {
    for status in [202, 204, 205] {
        let api = FakeApi::responding(ResponseTemplate::new(status)).await;
        let service = api.client().get_service(ORGANIZATION, SERVICE).await.unwrap();
        assert_eq!((service.status().as_u16(), &*service), (status, &Service::default()));
        assert!(api.client().list_services(ORGANIZATION).await.unwrap().is_empty());
    }
    let api = FakeApi::responding(result(&json!(null))).await;
    let error = api.client().get_service(ORGANIZATION, SERVICE).await.unwrap_err().to_string();
    assert!(error.starts_with("getService: carried out (200 OK), but at `$.result` "), "{error}");
}
