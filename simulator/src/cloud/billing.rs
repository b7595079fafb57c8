//! What services cost, and the credits that pay for it.

mod balance;
mod cost;
mod usage;

pub(super) use balance::{Balance, active_balances, expiring_balances};
pub(super) use cost::{Filter, Report};
pub(super) use usage::{Meter, MeteredService};
