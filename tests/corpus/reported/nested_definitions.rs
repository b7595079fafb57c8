use nested_definitions::{Client, types::*};
use wire::{Server, json};

#[tokio::test]
async fn a_reference_may_lead_into_another_schema() {
    let metadata = json!({ "name": "b" });
    let cell = json!({ "source": ["a"], "metadata": metadata, "outputs": [{ "metadata": metadata }] });
    let server = Server::responding([json(200, &json!({ "cells": [cell], "source": ["c"] }))]).await;
    let notebook = server.client(Client::builder()).get_notebook().await.unwrap();
    assert_eq!(notebook.source.as_deref().unwrap(), ["c"]);
    let [cell] = notebook.cells().unwrap() else { panic!("{notebook:?}") };
    let metadata: &CellMetadata = cell.metadata.as_ref().unwrap();
    assert_eq!(metadata.name.as_deref(), Some("b"));
    assert_eq!(cell.outputs().unwrap()[0].metadata.as_ref(), Some(metadata));
}
