//! Postgres services.

use std::time::Duration;

use clickhouse_cloud::{chrono::TimeDelta, types::*};

use super::{Tour, done, refused};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) async fn visit(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let id = done(cloud.create_postgres_service(organization, &new_service())).await.id().unwrap();
    tour.advance(2 * DAY);
    let replica = replicas_and_restores(tour, id).await;
    changes(tour, id).await;
    insight(tour, id).await;
    done(cloud.list_postgres_services(organization)).await;
    refused(409, cloud.delete_postgres_service(organization, id)).await;
    done(cloud.delete_postgres_service(organization, replica)).await;
    limit(tour, id).await;
}

/// Returns a read replica.
async fn replicas_and_restores(tour: &Tour, id: PostgresServiceId) -> PostgresServiceId {
    let (cloud, organization) = (&tour.client, tour.organization);
    let replica =
        CreatePostgresReadReplica::new("Reports").pg_config(parameters()).pg_bouncer_config(pg_bouncer()).tags([tag()]);
    let replica = done(cloud.create_postgres_read_replica(organization, id, &replica)).await.id().unwrap();
    let restore = RestorePostgresService::new("Again", tour.now())
        .pg_config(parameters())
        .pg_bouncer_config(pg_bouncer())
        .tags([tag()]);
    done(cloud.restore_postgres_service(organization, id, &restore)).await;
    replica
}

async fn changes(tour: &Tour, id: PostgresServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let before = done(cloud.get_postgres_service(organization, id)).await;
    let entry = before.ip_access_list.unwrap().remove(0);
    let (first, entry) = (entry.id.clone().unwrap(), entry.try_into().unwrap());
    let list = PostgresIpAccessListUpdate::new().add([entry]);
    let update = UpdatePostgresService::new([tag()])
        .name("Sales")
        .size(PostgresSize::R8gdXlarge)
        .ha_type(PostgresHaType::Sync)
        .ip_access_list(list);
    done(cloud.update_postgres_service(organization, id, &update)).await;
    let list = PostgresIpAccessListUpdate::new()
        .add([PostgresIpAccessEntry::new("198.51.100.0/24", "5432").description("Office")])
        .remove([PostgresIpAccessEntryReference::new(first)]);
    let update = UpdatePostgresService::new([tag()]).ip_access_list(list);
    done(cloud.update_postgres_service(organization, id, &update)).await;

    let config = |connections: i64| PostgresConfig::new(parameters().max_connections(connections), pg_bouncer());
    done(cloud.replace_postgres_config(organization, id, &config(200))).await;
    done(cloud.get_postgres_config(organization, id)).await;
    done(cloud.update_postgres_config(organization, id, &config(300))).await;
    let given = UpdatePostgresPassword::new().password("Correct1HorseBattery");
    for password in [UpdatePostgresPassword::new(), given] {
        done(cloud.update_postgres_password(organization, id, &password)).await;
    }
    let restart = UpdatePostgresState::new(PostgresCommand::Restart);
    done(cloud.update_postgres_state(organization, id, &restart)).await;
    tour.advance(Duration::from_secs(60));
}

async fn insight(tour: &Tour, id: PostgresServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let now = tour.now();
    let from = now - TimeDelta::hours(2);
    done(cloud.get_postgres_ca_certificates(organization, id)).await;
    done(cloud.get_postgres_prometheus(organization, id)).await;
    done(cloud.get_organization_postgres_prometheus(organization)).await;
    done(cloud.get_postgres_metrics(organization, id, from, now).bucket_size_seconds(60)).await;
    cloud.list_postgres_backups(organization, id).limit(1).all().await.unwrap();

    let patterns = cloud.list_postgres_slow_query_patterns(organization, id, from, now);
    let failing = patterns
        .db_name("postgres")
        .db_user("postgres")
        .db_operation("SELECT")
        .app("reports")
        .sort_by(&SlowQuerySortKey::ErrorCount)
        .sort_order(&SortOrder::Desc)
        .limit(1)
        .offset(0);
    let failing = done(failing).await.only().unwrap().clone();
    let (db, user, operation) =
        (failing.db_name().unwrap(), failing.db_user().unwrap(), failing.db_operation().unwrap());
    let query = failing.query_id().unwrap();
    let details = || cloud.get_postgres_slow_query_pattern(organization, id, query, db, user, operation).app("reports");
    let last = done(details()).await.recent_executions().unwrap()[0].timestamp().unwrap();
    done(details().timestamp(last)).await;

    let logs = cloud.list_postgres_logs(organization, id, from, now);
    done(logs.body_contains("statement").severity("ERROR").sort_order(&SortOrder::Asc).limit(1).offset(1)).await;
}

/// Creates services until there may be no more.
async fn limit(tour: &Tour, id: PostgresServiceId) {
    let (cloud, organization) = (&tour.client, tour.organization);
    while cloud.create_postgres_service(organization, &new_service()).await.is_ok() {}
    refused(409, cloud.create_postgres_service(organization, &new_service())).await;
    let replica = CreatePostgresReadReplica::new("Reports");
    refused(409, cloud.create_postgres_read_replica(organization, id, &replica)).await;
    let restore = RestorePostgresService::new("Again", tour.now());
    refused(409, cloud.restore_postgres_service(organization, id, &restore)).await;
}

fn new_service() -> CreatePostgresService {
    let entry = PostgresIpAccessEntry::new("203.0.113.0/24", "5432").description("Office");
    CreatePostgresService::new(
        "Orders",
        PostgresProvider::Aws,
        Region::UsEast1,
        PostgresSize::R8gdLarge,
        [entry.id("fwr-ignored")],
    )
    .postgres_version(PostgresVersion::V17)
    .ha_type(PostgresHaType::Async)
    .tags([tag()])
    .pg_config(parameters())
    .pg_bouncer_config(pg_bouncer())
}

fn tag() -> TagInput {
    Tag::new("Team").value("data")
}

fn pg_bouncer() -> std::collections::BTreeMap<String, String> {
    [("default_pool_size".to_owned(), "40".to_owned())].into()
}

/// A value of each parameter.
fn parameters() -> PostgresParameters {
    PostgresParameters::new()
        .max_connections(1)
        .default_transaction_isolation(TransactionIsolation::Serializable)
        .ssl_min_protocol_version(TlsVersion::TlSv13)
        .default_toast_compression(ToastCompression::Lz4)
        .maintenance_work_mem(64)
        .work_mem(64)
        .effective_cache_size(8)
        .random_page_cost(0.5)
        .effective_io_concurrency(1)
        .max_worker_processes(1)
        .max_parallel_workers(1)
        .max_parallel_workers_per_gather(1)
        .max_parallel_maintenance_workers(1)
        .shared_memory_percent(25)
        .temp_buffers(800)
        .hash_mem_multiplier(1)
        .enable_parallel_hash(Switch::On)
        .maintenance_io_concurrency(1)
        .io_method(IoMethod::Worker)
        .io_workers(1)
        .bgwriter_delay(10)
        .bgwriter_flush_after(1)
        .bgwriter_lru_maxpages(1)
        .bgwriter_lru_multiplier(1)
        .statement_timeout(1)
        .lock_timeout(1)
        .idle_session_timeout(1)
        .idle_in_transaction_session_timeout(1)
        .transaction_timeout(1)
        .wal_sender_timeout(1)
        .wal_keep_size(1)
        .min_wal_size(32_768)
        .max_wal_size(32_768)
        .checkpoint_timeout(30)
        .max_slot_wal_keep_size(1)
        .wal_compression(WalCompression::Zstd)
        .wal_buffers(32)
        .max_replication_slots(10)
        .max_wal_senders(10)
        .max_logical_replication_workers(1)
        .max_sync_workers_per_subscription(1)
        .logical_decoding_work_mem(64)
        .autovacuum_max_workers(1)
        .autovacuum_naptime(1)
        .autovacuum_work_mem(1024)
        .autovacuum_vacuum_scale_factor(0.5)
        .autovacuum_analyze_scale_factor(0.5)
        .autovacuum_vacuum_insert_scale_factor(0.5)
        .autovacuum_vacuum_threshold(1)
        .autovacuum_analyze_threshold(1)
        .autovacuum_vacuum_insert_threshold(1)
        .autovacuum_freeze_max_age(100_000)
        .autovacuum_vacuum_cost_limit(1)
        .autovacuum_vacuum_cost_delay(1)
        .vacuum_cost_delay(1)
        .log_min_duration_statement(1)
        .log_temp_files(1)
        .log_lock_waits(Switch::Off)
        .log_parameter_max_length(1)
        .track_activity_query_size(100)
}
