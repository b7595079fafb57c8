use uuid::Uuid;

use super::Cloud;
use crate::{
    call::Call,
    kinds::{api_key, quota},
};

/// Counts the resources that the quotas of an organization limit.
pub(super) fn count(cloud: &mut Cloud, organization: Uuid, call: &Call<'_>) {
    let services = cloud.services_of(organization, call.now).iter().len();
    let scope = Cloud::scope_of(organization);
    let keys = cloud.resources.ids(&api_key::KIND, &scope).count();
    for (code, usage) in [("services-per-organization", services), ("api-keys-per-organization", keys)] {
        if let Some(quota) = cloud.resources.get_mut(&quota::KIND, &scope, code) {
            quota.fields.insert("usage".to_owned(), usage.into());
        }
    }
}
