use chrono::{NaiveDate, TimeDelta};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::read;
use crate::{
    call::{Call, Output},
    cloud::{
        Cloud,
        billing::{Balance, Filter, Report},
    },
    refusal::Refusal,
};

/// The longest period of a report, from its first to its last day.
const MAX_PERIOD: TimeDelta = TimeDelta::days(30);

#[derive(Deserialize)]
struct Period {
    from_date: NaiveDate,
    to_date: NaiveDate,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    offset: usize,
    #[serde(default = "default_limit")]
    limit: usize,
}

fn default_limit() -> usize {
    100
}

pub(super) fn get_usage_cost(cloud: &mut Cloud, organization: Uuid, call: &Call<'_>) -> Result<Output, Refusal> {
    let Period { from_date, to_date } = read(call.query)?;
    if to_date < from_date {
        return Err(Refusal::bad_request("to_date: this is before from_date"));
    }
    if to_date - from_date > MAX_PERIOD {
        return Err(Refusal::bad_request("to_date: a report has at most 31 days, both dates included"));
    }
    let filter = Filter(call.query.get("filter").cloned().unwrap_or_default());
    let services = cloud.metered_services(organization, call.now);
    Ok(Output::Json(Report::new(&services, call.now).to_json(from_date, to_date, &filter)))
}

pub(super) fn list_active_balances(cloud: &mut Cloud, organization: Uuid, call: &Call<'_>) -> Result<Output, Refusal> {
    let Part { offset, limit } = read(call.query)?;
    let mut balances = cloud.balances(organization, call.now);
    balances.retain(Balance::is_prepaid);
    let shown: Vec<Value> = balances.iter().skip(offset).take(limit).map(Balance::to_prepaid_json).collect();
    let result = json!({ "totalRemainingPrepaidCredits": Balance::total(&balances), "prepaidBalances": shown });
    Ok(Output::Json(result))
}

pub(super) fn list_credit_balances(cloud: &mut Cloud, organization: Uuid, call: &Call<'_>) -> Output {
    let balances = cloud.balances(organization, call.now);
    let shown: Vec<Value> = balances.iter().map(Balance::to_json).collect();
    Output::Json(json!({ "totalRemainingCredits": Balance::total(&balances), "balances": shown }))
}
