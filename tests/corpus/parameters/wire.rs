//! Where parameters stand, and how lists and objects are written there.

use clickhouse_cloud_runtime::{Secret, uuid::Uuid};
use parameters::{Client, Error, types::*};
use wire::{Request, Server, json, status};

async fn client() -> (Server, Client) {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder());
    (server, client)
}

fn color() -> Color {
    Color::new().r(100).g(200)
}

fn query(request: &Request) -> &str {
    request.line.split_once('?').expect("a query").1
}

#[tokio::test]
async fn in_a_path() {
    let (server, client) = client().await;
    client.put_into_path("a/b c?ü", [3, 4], &color(), &color().name("R,G")).await.unwrap();
    let line = "GET /path/a%2Fb%20c%3F%C3%BC/3,4/R,100,G,200/R=100,G=200,name=R%2CG";
    assert_eq!(server.request().line, line);

    client.put_labels("a.b", [3, 4], [3, 4], &color()).await.unwrap();
    assert_eq!(server.request().line, "GET /label/.a.b/.3,4/.3.4/.R=100.G=200");

    client.put_matrix("a;b", [3, 4], [3, 4], &color()).await.unwrap();
    assert_eq!(server.request().line, "GET /matrix/;one=a%3Bb/;list=3,4/;exploded=3;exploded=4/;R=100;G=200");

    let error = client.put_into_path("..", [3], &color(), &color()).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
}

#[tokio::test]
async fn a_query_in_a_path_is_sent_and_a_fragment_is_not() {
    let (server, client) = client().await;
    client.put_beside_fixed_query("a?b").await.unwrap();
    assert_eq!(server.request().line, "GET /fixed/a%3Fb?beta=true");
    client.put_beside_fixed_query("a").page(3).await.unwrap();
    assert_eq!(server.request().line, "GET /fixed/a?beta=true&page=3");
    client.get_copy("a").await.unwrap();
    assert_eq!(server.request().line, "GET /fixed/a");
}

#[tokio::test]
async fn a_call_with_optional_parameters_takes_headers_of_its_own() {
    let (server, client) = client().await;
    client.query().text("a").header("idempotency-key", "7").flag(true).await.unwrap();
    let request = server.request();
    assert_eq!((request.header("idempotency-key"), query(&request)), (Some("7"), "text=a&flag=true"));

    let error = client.query().header("authorization", "a").await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
}

#[tokio::test]
async fn one_value_in_a_query() {
    let (server, client) = client().await;
    let call = client
        .query()
        .text("a&b=c d+ü")
        .flag(false)
        .ratio(0.5)
        .day("2024-02-29".parse().unwrap())
        .at("2024-02-29T12:00:00.500999Z".parse().unwrap())
        .id(Uuid::nil())
        .address(&"127.0.0.1".parse().unwrap())
        .size(&QuerySize::Large)
        .empty("")
        .url("https://example.com/a?b=c&d#e")
        .odd_name_ü("x");
    call.await.unwrap();
    let expected = "text=a%26b%3Dc%20d%2B%C3%BC&flag=false&ratio=0.5&day=2024-02-29&at=2024-02-29T12%3A00%3A00.500Z\
                    &id=00000000-0000-0000-0000-000000000000&address=127.0.0.1&size=large&empty=\
                    &url=https://example.com/a?b=c%26d%23e&odd%20%5Bname%5D%26%3D%C3%BC=x";
    assert_eq!(query(&server.request()), expected);
}

#[tokio::test]
async fn lists_and_objects_in_a_query() {
    let (server, client) = client().await;
    let list = ["a,b", "c d|e"];
    client.query().exploded(list).joined(list).spaced(list).piped(list).sizes([QuerySize::Small]).await.unwrap();
    let expected = "exploded=a%2Cb&exploded=c%20d%7Ce&joined=a%2Cb,c%20d%7Ce&spaced=a%2Cb%20c%20d%7Ce\
                    &piped=a%2Cb%7Cc%20d%7Ce&sizes=small";
    assert_eq!(query(&server.request()), expected);

    let filter = Filter::new().color(color()).tags(["x", "y"]).text("t");
    client.query().color(&color()).shade(&color()).filter(&filter).json(&filter).await.unwrap();
    let expected = "R=100&G=200&shade=R,100,G,200&filter%5Bcolor%5D%5BR%5D=100&filter%5Bcolor%5D%5BG%5D=200\
                    &filter%5Btags%5D=x&filter%5Btags%5D=y&filter%5Btext%5D=t\
                    &json=%7B%22color%22%3A%7B%22R%22%3A100%2C%22G%22%3A200%7D%2C%22tags%22%3A%5B%22x%22%2C%22y%22%5D\
                    %2C%22text%22%3A%22t%22%7D";
    assert_eq!(query(&server.request()), expected);

    client.query().objects(&[color()]).anything(&json!("any")).exploded([""; 0]).joined([""; 0]).await.unwrap();
    assert_eq!(query(&server.request()), "objects=%7B%22R%22%3A100%2C%22G%22%3A200%7D&anything=any");
    client.query().exploded([""; 0]).await.unwrap();
    assert_eq!(server.request().line, "GET /query");
}

#[tokio::test]
async fn one_of_several_types() {
    let (server, client) = client().await;
    let either = Either::from(color());
    client.choose_either(&either).form(&either).deep(&either).x_either(&either).await.unwrap();
    let request = server.request();
    assert_eq!(request.line, "GET /either/R,100,G,200?R=100&G=200&deep%5BR%5D=100&deep%5BG%5D=200");
    assert_eq!(request.header("x-either"), Some("R=100,G=200"));

    let several = [Either::from("a,b"), Either::from("c")];
    client.choose_either(&several[0]).form(&vec![1, 2].into()).several(&several).await.unwrap();
    assert_eq!(server.request().line, "GET /either/a%2Cb?form=1&form=2&several=a%2Cb,c");
}

#[tokio::test]
async fn in_headers() {
    let (server, client) = client().await;
    let call = client.put_headers(5).x_list(["a", "b"]).x_object(&color()).x_exploded(&color()).x_json(&color());
    let call = call.x_secret(&Secret::from("hidden"));
    assert!(!format!("{call:?}").contains("hidden"));
    call.await.unwrap();
    let request = server.request();
    let headers = ["x-one", "x-list", "x-object", "x-exploded", "x-json", "x-secret"].map(|name| request.header(name));
    let expected = ["5", "a,b", "R,100,G,200", "R=100,G=200", r#"{"R":100,"G":200}"#, "hidden"];
    assert_eq!(headers, expected.map(Some));
    assert_eq!((request.header("authorization"), request.header("content-type")), (None, None));

    let error = client.put_headers(5).x_list(["a\r\nx: y"]).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
}

#[tokio::test]
async fn in_cookies() {
    let (server, client) = client().await;
    client.put_cookies("a b;c\r\n").list([1, 2]).joined([3, 4]).await.unwrap();
    assert_eq!(server.request().header("cookie"), Some("session=a%20b%3Bc%0D%0A; list=1; list=2; joined=3,4"));
}

#[tokio::test]
async fn names_that_are_taken_get_a_number() {
    let (server, client) = client().await;
    let call = client
        .clash("one", "two", 1, "text")
        .id3(2)
        .id4(3)
        .id5(4)
        .timeout_(5)
        .retry_(6)
        .request(7)
        .self_(8)
        .type_(9)
        .filter("f")
        .x2fa("x")
        .timeout(std::time::Duration::from_secs(60));
    call.await.unwrap();
    let request = server.request();
    let line = "POST /names/one/two?id=1&ID=2&timeout=5&retry=6&request=7&self=8&type=9&%24filter=f&2fa=x";
    assert_eq!(request.line, line);
    assert_eq!((request.header("id"), request.header("cookie"), request.text()), (Some("3"), Some("id=4"), "\"text\""));
}

#[tokio::test]
async fn names_that_examples_use_are_free() {
    let (server, client) = client().await;
    client.get_cloud("a", "b").await.unwrap();
    assert_eq!(server.request().line, "GET /cloud/a?client=b");
}
