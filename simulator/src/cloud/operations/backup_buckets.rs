use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    call::Output,
    cloud::{backup::Bucket, service::Service},
    identity::Identity,
    refusal::Refusal,
};

pub(super) fn get(service: &Service) -> Result<Output, Refusal> {
    service.bucket().map(|bucket| Output::Json(bucket.to_json())).ok_or_else(none)
}

pub(super) fn create(
    service: &mut Service,
    identity: &mut Identity,
    body: &Value,
    now: DateTime<Utc>,
) -> Result<Output, Refusal> {
    let provider = service.location().provider().as_str().to_uppercase();
    let problem = if service.bucket().is_some() {
        Some("the service has a backup bucket already".to_owned())
    } else if service.is_secondary() {
        Some("the backups of a secondary service are those of the primary service".to_owned())
    } else if service.is_regulated() {
        Some("a service for HIPAA or PCI cannot have a backup bucket".to_owned())
    } else if body["bucketProvider"] != provider {
        Some(format!("bucketProvider: the service runs at {provider}"))
    } else {
        None
    };
    if let Some(problem) = problem {
        return Err(Refusal::bad_request(problem));
    }
    service.touch(now)?;
    service.set_bucket(Some(Bucket::new(identity.uuid(), body)));
    get(service)
}

pub(super) fn update(service: &mut Service, body: &Value, now: DateTime<Utc>) -> Result<Output, Refusal> {
    let mut bucket = service.bucket().ok_or_else(none)?.clone();
    if body["bucketProvider"] != bucket.provider() {
        return Err(Refusal::bad_request(format_args!("bucketProvider: the bucket is at {}", bucket.provider())));
    }
    service.touch(now)?;
    bucket.update(body);
    service.set_bucket(Some(bucket));
    get(service)
}

pub(super) fn delete(service: &mut Service, now: DateTime<Utc>) -> Result<Output, Refusal> {
    service.bucket().ok_or_else(none)?;
    service.touch(now)?;
    service.set_bucket(None);
    Ok(Output::Nothing)
}

fn none() -> Refusal {
    Refusal::no_such("backup bucket")
}
