use file_upload::{Client, FilePart, types::*};
use wire::{Server, status};

#[tokio::test]
async fn a_form_with_a_file_has_a_part_for_each_member() {
    let server = Server::responding([status(204)]).await;
    let body = AddFileBody::new(FilePart::new("a,b").name("a.csv")).title("A").tags(["x", "y"]);
    server.client(Client::builder()).add_file(&body).await.unwrap();
    let request = server.request();
    let boundary = request.header("content-type").unwrap().strip_prefix("multipart/form-data; boundary=").unwrap();
    let parts: Vec<_> = request.text().split(&format!("--{boundary}")).map(str::trim).collect();
    let ["", file, title, x, y, "--"] = parts.as_slice() else { panic!("{parts:?}") };
    assert!(file.contains(r#"name="file"; filename="a.csv""#) && file.ends_with("a,b"), "{file}");
    assert!(title.contains(r#"name="title""#) && title.ends_with('A'), "{title}");
    for (tag, value) in [(x, 'x'), (y, 'y')] {
        assert!(tag.contains(r#"name="tags""#) && tag.ends_with(value), "{tag}");
    }
}
