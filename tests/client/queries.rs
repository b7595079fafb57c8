//! Query endpoints and saved queries, as the client sees them.

use std::{future::IntoFuture, ops::Deref, time::Duration};

use clickhouse_cloud::{Backoff, Created, Error, types::*, uuid::Uuid};
use serde_json::{Value, json};
use tests::{
    fake_api::{FakeApi, result},
    ids::{ORGANIZATION, SERVICE},
    simulated_cloud::{RunningService, fitting, refusal},
};

use crate::clock;

/// A time that no test exhausts.
const HOUR: Duration = Duration::from_secs(3_600);

/// A running service, and a client for its queries.
struct Queries(RunningService);

impl Deref for Queries {
    type Target = RunningService;

    fn deref(&self) -> &RunningService {
        &self.0
    }
}

impl Queries {
    async fn start() -> Self {
        Self(RunningService::start().await)
    }

    async fn key(&self) -> ApiKeyId {
        let (client, org) = self.client();
        fitting(client.create_api_key(org, &CreateApiKey::new("queries")).await.unwrap()).key().unwrap().id().unwrap()
    }

    async fn get(&self) -> Option<ServiceQueryEndpoint> {
        let (client, org) = self.client();
        client.get_service_query_endpoint(org, self.service).await.unwrap().into_inner()
    }
}

fn for_keys(keys: impl IntoIterator<Item = ApiKeyId>) -> SetServiceQueryEndpoint {
    SetServiceQueryEndpoint::new([ServiceQueryEndpointRole::SqlConsoleReadOnly], keys)
}

fn endpoint(name: &str) -> CreateQueryApiEndpoint {
    CreateQueryApiEndpoint::new(name, "SELECT 1", "default", [ApiKeyId(Uuid::nil())], ["reader"])
}

#[tokio::test]
async fn a_patient_call_gives_a_new_key_access() {
    let queries = Queries::start().await;
    let (client, org) = queries.client();
    let key = queries.key().await;
    let body = for_keys([key]);
    let unknown = format!("BAD_REQUEST: OpenAPI key {key} does not belong to the organization");
    assert_eq!(refusal(client.set_service_query_endpoint(org, queries.service, &body).await), (400, unknown));

    let call = client.set_service_query_endpoint(org, queries.service, &body).timeout(HOUR).attempt_timeout(HOUR);
    let set = clock::pass(&queries.cloud.simulator, call.patient().into_future()).await.unwrap();
    assert!(set.attempts() > 1, "the key was not known at first");
    assert_eq!(set.open_api_keys().unwrap(), [key]);
}

#[tokio::test]
async fn a_key_that_is_gone_is_waited_for_in_vain() {
    let queries = Queries::start().await;
    let (client, org) = queries.client();
    let key = queries.key().await;
    client.delete_api_key(org, key).await.unwrap();
    let body = for_keys([key]);
    let call = client.set_service_query_endpoint(org, queries.service, &body).timeout(HOUR).attempt_timeout(HOUR);
    let outcome = clock::pass(&queries.cloud.simulator, call.patient().into_future()).await;
    let Err(Error::Api(refused)) = outcome else { panic!("{outcome:?}") };
    assert!(refused.waited().is_some_and(|waited| waited >= Duration::from_secs(30)), "{refused}");
}

#[tokio::test]
async fn a_service_has_no_query_endpoint_until_it_is_set() {
    let queries = Queries::start().await;
    let (client, org) = queries.client();
    assert_eq!(queries.get().await, None);
    fitting(client.set_service_query_endpoint(org, queries.service, &for_keys([])).await.unwrap());
    assert_eq!(queries.get().await.unwrap().open_api_keys().unwrap(), []);
    fitting(client.delete_service_query_endpoint(org, queries.service).await.unwrap());
    assert_eq!(queries.get().await, None);
    let nowhere = client.get_service_query_endpoint(org, ServiceId(Uuid::nil())).await.unwrap();
    assert_eq!(*nowhere, None, "the API does not tell the one from the other");
}

#[tokio::test]
async fn the_roles_and_the_keys_stay_if_they_are_read_and_sent_again() {
    let queries = Queries::start().await;
    let (client, org) = queries.client();
    let (first, second) = (queries.key().await, queries.key().await);
    queries.cloud.advance(Duration::from_secs(6));
    let body = for_keys([first]).allowed_origins("https://a.example.com");
    let before = fitting(client.set_service_query_endpoint(org, queries.service, &body).await.unwrap());

    let mut keys = before.open_api_keys().unwrap().to_vec();
    keys.push(second);
    let mut body = SetServiceQueryEndpoint::new(before.roles().unwrap().iter().cloned(), keys);
    body.allowed_origins = before.allowed_origins.clone();
    let after = fitting(client.set_service_query_endpoint(org, queries.service, &body).await.unwrap());
    assert_eq!((after.id(), after.roles()), (before.id(), before.roles()));
    assert_eq!(after.open_api_keys().unwrap(), [first, second]);
    assert_eq!(after.allowed_origins, before.allowed_origins);

    let alone = fitting(client.set_service_query_endpoint(org, queries.service, &for_keys([second])).await.unwrap());
    assert_eq!(alone.open_api_keys().unwrap(), [second]);
    assert_eq!(alone.allowed_origins, None, "the rest is gone");
}

#[tokio::test]
async fn a_query_endpoint_is_set_again_if_the_response_is_lost() {
    let queries = Queries::start().await;
    let (client, org) = queries.client();
    queries.cloud.fault("setServiceQueryEndpoint=reset-after,times=1");
    let body = for_keys([]);
    let call = client.set_service_query_endpoint(org, queries.service, &body);
    let set = call.retry(Backoff::new().first(Duration::from_millis(1))).await.unwrap();
    assert_eq!(set.attempts(), 2);
    assert_eq!(queries.get().await.unwrap().id(), set.id(), "it is the same endpoint");
}

#[tokio::test]
async fn what_is_created_without_a_response_is_found_and_created_once() {
    let queries = Queries::start().await;
    let (client, org) = queries.client();
    fitting(client.create_query_api_endpoint(org, queries.service, &endpoint("Orders")).await.unwrap());
    queries.cloud.fault("createQueryApiEndpoint=reset-after,times=1");
    let body = endpoint("Orders");
    let outcome = client.create_query_api_endpoint(org, queries.service, &body).or_find().await.unwrap();
    let Created::Found(found) = outcome else { panic!("the response was lost") };
    let listed = client.list_query_api_endpoints(org, queries.service).limit(1).all().await.unwrap();
    assert_eq!((listed.len(), listed[1].id(), listed[1].name()), (2, found.id(), Ok("Orders")));

    let body = CreateSavedQuery::new("Orders", "SELECT 1", "default");
    queries.cloud.fault("createSavedQuery=reset-after,times=1");
    let outcome = client.create_saved_query(org, queries.service, &body).or_find().await.unwrap();
    let Created::Found(found) = outcome else { panic!("the response was lost") };
    let listed = client.list_saved_queries(org, queries.service).await.unwrap();
    assert_eq!((listed.len(), listed[0].id()), (1, found.id()));
    let (status, _) = refusal(client.create_saved_query(org, queries.service, &body).await);
    assert_eq!(status, 409, "and its name is taken");
}

#[tokio::test]
async fn a_request_that_is_not_valid_is_refused_with_its_issues() {
    let queries = Queries::start().await;
    let (client, org) = queries.client();
    let body = CreateSavedQuery::new("", "SELECT 1", "default");
    let outcome = client.create_saved_query(org, queries.service, &body).await;
    let Err(Error::Api(refused)) = outcome else { panic!("{outcome:?}") };
    let invalid: RequestIssues = refused.decode().unwrap();
    assert_eq!(invalid.error().ok(), refused.message());
    let [issue] = invalid.issues.as_deref().unwrap() else { panic!("{invalid:?}") };
    assert_eq!(issue.path().unwrap(), [StringOrInteger::String("name".to_owned())]);
    assert!(issue.message().unwrap().contains("shorter than 1 character"), "{issue:?}");
}

/// Returns the JSON body of the only request that came.
async fn body(api: &FakeApi) -> Value {
    let requests = api.requests().await;
    assert_eq!(requests.len(), 1);
    serde_json::from_slice(&requests[0].body).unwrap()
}

#[tokio::test]
async fn a_replacement_sends_what_it_is_given_and_nothing_else() {
    let query = ReplaceSavedQuery::new("a", "SELECT 1", "default");
    let none = json!({ "name": "a", "sql": "SELECT 1", "database": "default" });
    let mut empty = none.clone();
    empty["parameters"] = json!({});
    for (query, expected) in [(query.clone(), none), (query.parameters([("", ""); 0]), empty)] {
        let api = FakeApi::responding(result(&json!({}))).await;
        let id = SavedQueryId(Uuid::nil());
        api.client().replace_saved_query(ORGANIZATION, SERVICE, id, &query).await.unwrap();
        assert_eq!(body(&api).await, expected);
    }

    let key = ApiKeyId(Uuid::from_u128(1));
    let endpoint = ReplaceQueryApiEndpoint::new("a", "SELECT {b:String}", "default", [key], ["reader"])
        .parameters([("b", "c")])
        .allowed_origins([""; 0]);
    let api = FakeApi::responding(result(&json!({}))).await;
    let id = QueryApiEndpointId(Uuid::nil());
    api.client().replace_query_api_endpoint(ORGANIZATION, SERVICE, id, &endpoint).await.unwrap();
    let expected = json!({
        "name": "a", "sql": "SELECT {b:String}", "database": "default", "parameters": { "b": "c" },
        "apiKeyIds": [key], "roles": ["reader"], "allowedOrigins": [],
    });
    assert_eq!(body(&api).await, expected);
    assert_eq!(api.requests().await[0].method.as_str(), "PUT");
}
