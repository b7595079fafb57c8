//! The life of a service, from its creation to its deletion, as the client sees it.

use std::{collections::BTreeSet, time::Duration};

use clickhouse_cloud::{Client, Error, Patch, chrono::TimeDelta, types::*};
use tests::simulated_cloud::{SimulatedCloud, fitting};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn one_service_goes_through_its_life() {
    let cloud = SimulatedCloud::start().await;
    let life = Life::begin(&cloud).await;
    life.comes_up().await;
    life.is_renamed().await;
    life.changes_who_may_connect().await;
    life.has_a_private_endpoint().await;
    life.belongs_to_an_organization().await;
    life.scales().await;
    life.stops_and_starts().await;
    life.idles_and_awakes().await;
    life.is_backed_up().await;
    life.is_backed_up_as_configured().await;
    life.changes_its_password().await;
    life.is_measured().await;
    life.ends().await;
}

/// One service; its methods are the stages of its life.
struct Life<'a> {
    cloud: &'a SimulatedCloud,
    client: &'a Client,
    org: OrganizationId,
    id: ServiceId,
}

impl<'a> Life<'a> {
    async fn begin(cloud: &'a SimulatedCloud) -> Self {
        let SimulatedCloud { client, organization: org, .. } = cloud;
        let office = IpAccessEntry::new("203.0.113.0/24").description("Office");
        let body = CreateService::new("order-analytics", Provider::Aws, Region::UsEast1, [office])
            .min_replica_memory_gb(16)
            .max_replica_memory_gb(32)
            .idle_scaling(false);
        let created = fitting(client.create_service(*org, &body).await.unwrap());
        assert!(!created.password().unwrap().expose_secret().is_empty());

        let service = created.service().unwrap();
        assert_eq!(service.name().unwrap(), "order-analytics");
        assert_eq!(service.provider().unwrap(), &Provider::Aws);
        assert_eq!(service.region().unwrap(), &Region::UsEast1);
        assert_eq!(service.state().unwrap(), &ServiceState::Provisioning);
        assert_eq!((service.min_replica_memory_gb, service.max_replica_memory_gb), (Some(16), Some(32)));
        assert!(!service.idle_scaling().unwrap());
        let [entry] = service.ip_access_list().unwrap() else { panic!("{service:?}") };
        assert_eq!((entry.source().unwrap(), entry.description.as_deref()), ("203.0.113.0/24", Some("Office")));
        Self { cloud, client, org: *org, id: service.id().unwrap() }
    }

    async fn get(&self) -> Service {
        fitting(self.client.get_service(self.org, self.id).await.unwrap())
    }

    async fn state(&self) -> ServiceState {
        self.get().await.state().unwrap().clone()
    }

    async fn state_after(&self, time: Duration) -> ServiceState {
        self.cloud.advance(time);
        self.state().await
    }

    /// The state right after a command.
    async fn command(&self, command: StateCommand) -> ServiceState {
        let body = UpdateServiceState::new(command);
        let service = fitting(self.client.update_service_state(self.org, self.id, &body).await.unwrap());
        service.state().unwrap().clone()
    }

    async fn comes_up(&self) {
        assert_eq!(self.state_after(30 * SECOND).await, ServiceState::Starting);
        assert_eq!(self.state_after(60 * SECOND).await, ServiceState::Running);

        let service = self.get().await;
        let protocols: Vec<_> = service.endpoints().unwrap().iter().map(|end| end.protocol().unwrap()).collect();
        assert_eq!(protocols, [&EndpointProtocol::Https, &EndpointProtocol::Nativesecure]);
        let ports: Vec<_> = service.endpoints().unwrap().iter().map(|end| end.port().unwrap()).collect();
        assert_eq!(ports, [8443, 9440]);
        assert_eq!(*fitting(self.client.list_services(self.org).await.unwrap()), [service]);
    }

    async fn is_renamed(&self) {
        let mut expected = self.get().await;
        expected.name = Some("orders".to_owned());
        let body = UpdateService::new().name("orders");
        assert_eq!(fitting(self.client.update_service(self.org, self.id, &body).await.unwrap()), expected);
        assert_eq!(self.get().await, expected);
    }

    async fn changes_who_may_connect(&self) {
        let change = IpAccessListUpdate::new()
            .add([IpAccessEntry::new("198.51.100.7"), IpAccessEntry::new("2001:db8::/32").description("Home")])
            .remove([IpAccessEntry::new("203.0.113.0/24")]);
        let body = UpdateService::new().ip_access_list(change);
        fitting(self.client.update_service(self.org, self.id, &body).await.unwrap());
        assert_eq!(self.sources().await, ["198.51.100.7", "2001:db8::/32"]);

        // What was received can be sent back, to be removed.
        let received = self.get().await.ip_access_list.unwrap();
        let entries = received.into_iter().map(|entry| IpAccessEntryInput::try_from(entry).unwrap());
        let body = UpdateService::new().ip_access_list(IpAccessListUpdate::new().add([]).remove(entries));
        fitting(self.client.update_service(self.org, self.id, &body).await.unwrap());
        assert_eq!(self.sources().await, <[String; 0]>::default());
    }

    async fn sources(&self) -> Vec<String> {
        let service = self.get().await;
        service.ip_access_list().unwrap().iter().map(|entry| entry.source().unwrap().to_owned()).collect()
    }

    async fn has_a_private_endpoint(&self) {
        let config = fitting(self.client.get_private_endpoint_config(self.org, self.id).await.unwrap());
        assert!(config.endpoint_service_id().unwrap().starts_with("com.amazonaws.vpce.us-east-1."), "{config:?}");
        assert!(config.private_dns_hostname().unwrap().ends_with(".clickhouse.cloud"), "{config:?}");

        for (change, ids) in [
            (PrivateEndpointIdsUpdate::new().add(["vpce-1"]), vec!["vpce-1"]),
            (PrivateEndpointIdsUpdate::new().add(["vpce-2", "vpce-3"]).remove(["vpce-1"]), vec!["vpce-2", "vpce-3"]),
        ] {
            let body = UpdateService::new().private_endpoint_ids(change);
            let service = fitting(self.client.update_service(self.org, self.id, &body).await.unwrap());
            assert_eq!(service.private_endpoint_ids().unwrap(), ids);
        }
    }

    async fn belongs_to_an_organization(&self) {
        let organizations = fitting(self.client.list_organizations().limit(1).await.unwrap());
        let organization = organizations.only().unwrap();
        assert_eq!(organization.id(), Ok(self.org));
        assert_eq!(&fitting(self.client.get_organization(self.org).await.unwrap()), organization);
        let endpoints = organization.private_endpoints.as_deref().unwrap();
        let ids: Vec<_> = endpoints.iter().map(|endpoint| endpoint.id().unwrap()).collect();
        assert_eq!(ids, ["vpce-1", "vpce-2", "vpce-3"], "one that no service has any more stays registered");

        let removed = endpoints[0].clone().try_into().unwrap();
        let body = UpdateOrganization::new()
            .name("Renamed")
            .private_endpoints(OrganizationPrivateEndpointsUpdate::new().remove([removed]));
        let updated = fitting(self.client.update_organization(self.org, &body).await.unwrap());
        assert_eq!((updated.name(), updated.enable_core_dumps), (Ok("Renamed"), organization.enable_core_dumps));
        assert_eq!(updated.private_endpoints.as_deref(), Some(&endpoints[1..]));
    }

    async fn scales(&self) {
        let body =
            UpdateServiceReplicaScaling::new().min_replica_memory_gb(24).max_replica_memory_gb(48).num_replicas(4);
        let service = fitting(self.client.update_service_replica_scaling(self.org, self.id, &body).await.unwrap());
        let memory = (service.min_replica_memory_gb, service.max_replica_memory_gb);
        assert_eq!((memory, service.num_replicas), ((Some(24), Some(48)), Some(4)));
        assert!(!service.idle_scaling().unwrap(), "what is not in the request is left as it was");
    }

    async fn stops_and_starts(&self) {
        assert_eq!(self.command(StateCommand::Stop).await, ServiceState::Stopping);
        assert_eq!(self.state_after(30 * SECOND).await, ServiceState::Stopped);
        assert_eq!(self.command(StateCommand::Start).await, ServiceState::Starting);
        assert_eq!(self.state_after(60 * SECOND).await, ServiceState::Running);
    }

    async fn idles_and_awakes(&self) {
        let body = UpdateServiceReplicaScaling::new().idle_scaling(true).idle_timeout_minutes(15);
        let service = fitting(self.client.update_service_replica_scaling(self.org, self.id, &body).await.unwrap());
        assert_eq!((service.idle_scaling().unwrap(), service.idle_timeout_minutes), (true, Some(15)));
        assert_eq!(self.state_after(14 * MINUTE).await, ServiceState::Running);
        assert_eq!(self.state_after(MINUTE).await, ServiceState::Idle);
        assert_eq!(self.command(StateCommand::Awake).await, ServiceState::Awaking);
        assert_eq!(self.state_after(10 * SECOND).await, ServiceState::Running);

        let body = UpdateServiceReplicaScaling::new().idle_scaling(false);
        fitting(self.client.update_service_replica_scaling(self.org, self.id, &body).await.unwrap());
    }

    async fn backups(&self) -> Vec<Backup> {
        fitting(self.client.list_backups(self.org, self.id).await.unwrap()).into_items()
    }

    async fn is_backed_up(&self) {
        let [first] = <[Backup; 1]>::try_from(self.backups().await).unwrap();
        assert_eq!(first.type_().unwrap(), &BackupType::Full);
        assert_eq!(first.service_id(), Ok(self.id));

        self.cloud.advance(24 * HOUR);
        let backups = self.backups().await;
        let newest = &backups[0];
        assert_eq!(newest.type_().unwrap(), &BackupType::Incremental);
        assert!(newest.started_at().unwrap() > first.started_at().unwrap());
        let newest = fitting(self.client.get_backup(self.org, self.id, newest.id().unwrap()).await.unwrap());
        assert_eq!(newest, backups[0]);
        assert_eq!(newest.status().unwrap(), &BackupStatus::Done);
        assert!(newest.finished_at.unwrap() > newest.started_at().unwrap());
        assert!(newest.size_in_bytes().unwrap() > 0.0 && newest.duration_in_seconds().unwrap() > 0.0);
    }

    async fn configure_backups(&self, body: UpdateBackupConfiguration) -> (i64, i64, Option<String>) {
        let updated = fitting(self.client.update_backup_configuration(self.org, self.id, &body).await.unwrap());
        let read = fitting(self.client.get_backup_configuration(self.org, self.id).await.unwrap());
        assert_eq!(updated, read);
        let period = read.backup_period_in_hours().unwrap();
        (period, read.backup_retention_period_in_hours().unwrap(), read.backup_start_time)
    }

    /// The words of the refusal of a configuration.
    async fn refused_configuration(&self, body: UpdateBackupConfiguration) -> String {
        let error = self.client.update_backup_configuration(self.org, self.id, &body).await.unwrap_err();
        let Error::Api(refusal) = error else { panic!("{error:?}") };
        assert_eq!(refusal.status(), 400);
        refusal.message().unwrap().to_owned()
    }

    async fn is_backed_up_as_configured(&self) {
        let new = UpdateBackupConfiguration::new;
        assert_eq!(self.configure_backups(new()).await, (24, 24, None));

        let set = new().backup_period_in_hours(6).backup_retention_period_in_hours(48);
        assert_eq!(self.configure_backups(set).await, (6, 48, None));
        self.cloud.advance(48 * HOUR);
        let started: Vec<_> = self.backups().await.iter().map(|backup| backup.started_at().unwrap()).collect();
        assert_eq!(started.len(), 48 / 6, "{started:?}");
        assert!(started.windows(2).all(|pair| pair[0] - pair[1] == TimeDelta::hours(6)), "{started:?}");

        let keep = new().backup_period_in_hours(Patch::Keep).backup_retention_period_in_hours(72);
        assert_eq!(self.configure_backups(keep).await, (6, 72, None));
        let refusal = self.refused_configuration(new().backup_start_time("02:00")).await;
        assert_eq!(refusal, "BAD_REQUEST: customBackupPeriod must be 24 or 48 hours when customBackupStartTime is set");
        let refusal = self.refused_configuration(new().backup_start_time("02:30").backup_period_in_hours(24)).await;
        assert_eq!(refusal, "BAD_REQUEST: customBackupStartTime must be a valid time (HH:00)");
        let reset = new().backup_period_in_hours(Patch::Reset).backup_retention_period_in_hours(Patch::Reset);
        assert_eq!(self.configure_backups(reset).await, (24, 24, None));
        let start = || Some("02:00".to_owned());
        assert_eq!(self.configure_backups(new().backup_start_time("02:00")).await, (24, 24, start()));
        assert_eq!(self.configure_backups(new().backup_period_in_hours(48)).await, (48, 24, start()));
        assert_eq!(self.configure_backups(new().backup_period_in_hours(Patch::Reset)).await, (24, 24, start()));
        assert_eq!(self.configure_backups(new().backup_start_time(Patch::Reset)).await, (24, 24, None));
    }

    async fn changes_its_password(&self) {
        let new = UpdateServicePassword::new;
        let mut made_up = BTreeSet::new();
        for _ in 0..2 {
            let updated = fitting(self.client.update_service_password(self.org, self.id, &new()).await.unwrap());
            made_up.insert(updated.password.unwrap().expose_secret().to_owned());
        }
        assert_eq!(made_up.len(), 2, "each call makes up another one");

        let own = new()
            .new_password_hash("n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=")
            .new_double_sha1_hash("94bdcebe19083ce2a1f959fd02f964c7af4cfc29");
        let updated = fitting(self.client.update_service_password(self.org, self.id, &own).await.unwrap());
        assert_eq!(updated.password, None);
        let service = self.get().await;
        let mysql = service.endpoints().unwrap().last().unwrap();
        assert_eq!((mysql.protocol().unwrap(), mysql.port().unwrap()), (&EndpointProtocol::Mysql, 3306));
        assert!(mysql.username.is_some(), "{mysql:?}");
    }

    async fn is_measured(&self) {
        let metrics = fitting(self.client.get_service_prometheus(self.org, self.id).await.unwrap());
        assert!(metrics.starts_with("# HELP ClickHouse_ServiceInfo "), "{metrics}");
        assert!(metrics.contains("clickhouse_service_name=\"orders\""), "{metrics}");
    }

    /// The status and the words of the refusal to delete it.
    async fn undeletable(&self) -> (u16, String) {
        let error = self.client.delete_service(self.org, self.id).await.unwrap_err();
        (error.status().unwrap().as_u16(), error.to_string())
    }

    async fn ends(&self) {
        let (status, text) = self.undeletable().await;
        assert_eq!(status, 409);
        assert!(text.starts_with("deleteService: 409 Conflict: "), "{text}");
        assert!(text.contains("can be terminated. Current state: 'running'"), "{text}");

        assert_eq!(self.command(StateCommand::Stop).await, ServiceState::Stopping);
        assert_eq!(self.undeletable().await.0, 409);
        assert_eq!(self.state_after(30 * SECOND).await, ServiceState::Stopped);
        let (status, text) = self.undeletable().await;
        assert_eq!(status, 409, "it takes a while after it reports that it is stopped");
        assert!(text.contains("wait until it has changed, then try again"), "{text}");

        self.cloud.advance(5 * SECOND);
        fitting(self.client.delete_service(self.org, self.id).await.unwrap());
        assert_eq!(self.state().await, ServiceState::Terminating);

        self.cloud.advance(30 * SECOND);
        let error = self.client.get_service(self.org, self.id).await.unwrap_err();
        assert_eq!(error.status().unwrap(), 404);
        assert_eq!(*fitting(self.client.list_services(self.org).await.unwrap()), []);
    }
}
