use std::iter;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use indexmap::IndexMap;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::usage::{MeteredService, milliseconds};
use crate::resources;

// The simulator's own prices, in hundredths of a credit.
const COMPUTE_OF_GB_AND_HOUR: u64 = 3;
const STORAGE_OF_WAREHOUSE_AND_DAY: u64 = 12;
const BACKUPS_OF_WAREHOUSE_AND_DAY: u64 = 6;

const MILLISECONDS_OF_HOUR: u64 = 60 * 60 * 1000;
const MILLISECONDS_OF_DAY: u64 = 24 * MILLISECONDS_OF_HOUR;

/// The data that leaves a service, of which there is none.
const DATA_TRANSFER: [&str; 5] = [
    "publicDataTransferCHC",
    "interRegionTier1DataTransferCHC",
    "interRegionTier2DataTransferCHC",
    "interRegionTier3DataTransferCHC",
    "interRegionTier4DataTransferCHC",
];

/// The cost of the services of an organization.
pub(crate) struct Report<'a> {
    services: &'a [MeteredService],
    now: DateTime<Utc>,
}

/// The cost of an entity on one day.
struct Record {
    data_warehouse_id: Uuid,
    /// The service, unless the entity is a warehouse.
    service_id: Option<Uuid>,
    name: String,
    date: NaiveDate,
    /// The parts of the cost, in hundredths of a credit.
    metrics: Vec<(&'static str, u64)>,
}

/// A warehouse, from the creation of its first service to the deletion of its last one.
struct Warehouse<'a> {
    name: &'a str,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// Conditions on the tags of services.
pub(crate) struct Filter(pub(crate) Value);

impl Filter {
    fn passes(&self, service: &MeteredService) -> bool {
        let item = Map::from_iter([("tags".to_owned(), service.tags.clone())]);
        self.0.is_null() || resources::Filter::Tag("tags").passes(&item, &self.0)
    }
}

impl<'a> Report<'a> {
    pub(crate) fn new(services: &'a [MeteredService], now: DateTime<Utc>) -> Self {
        Self { services, now }
    }

    /// Returns the cost from the first to the last day, as the API shows it. Only services have tags, so a filter leaves
    /// out warehouses.
    pub(crate) fn to_json(&self, first: NaiveDate, last: NaiveDate, filter: &Filter) -> Value {
        let mut records = Vec::new();
        for date in days(first, last.min(self.now.date_naive())) {
            if filter.0.is_null() {
                records.extend(self.warehouses_on(date));
            }
            records.extend(self.services_on(date, filter));
        }
        let total = records.iter().map(Record::total).sum();
        let costs: Vec<_> = records.iter().map(|record| record.to_json(self.now)).collect();
        json!({ "grandTotalCHC": credits(total), "costs": costs })
    }

    /// Returns the cost of all on a day, in hundredths of a credit.
    pub(super) fn total_on(&self, date: NaiveDate) -> u64 {
        let records = self.warehouses_on(date).into_iter().chain(self.services_on(date, &Filter(Value::Null)));
        records.map(|record| record.total()).sum()
    }

    fn services_on(&self, date: NaiveDate, filter: &Filter) -> impl Iterator<Item = Record> {
        let [start, end] = bounds(date);
        let services = self.services.iter().filter(|service| filter.passes(service));
        let records = services.map(move |service| {
            let usage = service.meter.gb_milliseconds(start, end);
            let compute = usage.saturating_mul(COMPUTE_OF_GB_AND_HOUR) / MILLISECONDS_OF_HOUR;
            let metrics = iter::once(("computeCHC", compute)).chain(DATA_TRANSFER.map(|name| (name, 0)));
            Record {
                data_warehouse_id: service.data_warehouse_id,
                service_id: Some(service.id),
                name: service.name.clone(),
                date,
                metrics: metrics.collect(),
            }
        });
        records.filter(|record| record.total() > 0)
    }

    fn warehouses_on(&self, date: NaiveDate) -> Vec<Record> {
        let [start, end] = bounds(date);
        let mut warehouses: IndexMap<Uuid, Warehouse<'_>> = IndexMap::new();
        for service in self.services {
            let (from, until) = (service.created_at, service.deleted_at.unwrap_or(self.now));
            let warehouse = warehouses.entry(service.data_warehouse_id);
            let warehouse = warehouse.or_insert(Warehouse { name: &service.name, from, until });
            warehouse.from = warehouse.from.min(from);
            warehouse.until = warehouse.until.max(until);
        }
        let records = warehouses.into_iter().map(|(id, warehouse)| {
            let time = milliseconds(warehouse.from.max(start), warehouse.until.min(end));
            let prices = [("storageCHC", STORAGE_OF_WAREHOUSE_AND_DAY), ("backupCHC", BACKUPS_OF_WAREHOUSE_AND_DAY)];
            Record {
                data_warehouse_id: id,
                service_id: None,
                name: warehouse.name.to_owned(),
                date,
                metrics: prices.map(|(name, price)| (name, price * time / MILLISECONDS_OF_DAY)).to_vec(),
            }
        });
        records.filter(|record| record.total() > 0).collect()
    }
}

impl Record {
    fn total(&self) -> u64 {
        self.metrics.iter().map(|(_, cost)| cost).sum()
    }

    fn to_json(&self, now: DateTime<Utc>) -> Value {
        let metrics = self.metrics.iter().map(|(name, cost)| ((*name).to_owned(), credits(*cost).into()));
        json!({
            "dataWarehouseId": self.data_warehouse_id,
            "serviceId": self.service_id,
            "date": self.date,
            "entityType": if self.service_id.is_some() { "service" } else { "datawarehouse" },
            "entityId": self.service_id.unwrap_or(self.data_warehouse_id),
            "entityName": self.name,
            "metrics": metrics.collect::<Map<_, _>>(),
            "totalCHC": credits(self.total()),
            "locked": self.date < now.date_naive(),
        })
    }
}

/// Returns the days from the first to the last one.
pub(super) fn days(first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    first.iter_days().take_while(move |day| *day <= last)
}

/// Returns the beginning of a day, and that of the next one.
fn bounds(date: NaiveDate) -> [DateTime<Utc>; 2] {
    let start = date.and_time(NaiveTime::MIN).and_utc();
    [start, start + TimeDelta::days(1)]
}

/// Returns hundredths of a credit as credits.
#[expect(clippy::cast_precision_loss, reason = "there is room for all hundredths of 90 trillion credits")]
pub(super) fn credits(hundredths: u64) -> f64 {
    hundredths as f64 / 100.0
}
