use tuple_of_references::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_tuple_in_older_words_has_what_the_service_puts_in_its_places() {
    let response = json!({ "children": [{ "text": "a" }, { "cells": ["b"] }, { "cells": [] }] });
    let server = Server::responding([json(200, &response)]).await;
    let table: Table = server.client(Client::builder()).get_table().await.unwrap().into_inner();
    assert_eq!(table.children().unwrap(), response["children"].as_array().unwrap());
}
