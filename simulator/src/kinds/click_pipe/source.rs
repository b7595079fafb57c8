//! The source of a pipe, which is one of eight.

use serde_json::{Value, json};

use crate::kinds::elements;

/// The members of a source, of which one is there.
const KINDS: [&str; 8] = ["kafka", "objectStorage", "kinesis", "pubsub", "postgres", "mysql", "bigquery", "mongodb"];

const DATABASES: [&str; 4] = ["postgres", "mysql", "bigquery", "mongodb"];

/// The fields that name hosts.
const HOSTS: [&str; 4] = ["brokers", "url", "host", "uri"];

/// What `mongodb://` URLs have in place of the user and the password.
const REDACTED: &str = "redacted:redacted";

/// The source in a request or of a pipe.
pub(crate) struct Source<'a> {
    pub(crate) kind: &'static str,
    pub(crate) fields: &'a Value,
}

impl<'a> Source<'a> {
    /// Returns the source that is there.
    pub(crate) fn of(sources: &'a Value) -> Option<Self> {
        let there = |kind: &&str| sources.get(*kind).filter(|source| !source.is_null());
        KINDS.iter().find_map(|kind| Some(Self { kind, fields: there(kind)? }))
    }

    pub(crate) fn is_database(&self) -> bool {
        DATABASES.contains(&self.kind)
    }

    /// Returns whether the source is read to its end.
    pub(super) fn reads_once(&self) -> bool {
        match self.kind {
            "objectStorage" => self.fields["isContinuous"] != true,
            _ => *self.replication_mode() == "snapshot",
        }
    }

    /// Returns whether the rows that are there at first are left out.
    pub(super) fn reads_changes_alone(&self) -> bool {
        *self.replication_mode() == "cdc_only"
    }

    fn replication_mode(&self) -> &Value {
        &self.fields["settings"]["replicationMode"]
    }

    /// Returns the tables of a database.
    pub(super) fn table_mappings(&self) -> &'a [Value] {
        elements(&self.fields["tableMappings"])
    }

    /// Returns the first host that cannot be reached: names below `invalid` never exist.
    pub(crate) fn unreachable_host(&self) -> Option<&'a str> {
        let texts = HOSTS.iter().filter_map(|name| self.fields.get(*name)?.as_str());
        let mut hosts = texts.flat_map(|text| text.split(',').map(host));
        hosts.find(|host| host.rsplit('.').next() == Some("invalid"))
    }
}

/// Returns the host of an address or of a URL.
fn host(text: &str) -> &str {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = text.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default().trim()
}

/// Removes what the API never returns, and redacts the user in the URL of MongoDB.
pub(super) fn hide_secrets(sources: &mut Value) {
    if let Some(fields) = sources.get_mut("objectStorage").and_then(Value::as_object_mut) {
        fields.shift_remove("connectionString");
    }
    if let Some(Value::String(uri)) = sources.get_mut("mongodb").and_then(|source| source.get_mut("uri"))
        && let Some((scheme, rest)) = uri.split_once("://")
        && let Some((_, hosts)) = rest.rsplit_once('@')
    {
        *uri = format!("{scheme}://{REDACTED}@{hosts}");
    }
}

/// Removes all but the required fields of a source in Azure, which the API does not return.
pub(super) fn hide_azure(sources: &mut Value) {
    if let Some(Value::Object(fields)) = sources.get_mut("objectStorage")
        && fields["type"] == "azureblobstorage"
    {
        fields.retain(|name, _| ["type", "format"].contains(&name.as_str()));
    }
}

/// Returns whether two mappings are of the same table to the same table.
pub(super) fn is_same_mapping(one: &Value, other: &Value) -> bool {
    let names = ["sourceSchemaName", "sourceDatasetName", "sourceDatabaseName", "sourceTable", "sourceCollection"];
    names.iter().chain(&["targetTable"]).all(|name| one.get(*name) == other.get(*name))
}

/// Returns a schema that messages or files of a format may have.
pub(crate) fn sample_fields(format: &str) -> Value {
    // Only formats with a schema tell which fields may be absent.
    let optional = |name: &str| match format {
        "Avro" | "AvroConfluent" | "Protobuf" | "Parquet" => json!(name == "note"),
        _ => Value::Null,
    };
    let columns = match format {
        "JSONAsObject" => &[("json", "JSON")][..],
        _ => &[("id", "UInt64"), ("created_at", "DateTime64(3)"), ("amount", "Float64"), ("note", "String")],
    };
    columns.iter().map(|(name, ty)| json!({ "name": name, "type": ty, "optional": optional(name) })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_all_addresses_are_looked_at() {
        for (kind, field, address) in [
            ("kafka", "brokers", "a.example.com:9092, kafka.invalid:9092"),
            ("objectStorage", "url", "https://bucket.s3.invalid/**.csv?x=@b"),
            ("postgres", "host", "db.invalid"),
            ("mongodb", "uri", "mongodb://user:p@ss@a.example.com,db.invalid:27017/shop"),
        ] {
            let sources = json!({ kind: { field: address } });
            let host = Source::of(&sources).unwrap().unreachable_host();
            assert!(host.is_some_and(|host| host.ends_with(".invalid") && !host.contains([' ', '@'])), "{host:?}");
        }
        let sources = json!({ "kafka": { "brokers": "invalid.example.com:9092" } });
        assert_eq!(Source::of(&sources).unwrap().unreachable_host(), None);
    }

    #[test]
    fn the_user_in_a_url_is_redacted() {
        let mut sources = json!({ "mongodb": { "uri": "mongodb+srv://user:p@ss@a.example.com/shop" } });
        hide_secrets(&mut sources);
        assert_eq!(sources["mongodb"]["uri"], "mongodb+srv://redacted:redacted@a.example.com/shop");
        let mut plain = json!({ "mongodb": { "uri": "mongodb://a.example.com/shop" } });
        hide_secrets(&mut plain);
        assert_eq!(plain["mongodb"]["uri"], "mongodb://a.example.com/shop");
    }
}
