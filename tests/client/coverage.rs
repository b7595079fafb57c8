//! Everything of the document occurs: a tour of a simulated cloud calls each operation with the emitted crate over real
//! HTTP, sends each field of its request, receives each field of its response, and provokes each refusal that the document
//! lists for it. A recorder keeps what is sent, and the document is counted off against that.

mod access;
mod backups;
mod click_pipes;
mod insight;
mod organizations;
mod postgres;
mod queries;
mod refusals;
mod reverse_private_endpoints;
mod service_settings;
mod services;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    time::Duration,
};

use clickhouse_cloud::{
    Client, Error, NoRetry, Response,
    chrono::{DateTime, Utc},
    types::*,
    uuid::Uuid,
};
use serde_json::Value;
use tests::{
    document::{self, Operation, properties, resolve, schema_name, variant_of, variants},
    recorder::{Exchange, Recorder},
    simulated_cloud::{SimulatedCloud, fitting},
};

/// What cannot occur, and why: a refusal, a field, a schema, or a property of a schema with everything in it. `*` stands
/// for any text.
const CANNOT_OCCUR: [(&str, &str); 36] = [
    ("whoami 400", "it takes nothing that could be wrong"),
    ("createApiKey < result.key.roles", "organizations with custom roles have no others"),
    ("CreateApiKey.roles", "organizations with custom roles refuse others"),
    ("UpdateApiKey.roles", "organizations with custom roles refuse others"),
    ("UpdateMember.role", "organizations with custom roles refuse others"),
    ("Invitation.role", "organizations with custom roles have no others"),
    ("CreateInvitation.role", "organizations with custom roles refuse others"),
    ("createApiKey < result.key.usedAt", "a new key was not used yet"),
    ("ByocConfig", "nothing makes infrastructure yet"),
    ("CreateService.byocId", "nothing makes infrastructure yet"),
    ("Service.byocId", "nothing makes infrastructure yet"),
    ("listServiceProfiles > ?byoc_id", "nothing makes infrastructure yet"),
    ("createService < result.service.scalingSchedule*", "a new service has no schedule"),
    ("createService < result.service.currentScaling.activeEntryId", "a new service has no schedule"),
    ("Activity.targetResourceIds", "policies keep the services that are deleted"),
    ("UsageCostMetrics.dataTransferCHC", "ClickPipes have no usage"),
    ("UsageCostMetrics.initialLoadCHC", "ClickPipes have no usage"),
    ("* < result.source.objectStorage.connectionString", "it is never returned"),
    ("* < result[].source.objectStorage.connectionString", "it is never returned"),
    ("updateClickPipeScaling < result.source.postgres*", "pipes from databases share their scaling"),
    ("updateClickPipeScaling < result.source.mysql*", "pipes from databases share their scaling"),
    ("updateClickPipeScaling < result.source.bigquery*", "pipes from databases share their scaling"),
    ("updateClickPipeScaling < result.source.mongodb*", "pipes from databases share their scaling"),
    ("deleteSavedQuery 409", "no user saves queries in a console"),
    ("createReversePrivateEndpoint < result.dnsTargets[]*", "a new one has no names yet"),
    ("createReversePrivateEndpoint < result.privateDnsMappings[]*", "a new one has no names yet"),
    ("listBackups < result[].bucket*.id", "a bucket in a backup has none"),
    ("getBackup < result.bucket*.id", "a bucket in a backup has none"),
    ("listSnapshots < result[].bucket*.id", "a bucket in a snapshot has none"),
    ("getSnapshot < result.bucket*.id", "a bucket in a snapshot has none"),
    ("createPostgresService < result.earliestRestoreTime", "a new one has no backups yet"),
    ("restorePostgresService < result.earliestRestoreTime", "a new one has no backups yet"),
    ("createPostgresReadReplica < result.earliestRestoreTime", "a new one has no backups yet"),
    ("restorePostgresService < result.ipAccessList*", "the request has none"),
    ("createPostgresReadReplica < result.ipAccessList*", "the request has none"),
    ("updatePostgresState < result.ipAccessList*", "the request has none"),
];

#[tokio::test]
async fn everything_of_the_document_occurs() {
    let tour = Tour::start().await;
    organizations::visit(&tour).await;
    services::visit(&tour).await;
    service_settings::visit(&tour).await;
    reverse_private_endpoints::visit(&tour).await;
    click_pipes::visit(&tour).await;
    queries::visit(&tour).await;
    access::visit(&tour).await;
    insight::visit(&tour).await;
    backups::visit(&tour).await;
    postgres::visit(&tour).await;
    refusals::provoke(&tour).await;

    let listed = Parts::of_the_document();
    let occurring = Parts::of_exchanges(&tour.recorder.exchanges());
    let cannot = CANNOT_OCCUR.map(|(part, _)| part);
    let missing: Vec<_> =
        listed.names().filter(|part| !occurring.has(part) && !listed.is_any_of(part, &cannot)).collect();
    assert!(missing.is_empty(), "the tour lacks {missing:#?}");
    let unknown: Vec<_> = cannot.into_iter().filter(|part| !listed.has(part)).collect();
    assert!(unknown.is_empty(), "the document has none of {unknown:#?}");
    let surprising: Vec<_> = CANNOT_OCCUR.into_iter().filter(|(part, _)| occurring.has(part)).collect();
    assert!(surprising.is_empty(), "the tour has {surprising:#?}");
}

/// A simulated cloud, and a client whose calls are recorded.
struct Tour {
    cloud: SimulatedCloud,
    recorder: Recorder,
    client: Client,
    organization: OrganizationId,
}

impl Tour {
    async fn start() -> Self {
        let cloud = SimulatedCloud::start_with(|builder| {
            let first = builder.no_rate_limit().organization(Uuid::max()).key("tour", "secret");
            // For a second page.
            first.organization(Uuid::nil()).key("tour", "secret")
        });
        let cloud = cloud.await;
        let recorder = Recorder::start(&cloud.simulator.base_url()).await;
        let (id, secret) = cloud.simulator.key();
        let (client, organization) = (client(&recorder, id, secret), cloud.organization);
        Self { cloud, recorder, client, organization }
    }

    /// A client with another key.
    fn client_with_key(&self, id: &str, secret: &str) -> Client {
        client(&self.recorder, id, secret)
    }

    fn advance(&self, by: Duration) {
        self.cloud.advance(by);
    }

    /// The time of the last call.
    fn now(&self) -> DateTime<Utc> {
        self.cloud.simulator.log().entries().last().unwrap().at
    }
}

fn client(recorder: &Recorder, id: &str, secret: &str) -> Client {
    let builder = Client::builder().base_url(recorder.url()).key(id, secret);
    builder.no_rate_limit().retry(NoRetry).build().unwrap()
}

/// The value of the response to a call that is carried out.
async fn done<T>(call: impl IntoFuture<Output = Result<Response<T>, Error>>) -> T {
    fitting(call.await.unwrap_or_else(|error| panic!("{error}")))
}

/// Makes a call that is refused with this status.
async fn refused<T: Debug>(status: u16, call: impl IntoFuture<Output = Result<Response<T>, Error>>) {
    let error = call.await.expect_err("a refusal");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{error}");
}

/// Parts of the document by their names, such as `getRole`, `getRole 404`, `getRole < result.name` of the response or
/// `updateRole > name` of the request. Each field has the schemas and properties that lead to it, such as `Role.name`.
#[derive(Default)]
struct Parts(BTreeMap<String, BTreeSet<String>>);

impl Parts {
    fn of_the_document() -> Self {
        let mut parts = Self::default();
        for operation in document::operations() {
            parts.insert(operation.id);
            for status in operation.statuses().filter(|status| [400, 403, 404, 409, 424].contains(status)) {
                parts.insert(format!("{} {status}", operation.id));
            }
            for parameter in operation.query() {
                parts.insert(format!("{} > ?{}", operation.id, parameter["name"].as_str().unwrap()));
            }
            parts.insert_fields(operation, None);
        }
        parts
    }

    fn of_exchanges(exchanges: &[Exchange]) -> Self {
        let mut parts = Self::default();
        let operations = document::operations();
        for exchange in exchanges {
            let is_called = |it: &&Operation| it.method == exchange.method && it.is_at(&exchange.path);
            // A path without a parameter comes before one that has it.
            let called = operations.iter().filter(is_called).min_by_key(|it| it.path().matches('{').count());
            let operation = called.expect("an operation of the document");
            if exchange.status >= 400 {
                parts.insert(format!("{} {}", operation.id, exchange.status));
                continue;
            }
            parts.insert(operation.id);
            for (name, _) in exchange.query.split('&').filter_map(|parameter| parameter.split_once('=')) {
                parts.insert(format!("{} > ?{name}", operation.id));
            }
            parts.insert_fields(*operation, Some(exchange));
        }
        parts
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there is a part that a name or a property stands for.
    fn has(&self, pattern: &str) -> bool {
        self.names().any(|part| self.is_any_of(part, &[pattern]))
    }

    /// Whether one of these names or properties stands for a part.
    fn is_any_of(&self, part: &str, patterns: &[&str]) -> bool {
        let is_name = |pattern: &str| match pattern.split_once('*') {
            Some((start, end)) => part.starts_with(start) && part.ends_with(end),
            None => part == pattern,
        };
        patterns.iter().any(|pattern| is_name(pattern) || self.0[part].contains(*pattern))
    }

    fn insert(&mut self, name: impl Into<String>) {
        self.0.insert(name.into(), BTreeSet::new());
    }

    /// Adds all fields of an operation, or those of an exchange.
    fn insert_fields(&mut self, operation: Operation, exchange: Option<&Exchange>) {
        let none = BTreeSet::new();
        if let Some(schema) = operation.body() {
            self.insert_properties(schema, exchange.map(|it| &it.request), &format!("{} > ", operation.id), &none);
        }
        if let Some(schema) = operation.response() {
            self.insert_properties(schema, exchange.map(|it| &it.response), &format!("{} < ", operation.id), &none);
        }
    }

    /// Adds the properties of a schema, or those that a value has.
    fn insert_properties(
        &mut self,
        schema: &'static Value,
        value: Option<&Value>,
        path: &str,
        outer: &BTreeSet<String>,
    ) {
        let name = schema_name(schema).unwrap_or_default();
        let schema = resolve(schema);
        let variants = value.map_or_else(|| variants(schema), |value| variant_of(schema, value).into_iter().collect());
        for variant in variants {
            self.insert_properties(variant.schema, value, &format!("{path}<{}>", variant.name()), outer);
        }
        let other_way = if path.contains(" > ") { "readOnly" } else { "writeOnly" };
        for (property, inner) in properties(schema).into_iter().filter(|(_, inner)| inner[other_way] != true) {
            let value = value.map(|value| &value[property]);
            if value.is_none_or(|value| !value.is_null()) {
                let path =
                    format!("{}{property}", if path.ends_with(' ') { path.to_owned() } else { format!("{path}.") });
                let mut properties = outer.clone();
                properties.extend([name.to_owned(), format!("{name}.{property}")]);
                self.insert_properties(inner, value, &path, &properties);
                self.0.entry(path).or_default().extend(properties);
            }
        }
        if let Some(items) = schema.get("items") {
            match value {
                None => self.insert_properties(items, None, &format!("{path}[]"), outer),
                Some(value) => {
                    for item in value.as_array().into_iter().flatten() {
                        self.insert_properties(items, Some(item), &format!("{path}[]"), outer);
                    }
                }
            }
        }
    }
}
