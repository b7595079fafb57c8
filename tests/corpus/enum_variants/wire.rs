//! Variants and enums that are called like what emitted code could mean by such a name.

use enum_variants::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_variant_may_have_the_name_of_a_type_that_a_trait_has() {
    let words = [
        (Word::Err, "err"),
        (Word::Error, "error"),
        (Word::Value, "value"),
        (Word::Target, "target"),
        (Word::Output, "output"),
        (Word::Owned, "owned"),
        (Word::Item, "item"),
        (Word::IntoIter, "into_iter"),
        (Word::IntoFuture, "into_future"),
        (Word::Ok, "ok"),
        (Word::Some, "some"),
        (Word::None, "none"),
        (Word::Self_, "self"),
        (Word::Residual, "residual"),
        (Word::Type, "type"),
        (Word::New, "new"),
        (Word::Values, "values"),
        (Word::AsStr, "as_str"),
        (Word::Default, "default"),
        (Word::Unknown2, "unknown"),
    ];
    let server = Server::responding(words.each_ref().map(|(_, text)| json(200, &json!({ "word": text })))).await;
    let client = server.client(Client::builder());
    for (word, text) in words {
        assert_eq!(text.parse(), Ok(word.clone()));
        let outcomes = client.put_outcomes(&Outcomes::new(word.clone())).word(&word).await.unwrap();
        assert_eq!(outcomes.word().unwrap(), &word);
        let request = server.request();
        assert_eq!((request.line.as_str(), request.json()), (&*format!("PUT /outcomes?word={text}"), json!({ "word": text })));
    }
}

#[tokio::test]
async fn an_enum_may_have_the_name_of_what_reads_it() {
    let response = json!({ "word": "ok", "text": "a", "visitor": "b", "d": "a", "e": "b", "s": "a", "t": "c" });
    let server = Server::responding([json(200, &response)]).await;
    let sent = Outcomes::new(Word::Ok).text(Text::A).visitor(Visitor::B).d(D::A).e(E::B).s(S::A).t(T::C);
    let outcomes = server.client(Client::builder()).put_outcomes(&sent).await.unwrap();
    assert_eq!(outcomes.mismatches(), []);
    assert_eq!((&outcomes.text, &outcomes.t), (&Some(Text::A), &Some(T::C)));
    assert_eq!(server.request().json(), response);
}

#[tokio::test]
async fn a_union_may_have_such_variants_too() {
    let response = json!({ "word": "err", "result": { "err": 5 } });
    let server = Server::responding([json(200, &response)]).await;
    let client = server.client(Client::builder());
    let outcomes = client.put_outcomes(&Outcomes::new(Word::Err).result(Err::new(5))).await.unwrap();
    assert!(matches!(&outcomes.result, Some(Result2::Err(err)) if err.err().unwrap() == 5));
    assert_eq!(server.request().json(), response);
    client.put_outcomes(&outcomes.into_inner().try_into().unwrap()).await.unwrap();
    assert_eq!(server.request().json(), response);
}
