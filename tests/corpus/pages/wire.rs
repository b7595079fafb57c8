//! Lists that go on at a cursor, at an offset, and not at all.

use clickhouse_cloud_runtime::{Page, Response};
use pages::{Client, Error, PageError, types::*};
use wire::{Server, Value, json};

async fn client(responses: impl IntoIterator<Item = Value>) -> (Server, Client) {
    let server = Server::responding(responses.into_iter().map(|body| json(200, &body))).await;
    let client = server.client(Client::builder());
    (server, client)
}

fn lines(server: &Server) -> Vec<String> {
    server.requests().into_iter().map(|request| request.line).collect()
}

fn keys(ids: &[i64], next: Value) -> Value {
    let keys: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
    json!({ "data": keys, "nextPage": next, "count": 3 })
}

#[tokio::test]
async fn a_list_goes_on_at_a_cursor() -> Result<(), Error> {
    let (server, client) = client([keys(&[1, 2], "b".into()), keys(&[3], Value::Null)]).await;
    let mut items = client.list_keys().size(2).items();
    let mut ids = Vec::new();
    while let Some(key) = items.next().await {
        ids.push(key?.id()?);
    }
    assert_eq!(ids, [1, 2, 3]);
    assert_eq!(lines(&server), ["GET /keys?size=2", "GET /keys?size=2&after=b"]);
    Ok(())
}

#[tokio::test]
async fn a_page_is_a_slice_with_a_cursor_and_a_total() {
    let (_server, client) = client([keys(&[1, 2], "b".into())]).await;
    let page: Response<Page<Key>> = client.list_keys().await.unwrap();
    assert_eq!((page.len(), page[0].id, page.next(), page.total()), (2, Some(1), Some("b"), Some(3)));
    assert!(matches!(page.only(), Err(Error::Page(PageError::NotOne { items: 2, has_more: true, .. }))));
    assert_eq!(page.into_iter().map(|key| key.id.unwrap()).sum::<i64>(), 3);
}

#[tokio::test]
async fn a_list_goes_on_at_an_offset_until_a_page_is_empty() {
    let rows = |rows: Value| json!({ "data": rows });
    let (server, client) = client([rows(json!([[1], "x"])), rows(json!([[2, 3]])), rows(json!([]))]).await;
    let all = client.list_rows(10).size(50).items_("odd").all().at_most(10).await.unwrap();
    assert_eq!((&all[..], all.set_aside()), (&[vec![1], vec![2, 3]][..], 1));
    let rest = "&size=50&items=odd";
    let expected = [10, 12, 13].map(|skip| format!("GET /rows?skip={skip}{rest}"));
    assert_eq!(lines(&server), expected);
}

#[tokio::test]
async fn a_list_without_pages_is_one_page() -> Result<(), Error> {
    let (server, client) = client([keys(&[7], "b".into())]).await;
    assert_eq!(client.list_rooms().await?.only()?.id()?, 7);
    assert_eq!(client.list_rooms().all().await?.len(), 1);
    assert_eq!(client.list_old_keys().all().await?.len(), 1);
    assert_eq!(client.list_rooms().await?.next(), None, "the document has no cursor for this list");
    assert_eq!(lines(&server), ["GET /rooms", "GET /rooms", "GET /old", "GET /rooms"]);
    Ok(())
}

#[tokio::test]
async fn a_list_that_may_be_null_is_an_empty_page() {
    let (_server, client) = client([json!(["a"]), Value::Null]).await;
    assert_eq!(&client.list_names().await.unwrap()[..], ["a"]);
    assert!(client.list_names().await.unwrap().is_empty());
}

#[tokio::test]
async fn only_a_get_returns_a_page() {
    let (_server, client) = client([keys(&[1], "b".into())]).await;
    let found: Vec<Key> = client.search_keys().await.unwrap().into_inner();
    assert_eq!(found[0].id, Some(1));
}
