//! What the fuzz target `generate_edited` does for as long as it is let, for a moment: see `docs/fuzzing.md`.

#[path = "../fuzz/edits.rs"]
mod edits;
#[path = "../fuzz/outcome.rs"]
mod outcome;

use arbitrary::{Arbitrary, Unstructured};
use edits::EditedDocument;

/// As many as take a few seconds.
const DOCUMENTS: u64 = 300;

#[test]
fn each_gives_a_crate_or_errors_with_a_location() {
    for seed in 0..DOCUMENTS {
        let mut random = fastrand::Rng::with_seed(seed);
        let bytes: Vec<_> = std::iter::repeat_with(|| random.u8(..)).take(64).collect();
        let document = EditedDocument::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
        println!("edited with the seed {seed}:\n{document:?}");
        outcome::is_a_crate_or_errors(&document.0);
    }
}
