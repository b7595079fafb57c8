//! What services cost on the simulator's clock, and the credits that pay for it.

#![expect(deprecated, reason = "what is deprecated still works")]

use std::time::Duration;

use clickhouse_cloud::{
    Error, Response,
    chrono::{Days, NaiveDate, NaiveTime},
    types::*,
};
use tests::simulated_cloud::{SimulatedCloud, fitting, new_service};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Returns hundredths of a credit, which are whole numbers.
fn hundredths(credits: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "the number is rounded, and small")]
    let whole = (credits * 100.0).round() as i64;
    whole
}

/// Starts a cloud at the beginning of a day, or a second after it, and returns the day.
async fn start() -> (SimulatedCloud, NaiveDate) {
    let cloud = SimulatedCloud::start().await;
    let service = cloud.create_service().await;
    let created = fitting(cloud.client.get_service(cloud.organization, service).await.unwrap()).created_at().unwrap();
    fitting(cloud.client.delete_service(cloud.organization, service).await.unwrap());
    let tomorrow = created.date_naive() + Days::new(1);
    let midnight = tomorrow.and_time(NaiveTime::MIN).and_utc();
    cloud.advance((midnight - created).to_std().unwrap());
    (cloud, tomorrow)
}

async fn cost(cloud: &SimulatedCloud, first: NaiveDate, last: NaiveDate) -> UsageCost {
    fitting(cloud.client.get_usage_cost(cloud.organization, first, last).await.unwrap())
}

/// Returns the cost of compute of a service in hundredths of a credit.
fn compute(cost: &UsageCost, service: ServiceId) -> i64 {
    let records = cost.costs().unwrap().iter().filter(|record| record.service_id == Some(service));
    records.map(|record| hundredths(record.metrics().unwrap().compute_chc.unwrap())).sum()
}

async fn command(cloud: &SimulatedCloud, service: ServiceId, command: StateCommand) {
    let body = UpdateServiceState::new(command);
    fitting(cloud.client.update_service_state(cloud.organization, service, &body).await.unwrap());
}

async fn scale(cloud: &SimulatedCloud, service: ServiceId, body: &UpdateServiceReplicaScaling) {
    fitting(cloud.client.update_service_replica_scaling(cloud.organization, service, body).await.unwrap());
}

#[tokio::test]
async fn the_cost_of_compute_follows_the_life_of_a_service() {
    let (cloud, day) = start().await;
    cloud.advance(6 * HOUR);
    let service = cloud.create_service().await;
    assert_eq!(cost(&cloud, day, day).await.costs(), Ok(&[][..]), "nothing is running yet");
    cloud.advance(Duration::from_secs(90) + HOUR);
    // 24 gigabytes for an hour.
    assert_eq!(compute(&cost(&cloud, day, day).await, service), 72);

    let body = UpdateServiceReplicaScaling::new().num_replicas(2).min_replica_memory_gb(16).max_replica_memory_gb(16);
    scale(&cloud, service, &body).await;
    cloud.advance(HOUR);
    assert_eq!(compute(&cost(&cloud, day, day).await, service), 72 + 96);

    command(&cloud, service, StateCommand::Stop).await;
    cloud.advance(3 * HOUR);
    assert_eq!(compute(&cost(&cloud, day, day).await, service), 72 + 96);

    command(&cloud, service, StateCommand::Start).await;
    cloud.advance(Duration::from_secs(60));
    let idling = UpdateServiceReplicaScaling::new().idle_scaling(true).idle_timeout_minutes(60);
    scale(&cloud, service, &idling).await;
    cloud.advance(3 * HOUR);
    assert_eq!(compute(&cost(&cloud, day, day).await, service), 72 + 96 + 96, "it was idle after an hour");

    fitting(cloud.client.delete_service(cloud.organization, service).await.unwrap());
    cloud.advance(DAY);
    assert!(cloud.client.get_service(cloud.organization, service).await.is_err());
    assert_eq!(compute(&cost(&cloud, day, day).await, service), 72 + 96 + 96, "the report outlives the service");
    assert_eq!(cost(&cloud, day + Days::new(1), day + Days::new(1)).await.costs(), Ok(&[][..]));
}

#[tokio::test]
async fn each_day_has_a_record_for_each_warehouse_and_service_and_all_adds_up() {
    let (cloud, day) = start().await;
    let [first, second] = [cloud.create_service().await, cloud.create_service().await];
    cloud.advance(2 * DAY);
    let last = day + Days::new(2);
    let report = cost(&cloud, day, last + Days::new(20)).await;
    let records = report.costs().unwrap();
    let total: i64 = records.iter().map(|record| hundredths(record.total_chc().unwrap())).sum();
    assert_eq!(hundredths(report.grand_total_chc().unwrap()), total);
    assert!(total > 0);
    for record in records {
        let metrics = record.metrics().unwrap();
        let parts = [
            metrics.storage_chc,
            metrics.backup_chc,
            metrics.compute_chc,
            metrics.public_data_transfer_chc,
            metrics.inter_region_tier1_data_transfer_chc,
            metrics.inter_region_tier2_data_transfer_chc,
            metrics.inter_region_tier3_data_transfer_chc,
            metrics.inter_region_tier4_data_transfer_chc,
        ];
        let sum: i64 = parts.into_iter().flatten().map(hundredths).sum();
        assert_eq!(hundredths(record.total_chc().unwrap()), sum, "{record:?}");
        assert_eq!((metrics.data_transfer_chc, metrics.initial_load_chc), (None, None));
        assert_eq!(record.entity_name(), Ok("analytics"));
        assert_eq!(record.locked(), Ok(record.date().unwrap() < last), "the current day may still change");
    }

    let whole_day = |record: &&UsageCostRecord| record.date() == Ok(day + Days::new(1));
    let of_day: Vec<_> = records.iter().filter(whole_day).collect();
    let kinds: Vec<_> = of_day.iter().map(|record| record.entity_type().unwrap()).collect();
    let (warehouse, service) = (&UsageCostEntityType::DataWarehouse, &UsageCostEntityType::Service);
    assert_eq!(kinds, [warehouse, warehouse, service, service]);
    for (record, id) in of_day[2..].iter().zip([first, second]) {
        let shown = fitting(cloud.client.get_service(cloud.organization, id).await.unwrap());
        assert_eq!((record.service_id, record.entity_id()), (Some(id), Ok(id.into())));
        assert_eq!(record.data_warehouse_id, shown.data_warehouse_id);
        assert_eq!(hundredths(record.total_chc().unwrap()), 24 * 24 * 3);
    }
    for record in &of_day[..2] {
        assert_eq!((record.service_id, record.entity_id()), (None, record.data_warehouse_id().map(Into::into)));
        let metrics = record.metrics().unwrap();
        assert_eq!((metrics.storage_chc, metrics.backup_chc, metrics.compute_chc), (Some(0.12), Some(0.06), None));
    }
}

#[tokio::test]
async fn a_report_is_filtered_by_the_tags_of_services() {
    let (cloud, day) = start().await;
    let tagged = new_service().tags([Tag::new("team").value("data")]);
    let tagged = fitting(cloud.client.create_service(cloud.organization, &tagged).await.unwrap());
    let tagged = tagged.service().unwrap().id().unwrap();
    cloud.create_running_service().await;
    cloud.advance(HOUR);
    for (filter, expected) in [("tag:team", 1), ("tag:team=data", 1), ("tag:team=sales", 0), ("tag:other", 0)] {
        let report = cloud.client.get_usage_cost(cloud.organization, day, day).filter([filter]);
        let report = fitting(report.await.unwrap());
        let records = report.costs().unwrap();
        assert_eq!(records.len(), expected, "{filter}");
        assert!(records.iter().all(|record| record.service_id == Some(tagged)), "{filter}");
        let total: i64 = records.iter().map(|record| hundredths(record.total_chc().unwrap())).sum();
        assert_eq!(hundredths(report.grand_total_chc().unwrap()), total);
    }
}

/// Returns the status of a refusal.
fn status<T>(outcome: Result<Response<T>, Error>) -> Option<u16> {
    outcome.err().and_then(|error| Some(error.status()?.as_u16()))
}

#[tokio::test]
async fn a_report_has_at_most_31_days() {
    let (cloud, day) = start().await;
    for (first, last, expected) in [
        (day, day + Days::new(30), None),
        (day, day + Days::new(31), Some(400)),
        (day, day - Days::new(1), Some(400)),
        (day - Days::new(300), day - Days::new(290), None),
        (NaiveDate::from_ymd_opt(9999, 12, 1).unwrap(), NaiveDate::from_ymd_opt(9999, 12, 31).unwrap(), None),
    ] {
        let outcome = cloud.client.get_usage_cost(cloud.organization, first, last).await;
        assert_eq!(status(outcome), expected, "{first} to {last}");
    }
}

/// Returns the type of each active balance, and its remaining and its spent credits in hundredths.
async fn balances(cloud: &SimulatedCloud) -> Vec<(CreditBalanceType, i64, i64)> {
    let balances = fitting(cloud.client.list_credit_balances(cloud.organization).await.unwrap());
    let mut total = 0;
    let mut shown = Vec::new();
    for balance in balances.balances().unwrap() {
        let left = hundredths(balance.remaining_credits().unwrap());
        let spent = hundredths(balance.amount_spent().unwrap());
        assert_eq!(left + spent, hundredths(balance.total_amount().unwrap()));
        total += left;
        shown.push((balance.type_().unwrap().clone(), left, spent));
    }
    assert_eq!(hundredths(balances.total_remaining_credits().unwrap()), total);
    shown
}

#[tokio::test]
async fn what_services_cost_is_taken_from_the_balance_that_expires_first() {
    use CreditBalanceType::{Prepaid, Trial};
    let (cloud, day) = start().await;
    let full = [(Trial, 30_000, 0), (Prepaid, 100_000, 0), (Prepaid, 1_000_000, 0)];
    assert_eq!(balances(&cloud).await, full);

    cloud.create_service().await;
    cloud.advance(10 * DAY);
    let spent = hundredths(cost(&cloud, day, day + Days::new(10)).await.grand_total_chc().unwrap());
    assert_eq!(balances(&cloud).await, [(Trial, 30_000 - spent, spent), full[1].clone(), full[2].clone()]);

    cloud.advance(10 * DAY);
    let spent = hundredths(cost(&cloud, day, day + Days::new(20)).await.grand_total_chc().unwrap());
    assert_eq!(balances(&cloud).await, [(Prepaid, 130_000 - spent, spent - 30_000), full[2].clone()]);

    cloud.advance(400 * DAY);
    assert_eq!(balances(&cloud).await, [], "the others have expired");
}

#[tokio::test]
async fn prepaid_balances_are_listed_with_limit_and_offset() {
    let (cloud, _) = start().await;
    let list = || cloud.client.list_active_balances(cloud.organization);
    let all = fitting(list().await.unwrap());
    assert_eq!(all.total_remaining_prepaid_credits(), Ok(11_000.0));
    let balances = all.prepaid_balances().unwrap();
    assert_eq!(balances.len(), 2, "the trial is not among them");
    let of_credits = fitting(cloud.client.list_credit_balances(cloud.organization).await.unwrap());
    for (balance, credit) in balances.iter().zip(&of_credits.balances().unwrap()[1..]) {
        assert_eq!(balance.id(), credit.id());
        assert_eq!(balance.remaining_prepaid_credits(), credit.remaining_credits());
        assert_eq!((balance.total_amount(), balance.amount_spent()), (credit.total_amount(), credit.amount_spent()));
        assert_eq!((balance.start_date(), balance.expiration_date()), (credit.start_date(), credit.expiration_date()));
    }
    for (offset, shown) in [(0, &balances[..1]), (1, &balances[1..]), (2, &[])] {
        let part = fitting(list().limit(1).offset(offset).await.unwrap());
        assert_eq!(part.prepaid_balances(), Ok(shown));
        assert_eq!(part.total_remaining_prepaid_credits(), Ok(11_000.0));
    }
    assert_eq!(status(list().limit(101).await), Some(400));
}
