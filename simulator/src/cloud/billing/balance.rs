use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    cost::{Report, credits, days},
    usage::MeteredService,
};
use crate::{clock::timestamp, identity};

/// The credits that an organization begins with, the first to expire first: their type, their number, and their days.
const AT_START: [(&str, u64, i64); 3] = [("trial", 300, 30), ("prepaid", 1_000, 90), ("prepaid", 10_000, 365)];

/// Credits of an organization, in hundredths.
pub(crate) struct Balance {
    pub(crate) id: Uuid,
    kind: &'static str,
    amount: u64,
    spent: u64,
    start: DateTime<Utc>,
    pub(crate) expiration: DateTime<Utc>,
}

/// Returns the balances of an organization that are active, the first to expire first. The cost of each day is taken from
/// the first balance that has credits left.
pub(crate) fn active_balances(
    organization: Uuid,
    start: DateTime<Utc>,
    report: &Report<'_>,
    now: DateTime<Utc>,
) -> Vec<Balance> {
    let at_start = AT_START.iter().zip(0..).map(|(&(kind, amount, days), number)| Balance {
        id: identity::derived(organization, number).uuid(),
        kind,
        amount: amount * 100,
        spent: 0,
        start,
        expiration: start + TimeDelta::days(days),
    });
    let mut balances: Vec<Balance> = at_start.collect();
    let last = balances.iter().map(|balance| balance.expiration.min(now)).max().unwrap_or(start);
    for day in days(start.date_naive(), last.date_naive()) {
        let mut cost = report.total_on(day);
        for balance in balances.iter_mut().filter(|balance| day <= balance.expiration.date_naive()) {
            let taken = cost.min(balance.left());
            balance.spent += taken;
            cost -= taken;
        }
    }
    balances.retain(|balance| now < balance.expiration && balance.left() > 0);
    balances
}

/// Returns the balances that were active at a notice before their expiration, if that was before `now`.
pub(crate) fn expiring_balances(
    organization: Uuid,
    start: DateTime<Utc>,
    services: &[MeteredService],
    notice: TimeDelta,
    now: DateTime<Utc>,
) -> Vec<Balance> {
    let notices = AT_START.iter().map(|(_, _, days)| start + TimeDelta::days(*days) - notice);
    let active = notices.filter(|at| *at <= now).flat_map(|at| {
        let balances = active_balances(organization, start, &Report::new(services, at), at);
        balances.into_iter().filter(move |balance| balance.expiration - notice == at)
    });
    active.collect()
}

impl Balance {
    /// Returns the credits that are left.
    pub(crate) fn remaining(&self) -> f64 {
        credits(self.left())
    }

    fn left(&self) -> u64 {
        self.amount - self.spent
    }

    pub(crate) fn is_prepaid(&self) -> bool {
        self.kind == "prepaid"
    }

    /// Returns the credits that are left on all balances together.
    pub(crate) fn total<'a>(balances: impl IntoIterator<Item = &'a Self>) -> f64 {
        credits(balances.into_iter().map(Self::left).sum())
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id,
            "type": self.kind,
            "remainingCredits": self.remaining(),
            "totalAmount": credits(self.amount),
            "amountSpent": credits(self.spent),
            "startDate": timestamp(self.start),
            "expirationDate": timestamp(self.expiration),
        })
    }

    /// Returns a prepaid balance as the operation for such balances alone shows it.
    pub(crate) fn to_prepaid_json(&self) -> Value {
        json!({
            "id": self.id,
            "remainingPrepaidCredits": self.remaining(),
            "totalAmount": credits(self.amount),
            "amountSpent": credits(self.spent),
            "startDate": timestamp(self.start),
            "expirationDate": timestamp(self.expiration),
        })
    }
}
