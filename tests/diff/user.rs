//! A program that uses everything of a part of the emitted crate, as its users would write it. Whether it still compiles
//! is what a change of the document means for them.
#![expect(dead_code, reason = "it is compiled, and never run")]

use std::{collections::BTreeMap, error::Error as StdError, fmt::Debug, future::IntoFuture, time::Duration};

use clickhouse_cloud::{
    AllItems, ApiError, Backoff, Call, Client, ClientBuilder, ConfigurationError, Created, DecodeError, Error,
    FailedAttempt, Find, FindIn, InvalidRequest, Items, Lookup, Mismatch, MismatchKind, MissingField, NeedsWake,
    NoRetry, OutcomeUnknown, OutcomeUnknownCause, Page, PageError, Pages, ParseNewtypeError, Patch, RateLimit,
    Response, RetryPolicy, Secret, SecretJson, StreamedResponse, Violation, Wait, WaitError, WakeError,
    calls::ListOrganizations,
    chrono::{DateTime, Utc},
    http_client_builder, reqwest, serde_json,
    types::*,
    uuid,
};
use serde::{Serialize, de::DeserializeOwned};

fn main() {}

// Clients

fn connect() -> Result<Client, Error> {
    if let Ok(client) = Client::from_env() {
        return Ok(client);
    }
    let builder: ClientBuilder = Client::builder().timeout(Duration::from_secs(60)).retry(Backoff::new());
    let limit = RateLimit { requests: 5, window: Duration::from_secs(10) };
    builder.key("id", Secret::from("secret")).rate_limit(limit).build()?;
    Client::new("id", "secret")
}

fn http_client() -> Result<reqwest::Client, Box<dyn StdError>> {
    Ok(http_client_builder()?.build()?)
}

fn parse_service(id: &str) -> Result<ServiceId, ParseNewtypeError> {
    id.parse()
}

/// Gives up after the third attempt.
#[derive(Debug)]
struct ThreeTimes;

impl RetryPolicy for ThreeTimes {
    fn wait(&self, failed: &FailedAttempt) -> Option<Duration> {
        (failed.number() < 3).then(|| failed.retry_after().unwrap_or(Duration::from_secs(1)))
    }
}

// Calls

async fn count_pipes(cloud: &Client, org: OrganizationId, id: ServiceId) -> Result<usize, Error> {
    let list: Call<Page<_>, NeedsWake> = cloud.list_click_pipes(org, id);
    let refusal = match list.wake().await {
        Ok(pipes) => return Ok(pipes.len()),
        Err(Error::Api(refusal)) => refusal,
        Err(error) => return Err(error),
    };
    if let Some(WakeError::NotIdle { .. }) = refusal.wake_error() { Ok(0) } else { Err(Error::Api(refusal)) }
}

async fn organizations(cloud: &Client) -> Result<Option<OrganizationRow>, Box<dyn StdError>> {
    let list: ListOrganizations = cloud.list_organizations().limit(1).cursor("next");
    let permissions: &[&str] = list.permissions();
    println!("{permissions:?}");
    let list = list.patient().timeout(Duration::from_secs(5)).attempt_timeout(Duration::from_secs(1)).retry(NoRetry);
    let Some(first) = list.header("x-run", "7").await?.first().map(OrganizationRow::try_from).transpose()? else {
        return Ok(None);
    };
    let any: Wait<Page<Organization>> = cloud.list_organizations().until(|list: &Response<Page<_>>| !list.is_empty());
    println!("{}", any.await?.len());
    let all: AllItems<Organization> = cloud.list_organizations().all().at_most(10);
    println!("{:?}", all.await?.only()?);
    let mut pages: Pages<Organization> = cloud.list_organizations().pages().within(Duration::from_secs(60));
    println!("{:?}", pages.next().await.transpose()?.map(Response::into_inner).map(Page::into_items));
    let mut items: Items<Organization> = cloud.list_organizations().items();
    println!("{:?}", items.next().await.transpose()?);
    let one: Call<Organization> = cloud.get_organization(first.id);
    println!("{:?}", OrganizationDetails::from(one.await?.into_inner()));
    let updated: Call<Organization> = cloud.update_organization(first.id, &reorganize());
    Ok(Some(OrganizationRow::try_from(&*updated.await?)?))
}

async fn services(
    cloud: &Client,
    org: OrganizationId,
    id: ServiceId,
) -> Result<BTreeMap<String, ServiceRow>, Box<dyn StdError>> {
    let mut rows = BTreeMap::new();
    let list = cloud.list_services(org).filter(["tag:team=orders"]);
    for service in &list.timeout(Duration::from_secs(5)).retry(ThreeTimes).header("x-run", "7").await? {
        rows.insert(service.name()?.to_owned(), ServiceRow::try_from(service)?);
    }
    let service: Response<Service> = cloud.get_service(org, id).attempt_timeout(Duration::from_secs(5)).await?;
    misfits(service.mismatches());
    println!("{:?}", ServiceDetails::from(service.into_inner()));

    let config: Call<PrivateEndpointConfig> = cloud.get_private_endpoint_config(org, id);
    println!("{}", link(&config.await?.into_inner())?);
    let metrics: String = cloud.get_service_prometheus(org, id).await?.into_inner();
    let streamed: StreamedResponse = cloud.get_service_prometheus(org, id).stream().await?;
    let of_postgres: Call<String> = cloud.get_organization_postgres_prometheus(org);
    println!("{} {} {}", metrics.len(), streamed.status(), of_postgres.await?.len());
    Ok(rows)
}

async fn changes(cloud: Client, org: OrganizationId, id: ServiceId, backup: BackupId) -> Result<(), Box<dyn StdError>> {
    let created: Response<CreatedService> = cloud.create_service(org, &smallest()).retry(NoRetry).await?;
    let password: &Secret = created.password()?;
    println!("{}", password.expose_secret());
    let id_of_new: ServiceId = created.service()?.id()?;
    let CreatedService { service: Some(_), password: Some(_), .. } = created.into_inner() else { return Ok(()) };

    let creation: Call<CreatedService, FindIn<Service>> = cloud.create_service(org, &largest(backup));
    let search: Find<CreatedService, Service> = creation.or_find().within(Duration::from_secs(60));
    match search.await {
        Ok(Created::New(created)) => println!("{}", created.service()?.id()?),
        Ok(Created::Found(service)) => println!("{}", service.id()?),
        Err(Error::OutcomeUnknown(unknown)) => {
            let lookup: Option<&Lookup> = unknown.lookup();
            println!("{:?}", lookup.map(Lookup::candidates));
        }
        Err(error) => return Err(error.into()),
    }
    let renamed: Call<Service> = cloud.update_service(org, id, &rename());
    renamed.await?;
    let scaled: Call<Service> = cloud.update_service_replica_scaling(org, id, &scale_replicas());
    scaled.await?;
    #[expect(deprecated, reason = "not every program keeps up with the API")]
    let scaled: Call<Service> = cloud.update_service_scaling(org, id, &scale());
    scaled.await?;
    for command in [StateCommand::Start, StateCommand::Stop, StateCommand::Awake] {
        let commanded: Call<Service> = cloud.update_service_state(org, id, &tell(command));
        commanded.await?;
    }
    let set: ServicePassword = cloud.update_service_password(org, id, &hashes()).await?.into_inner();
    let generated: Option<Secret> = set.password;
    println!("{}", generated.is_some());
    let configured: Response<BackupConfiguration> = cloud.update_backup_configuration(org, id, &nightly()).await?;
    println!("{:?}", Schedule::try_from(&*configured)?);

    let running: Wait<Service> = cloud.wait_until_service_running(org, id_of_new);
    running.every(Duration::from_secs(10)).within(Duration::from_secs(600)).await?;
    let awake: Wait<Service> = cloud.wait_until_service_awake(org, id_of_new);
    awake.await?;
    let stopped: Wait<Service> = cloud.wait_until_service_stopped(org, id_of_new);
    println!("{}", stopped.await?.state()?);
    let deletion: Call<()> = cloud.delete_service(org, id_of_new);
    deletion.await?;
    let gone: Wait<Service, ()> = cloud.wait_until_service_deleted(org, id_of_new);
    gone.on_poll(|service: &Response<Service>| println!("{:?}", service.state)).await?;
    Ok(())
}

async fn use_defaults(cloud: &Client, org: OrganizationId, id: ServiceId) -> Result<(), Error> {
    cloud.delete_backup_bucket(org, id).await?;
    cloud.delete_scaling_schedule(org, id).await?;
    cloud.delete_service_query_endpoint(org, id).await?;
    cloud.delete_upgrade_window(org, id).await?;
    cloud.reset_clickhouse_setting(org, id, "max_query_size").await?;
    Ok(())
}

async fn backups(
    cloud: &Client,
    org: OrganizationId,
    id: ServiceId,
    backup: BackupId,
) -> Result<Vec<BackupRow>, Box<dyn StdError>> {
    let list: Call<Page<Backup>> = cloud.list_backups(org, id);
    let rows: Result<Vec<BackupRow>, MissingField> = list.await?.iter().map(BackupRow::try_from).collect();
    let one: Call<Backup> = cloud.get_backup(org, id, backup);
    println!("{:?}", BackupDetails::from(one.await?.into_inner()));
    let done: Wait<Backup> = cloud.wait_until_backup_done(org, id, backup);
    done.await?;
    let configuration: Call<BackupConfiguration> = cloud.get_backup_configuration(org, id);
    println!("{:?}", configuration.await?.backup_start_time);
    Ok(rows?)
}

/// Runs calls of any kind.
async fn run<T: Debug>(call: impl IntoFuture<Output = Result<Response<T>, Error>>) -> Option<T> {
    match call.await {
        Ok(response) => Some(response.into_inner()),
        Err(error) => {
            eprintln!("{}", explain(&error));
            None
        }
    }
}

fn explain(error: &Error) -> String {
    fn refused(error: &ApiError) -> String {
        format!("{} {:?}", error.status(), error.message())
    }
    fn undecodable(error: &DecodeError) -> String {
        error.path().to_owned()
    }
    fn invalid(error: &InvalidRequest) -> Vec<&str> {
        error.violations().iter().map(Violation::path).collect()
    }
    match error {
        Error::Api(error) => refused(error),
        Error::Decode(error) => undecodable(error),
        Error::InvalidRequest(error) => invalid(error).join(", "),
        Error::MissingField(field) => field.field().to_owned(),
        Error::Wait(error) => waited(error),
        Error::Configuration(error) => misconfigured(error),
        Error::OutcomeUnknown(unknown) => may_have_been_carried_out(unknown),
        other => other.to_string(),
    }
}

async fn waits(cloud: Client, org: OrganizationId, id: ServiceId) -> Result<(), Error> {
    let settled: Wait<Service> = cloud.wait_until_service_running(org, id).grace(Duration::ZERO).settle(3);
    settled.await?;
    cloud.get_service(org, id).until(|service| service.is_primary == Some(true)).every(Duration::from_secs(1)).await?;
    Ok(())
}

fn waited(error: &WaitError) -> String {
    error.to_string()
}

fn is_repeated(error: &PageError) -> bool {
    matches!(error, PageError::RepeatedCursor { .. })
}

fn misconfigured(error: &ConfigurationError) -> String {
    error.to_string()
}

fn may_have_been_carried_out(unknown: &OutcomeUnknown) -> String {
    match unknown.cause() {
        OutcomeUnknownCause::Refused(refusal) => refusal.to_string(),
        _ => unknown.check().unwrap_or("it may be sent again").to_owned(),
    }
}

fn misfits(mismatches: &[Mismatch]) {
    for mismatch in mismatches {
        let kind: MismatchKind = mismatch.kind();
        println!("{} {kind:?}", mismatch.path());
    }
}

fn own_http_client(client: reqwest::Client) -> Result<Client, Error> {
    Client::builder().http_client(client).bearer_token("token").build()
}

// What is sent

#[expect(deprecated, reason = "not every program keeps up with the API")]
fn reorganize() -> UpdateOrganization {
    let endpoints = OrganizationPrivateEndpointsUpdate::new().add([private_endpoint()]).remove([private_endpoint()]);
    UpdateOrganization::new().name("example").private_endpoints(endpoints).enable_core_dumps(true)
}

fn private_endpoint() -> OrganizationPrivateEndpointInput {
    OrganizationPrivateEndpoint::new("vpce-1").description("VPC").cloud_provider(Provider::Aws).region(Region::UsEast1)
}

fn smallest() -> CreateService {
    CreateService::new("analytics", Provider::Aws, Region::UsEast1, [])
}

fn largest(backup: BackupId) -> CreateService {
    let addresses = [IpAccessEntry::new("203.0.113.0/24").description("Office"), home()];
    let service = CreateService::new(String::from("analytics"), Provider::Gcp, Region::UsEast1Gcp, addresses)
        .num_replicas(3)
        .idle_scaling(true)
        .idle_timeout_minutes(5)
        .backup_id(backup)
        .private_preview_terms_checked(true);
    outdated(with_settings(service))
}

fn with_settings(service: CreateService) -> CreateService {
    service
        .autoscaling_mode(AutoscalingMode::Vertical)
        .min_replica_memory_gb(8)
        .max_replica_memory_gb(16)
        .min_replicas(3)
        .max_replicas(3)
        .is_readonly(true)
        .data_warehouse_id(DataWarehouseId::from(uuid::Uuid::nil()))
        .backup_encryption_config(SecretJson::from(serde_json::Map::new()))
        .release_channel(ReleaseChannel::Slow)
        .byoc_id(ByocInfrastructureId::from(uuid::Uuid::nil()))
        .has_transparent_data_encryption(true)
        .endpoints([EndpointSetting::new(EndpointProtocol::Mysql, true)])
        .profile("v1-default")
        .compliance_type(ComplianceType::Hipaa)
        .tags([label()])
        .enable_core_dumps(false)
}

fn label() -> TagInput {
    Tag::new("team").value("orders")
}

/// Apart from the rest, so that a warning about any other setter is seen.
#[expect(deprecated, reason = "not every program keeps up with the API")]
fn outdated(service: CreateService) -> CreateService {
    service
        .tier(Tier::Production)
        .min_total_memory_gb(24)
        .max_total_memory_gb(48)
        .encryption_key("key")
        .encryption_assumed_role_identifier("role")
        .private_endpoint_ids(["vpce-1"])
}

fn home() -> IpAccessEntryInput {
    IpAccessEntryInput::new("203.0.113.7").description(String::from("Home"))
}

fn rename() -> UpdateService {
    let addresses = IpAccessListUpdate::new().add([home()]).remove(vec![home()]);
    let endpoints = PrivateEndpointIdsUpdate::new().add(["vpce-1"]).remove(vec![String::from("vpce-2")]);
    UpdateService::new()
        .name("reports")
        .ip_access_list(addresses)
        .private_endpoint_ids(endpoints)
        .release_channel(ReleaseChannel::Fast)
        .endpoints([EndpointSetting::new(EndpointProtocol::Mysql, false)])
        .transparent_data_encryption_key_id("key")
        .tags(TagsUpdate::new().add([label()]).remove([TagInput::new("team")]))
        .enable_core_dumps(true)
}

fn scale_replicas() -> UpdateServiceReplicaScaling {
    UpdateServiceReplicaScaling::new()
        .min_replica_memory_gb(16)
        .max_replica_memory_gb(16)
        .autoscaling_mode(AutoscalingMode::Horizontal)
        .num_replicas(3)
        .min_replicas(1)
        .max_replicas(3)
        .idle_scaling(true)
        .idle_timeout_minutes(15)
}

fn scale() -> UpdateServiceScaling {
    let scaling = UpdateServiceScaling::new().num_replicas(3).idle_scaling(false).idle_timeout_minutes(15);
    #[expect(deprecated, reason = "not every program keeps up with the API")]
    let scaling = scaling.min_total_memory_gb(24).max_total_memory_gb(48);
    scaling
}

fn tell(command: StateCommand) -> UpdateServiceState {
    UpdateServiceState::new(command)
}

fn hashes() -> UpdateServicePassword {
    UpdateServicePassword::new().new_password_hash("hash").new_double_sha1_hash(Secret::from("hash"))
}

fn nightly() -> UpdateBackupConfiguration {
    UpdateBackupConfiguration::new()
        .backup_period_in_hours(Patch::Reset)
        .backup_retention_period_in_hours(168)
        .backup_start_time("02:00")
}

/// Sends back what was received.
fn copied(entry: IpAccessEntry) -> Result<IpAccessEntryInput, MissingField> {
    entry.try_into()
}

/// Sends back what was received.
fn labelled_again(tag: Tag) -> Result<TagInput, MissingField> {
    tag.try_into()
}

/// Sends back what was received.
fn registered_again(endpoint: OrganizationPrivateEndpoint) -> Result<OrganizationPrivateEndpointInput, MissingField> {
    endpoint.try_into()
}

fn check_organization(
    update: &UpdateOrganization,
    endpoints: &OrganizationPrivateEndpointsUpdate,
) -> Result<(), InvalidRequest> {
    update.validate()?;
    endpoints.validate()?;
    OrganizationPrivateEndpointInput::new("vpce-1").validate()
}

fn check(
    create: &CreateService,
    update: &UpdateService,
    scaling: &UpdateServiceScaling,
    state: &UpdateServiceState,
) -> Result<(), InvalidRequest> {
    create.validate()?;
    update.validate()?;
    scaling.validate()?;
    state.validate()
}

fn check_parts(
    entry: &IpAccessEntryInput,
    addresses: &IpAccessListUpdate,
    endpoints: &PrivateEndpointIdsUpdate,
    password: &UpdateServicePassword,
    configuration: &UpdateBackupConfiguration,
) -> Result<(), InvalidRequest> {
    entry.validate()?;
    EndpointSetting::new(EndpointProtocol::Https, true).validate()?;
    addresses.validate()?;
    endpoints.validate()?;
    password.validate()?;
    configuration.validate()
}

fn check_tags(tag: &TagInput, tags: &TagsUpdate, scaling: &UpdateServiceReplicaScaling) -> Result<(), InvalidRequest> {
    tag.validate()?;
    tags.validate()?;
    scaling.validate()
}

/// What was asked for, for the record.
#[derive(Debug)]
struct Order {
    name: String,
    place: (Provider, Region),
    tier: Option<Tier>,
    addresses: Vec<IpAccessEntryInput>,
    memory: (Option<i64>, Option<i64>),
    replicas: Option<i64>,
    idling: (Option<bool>, Option<i64>),
    backup: Option<BackupId>,
    encryption: (Option<Secret>, Option<String>),
    endpoints: Option<Vec<String>>,
    preview: Option<bool>,
    settings: Settings,
    limits: [Option<i64>; 4],
    terms: [Option<bool>; 2],
    decryption: Option<SecretJson>,
    listening: Vec<(EndpointProtocol, bool)>,
    labels: Vec<(String, Option<String>)>,
}

/// What a service is created with, and has from then on.
#[derive(Debug)]
struct Settings {
    mode: Option<AutoscalingMode>,
    warehouse: Option<DataWarehouseId>,
    channel: Option<ReleaseChannel>,
    account: Option<ByocInfrastructureId>,
    profile: Option<String>,
    compliance: Option<ComplianceType>,
    is_readonly: Option<bool>,
}

impl From<CreateService> for Order {
    fn from(request: CreateService) -> Self {
        Self {
            name: request.name,
            place: (request.provider, request.region),
            #[expect(deprecated, reason = "not every program keeps up with the API")]
            tier: request.tier,
            addresses: request.ip_access_list,
            #[expect(deprecated, reason = "not every program keeps up with the API")]
            memory: (request.min_total_memory_gb, request.max_total_memory_gb),
            replicas: request.num_replicas,
            idling: (request.idle_scaling, request.idle_timeout_minutes),
            backup: request.backup_id,
            #[expect(deprecated, reason = "not every program keeps up with the API")]
            encryption: (request.encryption_key, request.encryption_assumed_role_identifier),
            #[expect(deprecated, reason = "not every program keeps up with the API")]
            endpoints: request.private_endpoint_ids,
            preview: request.private_preview_terms_checked,
            settings: Settings {
                mode: request.autoscaling_mode,
                warehouse: request.data_warehouse_id,
                channel: request.release_channel,
                account: request.byoc_id,
                profile: request.profile,
                compliance: request.compliance_type,
                is_readonly: request.is_readonly,
            },
            limits: [
                request.min_replica_memory_gb,
                request.max_replica_memory_gb,
                request.min_replicas,
                request.max_replicas,
            ],
            terms: [request.has_transparent_data_encryption, request.enable_core_dumps],
            decryption: request.backup_encryption_config,
            listening: request.endpoints.into_iter().flatten().map(listening).collect(),
            labels: request.tags.into_iter().flatten().map(key_and_value).collect(),
        }
    }
}

fn listening(setting: EndpointSetting) -> (EndpointProtocol, bool) {
    (setting.protocol, setting.enabled)
}

fn key_and_value(tag: TagInput) -> (String, Option<String>) {
    (tag.key, tag.value)
}

fn registered(request: UpdateOrganization) -> Option<Vec<RegisteredEndpoint>> {
    let (name, dumps): (Option<String>, Option<bool>) = (request.name, request.enable_core_dumps);
    println!("{name:?} {dumps:?}");
    let endpoints: OrganizationPrivateEndpointsUpdate = request.private_endpoints?;
    #[expect(deprecated, reason = "not every program keeps up with the API")]
    let added = endpoints.add;
    Some(added.into_iter().chain(endpoints.remove).flatten().map(RegisteredEndpoint::from).collect())
}

#[derive(Debug)]
struct RegisteredEndpoint {
    id: String,
    description: Option<String>,
    place: (Option<Provider>, Option<Region>),
}

impl From<OrganizationPrivateEndpointInput> for RegisteredEndpoint {
    fn from(endpoint: OrganizationPrivateEndpointInput) -> Self {
        Self { id: endpoint.id, description: endpoint.description, place: (endpoint.cloud_provider, endpoint.region) }
    }
}

fn new_name(request: UpdateService) -> Option<String> {
    let addresses: Option<IpAccessListUpdate> = request.ip_access_list;
    let endpoints: Option<PrivateEndpointIdsUpdate> = request.private_endpoint_ids;
    println!("{:?} {:?}", addresses.map(new_addresses), endpoints.map(new_endpoints));
    let (channel, dumps): (Option<ReleaseChannel>, Option<bool>) = (request.release_channel, request.enable_core_dumps);
    let key: Option<Secret> = request.transparent_data_encryption_key_id;
    println!("{channel:?} {dumps:?} {key:?}");
    let listens: Option<Vec<EndpointSetting>> = request.endpoints;
    let tags: Option<TagsUpdate> = request.tags;
    println!("{:?} {:?}", listens.map(|settings| settings.len()), tags.map(new_tags));
    request.name
}

fn new_tags(update: TagsUpdate) -> Vec<(String, Option<String>)> {
    let (add, remove): (Option<Vec<TagInput>>, Option<Vec<TagInput>>) = (update.add, update.remove);
    add.into_iter().chain(remove).flatten().map(key_and_value).collect()
}

fn new_addresses(update: IpAccessListUpdate) -> Vec<(String, Option<String>)> {
    let (add, remove): (Option<Vec<IpAccessEntryInput>>, Option<Vec<IpAccessEntryInput>>) = (update.add, update.remove);
    add.into_iter().chain(remove).flatten().map(words).collect()
}

fn words(entry: IpAccessEntryInput) -> (String, Option<String>) {
    (entry.source, entry.description)
}

fn new_endpoints(update: PrivateEndpointIdsUpdate) -> Option<Vec<String>> {
    update.add.or(update.remove)
}

fn limits(request: &UpdateServiceScaling) -> [Option<i64>; 4] {
    if request.idle_scaling == Some(true) {
        println!("scales to zero");
    }
    #[expect(deprecated, reason = "not every program keeps up with the API")]
    let memory = [request.min_total_memory_gb, request.max_total_memory_gb];
    [memory[0], memory[1], request.num_replicas, request.idle_timeout_minutes]
}

fn replica_limits(request: &UpdateServiceReplicaScaling) -> [Option<i64>; 6] {
    let is_horizontal = request.autoscaling_mode == Some(AutoscalingMode::Horizontal);
    if is_horizontal && request.idle_scaling == Some(true) {
        println!("scales to zero");
    }
    let memory = [request.min_replica_memory_gb, request.max_replica_memory_gb];
    let replicas = [request.num_replicas, request.min_replicas, request.max_replicas];
    [memory[0], memory[1], replicas[0], replicas[1], replicas[2], request.idle_timeout_minutes]
}

fn command(request: UpdateServiceState) -> StateCommand {
    request.command
}

fn is_hashed(request: &UpdateServicePassword) -> bool {
    let hash: Option<&Secret> = request.new_password_hash.as_ref().or(request.new_double_sha1_hash.as_ref());
    hash.is_some()
}

fn changed(request: &UpdateBackupConfiguration) -> bool {
    let period: &Patch<i64> = &request.backup_period_in_hours;
    let retention: &Patch<i64> = &request.backup_retention_period_in_hours;
    let start: &Patch<String> = &request.backup_start_time;
    !(period.is_keep() && retention.is_keep() && start.is_keep())
}

// What is received

/// The required fields of an organization.
#[derive(Debug)]
struct OrganizationRow {
    id: OrganizationId,
    name: String,
    created: DateTime<Utc>,
}

impl TryFrom<&Organization> for OrganizationRow {
    type Error = MissingField;

    fn try_from(organization: &Organization) -> Result<Self, MissingField> {
        let name: &str = organization.name()?;
        Ok(Self { id: organization.id()?, name: name.to_owned(), created: organization.created_at()? })
    }
}

/// All fields of an organization.
#[derive(Debug)]
struct OrganizationDetails {
    id: Option<OrganizationId>,
    name: Option<String>,
    created: Option<DateTime<Utc>>,
    endpoints: Vec<OrganizationPrivateEndpoint>,
    accounts: Vec<Account>,
    has_core_dumps: Option<bool>,
    has_snapshots: Option<bool>,
}

impl From<Organization> for OrganizationDetails {
    fn from(organization: Organization) -> Self {
        let capabilities: Option<OrganizationCapabilities> = organization.capabilities;
        let accounts: Vec<ByocConfig> = organization.byoc_config.unwrap_or_default();
        Self {
            id: organization.id,
            name: organization.name,
            created: organization.created_at,
            endpoints: organization.private_endpoints.unwrap_or_default(),
            accounts: accounts.into_iter().map(Account::from).collect(),
            has_core_dumps: organization.enable_core_dumps,
            has_snapshots: capabilities.and_then(|capabilities| capabilities.snapshots),
        }
    }
}

fn parts_of_endpoint(
    endpoint: OrganizationPrivateEndpoint,
) -> (Option<String>, Option<String>, Option<Provider>, Option<Region>) {
    (endpoint.id, endpoint.description, endpoint.cloud_provider, endpoint.region)
}

fn ids<'a>(
    endpoint: &'a OrganizationPrivateEndpoint,
    account: &'a ByocConfig,
) -> Result<(&'a str, ByocInfrastructureId), MissingField> {
    Ok((endpoint.id()?, account.id()?))
}

/// A cloud account of the organization's own.
#[derive(Debug)]
struct Account {
    infrastructure: Option<ByocInfrastructureId>,
    state: Option<ByocState>,
    id: Option<String>,
    name: Option<String>,
    place: (Option<Provider>, Option<Region>),
}

impl From<ByocConfig> for Account {
    fn from(config: ByocConfig) -> Self {
        Self {
            infrastructure: config.id,
            state: config.state,
            #[expect(deprecated, reason = "not every program keeps up with the API")]
            id: config.account_id.or(config.account_name),
            name: config.display_name,
            place: (config.cloud_provider, config.region_id),
        }
    }
}

/// The required fields of a service.
#[derive(Debug)]
struct ServiceRow {
    id: ServiceId,
    name: String,
    place: (Provider, Region),
    state: ServiceState,
    endpoints: Vec<String>,
    addresses: Vec<String>,
    private_endpoints: Vec<String>,
    is_scaled_to_zero: bool,
    mode: AutoscalingMode,
    replicas: Option<i64>,
    created: DateTime<Utc>,
}

impl TryFrom<&Service> for ServiceRow {
    type Error = MissingField;

    fn try_from(service: &Service) -> Result<Self, MissingField> {
        let endpoints: &[ServiceEndpoint] = service.endpoints()?;
        let addresses: &[IpAccessEntry] = service.ip_access_list()?;
        Ok(Self {
            id: service.id()?,
            name: service.name()?.to_owned(),
            place: (service.provider()?.clone(), service.region()?.clone()),
            state: service.state()?.clone(),
            endpoints: endpoints.iter().map(address).collect::<Result<_, _>>()?,
            addresses: addresses
                .iter()
                .map(|entry| Ok(source(entry)?.to_owned()))
                .collect::<Result<_, MissingField>>()?,
            private_endpoints: service.private_endpoint_ids()?.to_vec(),
            is_scaled_to_zero: service.idle_scaling()?,
            mode: service.autoscaling_mode()?.clone(),
            replicas: service.current_scaling()?.effective_min_replicas,
            created: service.created_at()?,
        })
    }
}

fn address(endpoint: &ServiceEndpoint) -> Result<String, MissingField> {
    let (protocol, port): (&EndpointProtocol, i64) = (endpoint.protocol()?, endpoint.port()?);
    let host: &str = endpoint.host()?;
    Ok(format!("{protocol}://{host}:{port}"))
}

fn source(entry: &IpAccessEntry) -> Result<&str, MissingField> {
    entry.source()
}

/// All that is known of a service.
#[derive(Debug)]
struct ServiceDetails {
    id: Option<ServiceId>,
    name: Option<String>,
    place: (Option<Provider>, Option<Region>),
    state: Option<ServiceState>,
    endpoints: Option<Vec<Endpoint>>,
    tier: Option<Tier>,
    memory: (Option<i64>, Option<i64>),
    replicas: Option<i64>,
    idling: (Option<bool>, Option<i64>),
    addresses: Option<Vec<(Option<String>, Option<String>)>>,
    created: Option<DateTime<Utc>>,
    encryption: (Option<Secret>, Option<String>),
    iam_role: Option<String>,
    private_endpoints: Option<Vec<String>>,
    is_primary: Option<bool>,
    settings: Settings,
    limits: [Option<i64>; 5],
    keys: (Option<bool>, Option<Secret>, Option<String>),
    version: Option<String>,
    reachable: Option<Vec<String>>,
    labels: Vec<Tag>,
    has_core_dumps: Option<bool>,
    schedule: Option<ScalingSchedule>,
    now: Option<CurrentScaling>,
}

impl From<Service> for ServiceDetails {
    fn from(service: Service) -> Self {
        let addresses: Option<Vec<IpAccessEntry>> = service.ip_access_list;
        let endpoints: Option<Vec<ServiceEndpoint>> = service.endpoints;
        Self {
            id: service.id,
            name: service.name,
            place: (service.provider, service.region),
            state: service.state,
            endpoints: endpoints.map(|endpoints| endpoints.into_iter().map(Endpoint::from).collect()),
            #[expect(deprecated, reason = "not every program keeps up with the API")]
            tier: service.tier,
            #[expect(deprecated, reason = "not every program keeps up with the API")]
            memory: (service.min_total_memory_gb, service.max_total_memory_gb),
            replicas: service.num_replicas,
            idling: (service.idle_scaling, service.idle_timeout_minutes),
            addresses: addresses.map(|entries| entries.into_iter().map(parts).collect()),
            created: service.created_at,
            encryption: (service.encryption_key, service.encryption_assumed_role_identifier),
            iam_role: service.iam_role,
            private_endpoints: service.private_endpoint_ids,
            is_primary: service.is_primary,
            settings: Settings {
                mode: service.autoscaling_mode,
                warehouse: service.data_warehouse_id,
                channel: service.release_channel,
                account: service.byoc_id,
                profile: service.profile,
                compliance: service.compliance_type,
                is_readonly: service.is_readonly,
            },
            limits: [
                service.min_replica_memory_gb,
                service.max_replica_memory_gb,
                service.replica_memory_gb,
                service.min_replicas,
                service.max_replicas,
            ],
            keys: (
                service.has_transparent_data_encryption,
                service.transparent_data_encryption_key_id,
                service.encryption_role_id,
            ),
            version: service.clickhouse_version,
            reachable: service.available_private_endpoint_ids,
            labels: service.tags.unwrap_or_default(),
            has_core_dumps: service.enable_core_dumps,
            schedule: service.scaling_schedule,
            now: service.current_scaling,
        }
    }
}

fn scaling_now(now: CurrentScaling) -> (Option<AutoscalingMode>, [Option<i64>; 5], Option<bool>) {
    let entry: Option<ScalingScheduleEntryId> = now.active_entry_id;
    println!("{entry:?}");
    let memory = [now.effective_min_replica_memory_gb, now.effective_max_replica_memory_gb];
    let replicas = [now.effective_min_replicas, now.effective_max_replicas];
    let numbers = [memory[0], memory[1], replicas[0], replicas[1], now.effective_idle_timeout_minutes];
    (now.effective_autoscaling_mode, numbers, now.effective_idle_scaling)
}

fn key(tag: &Tag) -> Result<(&str, Option<&str>), MissingField> {
    Ok((tag.key()?, tag.value.as_deref()))
}

fn parts_of_tag(tag: Tag) -> (Option<String>, Option<String>) {
    (tag.key, tag.value)
}

fn parts(entry: IpAccessEntry) -> (Option<String>, Option<String>) {
    (entry.source, entry.description)
}

#[derive(Debug)]
struct Endpoint {
    protocol: Option<EndpointProtocol>,
    host: Option<String>,
    port: Option<i64>,
    username: Option<String>,
}

impl From<ServiceEndpoint> for Endpoint {
    fn from(endpoint: ServiceEndpoint) -> Self {
        Self { protocol: endpoint.protocol, host: endpoint.host, port: endpoint.port, username: endpoint.username }
    }
}

fn parts_of_creation(created: CreatedService) -> (Option<Service>, Option<Secret>) {
    (created.service, created.password)
}

fn link(config: &PrivateEndpointConfig) -> Result<String, MissingField> {
    let (service, host): (&str, &str) = (config.endpoint_service_id()?, config.private_dns_hostname()?);
    Ok(format!("{service} {host}"))
}

fn parts_of_link(config: PrivateEndpointConfig) -> (Option<String>, Option<String>) {
    (config.endpoint_service_id, config.private_dns_hostname)
}

/// The required fields of a backup.
#[derive(Debug)]
struct BackupRow {
    id: BackupId,
    service: ServiceId,
    status: BackupStatus,
    kind: BackupType,
    started: DateTime<Utc>,
    bytes: f64,
    seconds: f64,
}

impl TryFrom<&Backup> for BackupRow {
    type Error = MissingField;

    fn try_from(backup: &Backup) -> Result<Self, MissingField> {
        Ok(Self {
            id: backup.id()?,
            service: backup.service_id()?,
            status: backup.status()?.clone(),
            kind: backup.type_()?.clone(),
            started: backup.started_at()?,
            bytes: backup.size_in_bytes()?,
            seconds: backup.duration_in_seconds()?,
        })
    }
}

/// All that is known of a backup.
#[derive(Debug)]
struct BackupDetails {
    id: Option<BackupId>,
    service: Option<ServiceId>,
    status: Option<BackupStatus>,
    kind: Option<BackupType>,
    times: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    size: (Option<f64>, Option<f64>),
    name: Option<String>,
    bucket: Option<BackupBucket>,
}

impl From<Backup> for BackupDetails {
    fn from(backup: Backup) -> Self {
        Self {
            id: backup.id,
            service: backup.service_id,
            status: backup.status,
            kind: backup.type_,
            times: (backup.started_at, backup.finished_at),
            size: (backup.size_in_bytes, backup.duration_in_seconds),
            name: backup.backup_name,
            bucket: backup.bucket,
        }
    }
}

#[derive(Debug)]
struct Schedule {
    every: i64,
    kept: i64,
}

impl TryFrom<&BackupConfiguration> for Schedule {
    type Error = MissingField;

    fn try_from(configuration: &BackupConfiguration) -> Result<Self, MissingField> {
        Ok(Self {
            every: configuration.backup_period_in_hours()?,
            kept: configuration.backup_retention_period_in_hours()?,
        })
    }
}

fn parts_of_schedule(configuration: BackupConfiguration) -> (Option<i64>, Option<i64>, Option<String>) {
    let BackupConfiguration { backup_period_in_hours, .. } = configuration;
    (backup_period_in_hours, configuration.backup_retention_period_in_hours, configuration.backup_start_time)
}

fn period(configuration: &BackupConfiguration) -> Option<i64> {
    configuration.backup_period_in_hours
}

fn new_password(response: ServicePassword) -> Option<Secret> {
    response.password
}

// What each type can do

fn is_sent<T: Clone + Debug + PartialEq + Serialize>() {}

fn is_received<T: Clone + Debug + Default + DeserializeOwned + PartialEq + Serialize>() {}

fn requests() {
    is_sent::<CreateService>();
    is_sent::<EndpointSetting>();
    is_sent::<IpAccessEntryInput>();
    is_sent::<IpAccessListUpdate>();
    is_sent::<OrganizationPrivateEndpointInput>();
    is_sent::<OrganizationPrivateEndpointsUpdate>();
    is_sent::<PrivateEndpointIdsUpdate>();
    is_sent::<TagInput>();
    is_sent::<TagsUpdate>();
    is_sent::<UpdateBackupConfiguration>();
    is_sent::<UpdateOrganization>();
    is_sent::<UpdateService>();
    is_sent::<UpdateServicePassword>();
    is_sent::<UpdateServiceReplicaScaling>();
    is_sent::<UpdateServiceScaling>();
    is_sent::<UpdateServiceState>();
    drop((IpAccessListUpdate::default(), PrivateEndpointIdsUpdate::default(), UpdateBackupConfiguration::default()));
    drop((TagsUpdate::default(), UpdateServiceReplicaScaling::default()));
    drop((UpdateOrganization::default(), OrganizationPrivateEndpointsUpdate::default()));
    drop((UpdateService::default(), UpdateServicePassword::default(), UpdateServiceScaling::default()));
}

fn responses() {
    is_received::<Backup>();
    is_received::<BackupConfiguration>();
    is_received::<ByocConfig>();
    is_received::<CreatedService>();
    is_received::<CurrentScaling>();
    is_received::<IpAccessEntry>();
    is_received::<Organization>();
    is_received::<OrganizationCapabilities>();
    is_received::<OrganizationPrivateEndpoint>();
    is_received::<PrivateEndpointConfig>();
    is_received::<Service>();
    is_received::<ServiceEndpoint>();
    is_received::<ServicePassword>();
    is_received::<Tag>();
}

// Values

fn bill(tier: &Tier) -> f64 {
    match tier {
        Tier::Development => 0.1,
        Tier::Production => 1.0,
        Tier::DedicatedHighMem | Tier::DedicatedHighCpu | Tier::DedicatedStandard => 3.0,
        Tier::DedicatedStandardN2dStandard4 | Tier::DedicatedStandardN2dStandard8 => 4.0,
        Tier::DedicatedStandardN2dStandard32 | Tier::DedicatedStandardN2dStandard32With16Ssd => 5.0,
        Tier::DedicatedStandardN2dStandard128 | Tier::DedicatedStandardN2dStandard64With24Ssd => 6.0,
        _ => f64::NAN,
    }
}

fn is_up(state: &ServiceState) -> &'static str {
    match state {
        ServiceState::Running | ServiceState::Idle | ServiceState::PartiallyRunning | ServiceState::Degraded => "up",
        ServiceState::Stopped | ServiceState::Terminated | ServiceState::Softdeleted | ServiceState::Failed => "down",
        ServiceState::Provisioning | ServiceState::Starting | ServiceState::Awaking => "coming",
        ServiceState::Stopping | ServiceState::Terminating | ServiceState::Softdeleting => "going",
        _ => "unknown",
    }
}

fn is_usable(state: &ByocState) -> Option<bool> {
    match state {
        ByocState::InfraReady | ByocState::InfraDegraded | ByocState::InfraUpgrading => Some(true),
        ByocState::InfraProvisioning | ByocState::InfraTerminating | ByocState::InfraTerminated => Some(false),
        _ => None,
    }
}

fn is_early(channel: &ReleaseChannel) -> Option<bool> {
    match channel {
        ReleaseChannel::Fast => Some(true),
        ReleaseChannel::Default | ReleaseChannel::Slow => Some(false),
        _ => None,
    }
}

fn auditor(compliance: &ComplianceType) -> Option<&'static str> {
    match compliance {
        ComplianceType::Hipaa => Some("health"),
        ComplianceType::Pci => Some("payment cards"),
        _ => None,
    }
}

fn port(protocol: &EndpointProtocol) -> Option<u16> {
    match protocol {
        EndpointProtocol::Https => Some(8443),
        EndpointProtocol::Nativesecure => Some(9440),
        EndpointProtocol::Mysql => Some(3306),
        _ => None,
    }
}

fn mark(status: &BackupStatus, kind: &BackupType) -> (char, char) {
    let status = match status {
        BackupStatus::Done => '+',
        BackupStatus::Error => '-',
        BackupStatus::InProgress => '.',
        _ => '?',
    };
    let kind = match kind {
        BackupType::Full => 'F',
        BackupType::Incremental => 'I',
        _ => '?',
    };
    (status, kind)
}

/// Where a region is: the continent and the country.
fn geography(region: &Region) -> (&'static str, &'static str) {
    match region {
        Region::ApNortheast1 | Region::AsiaNortheast1 => ("asia", "jp"),
        Region::ApNortheast2 => ("asia", "kr"),
        Region::ApSouth1 => ("asia", "in"),
        Region::ApSoutheast1 | Region::AsiaSoutheast1 => ("asia", "sg"),
        Region::ApSoutheast2 => ("australia", "au"),
        Region::CaCentral1 => ("america", "ca"),
        Region::EuCentral1 | Region::Germanywestcentral => ("europe", "de"),
        Region::EuWest1 => ("europe", "ie"),
        Region::EuWest2 | Region::EuropeWest2 => ("europe", "gb"),
        Region::EuropeWest4 => ("europe", "nl"),
        Region::IlCentral1 => ("asia", "il"),
        Region::UsEast1 | Region::UsEast2 | Region::UsWest2 | Region::UsEast1Gcp | Region::UsCentral1 => {
            ("america", "us")
        }
        Region::Eastus | Region::Eastus2 | Region::Westus3 | Region::Centralus => ("america", "us-azure"),
        _ => ("unknown", "unknown"),
    }
}

fn bills(provider: &Provider) -> Option<&'static str> {
    match provider {
        Provider::Aws => Some("Amazon"),
        Provider::Gcp => Some("Google"),
        Provider::Azure => Some("Microsoft"),
        _ => None,
    }
}
