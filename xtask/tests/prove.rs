//! What `diff` says of changes of the real document, held against what is written of them, and against the compiler.

use std::process::Command;

#[test]
fn all_changes_mean_what_the_last_proof_says_and_a_sample_of_them_to_the_compiler_too() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).args(["prove", "--sample", "12"]).output().unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}
