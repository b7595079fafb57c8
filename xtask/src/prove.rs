//! Checks `diff` against the compiler and cargo-semver-checks, for a table of changes.

mod crates;
mod edit;
mod outcome;
mod proof;
mod semver_checks;
mod table;

use std::{fs, thread};

use anyhow::{Context, Result, anyhow};
use codegen::{Settings, diff};
use serde_json::Value;

use crate::{
    FINE, FOUND,
    arguments::Prove,
    workspace::{self, EMITTED_PACKAGE},
};
use crates::Crates;
use proof::Proof;
use semver_checks::SemverChecks;
use table::{Mutation, Table};

const TABLE: &str = "tests/diff/mutations.yaml";
const PROGRAM: &str = "tests/diff/user.rs";
const PROOF: &str = "tests/diff/proof.tsv";

pub(crate) fn run(arguments: &Prove) -> Result<u8> {
    let table = Table::read(TABLE, &read(TABLE)?)?;
    let base = without_examples(workspace::document()?.root().clone());
    let mut proofs = diff_all(&table.mutations, &base)?;

    let compiled = spread(proofs.len(), arguments.sample.unwrap_or(proofs.len()));
    let mut crates = Crates::new(&read(PROGRAM)?);
    for &index in &compiled {
        crates.add(&table.mutations[index], &base)?;
    }
    if !compiled.is_empty() {
        let outcomes = crates.check()?;
        for &index in &compiled {
            proofs[index].compiler = Some(outcomes.of(&table.mutations[index])?);
        }
    }
    if arguments.sample.is_none() {
        match SemverChecks::find() {
            Some(mut tool) => {
                for (proof, mutation) in proofs.iter_mut().zip(&table.mutations) {
                    proof.semver_checks = Some(tool.compare(&crates, mutation)?);
                }
            }
            None => eprintln!("cargo-semver-checks is not installed: proof.tsv is compared and not written"),
        }
    }
    finish(&table, &proofs, arguments)
}

fn finish(table: &Table, proofs: &[Proof], arguments: &Prove) -> Result<u8> {
    let mut problems: Vec<String> = proofs.iter().flat_map(|proof| proof.problems(table)).collect();
    let file = workspace::root().join(PROOF);
    if arguments.sample.is_none() && proofs.iter().all(|proof| proof.semver_checks.is_some()) {
        fs::write(&file, proof::to_text(proofs)).with_context(|| format!("cannot write {PROOF}"))?;
    } else {
        problems.extend(proof::differences(&read(PROOF)?, proofs));
    }
    for problem in &problems {
        eprintln!("{problem}\n");
    }
    let compiled = proofs.iter().filter(|proof| proof.compiler.is_some()).count();
    println!("{} mutations, {compiled} of them compiled: {} disagreements", proofs.len(), problems.len());
    Ok(if problems.is_empty() { FINE } else { FOUND })
}

/// Diffs the documents of all mutations, with a share of them on each processor.
fn diff_all<'m>(mutations: &'m [Mutation], base: &Value) -> Result<Vec<Proof<'m>>> {
    let processors = thread::available_parallelism()?.get();
    thread::scope(|scope| {
        let shares = mutations.chunks(mutations.len().div_ceil(processors).max(1));
        let diff_share = |share: &'m [Mutation]| -> Result<Vec<_>> {
            share.iter().map(|mutation| diff_one(mutation, base)).collect()
        };
        let threads: Vec<_> = shares.map(|share| scope.spawn(move || diff_share(share))).collect();
        let mut proofs = Vec::new();
        for thread in threads {
            proofs.append(&mut thread.join().map_err(|_| anyhow!("the diff panics"))??);
        }
        Ok(proofs)
    })
}

/// Diffs the documents of a mutation.
fn diff_one<'m>(mutation: &'m Mutation, base: &Value) -> Result<Proof<'m>> {
    let in_context = || format!("in the mutation {:?}", mutation.name);
    let (old, new) = mutation.documents(base).with_context(in_context)?;
    let settings = Settings::new(EMITTED_PACKAGE);
    let diff = diff::between((&old, &settings), (&new, &settings))
        .map_err(|error| anyhow!("{error}"))
        .with_context(in_context)?;
    Ok(Proof::new(mutation, diff, [&old, &new]))
}

/// Returns indices that are spread evenly over all.
fn spread(all: usize, wanted: usize) -> Vec<usize> {
    (0..wanted.min(all)).map(|index| index * all / wanted.min(all)).collect()
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(workspace::root().join(file)).with_context(|| format!("cannot read {file}"))
}

/// Removes the examples, which would have to be edited with each property.
fn without_examples(mut value: Value) -> Value {
    fn strip(value: &mut Value, are_keywords: bool) {
        match value {
            Value::Object(object) => {
                if are_keywords {
                    object.retain(|key, _| key != "example" && key != "examples");
                }
                for (key, value) in object {
                    strip(value, key != "properties");
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|value| strip(value, true)),
            _ => {}
        }
    }
    strip(&mut value, true);
    value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sample_is_spread_evenly() {
        assert_eq!(spread(10, 3), [0, 3, 6]);
        assert_eq!(spread(2, 5), [0, 1]);
        assert_eq!(spread(0, 5), [0; 0]);
        assert_eq!(spread(5, 0), [0; 0]);
    }

    #[test]
    fn examples_are_removed_and_properties_of_this_name_stay() {
        let schema = json!({ "example": 1, "properties": { "example": { "type": "string", "examples": [1] } } });
        assert_eq!(without_examples(schema), json!({ "properties": { "example": { "type": "string" } } }));
    }
}
