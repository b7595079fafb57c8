//! Lists over real HTTP: a page, the stream over all of them, and the rules for how a list goes on.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Waker},
    time::Duration,
};

use clickhouse_cloud_runtime::{
    Api, Call, ClientBuilder, Envelope, Environment, Error, Items, NoRetry, Page, PageError, Pages, RateLimit, Request,
    Transport,
};
use futures_core::Stream;
use serde_json::{Value, json};
use tests::{
    fake_api::{FakeApi, header, refusal},
    raw_server::{raw_server, read_request},
    simulated_cloud::SimulatedCloud,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Notify,
    time,
};
use wiremock::ResponseTemplate;

static API: Api = Api {
    title: "Things",
    base_url: "https://api.example.com",
    user_agent: "things/1",
    rate_limit: None,
    envelope: Some(Envelope { result: "result", error: Some("error"), request_id: Some("requestId") }),
    environment: Environment { base_url: None, key_id: None, key_secret: None, token: None },
    api_key: None,
    wake: None,
};

const HOUR: Duration = Duration::from_secs(3600);

fn transport(url: impl Into<String>) -> Transport {
    ClientBuilder::new(&API).base_url(url).retry(NoRetry).build().unwrap()
}

fn request(transport: &Transport) -> Request {
    transport.get("listThings", "/things")
}

/// The call for a list that goes on at a cursor.
fn by_cursor(url: impl Into<String>) -> Call<Page<i64>> {
    request(&transport(url)).paged_by_cursor("cursor", "nextCursor").total("totalCount").page()
}

/// The call for a list that goes on at an offset.
fn by_offset(url: impl Into<String>) -> Call<Page<i64>> {
    request(&transport(url)).paged_by_offset("offset").total("totalCount").page()
}

fn page(items: &Value, cursor: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({ "result": items, "nextCursor": cursor, "requestId": "id" }))
}

fn last_page(items: &Value) -> ResponseTemplate {
    page(items, &Value::Null)
}

/// The queries of the requests that came, oldest first.
async fn queries(api: &FakeApi) -> Vec<String> {
    api.requests().await.iter().map(|request| request.url.query().unwrap_or_default().to_owned()).collect()
}

/// The items of a list up to its end or to an error.
async fn collect(mut items: Items<i64>) -> (Vec<i64>, Option<Error>) {
    let mut collected = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => collected.push(item),
            Err(error) => {
                assert!(items.next().await.is_none(), "the stream ends after an error");
                return (collected, Some(error));
            }
        }
    }
    assert!(items.next().await.is_none(), "the end stays the end");
    (collected, None)
}

#[tokio::test]
async fn a_list_goes_on_at_the_cursor_until_there_is_none() {
    let ends = [
        json!({ "result": [5] }),
        json!({ "result": [5], "nextCursor": null }),
        json!({ "result": [5], "nextCursor": "" }),
    ];
    for end in ends {
        let end = ResponseTemplate::new(200).set_body_json(end);
        let pages = [
            page(&json!([1, 2]), &json!("a/b c")),
            page(&json!([]), &json!("c")),
            page(&json!([3, 4]), &json!("d")),
            end,
        ];
        let api = FakeApi::responding_in_turn(pages).await;
        let (items, error) = collect(by_cursor(api.url()).items()).await;
        assert_eq!((items.as_slice(), error.is_none()), (&[1, 2, 3, 4, 5][..], true));
        assert_eq!(queries(&api).await, ["", "cursor=a%2Fb%20c", "cursor=c", "cursor=d"]);
    }
}

#[tokio::test]
async fn what_is_set_on_the_call_holds_for_each_page() {
    let api = FakeApi::responding_in_turn([page(&json!([1]), &json!("b")), last_page(&json!([2]))]).await;
    let call = by_cursor(api.url()).header("x-trace", "7");
    let call = call.map_request(|request| request.query("cursor", "a").query("limit", 1));
    assert_eq!(*call.all().await.unwrap(), [1, 2]);
    assert_eq!(queries(&api).await, ["cursor=a&limit=1", "cursor=b&limit=1"]);
    for request in api.requests().await {
        assert_eq!(header(&request, "x-trace"), Some("7"));
    }
}

#[tokio::test]
async fn a_page_says_where_the_list_goes_on_and_how_long_it_is() {
    let body = json!({ "result": [1, "2", {}], "nextCursor": "b", "totalCount": 9 });
    let api = FakeApi::responding(ResponseTemplate::new(200).set_body_json(body)).await;
    let page = by_cursor(api.url()).await.unwrap();
    assert_eq!((&page[..], page.next(), page.total(), page.set_aside()), (&[1, 2][..], Some("b"), Some(9), 1));
    assert_eq!((&page).into_iter().sum::<i64>(), 3);
    assert_eq!(page.mismatches().len(), 2);
    assert_eq!(Vec::from(page.into_inner()), [1, 2]);
    assert_eq!(queries(&api).await.len(), 1, "a page is one request");
}

#[tokio::test]
async fn a_cursor_that_came_before_is_an_error_and_no_cycle() {
    let cases: [(&str, &[&str], usize); 3] = [("", &["a", "b", "a"], 3), ("", &["a", "a"], 2), ("a", &["b", "a"], 2)];
    for (start, cursors, expected_pages) in cases {
        let api = FakeApi::responding_in_turn(cursors.iter().map(|cursor| page(&json!([1]), &json!(cursor)))).await;
        let call = by_cursor(api.url());
        let call = if start.is_empty() { call } else { call.map_request(|request| request.query("cursor", start)) };
        let (items, error) = collect(call.items()).await;
        let error = error.expect("an error");
        assert!(
            matches!(error, Error::Page(PageError::RepeatedCursor { operation: "listThings", pages }) if pages == expected_pages),
            "{error:?}"
        );
        assert_eq!((items.len(), queries(&api).await.len()), (expected_pages, expected_pages));
        let message = format!("listThings: after {expected_pages} pages the service returned a cursor");
        assert!(error.to_string().starts_with(&message), "{error}");
    }
}

#[tokio::test]
async fn a_cursor_that_is_a_number_is_sent_as_text_and_reported() {
    let api = FakeApi::responding_in_turn([page(&json!([1]), &json!(17)), last_page(&json!([2]))]).await;
    let mut pages = by_cursor(api.url()).pages();
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!((first.next(), first.mismatches()[0].path()), (Some("17"), "$.nextCursor"));
    assert_eq!(&pages.next().await.unwrap().unwrap()[..], [2]);
    assert!(pages.next().await.is_none());
    assert_eq!(queries(&api).await, ["", "cursor=17"]);
}

#[tokio::test]
async fn a_cursor_that_cannot_be_sent_is_an_error_and_not_the_end() {
    let api = FakeApi::responding(page(&json!([1]), &json!({ "after": 1 }))).await;
    let (items, error) = collect(by_cursor(api.url()).items()).await;
    let error = error.expect("an error");
    assert!(
        matches!(error, Error::Page(PageError::UnreadableCursor { json_type: "an object", pages: 1, .. })),
        "{error:?}"
    );
    assert_eq!((items, queries(&api).await.len()), (vec![1], 1));
    assert!(by_cursor(api.url()).await.unwrap().only().is_err(), "the list may go on");
}

#[tokio::test]
async fn an_offset_grows_by_the_items_received_until_a_page_is_empty() {
    // The service lowers the limit, sends less than a full page, and counts wrongly.
    let of = |items: Value| ResponseTemplate::new(200).set_body_json(json!({ "result": items, "totalCount": 2 }));
    let pages = [of(json!([1, {}, 3])), of(json!([[]])), of(json!([5, 6])), of(json!([]))];
    let api = FakeApi::responding_in_turn(pages.clone()).await;
    let mut pages_of_list = by_offset(api.url()).map_request(|request| request.query("limit", 100)).pages();
    let mut set_aside = Vec::new();
    while let Some(page) = pages_of_list.next().await {
        set_aside.push(page.unwrap().mismatches().len());
    }
    assert_eq!(set_aside, [1, 1, 0, 0]);
    assert_eq!(queries(&api).await, ["limit=100", "limit=100&offset=3", "limit=100&offset=4", "limit=100&offset=6"]);

    let api = FakeApi::responding_in_turn(pages).await;
    let all = by_offset(api.url()).map_request(|request| request.query("offset", 10)).all().await.unwrap();
    assert_eq!((&all[..], all.set_aside(), all.total()), (&[1, 3, 5, 6][..], 2, None));
    assert_eq!(queries(&api).await, ["offset=10", "offset=13", "offset=14", "offset=16"]);
}

#[tokio::test]
async fn a_list_without_pages_is_one_page() {
    // The cursor is not one that the document knows.
    let api = FakeApi::responding(page(&json!([7]), &json!("b"))).await;
    let call = || request(&transport(api.url())).page::<i64>();
    assert_eq!(*call().await.unwrap().only().unwrap(), 7);
    assert_eq!(collect(call().items()).await.0, [7]);
    assert_eq!(&call().all().await.unwrap()[..], [7]);
    let mut pages = call().pages();
    assert_eq!(pages.next().await.unwrap().unwrap().next(), None);
    assert!(pages.next().await.is_none());
    assert_eq!(queries(&api).await, ["", "", "", ""]);
}

#[tokio::test]
async fn a_list_without_an_envelope_is_the_array_alone() {
    let pages = [json!([1, 2]), json!([3]), json!([])].map(|body| ResponseTemplate::new(200).set_body_json(body));
    let api = FakeApi::responding_in_turn(pages).await;
    let call: Call<Page<i64>> = request(&transport(api.url())).paged_by_offset("from").whole().page();
    assert_eq!(collect(call.items()).await.0, [1, 2, 3]);
    assert_eq!(queries(&api).await, ["", "from=2", "from=3"]);
}

#[tokio::test]
async fn a_bound_is_an_error_for_a_longer_list_and_never_a_part_of_it() {
    let pages = || [page(&json!([1, 2]), &json!("b")), page(&json!([3, {}]), &json!("c")), last_page(&json!([]))];
    let api = FakeApi::responding_in_turn(pages()).await;
    let error = by_cursor(api.url()).all().at_most(3).await.unwrap_err();
    assert!(matches!(error, Error::Page(PageError::TooLong { at_most: 3, .. })), "{error:?}");
    assert_eq!(
        error.to_string(),
        "listThings: the list has more than 3 items; raise the limit of `at_most`, or use `.items()`"
    );
    assert_eq!(queries(&api).await.len(), 2, "no page is requested after that");
    let api = FakeApi::responding_in_turn(pages()).await;
    let all = by_cursor(api.url()).all().at_most(4).await.unwrap();
    assert_eq!((&all[..], all.set_aside()), (&[1, 2, 3][..], 1));
}

#[tokio::test]
async fn only_is_an_error_if_the_list_goes_on() {
    let pages = || [page(&json!([1]), &json!("b")), last_page(&json!([]))];
    let api = FakeApi::responding_in_turn(pages()).await;
    let error = by_cursor(api.url()).await.unwrap().only().unwrap_err().to_string();
    assert_eq!(
        error,
        "listThings: expected one item, but there is 1, and the list goes on; get it whole with `.all()`"
    );
    let api = FakeApi::responding_in_turn(pages()).await;
    assert_eq!(*by_cursor(api.url()).all().await.unwrap().only().unwrap(), 1);
}

#[tokio::test]
async fn each_page_is_retried_like_any_call() {
    let pages = [
        page(&json!([1]), &json!("b")),
        refusal(503, "busy").insert_header("retry-after", "0"),
        last_page(&json!([2])),
    ];
    let api = FakeApi::responding_in_turn(pages).await;
    let call = by_cursor(api.url()).retry(clickhouse_cloud_runtime::Backoff::default());
    let mut pages = call.pages();
    assert_eq!(pages.next().await.unwrap().unwrap().attempts(), 1);
    assert_eq!(pages.next().await.unwrap().unwrap().attempts(), 2);
    assert!(pages.next().await.is_none());
    assert_eq!(queries(&api).await, ["", "cursor=b", "cursor=b"]);
}

#[tokio::test]
async fn the_stream_ends_with_the_error_of_a_page() {
    let api = FakeApi::responding_in_turn([page(&json!([1]), &json!("b")), refusal(400, "no such cursor")]).await;
    let (items, error) = collect(by_cursor(api.url()).items()).await;
    assert_eq!(items, [1]);
    assert!(matches!(&error, Some(Error::Api(refusal)) if refusal.message() == Some("no such cursor")), "{error:?}");
    assert_eq!(queries(&api).await.len(), 2);
    assert!(by_cursor(api.url()).all().await.is_err(), "it is never a part of the list");
}

#[tokio::test]
async fn each_page_takes_a_permit() {
    let api = FakeApi::responding_in_turn([page(&json!([1]), &json!("b")), last_page(&json!([2]))]).await;
    let limit = RateLimit { requests: 1, window: HOUR };
    let builder = ClientBuilder::<Transport>::new(&API).base_url(api.url()).rate_limit(limit);
    let call: Call<Page<i64>> = request(&builder.build().unwrap()).paged_by_cursor("cursor", "nextCursor").page();
    let (items, error) = collect(call.timeout(Duration::from_millis(50)).items()).await;
    assert_eq!((items, queries(&api).await.len()), (vec![1], 1));
    assert!(matches!(error, Some(Error::Timeout { attempts: 0, .. })), "{error:?}");
}

/// The base URL of a server that responds to the first request, and never to another.
async fn responding_once(response: &'static str) -> String {
    let count = Arc::new(AtomicUsize::new(0));
    raw_server(move |mut connection| {
        let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if is_first {
                connection.write_all(response.as_bytes()).await.unwrap();
            } else {
                std::future::pending::<()>().await;
            }
        }
    })
    .await
}

const FIRST_PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 34\r\n\
                          connection: close\r\n\r\n{\"result\": [1], \"nextCursor\": \"b\"}";

#[tokio::test]
async fn a_page_has_the_timeout_of_the_call_and_the_list_has_its_own() {
    let call = by_cursor(responding_once(FIRST_PAGE).await).timeout(HOUR).attempt_timeout(HOUR);
    let mut pages = call.pages();
    pages.next().await.unwrap().unwrap();
    time::pause();
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Timeout { timeout: HOUR, attempts: 1, .. }), "{error:?}");
    time::resume();

    let call = by_cursor(responding_once(FIRST_PAGE).await).timeout(HOUR).attempt_timeout(HOUR);
    let mut items = call.items().within(HOUR / 2);
    items.next().await.unwrap().unwrap();
    time::pause();
    let error = items.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Page(PageError::TimedOut { pages: 1, .. })), "{error:?}");
    assert_eq!(error.to_string(), "listThings: the list did not end within 1800s, after 1 page; allow more time");
    assert!(items.next().await.is_none());
}

#[tokio::test]
async fn the_time_of_a_list_includes_that_between_its_pages() {
    let api = FakeApi::responding_in_turn([page(&json!([1]), &json!("b")), last_page(&json!([2]))]).await;
    let mut items = by_cursor(api.url()).items().within(HOUR);
    items.next().await.unwrap().unwrap();
    crate::clock::advance(HOUR).await;
    let error = items.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Page(PageError::TimedOut { pages: 1, .. })), "{error:?}");
    assert_eq!(queries(&api).await.len(), 1, "nothing is sent after that");
}

#[tokio::test]
async fn dropping_a_stream_closes_its_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (arrived, closed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    tokio::spawn({
        let (arrived, closed) = (Arc::clone(&arrived), Arc::clone(&closed));
        async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            read_request(&mut connection).await;
            arrived.notify_one();
            assert_eq!(connection.read(&mut [0; 1]).await.unwrap_or_default(), 0);
            closed.notify_one();
        }
    });
    let mut items = by_cursor(url).items();
    tokio::select! {
        _ = items.next() => panic!("there is no response"),
        () = arrived.notified() => {}
    }
    drop(items);
    closed.notified().await;
}

#[tokio::test]
async fn a_request_goes_on_if_the_future_of_next_is_dropped() {
    let api = FakeApi::responding(last_page(&json!([1, 2]))).await;
    let mut items = by_cursor(api.url()).items();
    for _ in 0..3 {
        let mut next = std::pin::pin!(items.next());
        assert!(next.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    assert_eq!(items.next().await.unwrap().unwrap(), 1);
    assert_eq!(items.next().await.unwrap().unwrap(), 2);
    assert!(items.next().await.is_none());
    assert_eq!(queries(&api).await.len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_before_a_page_is_asked_for() {
    let api = FakeApi::responding(last_page(&json!([1]))).await;
    drop((by_cursor(api.url()).pages(), by_cursor(api.url()).items(), by_cursor(api.url()).all()));
    assert_eq!(queries(&api).await.len(), 0);
}

#[tokio::test]
async fn pages_and_items_are_streams_of_other_crates_too() {
    async fn count<S: Stream + Unpin + Send + 'static>(mut stream: S) -> usize {
        let mut count = 0;
        while std::future::poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await.is_some() {
            count += 1;
        }
        count
    }

    let pages = || [page(&json!([1, 2]), &json!("b")), last_page(&json!([3]))];
    let api = FakeApi::responding_in_turn(pages()).await;
    assert_eq!(tokio::spawn(count::<Pages<i64>>(by_cursor(api.url()).pages())).await.unwrap(), 2);
    let api = FakeApi::responding_in_turn(pages()).await;
    assert_eq!(tokio::spawn(count::<Items<i64>>(by_cursor(api.url()).items())).await.unwrap(), 3);
}

#[tokio::test]
async fn no_cursor_is_in_a_debug_output_and_no_item_in_that_of_a_stream() {
    let api = FakeApi::responding_in_turn([page(&json!([4242]), &json!("s3cret")), last_page(&json!([2]))]).await;
    let mut items = by_cursor(api.url()).items();
    items.next().await.unwrap().unwrap();
    let page = by_cursor(api.url()).await.unwrap();
    assert!(!format!("{page:?}{items:?}").contains("s3cret"));
    assert!(!format!("{items:?}").contains("4242"));
}

#[tokio::test]
async fn the_lists_of_the_simulator_are_read_to_their_end() -> Result<(), Error> {
    let cloud = SimulatedCloud::start().await;
    let organization = cloud.client.list_organizations().await?.only()?.id()?;
    assert_eq!(organization, cloud.organization);
    let mut organizations = cloud.client.list_organizations().limit(1).items();
    assert_eq!(organizations.next().await.unwrap()?.id()?, organization);
    assert!(organizations.next().await.is_none());

    let services = [cloud.create_service().await, cloud.create_service().await];
    let all = cloud.client.list_services(organization).all().at_most(2).await?;
    for (service, id) in all.iter().zip(services) {
        assert_eq!(service.id()?, id);
    }
    assert!(matches!(all.only(), Err(Error::Page(PageError::NotOne { items: 2, has_more: false, .. }))));
    assert!(cloud.client.list_backups(organization, services[0]).items().next().await.is_none());
    Ok(())
}
