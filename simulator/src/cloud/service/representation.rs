use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Service;
use crate::clock::timestamp;

pub(crate) const CLICKHOUSE_VERSION: &str = "26.8";

impl Service {
    /// Returns the service as the API shows it, without changes of state after `seen_at`.
    pub(crate) fn to_json(&self, seen_at: DateTime<Utc>) -> Value {
        let mut shown = json!({
            "id": self.id,
            "name": self.name,
            "provider": self.location.provider().as_str(),
            "region": self.location.region(),
            "clickhouseVersion": CLICKHOUSE_VERSION,
            "state": self.state_seen_at(seen_at).as_str(),
            "endpoints": self.location.endpoints(self.has_mysql_endpoint),
            "tier": self.tier,
            "ipAccessList": self.ip_access_list,
            "createdAt": timestamp(self.created_at),
            "encryptionKey": self.encryption.key,
            "encryptionAssumedRoleIdentifier": self.encryption.assumed_role_identifier,
            "iamRole": self.location.iam_role(),
            "privateEndpointIds": self.private_endpoint_ids,
            "dataWarehouseId": self.data_warehouse_id,
            "isPrimary": !self.is_secondary,
            "transparentDataEncryptionKeyId": self.encryption.data_key_id,
            "encryptionRoleId": self.encryption.data_key_id.as_ref().and_then(|_| self.location.encryption_role()),
            "scalingSchedule": self.schedule_to_json(seen_at),
            "currentScaling": self.scaling_at(seen_at).to_json_in_effect(),
        });
        if let Some(active) = self.schedule().and_then(|schedule| schedule.active(seen_at)) {
            shown["currentScaling"]["activeEntryId"] = json!(active.id());
        }
        for part in [self.scaling.to_json(), json!(self.options)] {
            if let (Some(fields), Value::Object(part)) = (shown.as_object_mut(), part) {
                fields.extend(part);
            }
        }
        // None of these fields may be null: a field that does not apply is left out.
        if let Some(fields) = shown.as_object_mut() {
            fields.retain(|_, value| !value.is_null());
        }
        shown
    }
}
