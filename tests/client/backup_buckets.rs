//! A bucket for backups belongs to one cloud provider: what is sent to it, and what is received from it.

use clickhouse_cloud::{Error, Patch, types::*};
use serde_json::{Value, json};
use tests::{
    fake_api::{FakeApi, result},
    ids::{BACKUP, ORGANIZATION, SERVICE},
    simulated_cloud::{SimulatedCloud, bad_request, fitting, refusal},
};

const SECRET: &str = "secret-7462951380";
const PATH: &str = "https://example.s3.amazonaws.com/a";
const ROLE: &str = "arn:aws:iam::111122223333:role/a";

async fn created(bucket: impl Into<CreateBackupBucket>) -> Value {
    let api = FakeApi::responding(result(&json!({}))).await;
    api.client().create_backup_bucket(ORGANIZATION, SERVICE, &bucket.into()).await.unwrap();
    serde_json::from_slice(&api.request().await.body).unwrap()
}

async fn updated(changes: impl Into<UpdateBackupBucket>) -> Value {
    let api = FakeApi::responding(result(&json!({}))).await;
    api.client().update_backup_bucket(ORGANIZATION, SERVICE, &changes.into()).await.unwrap();
    serde_json::from_slice(&api.request().await.body).unwrap()
}

#[tokio::test]
async fn a_new_bucket_says_its_provider_and_what_that_needs() {
    assert_eq!(
        created(CreateAwsBackupBucket::new(PATH, ROLE)).await,
        json!({ "bucketProvider": "AWS", "bucketPath": PATH, "iamRoleArn": ROLE })
    );
    let bucket = CreateAwsBackupBucket::new(PATH, ROLE).iam_role_session_name("backups").iam_role_external_id(SECRET);
    assert_eq!(
        created(bucket).await,
        json!({
            "bucketProvider": "AWS",
            "bucketPath": PATH,
            "iamRoleArn": ROLE,
            "iamRoleSessionName": "backups",
            "iamRoleExternalId": SECRET,
        })
    );
    assert_eq!(
        created(CreateGcpBackupBucket::new("https://storage.googleapis.com/a", "GOOG1", SECRET)).await,
        json!({
            "bucketProvider": "GCP",
            "bucketPath": "https://storage.googleapis.com/a",
            "accessKeyId": "GOOG1",
            "secretAccessKey": SECRET,
        })
    );
    assert_eq!(
        created(CreateAzureBackupBucket::new("example", SECRET)).await,
        json!({ "bucketProvider": "AZURE", "containerName": "example", "connectionString": SECRET })
    );
}

#[tokio::test]
async fn a_change_has_the_provider_the_secrets_and_what_changes() {
    assert_eq!(updated(UpdateAwsBackupBucket::new()).await, json!({ "bucketProvider": "AWS" }));
    let reset = UpdateAwsBackupBucket::new()
        .iam_role_session_name(Patch::Reset)
        .iam_role_external_id(Patch::Set(SECRET.into()));
    assert_eq!(
        updated(reset).await,
        json!({ "bucketProvider": "AWS", "iamRoleSessionName": null, "iamRoleExternalId": SECRET })
    );
    assert_eq!(
        updated(UpdateGcpBackupBucket::new("GOOG2", SECRET)).await,
        json!({ "bucketProvider": "GCP", "accessKeyId": "GOOG2", "secretAccessKey": SECRET })
    );
    assert_eq!(
        updated(UpdateAzureBackupBucket::new(SECRET).container_name("other")).await,
        json!({ "bucketProvider": "AZURE", "containerName": "other", "connectionString": SECRET })
    );
}

/// The name of the variant that a bucket is received as.
fn variant(bucket: &BackupBucket) -> &'static str {
    match bucket {
        BackupBucket::Aws(_) => "AWS",
        BackupBucket::Gcp(_) => "GCP",
        BackupBucket::Azure(_) => "AZURE",
        _ => "unknown",
    }
}

#[tokio::test]
async fn a_bucket_is_never_taken_for_one_of_another_provider() {
    let of_gcp = json!({ "bucketProvider": "GCP", "bucketPath": PATH, "accessKeyId": "GOOG1" });
    // All that an AWS bucket has, and another provider.
    let disguised = |provider: &str| {
        json!({
            "bucketProvider": provider, "bucketPath": PATH, "iamRoleArn": ROLE, "iamRoleSessionName": "a",
            "iamRoleExternalId": SECRET, "containerName": "a",
        })
    };
    for (bucket, expected) in [
        (json!({ "bucketProvider": "AWS", "bucketPath": PATH, "iamRoleArn": ROLE }), "AWS"),
        (of_gcp, "GCP"),
        (json!({ "bucketProvider": "AZURE", "containerName": "a" }), "AZURE"),
        (json!({ "bucketProvider": "AWS" }), "AWS"),
        (json!({ "bucketProvider": "GCP" }), "GCP"),
        (json!({ "bucketProvider": "AZURE" }), "AZURE"),
        (json!({ "bucketProvider": "GCP", "bucketPath": null, "more": {} }), "GCP"),
        (disguised("AWS"), "AWS"),
        (disguised("GCP"), "GCP"),
        (disguised("AZURE"), "AZURE"),
        (disguised("OCI"), "unknown"),
        // Without a provider, the other fields tell it.
        (json!({ "bucketPath": PATH, "accessKeyId": "GOOG1" }), "GCP"),
        (json!({ "bucketProvider": null, "containerName": "a" }), "AZURE"),
        (json!({}), "unknown"),
    ] {
        let api = FakeApi::responding(result(&bucket)).await;
        let received = api.client().get_backup_bucket(ORGANIZATION, SERVICE).await.unwrap().into_inner().unwrap();
        assert_eq!(variant(&received), expected, "{bucket}");

        api.respond_with(result(&json!({ "bucket": bucket }))).await;
        let backup = api.client().get_backup(ORGANIZATION, SERVICE, BACKUP).await.unwrap().into_inner();
        assert_eq!(backup.bucket.as_ref().map(variant), Some(expected), "{bucket}");
        assert!(!format!("{backup:?}").contains(SECRET), "{backup:?}");
    }
}

#[tokio::test]
async fn a_service_has_a_bucket_or_none() {
    let cloud = SimulatedCloud::start().await;
    let service = cloud.create_running_service().await;
    let (client, org) = (&cloud.client, cloud.organization);
    let get = async || client.get_backup_bucket(org, service).await.unwrap().into_inner();
    assert_eq!(get().await, None);
    let changes = UpdateAwsBackupBucket::new().iam_role_arn("arn:aws:iam::111122223333:role/b").into();
    assert_eq!(refusal(client.update_backup_bucket(org, service, &changes).await).0, 404);

    let bucket = CreateAwsBackupBucket::new(PATH, ROLE).iam_role_external_id(SECRET).into();
    let created = fitting(client.create_backup_bucket(org, service, &bucket).await.unwrap());
    assert_eq!(get().await.as_ref(), Some(&created));
    let BackupBucket::Aws(aws) = &created else { panic!("{created:?}") };
    assert_eq!((aws.bucket_path(), aws.iam_role_arn.as_deref()), (Ok(PATH), Some(ROLE)));
    assert_eq!(aws.iam_role_external_id.as_ref().unwrap().expose_secret(), SECRET);
    assert!(bad_request(client.create_backup_bucket(org, service, &bucket).await).contains("already"));

    let updated = fitting(client.update_backup_bucket(org, service, &changes).await.unwrap());
    let BackupBucket::Aws(aws) = updated else { panic!("{updated:?}") };
    assert_eq!(aws.iam_role_arn.as_deref(), Some("arn:aws:iam::111122223333:role/b"));
    client.delete_backup_bucket(org, service).await.unwrap();
    assert_eq!(get().await, None);
}

#[tokio::test]
async fn a_bucket_whose_creation_is_unknown_is_not_set_up_again() {
    let cloud = SimulatedCloud::start().await;
    let service = cloud.create_running_service().await;
    let (client, org) = (&cloud.client, cloud.organization);
    cloud.fault("createBackupBucket=reset-after,times=1");
    let bucket = CreateAwsBackupBucket::new(PATH, ROLE).into();
    let error = client.create_backup_bucket(org, service, &bucket).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error:?}");
    assert!(error.to_string().contains("getBackupBucket"), "{error}");
    assert!(client.get_backup_bucket(org, service).await.unwrap().is_some());
    assert_eq!(cloud.simulator.log().count("createBackupBucket"), 1);
}
