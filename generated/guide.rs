//! Finding, scaling, settings, pipes, Postgres, queries, backups, keys, cost, errors, retries, lists, waiting, tolerance
//! and testing, a page for each. The examples run against the simulator.

#[doc = include_str!("guide/errors.md")]
pub mod errors {}

#[doc = include_str!("guide/retries.md")]
pub mod retries {}

#[doc = include_str!("guide/lists.md")]
pub mod lists {}

#[doc = include_str!("guide/finding.md")]
pub mod finding {}

#[doc = include_str!("guide/scaling.md")]
pub mod scaling {}

#[doc = include_str!("guide/settings.md")]
pub mod settings {}

#[doc = include_str!("guide/pipes.md")]
pub mod pipes {}

#[doc = include_str!("guide/postgres.md")]
pub mod postgres {}

#[doc = include_str!("guide/queries.md")]
pub mod queries {}

#[doc = include_str!("guide/backups.md")]
pub mod backups {}

#[doc = include_str!("guide/keys.md")]
pub mod keys {}

#[doc = include_str!("guide/waiting.md")]
pub mod waiting {}

#[doc = include_str!("guide/tolerance.md")]
pub mod tolerance {}

#[doc = include_str!("guide/cost.md")]
pub mod cost {}

#[doc = include_str!("guide/testing.md")]
pub mod testing {}
