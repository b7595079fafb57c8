use lists_of_several_kinds::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn lists_are_told_apart_by_what_is_in_them() {
    let responses =
        [json!("a"), json!(["a"]), json!([1, 2]), json!([[1], [2]])].map(|prompt| json!({ "prompt": prompt }));
    let server = Server::responding(responses.iter().map(|response| json(200, response))).await;
    let client = server.client(Client::builder());
    let prompts = [
        PromptPrompt::String("a".to_owned()),
        PromptPrompt::StringList(vec!["a".to_owned()]),
        PromptPrompt::IntegerList(vec![1, 2]),
        PromptPrompt::ListList(vec![vec![1], vec![2]]),
    ];
    for (prompt, json) in prompts.into_iter().zip(responses) {
        let response = client.complete(&PromptInput::new(prompt.clone())).await.unwrap();
        assert_eq!(response.prompt().unwrap(), &prompt);
        assert_eq!(server.request().json(), json);
    }
}
