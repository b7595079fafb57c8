//! What can go wrong between a client and the simulator, as the client reports it.

use std::time::Duration;

use clickhouse_cloud::{ApiError, DecodeError, Error, MismatchKind, OutcomeUnknownCause, types::*, uuid::Uuid};
use clickhouse_cloud_simulator::{Builder, RateLimit};
use tests::{
    ids::{BACKUP, SERVICE},
    simulated_cloud::{SimulatedCloud, fitting, new_service},
};

fn refused<T>(outcome: Result<T, Error>) -> ApiError {
    match outcome {
        Err(Error::Api(error)) => *error,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was carried out"),
    }
}

fn undecodable<T>(outcome: Result<T, Error>) -> DecodeError {
    match outcome {
        Err(Error::Decode(error)) => *error,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was decoded"),
    }
}

fn assert_says(error: &ApiError, status: u16, message: &str) {
    assert_eq!(error.status(), status, "{error}");
    assert_eq!(error.message(), Some(message));
    assert!(error.request_id().is_some_and(|id| Uuid::parse_str(id).is_ok()), "{error}");
}

#[tokio::test]
async fn a_wrong_key_is_refused() {
    let cloud = SimulatedCloud::start().await;
    let (id, secret) = cloud.simulator.key();
    for (id, secret) in [(id, "wrong"), ("wrong", secret)] {
        let error = refused(cloud.client_with_key(id, secret).list_services(cloud.organization).await);
        assert_says(&error, 401, "UNAUTHORIZED: Key is not found");
    }
    assert!(cloud.simulator.log().entries().iter().all(|entry| !entry.carried_out));
}

#[tokio::test]
async fn a_developer_may_neither_configure_backups_nor_change_the_organization() {
    let with_keys = |builder: Builder| builder.key("admin", "secret").developer_key("developer", "secret");
    let cloud = SimulatedCloud::start_with(|builder| with_keys(builder.no_rate_limit())).await;
    let (org, id) = (cloud.organization, cloud.create_running_service().await);
    let body = UpdateBackupConfiguration::new().backup_period_in_hours(6);
    let developer = cloud.client_with_key("developer", "secret");
    let error = refused(developer.update_backup_configuration(org, id, &body).await);
    assert_says(&error, 403, "FORBIDDEN: the API key lacks control-plane:service:manage-backups");
    let error = refused(developer.update_organization(org, &UpdateOrganization::new().name("Renamed")).await);
    assert_says(&error, 403, "FORBIDDEN: the API key lacks control-plane:organization:manage");
    let configuration = fitting(developer.get_backup_configuration(org, id).await.unwrap());
    assert_eq!(configuration.backup_period_in_hours().unwrap(), 24);
}

#[tokio::test]
async fn an_organization_of_another_key_is_not_found() {
    let other = OrganizationId(Uuid::from_u128(2));
    let with_two = |builder: Builder| builder.no_rate_limit().organization(Uuid::from_u128(1)).organization(other.0);
    let cloud = SimulatedCloud::start_with(with_two).await;
    let error = refused(cloud.client.list_services(other).await);
    assert_says(&error, 404, "NOT_FOUND: there is no such organization");
    let error = refused(cloud.client.create_service(other, &new_service()).await);
    assert_says(&error, 404, "NOT_FOUND: there is no such organization");
    let error = refused(cloud.client.get_organization(other).await);
    assert_says(&error, 404, "NOT_FOUND: there is no such organization");
    let error = refused(cloud.client.update_organization(other, &UpdateOrganization::new()).await);
    assert_says(&error, 404, "NOT_FOUND: there is no such organization");
}

#[tokio::test]
async fn a_limit_or_a_cursor_that_is_not_valid_is_refused() {
    let cloud = SimulatedCloud::start().await;
    let error = refused(cloud.client.list_organizations().limit(0).await);
    assert_says(&error, 400, "BAD_REQUEST: limit: the value is less than the minimum of 1");
    let error = refused(cloud.client.list_organizations().cursor("made up").await);
    assert_says(&error, 400, "BAD_REQUEST: cursor: no response had this");
}

#[tokio::test]
async fn an_unknown_service_or_backup_is_not_found() {
    let cloud = SimulatedCloud::start().await;
    let (org, id) = (cloud.organization, cloud.create_service().await);
    let error = refused(cloud.client.get_service(org, SERVICE).await);
    assert_says(&error, 404, "NOT_FOUND: there is no such service");
    let error = refused(cloud.client.get_backup(org, id, BACKUP).await);
    assert_says(&error, 404, "NOT_FOUND: there is no such backup");
}

#[tokio::test]
async fn an_invalid_request_is_refused_by_the_name_of_its_field() {
    let cloud = SimulatedCloud::start().await;
    let elsewhere = CreateService::new("analytics", Provider::Gcp, Region::UsEast1, []);
    for (body, field) in [
        (
            CreateService::new("analytics", Provider::Aws, Region::UsEast1, [IpAccessEntry::new("anywhere")]),
            "ipAccessList[0].source",
        ),
        (new_service().min_replica_memory_gb(32).max_replica_memory_gb(16), "minReplicaMemoryGb"),
        (new_service().idle_timeout_minutes(0), "idleTimeoutMinutes"),
        (new_service().release_channel("no such channel".into()), "releaseChannel"),
        (elsewhere, "region"),
    ] {
        let error = refused(cloud.client.create_service(cloud.organization, &body).await);
        assert_eq!(error.status(), 400);
        let message = error.message().unwrap();
        assert!(message.starts_with(&format!("BAD_REQUEST: {field}: ")), "{message}");
    }
    assert_eq!(*fitting(cloud.client.list_services(cloud.organization).await.unwrap()), []);
}

#[tokio::test]
async fn a_service_is_not_deleted_while_it_runs() {
    let cloud = SimulatedCloud::start().await;
    let (org, id) = (cloud.organization, cloud.create_running_service().await);
    let error = refused(cloud.client.delete_service(org, id).await);
    let states = "'provisioning','starting','awaking','idle','stopped','degraded','failed'";
    let message = format!(
        "CONFLICT: Only instance in one of the following states: {states} can be terminated. Current state: 'running'"
    );
    assert_says(&error, 409, &message);
    let service = fitting(cloud.client.get_service(org, id).await.unwrap());
    assert_eq!(service.state().unwrap(), &ServiceState::Running);
}

#[tokio::test]
async fn a_command_that_comes_too_early_is_a_conflict() {
    let cloud = SimulatedCloud::start().await;
    let (org, id) = (cloud.organization, cloud.create_service().await);
    let stop = UpdateServiceState::new(StateCommand::Stop);
    let error = refused(cloud.client.update_service_state(org, id, &stop).await);
    assert_says(&error, 409, "CONFLICT: the service is provisioning");
}

#[tokio::test]
async fn one_call_more_than_the_rate_limit_is_refused_until_the_window_is_over() {
    let hour = Duration::from_secs(3600);
    let limit = RateLimit::new(3, hour).unwrap();
    let cloud = SimulatedCloud::start_with(|builder| builder.rate_limit(limit)).await;
    for _ in 0..3 {
        fitting(cloud.client.list_services(cloud.organization).await.unwrap());
    }
    let error = refused(cloud.client.list_services(cloud.organization).await);
    assert_says(&error, 429, "TOO_MANY_REQUESTS: more than 3 requests in 3600 seconds");
    assert!(error.to_string().contains("make fewer calls, and try again later"), "{error}");

    cloud.advance(hour);
    fitting(cloud.client.list_services(cloud.organization).await.unwrap());
}

#[tokio::test]
async fn a_failure_of_the_api_is_an_error_with_its_status() {
    let cloud = SimulatedCloud::start().await;
    for (fault, status, message) in [
        ("internal-error", 500, "INTERNAL_ERROR: this failure is simulated"),
        ("too-many-requests", 429, "TOO_MANY_REQUESTS: this refusal is simulated"),
    ] {
        cloud.fault(&format!("*={fault},times=1"));
        assert_says(&refused(cloud.client.list_services(cloud.organization).await), status, message);
    }
}

#[tokio::test]
async fn a_failure_of_the_api_leaves_the_outcome_of_a_creation_unknown() {
    let cloud = SimulatedCloud::start().await;
    cloud.fault("createService=internal-error");
    let error = cloud.client.create_service(cloud.organization, &new_service()).await.unwrap_err();
    let Error::OutcomeUnknown(unknown) = &error else { panic!("{error:?}") };
    assert!(matches!(unknown.cause(), OutcomeUnknownCause::Failed(_)), "{unknown:?}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
    assert!(error.request_id().is_some());
    let text = error.to_string();
    let expected = "createService: the service failed: 500 Internal Server Error: INTERNAL_ERROR: this failure is simulated; it \
                may have been carried out: ";
    assert!(text.starts_with(expected), "{text}");
}

#[tokio::test]
async fn the_page_of_a_proxy_is_an_error_without_a_message() {
    let cloud = SimulatedCloud::start().await;
    cloud.fault("listServices=bad-gateway");
    let error = refused(cloud.client.list_services(cloud.organization).await);
    assert_eq!(error.status(), 502);
    assert_eq!((error.message(), error.request_id()), (None, None));
    assert!(error.body().starts_with(b"<"), "{:?}", error.body());
}

#[tokio::test]
async fn a_connection_that_breaks_before_a_creation_leaves_its_outcome_unknown() {
    let cloud = SimulatedCloud::start().await;
    cloud.fault("createService=reset-before");
    let error = cloud.client.create_service(cloud.organization, &new_service()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error:?}");
    assert_eq!(*fitting(cloud.client.list_services(cloud.organization).await.unwrap()), []);
}

#[tokio::test]
async fn a_creation_whose_response_is_lost_is_not_retried() {
    for fault in ["reset-after", "cut-body"] {
        let cloud = SimulatedCloud::start().await;
        // A request that meets the end of a kept connection is one that HTTP clients like to repeat by themselves.
        fitting(cloud.client.list_services(cloud.organization).await.unwrap());
        cloud.fault(&format!("createService={fault}"));
        let error = cloud.client.create_service(cloud.organization, &new_service()).await.unwrap_err();
        let Error::OutcomeUnknown(unknown) = &error else { panic!("{fault}: {error:?}") };
        assert_eq!((unknown.operation(), unknown.is_retry_harmless()), ("createService", false));
        let known = if fault == "cut-body" { "by its status it was" } else { "it may have been" };
        assert!(error.to_string().contains(&format!("; {known} carried out: ")), "{error}");

        let log = cloud.simulator.log().entries();
        let creations: Vec<_> =
            log.iter().filter(|entry| entry.operation.as_deref() == Some("createService")).collect();
        assert_eq!(creations.len(), 1, "{fault}: {creations:?}");
        assert!(creations[0].carried_out);
        assert_eq!(fitting(cloud.client.list_services(cloud.organization).await.unwrap()).len(), 1);
    }
}

#[tokio::test]
async fn after_a_lost_connection_the_outcome_of_a_change_is_unknown() {
    let cloud = SimulatedCloud::start().await;
    let (org, id) = (cloud.organization, cloud.create_running_service().await);
    for fault in ["reset-before", "reset-after", "cut-body"] {
        cloud.simulator.faults().clear();
        cloud.fault(&format!("*={fault}"));
        let error = cloud.client.get_service(org, id).await.unwrap_err();
        assert!(matches!(error, Error::ConnectionLost { .. }), "{fault}: {error:?}");
        let name = UpdateService::new().name("orders");
        let error = cloud.client.update_service(org, id, &name).await.unwrap_err();
        let Error::OutcomeUnknown(unknown) = error else { panic!("{fault}: {error:?}") };
        assert!(unknown.is_retry_harmless(), "{fault}: {unknown}");
    }
}

#[tokio::test]
async fn a_response_that_takes_too_long_times_out() {
    let cloud = SimulatedCloud::start().await;
    cloud.fault("*=slow-body,seconds=600");
    let timeout = Duration::from_millis(100);
    let error = cloud.client.list_services(cloud.organization).timeout(timeout).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
    let creation = cloud.client.create_service(cloud.organization, &new_service()).timeout(timeout);
    let error = creation.await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error:?}");
}

#[tokio::test]
async fn a_response_that_is_not_json_is_an_error_with_its_body() {
    let cloud = SimulatedCloud::start().await;
    cloud.fault("*=invalid-json");
    let error = undecodable(cloud.client.list_services(cloud.organization).await);
    assert_eq!(error.status(), 200);
    assert!(error.to_string().contains("its response is not JSON: EOF while parsing"), "{error}");
    assert!(error.body().starts_with(b"{"));

    undecodable(cloud.client.create_service(cloud.organization, &new_service()).await);
    cloud.simulator.faults().clear();
    assert_eq!(fitting(cloud.client.list_services(cloud.organization).await.unwrap()).len(), 1);
}

#[tokio::test]
async fn a_missing_field_is_an_error_of_its_accessor_only() {
    let cloud = SimulatedCloud::start().await;
    let (org, id) = (cloud.organization, cloud.create_running_service().await);
    let mut expected = fitting(cloud.client.get_service(org, id).await.unwrap());
    expected.state = None;
    cloud.fault("getService=missing-field,field=state");
    let service = fitting(cloud.client.get_service(org, id).await.unwrap());
    let missing = service.state().unwrap_err();
    assert_eq!((missing.type_name(), missing.field()), ("Service", "state"));
    assert_eq!(service, expected);
}

#[tokio::test]
async fn a_field_of_another_type_is_converted_or_set_aside_and_reported() {
    let cloud = SimulatedCloud::start().await;
    let (org, id) = (cloud.organization, cloud.create_running_service().await);
    let whole = fitting(cloud.client.get_service(org, id).await.unwrap());

    cloud.fault("getService=wrong-type,field=name,times=1");
    let response = cloud.client.get_service(org, id).await.unwrap();
    let [mismatch] = response.mismatches() else { panic!("{response:?}") };
    assert_eq!((mismatch.path(), mismatch.kind()), ("$.result.name", MismatchKind::Coerced));
    let mut expected = whole.clone();
    expected.name = Some("true".to_owned());
    assert_eq!(*response, expected);

    cloud.fault("getService=wrong-type,field=createdAt,times=1");
    let response = cloud.client.get_service(org, id).await.unwrap();
    let [mismatch] = response.mismatches() else { panic!("{response:?}") };
    assert_eq!((mismatch.path(), mismatch.kind()), ("$.result.createdAt", MismatchKind::SetAside));
    assert_eq!(mismatch.value(), &serde_json::json!(true));
    let mut expected = whole;
    expected.created_at = None;
    assert_eq!(*response, expected);
}

#[tokio::test]
async fn an_unknown_enum_value_is_kept() {
    let cloud = SimulatedCloud::start().await;
    let (org, id) = (cloud.organization, cloud.create_running_service().await);
    cloud.fault("*=unknown-enum-value,field=state");
    let service = fitting(cloud.client.get_service(org, id).await.unwrap());
    assert_eq!(service.state().unwrap(), &ServiceState::Unknown("something_new".to_owned()));
    let services = fitting(cloud.client.list_services(org).await.unwrap());
    assert_eq!(services[0].state().unwrap().as_str(), "something_new");
}
