//! The seeds of fuzzing are the example responses of the document, so that every field is known from the first run on.

use std::{
    collections::{BTreeMap, HashSet},
    env, fs,
    path::Path,
};

use tests::document::operations;

#[test]
fn the_seeds_are_the_examples_of_the_document() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/decode"));
    let examples = examples();
    if env::var_os("UPDATE_SEEDS").is_some() {
        fs::remove_dir_all(folder).unwrap();
        fs::create_dir_all(folder).unwrap();
        for (name, text) in &examples {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let seeds: BTreeMap<_, _> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    assert!(seeds == examples, "write them anew with UPDATE_SEEDS=1 in the environment");
}

/// The text of each example of a JSON response, once, under the name of a file for it.
fn examples() -> BTreeMap<String, String> {
    let responses = operations().into_iter().filter(|operation| operation.result().is_some()).flat_map(|operation| {
        let responses = operation.responses().1.into_iter().enumerate();
        responses.map(move |(index, response)| (format!("{}-{index}.json", operation.id), response.to_string()))
    });
    let mut seen = HashSet::new();
    responses.filter(|(_, text)| seen.insert(text.clone())).collect()
}
