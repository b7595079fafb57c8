//! The query endpoint of a service, query API endpoints and saved queries.

use std::time::Duration;

use clickhouse_cloud::types::*;

use super::{Tour, done, refused};

pub(super) async fn visit(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let body = CreateService::new("queries", Provider::Aws, Region::UsEast1, []).idle_scaling(false);
    let service = done(cloud.create_service(organization, &body)).await.service().unwrap().id().unwrap();
    let key = done(cloud.list_api_keys(organization)).await[0].id().unwrap();
    tour.advance(Duration::from_secs(120));
    service_query_endpoint(tour, service, key).await;
    query_api_endpoints(tour, service, key).await;
    saved_queries(tour, service).await;
}

async fn service_query_endpoint(tour: &Tour, service: ServiceId, key: ApiKeyId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let roles = [ServiceQueryEndpointRole::SqlConsoleReadOnly, ServiceQueryEndpointRole::SqlConsoleAdmin];
    let body = SetServiceQueryEndpoint::new(roles, [key]).allowed_origins("*");
    done(cloud.set_service_query_endpoint(organization, service, &body)).await;
    done(cloud.get_service_query_endpoint(organization, service)).await.expect("it is set");
    done(cloud.delete_service_query_endpoint(organization, service)).await;
}

async fn query_api_endpoints(tour: &Tour, service: ServiceId, key: ApiKeyId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let sql = "SELECT * FROM orders LIMIT {limit:UInt32}";
    let parameters = || [("limit", "10")];
    let body = CreateQueryApiEndpoint::new("Orders", sql, "default", [key], ["reader"])
        .parameters(parameters())
        .allowed_origins(["https://dashboards.example.com"]);
    let id = done(cloud.create_query_api_endpoint(organization, service, &body)).await.id().unwrap();
    let other = done(cloud.create_query_api_endpoint(organization, service, &body)).await.id().unwrap();
    cloud.list_query_api_endpoints(organization, service).limit(1).all().await.unwrap();
    done(cloud.get_query_api_endpoint(organization, service, id)).await;
    let body = ReplaceQueryApiEndpoint::new("Orders", sql, "default", [key], ["reader"])
        .parameters(parameters())
        .allowed_origins(["https://dashboards.example.com"]);
    done(cloud.replace_query_api_endpoint(organization, service, id, &body)).await;
    done(cloud.delete_query_api_endpoint(organization, service, id)).await;

    tour.cloud.simulator.set_state(other.0, "user").unwrap();
    refused(409, cloud.replace_query_api_endpoint(organization, service, other, &body)).await;
    refused(409, cloud.delete_query_api_endpoint(organization, service, other)).await;
}

async fn saved_queries(tour: &Tour, service: ServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let sql = "SELECT count() FROM orders WHERE region = {region:String}";
    let parameters = || [("region", "europe")];
    let create = |name| CreateSavedQuery::new(name, sql, "default").parameters(parameters());
    let replace = |name| ReplaceSavedQuery::new(name, sql, "default").parameters(parameters());
    let id = done(cloud.create_saved_query(organization, service, &create("a"))).await.id().unwrap();
    done(cloud.create_saved_query(organization, service, &create("b"))).await;
    refused(409, cloud.create_saved_query(organization, service, &create("b"))).await;
    cloud.list_saved_queries(organization, service).limit(1).all().await.unwrap();
    done(cloud.get_saved_query(organization, service, id)).await;
    done(cloud.replace_saved_query(organization, service, id, &replace("c"))).await;
    refused(409, cloud.replace_saved_query(organization, service, id, &replace("b"))).await;
    done(cloud.delete_saved_query(organization, service, id)).await;
}
