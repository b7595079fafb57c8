//! `cargo xtask prove`, with a sample of the mutations.

use std::process::Command;

#[test]
fn the_verdicts_are_those_of_the_last_proof_and_the_compiler_agrees_on_a_sample() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["prove", "--sample", "12"]).output().unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}
