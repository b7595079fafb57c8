//! The bucket for the backups of a service.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, DELETE, GET, PATCH, POST};

const DAY: u64 = 24 * 60 * 60;

fn aws() -> Value {
    json!({
        "bucketProvider": "AWS",
        "bucketPath": "https://example.s3.amazonaws.com/a",
        "iamRoleArn": "arn:aws:iam::111122223333:role/a",
        "iamRoleSessionName": "session",
        "iamRoleExternalId": "external",
    })
}

fn gcp() -> Value {
    json!({
        "bucketProvider": "GCP",
        "bucketPath": "https://storage.googleapis.com/a",
        "accessKeyId": "GOOG1",
        "secretAccessKey": "hunter2",
    })
}

fn azure() -> Value {
    json!({ "bucketProvider": "AZURE", "containerName": "a", "connectionString": "hunter2" })
}

/// Creates a running service with settings of its own, and returns the path of its bucket.
async fn service(client: &Client, provider: &str, region: &str, settings: Value) -> String {
    let mut body =
        json!({ "name": "a", "provider": provider, "region": region, "ipAccessList": [], "idleScaling": false });
    body.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    let created = client.result(POST, "", Some(body)).await;
    client.advance(90);
    format!("/{}/backupBucket", created["service"]["id"].as_str().unwrap())
}

async fn on_aws(client: &Client) -> String {
    service(client, "aws", "us-east-1", json!({})).await
}

/// Makes the service of a bucket keep all backups of a test.
async fn keep_backups(client: &Client, bucket: &str) {
    let path = bucket.replace("backupBucket", "backupConfiguration");
    client.result(PATCH, &path, Some(json!({ "backupRetentionPeriodInHours": 1080 }))).await;
}

async fn backups(client: &Client, bucket: &str) -> Vec<Value> {
    let path = bucket.replace("backupBucket", "backups");
    client.result(GET, &path, None).await.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_service_has_one_bucket_at_most() {
    let client = Client::start().await;
    let path = on_aws(&client).await;
    let none = (404, "NOT_FOUND: there is no such backup bucket".to_owned());
    assert_eq!(client.refusal(GET, &path, None).await, none);
    assert_eq!(client.refusal(PATCH, &path, Some(aws())).await, none);
    assert_eq!(client.refusal(DELETE, &path, None).await, none);

    let created = client.result(POST, &path, Some(aws())).await;
    assert!(created["id"].is_string(), "{created}");
    let mut expected = aws();
    expected["id"] = created["id"].clone();
    assert_eq!(created, expected);
    assert_eq!(client.result(GET, &path, None).await, created);
    let (status, message) = client.refusal(POST, &path, Some(aws())).await;
    assert_eq!((status, message.as_str()), (400, "BAD_REQUEST: the service has a backup bucket already"));

    assert_eq!(client.call(DELETE, &path, None).await.0, 200);
    assert_eq!(client.refusal(GET, &path, None).await, none);
    assert_ne!(client.result(POST, &path, Some(aws())).await["id"], created["id"]);
}

#[tokio::test]
async fn secrets_are_neither_returned_nor_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let client = Client::start_with(|builder| builder.state_file(&file)).await;
    for (provider, region, body, shown) in
        [("gcp", "us-east1", gcp(), "accessKeyId"), ("azure", "eastus2", azure(), "containerName")]
    {
        let path = service(&client, provider, region, json!({})).await;
        let created = client.result(POST, &path, Some(body.clone())).await;
        assert_eq!(created[shown], body[shown]);
        let updated = client.result(PATCH, &path, Some(body)).await;
        for value in [created, updated, client.result(GET, &path, None).await] {
            assert!(!value.to_string().contains("hunter2"), "{value}");
        }
    }
    let state = fs::read_to_string(file).unwrap();
    assert!(state.contains("GOOG1") && !state.contains("hunter2"), "{state}");
}

#[tokio::test]
async fn backups_and_snapshots_are_in_the_bucket_that_there_was_then() {
    let client = Client::start().await;
    let path = on_aws(&client).await;
    keep_backups(&client, &path).await;
    client.result(POST, &path, Some(aws())).await;
    let often = json!({ "enabled": true, "gap": 60, "timeFrame": 2880 });
    client.result(PATCH, &path.replace("backupBucket", "snapshotConfiguration"), Some(often)).await;
    client.advance(2 * DAY);
    client.result(PATCH, &path, Some(json!({ "bucketProvider": "AWS", "iamRoleSessionName": null }))).await;
    client.advance(DAY);
    client.call(DELETE, &path, None).await;
    client.advance(DAY);

    let list = backups(&client, &path).await;
    let shown: Vec<_> = list.iter().map(|backup| (backup["type"].as_str().unwrap(), &backup["bucket"])).collect();
    let mut changed = aws();
    changed.as_object_mut().unwrap().shift_remove("iamRoleSessionName");
    let none = Value::Null;
    let expected = [("incremental", &none), ("full", &changed), ("full", &aws()), ("full", &aws()), ("full", &none)];
    assert_eq!(shown, expected);
    assert!(list.iter().all(|backup| backup["bucket"].is_null() == backup["backupName"].is_null()), "{list:?}");

    let snapshots = client.result(GET, &path.replace("backupBucket", "snapshots"), None).await;
    let snapshots = snapshots.as_array().unwrap();
    assert_eq!((&snapshots[0]["bucket"], &snapshots[47]["bucket"]), (&none, &changed));
    assert!(snapshots[47]["backupName"].is_string());
}

#[tokio::test]
async fn a_bucket_is_at_the_provider_of_its_service() {
    let client = Client::start().await;
    let path = on_aws(&client).await;
    for body in [gcp(), azure()] {
        let (status, message) = client.refusal(POST, &path, Some(body.clone())).await;
        assert_eq!((status, message.as_str()), (400, "BAD_REQUEST: bucketProvider: the service runs at AWS"));
        client.result(POST, &path, Some(aws())).await;
        let (status, message) = client.refusal(PATCH, &path, Some(body)).await;
        assert_eq!((status, message.as_str()), (400, "BAD_REQUEST: bucketProvider: the bucket is at AWS"));
        client.call(DELETE, &path, None).await;
    }
}

#[tokio::test]
async fn each_provider_needs_fields_of_its_own() {
    let client = Client::start().await;
    let path = on_aws(&client).await;
    for body in [
        json!({}),
        json!({ "bucketProvider": "S3" }),
        json!({ "bucketProvider": "AWS", "bucketPath": "a" }),
        json!({ "bucketProvider": "GCP", "bucketPath": "a", "accessKeyId": "a" }),
        json!({ "bucketProvider": "AZURE", "containerName": "a" }),
        json!({ "bucketProvider": "AZURE", "bucketPath": "a", "iamRoleArn": "a" }),
    ] {
        assert_eq!(client.call(POST, &path, Some(body.clone())).await.0, 400, "{body}");
    }
    let path = service(&client, "gcp", "us-east1", json!({})).await;
    client.result(POST, &path, Some(gcp())).await;
    let without_secret = json!({ "bucketProvider": "GCP", "bucketPath": "b" });
    assert_eq!(client.call(PATCH, &path, Some(without_secret)).await.0, 400);
}

#[tokio::test]
async fn regulated_and_secondary_services_have_no_bucket() {
    let client = Client::start().await;
    let hipaa = service(&client, "aws", "us-east-1", json!({ "complianceType": "hipaa" })).await;
    assert!(client.refusal(POST, &hipaa, Some(aws())).await.1.contains("HIPAA"));
    let primary = on_aws(&client).await;
    let primary = client.result(GET, primary.trim_end_matches("/backupBucket"), None).await;
    let shared = json!({ "dataWarehouseId": primary["dataWarehouseId"] });
    let secondary = service(&client, "aws", "us-east-1", shared).await;
    assert!(client.refusal(POST, &secondary, Some(aws())).await.1.contains("secondary"));
}

#[tokio::test]
async fn a_backup_in_a_bucket_is_restored_with_its_encryption_configuration() {
    let client = Client::start().await;
    let path = on_aws(&client).await;
    keep_backups(&client, &path).await;
    client.result(POST, &path, Some(aws())).await;
    client.advance(DAY + 600);
    let list = backups(&client, &path).await;
    let restore = |backup: &Value, configuration: Option<Value>| {
        let mut body = json!({
            "name": "copy", "provider": "aws", "region": "us-east-1", "ipAccessList": [], "backupId": backup["id"],
        });
        if let Some(configuration) = configuration {
            body["backupEncryptionConfig"] = configuration;
        }
        client.call(POST, "", Some(body))
    };
    let configuration = || Some(json!({ "schema_version": 1 }));
    let [in_bucket, before] = &list[..] else { panic!("{list:?}") };
    assert_eq!((restore(in_bucket, None).await.0, restore(in_bucket, configuration()).await.0), (400, 200));
    assert_eq!((restore(before, None).await.0, restore(before, configuration()).await.0), (200, 400));
}
