//! A store of the resources of any kind. A [`Kind`] says what is particular to one; the document says the rest: paths,
//! fields, examples, pages.

mod carry_out;
mod fields;
mod filter;
mod kind;
pub(crate) mod make;
mod model;
mod page;
mod resource;
pub(crate) mod states;
mod store;
#[cfg(test)]
mod tests;

pub(crate) use carry_out::carry_out;
pub(crate) use filter::Filter;
pub(crate) use kind::{Action, Assumed, Attempt, Completion, Id, Kind, Operation};
pub(crate) use make::{Make, Making};
pub(crate) use model::{Model, Models};
pub(crate) use resource::Resource;
pub use states::InvalidState;
pub(crate) use states::{States, Transition};
pub(crate) use store::{Located, Scope, Store};
