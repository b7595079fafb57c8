use tuple_of_references::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_tuple_in_older_words_has_what_the_service_puts_in_its_places() {
    let response = json!({ "children": [{ "text": "a" }, { "cells": ["b"] }, { "cells": [] }] });
    let server = Server::responding([json(200, &response)]).await;
    let table: Table = server.client(Client::builder()).get_table().await.unwrap().into_inner();
    let children = table.children().unwrap();
    let [TableChildrenItem::Caption(caption), TableChildrenItem::Row(row), TableChildrenItem::Row(_)] = children else {
        panic!("{children:?}")
    };
    assert_eq!((caption.text.as_deref(), row.cells.as_deref()), (Some("a"), Some(&["b".to_owned()][..])));
}
