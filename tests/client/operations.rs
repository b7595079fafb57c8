//! Each operation, over real HTTP: everything it sends, and everything it receives.

#![expect(deprecated, reason = "what is deprecated still works")]

use clickhouse_cloud::{Client, Error, Patch, Response, types::*, uuid::uuid};
use serde_json::{Value, json};
use tests::{
    document::{self, resolve},
    fake_api::{FakeApi, header, result},
};
use wiremock::{ResponseTemplate, http::HeaderName};

const ORGANIZATION: OrganizationId = OrganizationId(uuid!("f9379e4a-8450-4f8e-a872-fb01296f9734"));
const SERVICE: ServiceId = ServiceId(uuid!("2b54c59e-a2a1-429e-9d39-4d4c987ef5aa"));
const BACKUP: BackupId = BackupId(uuid!("158423ac-e2dc-4f76-8778-a7a1587bf3bb"));

const ORGANIZATION_PATH: &str = "/v1/organizations/f9379e4a-8450-4f8e-a872-fb01296f9734";
const SERVICES_PATH: &str = "/v1/organizations/f9379e4a-8450-4f8e-a872-fb01296f9734/services";
const SERVICE_PATH: &str =
    "/v1/organizations/f9379e4a-8450-4f8e-a872-fb01296f9734/services/2b54c59e-a2a1-429e-9d39-4d4c987ef5aa";

#[test]
fn every_operation_of_the_document_is_called_here() {
    for operation in document::operations() {
        let call = format!("call(\"{}\"", operation.id);
        assert!(include_str!("operations.rs").contains(&call), "nothing calls `{}`", operation.id);
    }
}

#[tokio::test]
async fn list_organizations() {
    let organizations = call("listOrganizations", "/v1/organizations", None, Client::list_organizations).await;

    let organization = organizations.only().unwrap();
    assert_eq!(organization.id(), Ok(ORGANIZATION));
    assert_eq!(organization.name(), Ok("Example Corporation"));
    assert_eq!(organization.created_at().unwrap().to_rfc3339(), "2023-11-02T10:41:07+00:00");
    assert_eq!((organization.enable_core_dumps, &organization.byoc_config), (Some(true), &Some(Vec::new())));
    assert_eq!(organization.capabilities.as_ref().unwrap().snapshots, Some(true));
    let [endpoint] = organization.private_endpoints.as_deref().unwrap() else { panic!("one endpoint") };
    assert_eq!((endpoint.id(), endpoint.description.as_deref()), (Ok("vpce-0a1b2c3d4e5f60718"), Some("Analytics VPC")));
    assert_eq!((&endpoint.cloud_provider, &endpoint.region), (&Some(Provider::Aws), &Some(Region::UsEast1)));
}

#[tokio::test]
async fn list_organizations_from_a_cursor() {
    let path = "/v1/organizations?limit=10&cursor=a%2Fb";
    call("listOrganizations", path, None, |cloud| cloud.list_organizations().limit(10).cursor("a/b")).await;
}

#[tokio::test]
async fn get_organization() {
    let organization =
        call("getOrganization", ORGANIZATION_PATH, None, |cloud| cloud.get_organization(ORGANIZATION)).await;

    assert_eq!(organization.id(), Ok(ORGANIZATION));
    assert_eq!(organization.private_endpoints, Some(Vec::new()));
    let [infrastructure] = organization.byoc_config.as_deref().unwrap() else { panic!("one account") };
    assert_eq!(infrastructure.id(), Ok("byoc-4d1f"));
    assert_eq!(infrastructure.state, Some(ByocState::InfraReady));
    assert_eq!(infrastructure.account_id.as_deref(), Some("123456789012"));
    assert_eq!(infrastructure.account_name, None);
    assert_eq!(
        (&infrastructure.region_id, &infrastructure.cloud_provider),
        (&Some(Region::UsEast1), &Some(Provider::Aws))
    );
    assert_eq!(infrastructure.display_name.as_deref(), Some("Production account"));
}

#[tokio::test]
async fn update_organization() {
    let endpoint = || {
        OrganizationPrivateEndpoint::new("vpce-1")
            .description("Analytics VPC")
            .cloud_provider(Provider::Aws)
            .region(Region::UsEast1)
    };
    let endpoints = OrganizationPrivateEndpointsUpdate::new().add([endpoint()]).remove([endpoint()]);
    let all = UpdateOrganization::new().name("Example").private_endpoints(endpoints).enable_core_dumps(false);
    let sent = json!({"id": "vpce-1", "description": "Analytics VPC", "cloudProvider": "aws", "region": "us-east-1"});
    let body = json!({
        "name": "Example",
        "privateEndpoints": {"add": [sent], "remove": [sent]},
        "enableCoreDumps": false,
    });
    assert_complete("updateOrganization", &body);
    for (update, body) in [(all, body), (UpdateOrganization::new(), json!({}))] {
        let organization = call("updateOrganization", ORGANIZATION_PATH, Some(body), |cloud| {
            cloud.update_organization(ORGANIZATION, &update)
        })
        .await;
        assert_eq!(organization.name(), Ok("Example Corporation"));
    }
}

#[tokio::test]
async fn list_services() {
    let services = call("listServices", SERVICES_PATH, None, |cloud| cloud.list_services(ORGANIZATION)).await;

    let names: Vec<_> = services.iter().map(|service| service.name().unwrap()).collect();
    assert_eq!(names, ["Order analytics", "Staging"]);
    let staging = &services[1];
    assert_eq!(staging.region, Some(Region::UsEast1Gcp));
    assert_eq!(staging.state, Some(ServiceState::Idle));
    assert_eq!(staging.endpoints().unwrap().len(), 2);
    assert_eq!(staging.ip_access_list().unwrap()[0].description, None);
    assert_eq!(staging.private_endpoint_ids().unwrap(), [""; 0]);
    assert_eq!((staging.min_total_memory_gb, staging.num_replicas, &staging.iam_role), (None, None, &None));
}

#[tokio::test]
async fn create_service() {
    let addresses = [IpAccessEntry::new("203.0.113.0/24").description("Office"), home()];
    let service = CreateService::new("Order analytics", Provider::Aws, Region::UsEast1, addresses)
        .tier(Tier::Production)
        .min_total_memory_gb(48)
        .max_total_memory_gb(120)
        .num_replicas(3)
        .idle_scaling(false)
        .idle_timeout_minutes(15)
        .backup_id(BACKUP)
        .encryption_key("the key")
        .encryption_assumed_role_identifier("the role")
        .private_endpoint_ids(["vpce-1", "vpce-2"])
        .private_preview_terms_checked(true);
    let body = json!({
        "name": "Order analytics",
        "provider": "aws",
        "region": "us-east-1",
        "tier": "production",
        "ipAccessList": [{"source": "203.0.113.0/24", "description": "Office"}, {"source": "203.0.113.7"}],
        "minTotalMemoryGb": 48,
        "maxTotalMemoryGb": 120,
        "numReplicas": 3,
        "idleScaling": false,
        "idleTimeoutMinutes": 15,
        "backupId": "158423ac-e2dc-4f76-8778-a7a1587bf3bb",
        "encryptionKey": "the key",
        "encryptionAssumedRoleIdentifier": "the role",
        "privateEndpointIds": ["vpce-1", "vpce-2"],
        "privatePreviewTermsChecked": true,
    });
    assert_complete("createService", &body);
    let created =
        call("createService", SERVICES_PATH, Some(body), |cloud| cloud.create_service(ORGANIZATION, &service)).await;

    assert_eq!(created.password().unwrap().expose_secret(), "example-Password-1");
    let service = created.service().unwrap();
    assert_eq!(service.id(), Ok(SERVICE));
    assert_eq!(service.state(), Ok(&ServiceState::Provisioning));
    assert_eq!(service.ip_access_list().unwrap().len(), 2);
}

fn home() -> IpAccessEntryInput {
    IpAccessEntry::new("203.0.113.7")
}

#[tokio::test]
async fn create_service_with_only_what_is_required() {
    let service = CreateService::new("staging-1", Provider::Azure, Region::from("moonbase-1"), [home()]);
    let body = json!({
        "name": "staging-1",
        "provider": "azure",
        "region": "moonbase-1",
        "ipAccessList": [{"source": "203.0.113.7"}],
    });
    call("createService", SERVICES_PATH, Some(body), |cloud| cloud.create_service(ORGANIZATION, &service)).await;
}

#[tokio::test]
async fn create_service_sends_empty_lists() {
    let service = CreateService::new("Staging", Provider::Gcp, Region::UsEast1Gcp, []).private_endpoint_ids([""; 0]);
    let body = json!({
        "name": "Staging",
        "provider": "gcp",
        "region": "us-east1",
        "ipAccessList": [],
        "privateEndpointIds": [],
    });
    call("createService", SERVICES_PATH, Some(body), |cloud| cloud.create_service(ORGANIZATION, &service)).await;
}

#[tokio::test]
async fn get_service() {
    let service = call("getService", SERVICE_PATH, None, |cloud| cloud.get_service(ORGANIZATION, SERVICE)).await;

    assert_eq!(service.id(), Ok(SERVICE));
    assert_eq!(service.name(), Ok("Order analytics"));
    assert_eq!(service.provider(), Ok(&Provider::Aws));
    assert_eq!(service.region(), Ok(&Region::UsEast1));
    assert_eq!(service.state(), Ok(&ServiceState::Running));
    assert_eq!(service.tier, Some(Tier::Production));
    assert_eq!(service.min_total_memory_gb, Some(48));
    assert_eq!(service.max_total_memory_gb, Some(120));
    assert_eq!(service.num_replicas, Some(3));
    assert_eq!(service.idle_scaling(), Ok(true));
    assert_eq!(service.idle_timeout_minutes, Some(15));
    assert_eq!(service.created_at().unwrap().to_rfc3339(), "2024-05-14T09:26:53+00:00");
    let key = service.encryption_key.as_ref().unwrap().expose_secret();
    assert_eq!(key, "arn:aws:kms:us-east-1:111122223333:key/8644dd2e-a119-4ccf-bda5-7676f94e9dba");
    let role = service.encryption_assumed_role_identifier.as_deref();
    assert_eq!(role, Some("arn:aws:iam::111122223333:role/example-disk-encryption"));
    assert_eq!(service.iam_role.as_deref(), Some("arn:aws:iam::111122223333:role/example-order-analytics"));
    assert_eq!(service.private_endpoint_ids().unwrap(), ["vpce-0a1b2c3d4e5f60718"]);
    assert_eq!(service.data_warehouse_id.as_deref(), Some("d45ab3e1-cdf4-43e0-a1b6-8f71c6b260ed"));
    assert_eq!(service.is_primary, Some(true));

    let [entry] = service.ip_access_list().unwrap() else { panic!("one entry") };
    assert_eq!((entry.source(), entry.description.as_deref()), (Ok("203.0.113.0/24"), Some("Office")));

    let [https, native, mysql] = service.endpoints().unwrap() else { panic!("three endpoints") };
    assert_eq!(https.protocol(), Ok(&EndpointProtocol::Https));
    assert_eq!((https.port(), https.username.as_deref()), (Ok(8443), None));
    assert_eq!(native.protocol(), Ok(&EndpointProtocol::Nativesecure));
    assert_eq!(mysql.protocol(), Ok(&EndpointProtocol::Mysql));
    assert_eq!(mysql.host(), Ok("abc123xyz.us-east-1.aws.clickhouse.cloud"));
    assert_eq!((mysql.port(), mysql.username.as_deref()), (Ok(3306), Some("mysql4abc123xyz")));
}

#[tokio::test]
async fn update_service() {
    let update = UpdateService::new()
        .name("Order analytics")
        .ip_access_list(
            IpAccessListUpdate::new()
                .add([IpAccessEntry::new("203.0.113.0/24").description("Office")])
                .remove([IpAccessEntry::new("203.0.113.7").description("Home"), IpAccessEntry::new("203.0.113.8")]),
        )
        .private_endpoint_ids(PrivateEndpointIdsUpdate::new().add(["vpce-1"]).remove(["vpce-2", "vpce-3"]));
    let body = json!({
        "name": "Order analytics",
        "ipAccessList": {
            "add": [{"source": "203.0.113.0/24", "description": "Office"}],
            "remove": [{"source": "203.0.113.7", "description": "Home"}, {"source": "203.0.113.8"}],
        },
        "privateEndpointIds": {"add": ["vpce-1"], "remove": ["vpce-2", "vpce-3"]},
    });
    assert_complete("updateService", &body);
    let service =
        call("updateService", SERVICE_PATH, Some(body), |cloud| cloud.update_service(ORGANIZATION, SERVICE, &update))
            .await;
    assert_eq!(service.name(), Ok("Order analytics"));
}

#[tokio::test]
async fn update_service_sends_what_is_set_and_nothing_else() {
    let lists = UpdateService::new()
        .ip_access_list(IpAccessListUpdate::new().add([]))
        .private_endpoint_ids(PrivateEndpointIdsUpdate::new().remove([""; 0]));
    for (update, body) in [
        (UpdateService::new(), json!({})),
        (UpdateService::new().name("Staging"), json!({"name": "Staging"})),
        (lists, json!({"ipAccessList": {"add": []}, "privateEndpointIds": {"remove": []}})),
    ] {
        call("updateService", SERVICE_PATH, Some(body), |cloud| cloud.update_service(ORGANIZATION, SERVICE, &update))
            .await;
    }
}

#[tokio::test]
async fn delete_service() {
    let deleted = call("deleteService", SERVICE_PATH, None, |cloud| cloud.delete_service(ORGANIZATION, SERVICE)).await;
    assert_eq!(deleted.request_id(), Some("8f133f87-884c-4690-a34a-0e2fad7414ed"));
}

#[tokio::test]
async fn get_private_endpoint_config() {
    let path = format!("{SERVICE_PATH}/privateEndpointConfig");
    let config =
        call("getPrivateEndpointConfig", &path, None, |cloud| cloud.get_private_endpoint_config(ORGANIZATION, SERVICE))
            .await;
    assert_eq!(config.endpoint_service_id(), Ok("com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"));
    assert_eq!(config.private_dns_hostname(), Ok("abc123xyz.us-east-1.vpce.aws.clickhouse.cloud"));
}

#[tokio::test]
async fn update_service_state() {
    let path = format!("{SERVICE_PATH}/state");
    for (command, text) in
        [(StateCommand::Start, "start"), (StateCommand::Stop, "stop"), (StateCommand::Awake, "awake")]
    {
        let body = json!({ "command": text });
        assert_complete("updateServiceState", &body);
        let update = UpdateServiceState::new(command);
        let service = call("updateServiceState", &path, Some(body), |cloud| {
            cloud.update_service_state(ORGANIZATION, SERVICE, &update)
        })
        .await;
        assert_eq!(service.id(), Ok(SERVICE));
    }
}

#[tokio::test]
async fn update_service_scaling() {
    let path = format!("{SERVICE_PATH}/scaling");
    let all = UpdateServiceScaling::new()
        .min_total_memory_gb(48)
        .max_total_memory_gb(120)
        .num_replicas(3)
        .idle_scaling(false)
        .idle_timeout_minutes(15);
    let body = json!({
        "minTotalMemoryGb": 48,
        "maxTotalMemoryGb": 120,
        "numReplicas": 3,
        "idleScaling": false,
        "idleTimeoutMinutes": 15,
    });
    assert_complete("updateServiceScaling", &body);
    for (update, body) in [(all, body), (UpdateServiceScaling::new(), json!({}))] {
        let service = call("updateServiceScaling", &path, Some(body), |cloud| {
            cloud.update_service_scaling(ORGANIZATION, SERVICE, &update)
        })
        .await;
        assert_eq!(service.max_total_memory_gb, Some(120));
    }
}

#[tokio::test]
async fn update_service_password() {
    let path = format!("{SERVICE_PATH}/password");
    let hashes = UpdateServicePassword::new().new_password_hash("sha256").new_double_sha1_hash("sha1");
    let body = json!({"newPasswordHash": "sha256", "newDoubleSha1Hash": "sha1"});
    assert_complete("updateServicePassword", &body);
    for (update, body) in [(hashes, body), (UpdateServicePassword::new(), json!({}))] {
        let password = call("updateServicePassword", &path, Some(body), |cloud| {
            cloud.update_service_password(ORGANIZATION, SERVICE, &update)
        })
        .await;
        assert_eq!(password.password.as_ref().unwrap().expose_secret(), "example-Password-1");
    }
}

#[tokio::test]
async fn get_service_prometheus() {
    let path = format!("{SERVICE_PATH}/prometheus");
    let text =
        call("getServicePrometheus", &path, None, |cloud| cloud.get_service_prometheus(ORGANIZATION, SERVICE)).await;
    assert!(text.starts_with("# HELP ClickHouse_ServiceInfo Name, state and version of the service\n# TYPE"));
    assert!(text.ends_with("hostname=\"server-0\"} 1503238553\n"));
}

#[tokio::test]
async fn list_backups() {
    let path = format!("{SERVICE_PATH}/backups");
    let backups = call("listBackups", &path, None, |cloud| cloud.list_backups(ORGANIZATION, SERVICE)).await;

    let [latest, earlier] = &backups[..] else { panic!("two backups") };
    assert_eq!(latest.status(), Ok(&BackupStatus::InProgress));
    assert_eq!(latest.type_(), Ok(&BackupType::Incremental));
    assert_eq!(latest.finished_at, None);
    assert_eq!(latest.duration_in_seconds(), Ok(12.5));
    assert_eq!(earlier.id(), Ok(BACKUP));
}

#[tokio::test]
async fn get_backup() {
    let path = format!("{SERVICE_PATH}/backups/158423ac-e2dc-4f76-8778-a7a1587bf3bb");
    let backup = call("getBackup", &path, None, |cloud| cloud.get_backup(ORGANIZATION, SERVICE, BACKUP)).await;
    let backup = backup.into_inner();

    assert_eq!(backup.id(), Ok(BACKUP));
    assert_eq!(backup.status(), Ok(&BackupStatus::Done));
    assert_eq!(backup.service_id(), Ok(SERVICE));
    assert_eq!(backup.started_at().unwrap().to_rfc3339(), "2024-05-15T02:00:00+00:00");
    assert_eq!(backup.finished_at.unwrap().to_rfc3339(), "2024-05-15T02:01:42+00:00");
    assert_eq!(backup.size_in_bytes(), Ok(48_318_382_080.0));
    assert_eq!(backup.duration_in_seconds(), Ok(102.0));
    assert_eq!(backup.type_(), Ok(&BackupType::Full));
}

#[tokio::test]
async fn get_backup_configuration() {
    let path = format!("{SERVICE_PATH}/backupConfiguration");
    let configuration =
        call("getBackupConfiguration", &path, None, |cloud| cloud.get_backup_configuration(ORGANIZATION, SERVICE))
            .await;
    assert_eq!(configuration.backup_period_in_hours(), Ok(24));
    assert_eq!(configuration.backup_retention_period_in_hours(), Ok(168));
    assert_eq!(configuration.backup_start_time.as_deref(), Some("02:00"));
}

#[tokio::test]
async fn update_backup_configuration_keeps_resets_and_sets() {
    let path = format!("{SERVICE_PATH}/backupConfiguration");
    let keep = UpdateBackupConfiguration::new();
    let reset = UpdateBackupConfiguration::new()
        .backup_period_in_hours(Patch::Reset)
        .backup_retention_period_in_hours(Patch::Reset)
        .backup_start_time(Patch::Reset);
    let set = UpdateBackupConfiguration::new()
        .backup_period_in_hours(48)
        .backup_retention_period_in_hours(Patch::Set(168))
        .backup_start_time("02:00");
    let each = UpdateBackupConfiguration::new()
        .backup_period_in_hours(24)
        .backup_start_time(Patch::Reset)
        .backup_retention_period_in_hours(72)
        .backup_retention_period_in_hours(Patch::Keep);
    let set_body = json!({"backupPeriodInHours": 48, "backupRetentionPeriodInHours": 168, "backupStartTime": "02:00"});
    assert_complete("updateBackupConfiguration", &set_body);
    for (update, body) in [
        (keep, json!({})),
        (reset, json!({"backupPeriodInHours": null, "backupRetentionPeriodInHours": null, "backupStartTime": null})),
        (set, set_body),
        (each, json!({"backupPeriodInHours": 24, "backupStartTime": null})),
    ] {
        let configuration = call("updateBackupConfiguration", &path, Some(body), |cloud| {
            cloud.update_backup_configuration(ORGANIZATION, SERVICE, &update)
        })
        .await;
        assert_eq!(configuration.backup_period_in_hours(), Ok(24));
    }
}

#[tokio::test]
async fn an_enum_is_sent_and_received_as_its_text() {
    let api = FakeApi::responding(result(&json!({"state": "melting", "tier": "dedicated_high_cpu"}))).await;
    let service = api.client().get_service(ORGANIZATION, SERVICE).await.unwrap();
    assert_eq!(service.tier, Some(Tier::DedicatedHighCpu));
    assert_eq!(service.state(), Ok(&ServiceState::Unknown("melting".to_owned())));
    assert_eq!(service.state().unwrap().to_string(), "melting");
    assert_eq!(service.mismatches(), []);
}

/// Makes a call to a stand-in that responds with the document's own example, and checks all of the request.
async fn call<T, C>(id: &str, target: &str, body: Option<Value>, call: impl FnOnce(&Client) -> C) -> Response<T>
where
    C: IntoFuture<Output = Result<Response<T>, Error>>,
{
    let operation = document::operation(id);
    let (media_type, examples) = operation.responses();
    let example = match examples[0] {
        Value::String(text) => ResponseTemplate::new(200).set_body_raw(text.as_bytes(), media_type),
        example => ResponseTemplate::new(200).set_body_json(example),
    };
    let api = FakeApi::responding(example).await;
    let response = call(&api.client()).await.unwrap_or_else(|error| panic!("{error}"));

    let request = api.request().await;
    assert_eq!(request.method.as_str(), operation.method);
    let query = request.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    assert_eq!(format!("{}{query}", request.url.path()), target);
    assert_eq!(header(&request, "authorization"), Some("Basic a2V5LWlkOmtleS1zZWNyZXQ="));
    assert_eq!(header(&request, "accept"), Some(media_type));
    let user_agent = concat!("clickhouse-cloud/", env!("CARGO_PKG_VERSION"));
    assert_eq!(header(&request, "user-agent"), Some(user_agent));

    // No `api-version` above all: the page shows none.
    let mut names: Vec<_> = request.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    match body {
        Some(body) => {
            assert_eq!(header(&request, "content-type"), Some("application/json"));
            assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), body);
            assert_eq!(names, ["accept", "authorization", "content-length", "content-type", "host", "user-agent"]);
        }
        None => {
            assert_eq!(request.body, b"");
            assert_eq!(names, ["accept", "authorization", "host", "user-agent"]);
        }
    }
    response
}

/// A body in which something is missing would let a property of the document go untested.
fn assert_complete(operation: &str, body: &Value) {
    fn check(schema: &'static Value, value: &Value, path: &str) {
        let schema = resolve(schema);
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{name}");
            check(property, value.get(name).unwrap_or_else(|| panic!("`{path}` is not sent by any test")), &path);
        }
        if let Some(first) = value.get(0) {
            check(&schema["items"], first, &format!("{path}[0]"));
        }
    }
    let schema = document::operation(operation).body().expect("a body");
    check(schema, body, operation);
}
