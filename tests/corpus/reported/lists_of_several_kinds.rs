use lists_of_several_kinds::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn lists_are_told_apart_by_what_is_in_them() {
    let answers =
        [json!("a"), json!(["a"]), json!([1, 2]), json!([[1], [2]])].map(|prompt| json!({ "prompt": prompt }));
    let server = Server::answering(answers.iter().map(|answer| json(200, answer))).await;
    let client = server.client(Client::builder());
    let prompts = [
        PromptPrompt::String("a".to_owned()),
        PromptPrompt::StringList(vec!["a".to_owned()]),
        PromptPrompt::IntegerList(vec![1, 2]),
        PromptPrompt::ListList(vec![vec![1], vec![2]]),
    ];
    for (prompt, json) in prompts.into_iter().zip(answers) {
        let answer = client.complete(&PromptInput::new(prompt.clone())).await.unwrap();
        assert_eq!(answer.prompt().unwrap(), &prompt);
        assert_eq!(server.request().json(), json);
    }
}
