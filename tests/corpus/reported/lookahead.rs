use lookahead::{Client, types::*};
use wire::{Server, json, status};

#[tokio::test]
async fn a_pattern_that_looks_ahead_is_left_to_the_service() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder().validate_requests(true));
    let profile = UserProfile::new().website("https://example.com").tags(["a"]);
    client.add_user(&User::new(".not..an@email", 18.5, profile.clone())).await.unwrap();
    let sent = json!({
        "email": ".not..an@email",
        "age": 18.5,
        "profile": { "website": "https://example.com", "tags": ["a"] }
    });
    assert_eq!(server.request().json(), sent);

    let error = client.add_user(&User::new("a@b.cd", 17.0, profile.tags([""]))).await.unwrap_err().to_string();
    assert!(error.contains("`age`") && error.contains("`profile.tags[0]`"), "{error}");
}
