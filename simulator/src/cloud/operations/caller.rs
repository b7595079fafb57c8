use serde_json::{Value, json};

use crate::{
    call::Output,
    caller::{Actor, Caller},
    cloud::Cloud,
    kinds::{api_key, member},
    resources::Models,
};

/// Returns the caller: a key of one organization, or else the owner of the organizations. The API has no key of several
/// organizations, so such a key is the token of a user.
pub(super) fn whoami(cloud: &Cloud, models: &Models, caller: &Caller) -> Output {
    let mut actors = caller.actors();
    if let (1, Some((organization, Actor::ApiKey(id)))) = (actors.len(), actors.next()) {
        let scope = Cloud::scope_of(organization);
        let name = cloud.resources.peek(&api_key::KIND, &scope, id).map(|key| &key.fields["name"]);
        return Output::Json(json!({
            "actorType": "apiKey",
            "keyId": id,
            "name": name,
            "organizationId": organization,
        }));
    }
    let owner = |field| member::owner(models).map_or(&Value::Null, |owner| &owner[field]);
    let organizations =
        caller.actors().map(|(id, _)| json!({ "organizationId": id, "organizationName": cloud.organization_name(id) }));
    Output::Json(json!({
        "actorType": "user",
        "userId": owner("userId"),
        "email": owner("email"),
        "name": owner("name"),
        "organizations": organizations.collect::<Vec<_>>(),
    }))
}
