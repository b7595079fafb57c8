use several_request_types::Client;
use wire::{Server, content};

#[tokio::test]
async fn a_body_in_several_media_types_is_sent_in_one() {
    let server = Server::responding([content(200, "text/html; charset=utf-8", "<h1>a</h1>")]).await;
    let page = server.client(Client::builder()).render_raw("# a").await.unwrap().into_inner();
    assert_eq!(page, "<h1>a</h1>");
    let request = server.request();
    assert_eq!((request.header("content-type"), request.text()), (Some("text/plain"), "# a"));
}
