//! Records the activities of an organization.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Cloud, service::Event};
use crate::{
    call::{Call, Output, Path},
    caller::Actor,
    kinds::{activity, api_key, member},
    resources::{Making, Models},
};

/// The number of activities that an organization keeps.
const MAX_ACTIVITIES: usize = 1_000;

/// A call that is recorded as an activity.
struct Recorded {
    operation: &'static str,
    when: When,
    /// The type of the activity.
    activity: &'static str,
    /// The change, if the activity is about an API key.
    key_update: Option<&'static str>,
}

/// The calls of an operation that are recorded.
enum When {
    Always,
    /// The request changes one of these fields.
    Changes(&'static [&'static str]),
    /// The request has this command.
    Commands(&'static str),
}

use When::{Always, Changes, Commands};

const fn call(operation: &'static str, when: When, activity: &'static str) -> Recorded {
    Recorded { operation, when, activity, key_update: None }
}

const fn key_update(operation: &'static str, when: When, change: &'static str) -> Recorded {
    Recorded { operation, when, activity: "openapi_key_update", key_update: Some(change) }
}

const MEMORY: &[&str] = &["minTotalMemoryGb", "maxTotalMemoryGb", "minReplicaMemoryGb", "maxReplicaMemoryGb"];
const REPLICAS: &[&str] = &["numReplicas", "minReplicas", "maxReplicas", "autoscalingMode"];
const IDLING: &[&str] = &["idleScaling", "idleTimeoutMinutes"];

static RECORDED: &[Recorded] = &[
    call("updateOrganization", Changes(&["name"]), "organization_update_name"),
    call("updateOrganization", Changes(&["privateEndpoints"]), "organization_update_private_endpoints"),
    call("updateOrganization", Changes(&["enableCoreDumps"]), "organization_update_core_dumps"),
    call("createService", Always, "service_create"),
    call("createService", Changes(&["backupId"]), "service_restore_backup"),
    call("updateService", Changes(&["name"]), "service_update_name"),
    call("updateService", Changes(&["ipAccessList"]), "service_update_ip_access_list"),
    call("updateService", Changes(&["privateEndpointIds"]), "service_update_private_endpoints"),
    call("updateService", Changes(&["releaseChannel"]), "service_update_release_channel"),
    call("updateService", Changes(&["endpoints"]), "service_update_mysql_interface"),
    call("updateService", Changes(&["enableCoreDumps"]), "service_update_core_dump"),
    call("createPrivateEndpoint", Always, "service_update_private_endpoints"),
    call("updateServiceState", Commands("start"), "service_start"),
    call("updateServiceState", Commands("stop"), "service_stop"),
    call("updateServiceState", Commands("awake"), "service_awaken"),
    call("updateServiceScaling", Changes(MEMORY), "service_update_autoscaling_memory"),
    call("updateServiceScaling", Changes(REPLICAS), "service_update_autoscaling_replicas"),
    call("updateServiceScaling", Changes(IDLING), "service_update_autoscaling_idling"),
    call("updateServiceReplicaScaling", Changes(MEMORY), "service_update_autoscaling_memory"),
    call("updateServiceReplicaScaling", Changes(REPLICAS), "service_update_autoscaling_replicas"),
    call("updateServiceReplicaScaling", Changes(IDLING), "service_update_autoscaling_idling"),
    call("setScalingSchedule", Always, "service_update_autoscaling_schedule"),
    call("deleteScalingSchedule", Always, "service_update_autoscaling_schedule"),
    call("setUpgradeWindow", Always, "service_update_upgrade_window"),
    call("deleteUpgradeWindow", Always, "service_delete_upgrade_window"),
    call("updateServicePassword", Always, "service_update_password"),
    call("updateBackupConfiguration", Always, "service_update_backup_configuration"),
    call("setServiceQueryEndpoint", Always, "service_update_query_endpoints"),
    call("deleteServiceQueryEndpoint", Always, "service_update_query_endpoints"),
    call("createQueryApiEndpoint", Always, "service_update_query_endpoints"),
    call("replaceQueryApiEndpoint", Always, "service_update_query_endpoints"),
    call("deleteQueryApiEndpoint", Always, "service_update_query_endpoints"),
    call("updateSnapshotConfiguration", Always, "service_update_snapshot_configuration"),
    call("createBackupBucket", Always, "backup_bucket_create"),
    call("updateBackupBucket", Always, "backup_bucket_update"),
    call("deleteBackupBucket", Always, "backup_bucket_delete"),
    call("deleteService", Always, "service_delete"),
    call("createPostgresService", Always, "postgres_action"),
    call("restorePostgresService", Always, "postgres_action"),
    call("createPostgresReadReplica", Always, "postgres_action"),
    call("updatePostgresService", Always, "postgres_action"),
    call("updatePostgresPassword", Always, "postgres_action"),
    call("updatePostgresState", Always, "postgres_action"),
    call("replacePostgresConfig", Always, "postgres_action"),
    call("updatePostgresConfig", Always, "postgres_action"),
    call("deletePostgresService", Always, "postgres_action"),
    call("createRole", Always, "role_create"),
    call("updateRole", Always, "role_update"),
    call("deleteRole", Always, "role_delete"),
    call("updateMember", Changes(&["role"]), "organization_member_update_role"),
    call("updateMember", Changes(&["assignedRoleIds"]), "organization_member_update_roles"),
    call("deleteMember", Always, "organization_member_delete"),
    call("createInvitation", Always, "organization_invite_create"),
    call("deleteInvitation", Always, "organization_invite_delete"),
    key_update("createApiKey", Always, "created"),
    key_update("updateApiKey", Changes(&["name"]), "name-changed"),
    key_update("updateApiKey", Changes(&["roles"]), "role-changed"),
    key_update("updateApiKey", Changes(&["assignedRoleIds"]), "roles-v2-changed"),
    key_update("updateApiKey", Changes(&["state"]), "state-changed"),
    key_update("updateApiKey", Changes(&["expireAt"]), "date-changed"),
    key_update("updateApiKey", Changes(&["ipAccessList"]), "ip-access-list-changed"),
    key_update("deleteApiKey", Always, "deleted"),
];

impl When {
    fn includes(&self, request: &Value) -> bool {
        match self {
            Always => true,
            Changes(fields) => fields.iter().any(|field| request.get(field).is_some()),
            Commands(command) => request["command"] == *command,
        }
    }
}

/// Records the activities of a call that was carried out.
pub(super) fn record(cloud: &mut Cloud, models: &Models, call: &Call<'_>, output: &Output) {
    let Some(organization) = call.path.uuid("organizationId") else { return };
    let Some(actor) = call.caller.actor_in(organization) else { return };
    let (actor_type, actor_id, kind) = match actor {
        Actor::ApiKey(id) => ("api", id, &api_key::KIND),
        Actor::User(id) => ("user", id, &member::KIND),
    };
    let name = cloud.resources.peek(kind, &Cloud::scope_of(organization), actor_id).map(|actor| &actor.fields["name"]);
    let actor_details = name.cloned().unwrap_or_default();
    let recorded = RECORDED.iter().filter(|recorded| recorded.operation == call.operation.id());
    for Recorded { activity, key_update, .. } in recorded.filter(|recorded| recorded.when.includes(call.body)) {
        let created = match output {
            Output::Json(result) => result,
            _ => &Value::Null,
        };
        let target = |parameter: &str, pointer: &str| {
            call.path.get(parameter).or_else(|| created.pointer(pointer)?.as_str()).map(str::to_owned)
        };
        let mut fields = json!({
            "type": activity,
            "actorType": actor_type,
            "actorId": actor_id,
            "actorDetails": actor_details,
            "actorIpAddress": call.origin.address,
            "userAgent": call.origin.user_agent,
        });
        if activity.starts_with("service_") || activity.starts_with("backup_") {
            fields["serviceId"] = target("serviceId", "/service/id").into();
        }
        if activity.starts_with("role_") {
            fields["targetRoleIds"] = json!([target("roleId", "/id")]);
            fields["targetRoleNames"] = created.get("name").map_or(Value::Null, |name| json!([name]));
        }
        if *activity == "organization_member_update_roles" {
            fields["targetRoleIds"] = call.body["assignedRoleIds"].clone();
            fields["targetActorIds"] = json!([format!("user/{}", call.path.get("userId").unwrap_or_default())]);
        }
        if let Some(change) = key_update {
            fields["targetKeyId"] = target("keyId", "/key/id").into();
            fields["keyUpdateType"] = (*change).into();
        }
        add(cloud, models, organization, fields, call.now);
    }
}

/// Records a change of the state of a service without a call.
pub(super) fn record_event(cloud: &mut Cloud, models: &Models, organization: Uuid, event: &Event) {
    let Some(activity) = event.activity() else { return };
    let fields = json!({ "type": activity, "actorType": "system", "serviceId": event.service });
    add(cloud, models, organization, fields, event.at);
}

/// Adds an activity, and drops the oldest ones if there are too many. Fields that are `null` are left out.
fn add(cloud: &mut Cloud, models: &Models, organization: Uuid, fields: Value, at: DateTime<Utc>) {
    let Some(model) = models.named(activity::KIND.name) else { return };
    let scope = Cloud::scope_of(organization);
    let mut start = Map::from_iter([("organizationId".to_owned(), json!(organization))]);
    let Value::Object(fields) = fields else { return };
    start.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
    let making = &mut Making { identity: &mut cloud.identity, now: at, path: &Path::default() };
    cloud.resources.seed(model, &scope, start, making);
    cloud.resources.drop_oldest(&activity::KIND, &scope, MAX_ACTIVITIES);
}
