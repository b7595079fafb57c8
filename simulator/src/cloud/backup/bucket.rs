use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// The providers of buckets, each with the fields that the API shows. It shows no others, and these are the only ones that
/// are kept.
const SHOWN: [(&str, &[&str]); 3] = [
    ("AWS", &["bucketPath", "iamRoleArn", "iamRoleSessionName", "iamRoleExternalId"]),
    ("GCP", &["bucketPath", "accessKeyId"]),
    ("AZURE", &["containerName"]),
];

/// A bucket of an organization in which backups of a service are stored, without its secrets.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Bucket {
    id: Uuid,
    fields: Fields,
}

/// What backups in a bucket show of it.
pub(super) type Fields = Map<String, Value>;

impl Bucket {
    /// Returns a new bucket with the fields of a request.
    pub(crate) fn new(id: Uuid, request: &Value) -> Self {
        let fields = Fields::from_iter([("bucketProvider".to_owned(), request["bucketProvider"].clone())]);
        let mut bucket = Self { id, fields };
        bucket.update(request);
        bucket
    }

    /// Changes the fields in a request. `null` removes one.
    pub(crate) fn update(&mut self, request: &Value) {
        let shown = SHOWN.iter().find(|(provider, _)| *provider == self.provider()).map(|(_, names)| *names);
        for name in shown.unwrap_or_default() {
            match request.get(*name) {
                None => {}
                Some(Value::Null) => _ = self.fields.shift_remove(*name),
                Some(value) => _ = self.fields.insert((*name).to_owned(), value.clone()),
            }
        }
    }

    pub(crate) fn provider(&self) -> &str {
        self.fields["bucketProvider"].as_str().unwrap_or_default()
    }

    /// Returns what backups in the bucket show of it.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Returns the bucket as the API shows it.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = Fields::from_iter([("id".to_owned(), json!(self.id))]);
        shown.extend(self.fields.clone());
        shown.into()
    }
}
