//! What the generator emits and reports, for documents from a few lines to that of the API.

mod bad_input;
mod corpus;
mod diff;
mod drift;
mod edited_documents;
mod fixtures;
mod fuzz_seeds;
mod inferred;
mod losses;
mod skeleton;
