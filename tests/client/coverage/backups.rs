//! Snapshots, and buckets for backups at all providers.

use std::time::Duration;

use clickhouse_cloud::{Patch, types::*};

use super::{Tour, done};

const DAY: Duration = Duration::from_secs(24 * 3600);

pub(super) async fn visit(tour: &Tour) {
    for (provider, region, create, update) in buckets() {
        at(tour, provider, region, create, update).await;
    }
}

/// Visits everything about backups in a bucket at one provider.
async fn at(tour: &Tour, provider: Provider, region: Region, create: CreateBackupBucket, update: UpdateBackupBucket) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let body = CreateService::new("archived", provider.clone(), region.clone(), [])
        .idle_scaling(false)
        .has_transparent_data_encryption(true);
    let service = done(cloud.create_service(organization, &body)).await.service().unwrap().id().unwrap();
    tour.advance(Duration::from_secs(120));
    done(cloud.create_backup_bucket(organization, service, &create)).await;
    done(cloud.get_backup_bucket(organization, service)).await.expect("a bucket");
    done(cloud.update_backup_bucket(organization, service, &update)).await;
    let often = UpdateSnapshotConfiguration::new().enabled(true).gap(30).time_frame(1440);
    done(cloud.update_snapshot_configuration(organization, service, &often)).await;
    done(cloud.get_snapshot_configuration(organization, service)).await;

    tour.advance(DAY);
    tour.advance(Duration::from_secs(600));
    let backup = done(cloud.list_backups(organization, service)).await.first().unwrap().id().unwrap();
    done(cloud.get_backup(organization, service, backup)).await;
    let snapshots = cloud.list_snapshots(organization, service).limit(25).all().await.unwrap();
    // The oldest one is complete.
    done(cloud.get_snapshot(organization, service, snapshots.last().unwrap().id().unwrap())).await;
    let keys = serde_json::Map::from_iter([("schema_version".to_owned(), 1.into())]);
    let restored = CreateService::new("restored", provider, region, [])
        .has_transparent_data_encryption(true)
        .backup_id(backup)
        .backup_encryption_config(keys.into());
    done(cloud.create_service(organization, &restored)).await;
    done(cloud.delete_backup_bucket(organization, service)).await;
}

fn buckets() -> [(Provider, Region, CreateBackupBucket, UpdateBackupBucket); 3] {
    let (path, role) = ("https://example.s3.amazonaws.com/a", "arn:aws:iam::111122223333:role/a");
    let create = CreateAwsBackupBucket::new(path, role).iam_role_session_name("backups").iam_role_external_id("secret");
    let update = UpdateAwsBackupBucket::new()
        .bucket_path(path)
        .iam_role_arn(role)
        .iam_role_session_name(Patch::Set("archive".to_owned()))
        .iam_role_external_id(Patch::Set("secret".into()));
    let aws = (Provider::Aws, Region::UsEast1, create.into(), update.into());

    let path = "https://storage.googleapis.com/example/a";
    let create = CreateGcpBackupBucket::new(path, "GOOG1", "secret");
    let update = UpdateGcpBackupBucket::new("GOOG2", "secret").bucket_path(path);
    let gcp = (Provider::Gcp, Region::UsEast1Gcp, create.into(), update.into());

    let create = CreateAzureBackupBucket::new("example", "secret");
    let update = UpdateAzureBackupBucket::new("secret").container_name("archive");
    [aws, gcp, (Provider::Azure, Region::Eastus2, create.into(), update.into())]
}
