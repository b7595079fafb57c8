use values_longer_in_bytes::{Client, types::*};
use wire::{Server, status};

#[tokio::test]
async fn values_that_are_longer_in_bytes_than_in_characters_are_kept() {
    let server = Server::responding([status(204)]).await;
    let client = server.client(Client::builder().validate_requests(true));
    for (word, text) in [(GreetingWord::Hello, "hello"), (GreetingWord::Grüße, "grüße"), (GreetingWord::Здрав, "здрав")]
    {
        client.set_greeting(&Greeting::new(word)).await.unwrap();
        assert_eq!(server.request().json()["word"], text);
    }
}
