//! Refusals of wrong ids, without permission, and of what is not there. The requests are those that the document shows.

use std::time::Duration;

use clickhouse_cloud::{
    reqwest::{self, Method},
    types::*,
    uuid::Uuid,
};
use tests::document::{self, Operation};

use super::{Tour, done};

pub(super) async fn provoke(tour: &Tour) {
    let (organization, unknown) = (tour.organization.to_string(), Uuid::from_u128(404).to_string());
    let admin = tour.cloud.simulator.key();
    let powerless = powerless_key(tour).await;
    let powerless = (powerless.key_id.as_ref().unwrap(), powerless.key_secret.as_ref().unwrap());
    let powerless = (powerless.0.expose_secret(), powerless.1.expose_secret());
    let stopped = stopped_service(tour).await.to_string();
    for operation in document::operations() {
        for (status, organization, key) in [
            (400, "my-organization", admin),
            (403, &organization, powerless),
            (404, &organization, admin),
            (404, &unknown, admin),
        ] {
            if operation.statuses().any(|it| it == status) {
                send(tour, operation, &[("organizationId", organization)], key).await;
            }
        }
        if operation.statuses().any(|it| it == 424) {
            send(tour, operation, &[("organizationId", &organization), ("serviceId", &stopped)], admin).await;
        }
    }
}

/// A key that may do nothing but look at a service that is not there.
async fn powerless_key(tour: &Tour) -> CreatedApiKey {
    let resource = format!("instance/{}", Uuid::nil());
    let policy = Policy::new(PolicyEffect::Allow, ["control-plane:service:view"], [resource]);
    let role = CreateRole::new("Powerless", [""; 0], [policy]);
    let role = done(tour.client.create_role(tour.organization, &role)).await;
    let key = CreateApiKey::new("Powerless").assigned_role_ids([role.id().unwrap()]);
    done(tour.client.create_api_key(tour.organization, &key)).await
}

/// A service that does not run, and which nobody wakes.
async fn stopped_service(tour: &Tour) -> ServiceId {
    let (cloud, organization) = (&tour.client, tour.organization);
    let body = CreateService::new("stopped", Provider::Aws, Region::UsEast1, []).idle_scaling(false);
    let service = done(cloud.create_service(organization, &body)).await.service().unwrap().id().unwrap();
    tour.advance(Duration::from_secs(120));
    done(cloud.update_service_state(organization, service, &UpdateServiceState::new(StateCommand::Stop))).await;
    service
}

async fn send(tour: &Tour, operation: Operation, ids: &[(&str, &str)], (id, secret): (&str, &str)) {
    let url = format!("{}{}", tour.recorder.url(), operation.target(ids));
    let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
    let request = reqwest::Client::new().request(method, url).basic_auth(id, Some(secret));
    let request = match operation.request() {
        Some(body) => request.header("content-type", "application/json").body(body.to_string()),
        None => request,
    };
    request.send().await.unwrap();
}
