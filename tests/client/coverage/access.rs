//! Roles, API keys, members and invitations.

use clickhouse_cloud::{
    Patch,
    chrono::{TimeDelta, Utc},
    types::*,
};

use super::{Tour, done, refused};

pub(super) async fn visit(tour: &Tour) {
    api_keys(tour).await;
    members(tour).await;
    invitations(tour).await;
    roles(tour).await;
}

async fn roles(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let member = done(cloud.list_members(organization)).await[0].user_id().unwrap();
    let actor = || format!("user/{member}");
    let tags = PolicyTags::new().grants(["default"]).role_v2(SqlConsoleRole::Admin);
    let policy =
        || Policy::new(PolicyEffect::Allow, ["sql-console:database:access"], ["instance/*"]).tags(tags.clone());
    let role = done(cloud.create_role(organization, &CreateRole::new("Analyst", [actor()], [policy()]))).await;
    let id = role.id().unwrap();
    let update = UpdateRole::new().name("Analysts").actors([actor()]).policies([policy()]);
    done(cloud.update_role(organization, id, &update)).await;
    done(cloud.get_role(organization, id)).await;
    done(cloud.list_roles(organization)).await;
    done(cloud.delete_role(organization, id)).await;
}

async fn role_id(tour: &Tour, name: &str) -> RoleId {
    let roles = done(tour.client.list_roles(tour.organization)).await;
    let role = roles.iter().find(|role| role.name() == Ok(name)).expect("a system role");
    role.id().unwrap()
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn api_keys(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let role = role_id(tour, "Admin").await;
    let entry = || IpAccessEntry::new("127.0.0.0/8").description("Here");
    let tomorrow = Utc::now() + TimeDelta::days(1);
    let create = CreateApiKey::new("Scraper")
        .state(ApiKeyState::Enabled)
        .expire_at(tomorrow)
        .assigned_role_ids([role])
        .ip_access_list([entry()]);
    let created = done(cloud.create_api_key(organization, &create)).await;
    let (key_id, secret) = (created.key_id.as_ref().unwrap(), created.key_secret.as_ref().unwrap());
    let itself = tour.client_with_key(key_id.expose_secret(), secret.expose_secret());
    done(itself.whoami()).await;

    let hashes = ApiKeyHashData::new(
        "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
        "abcd",
        "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=",
    );
    let known_by_hash = CreateApiKey::new("Hashed").hash_data(hashes);
    done(cloud.create_api_key(organization, &known_by_hash)).await;
    refused(400, cloud.create_api_key(organization, &CreateApiKey::new("Old").roles([ApiKeyRole::Developer]))).await;

    let id = created.key().unwrap().id().unwrap();
    let update = UpdateApiKey::new()
        .name("Scrapers")
        .assigned_role_ids([role])
        .expire_at(tomorrow)
        .state(ApiKeyState::Disabled)
        .ip_access_list([entry()]);
    done(cloud.update_api_key(organization, id, &update)).await;
    refused(400, cloud.update_api_key(organization, id, &UpdateApiKey::new().roles([ApiKeyRole::Admin]))).await;
    done(cloud.get_api_key(organization, id)).await;
    let keys = cloud.list_api_keys(organization).limit(1).all().await.unwrap();
    let first = keys.first().unwrap().id().unwrap();
    done(cloud.get_api_key(organization, first)).await;
    done(cloud.update_api_key(organization, first, &UpdateApiKey::new().name("Tour"))).await;
    done(cloud.update_api_key(organization, id, &UpdateApiKey::new().expire_at(Patch::Reset))).await;
    done(cloud.delete_api_key(organization, id)).await;
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn members(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let members = done(cloud.list_members(organization)).await;
    let owner = members.first().unwrap().user_id().unwrap();
    done(cloud.get_member(organization, owner)).await;
    done(cloud.update_member(organization, owner, &UpdateMember::new())).await;
    let member = members.last().unwrap().user_id().unwrap();
    let roles = UpdateMember::new().assigned_role_ids([role_id(tour, "Developer").await]);
    done(cloud.update_member(organization, member, &roles)).await;
    refused(400, cloud.update_member(organization, member, &UpdateMember::new().role(MemberRole::Admin))).await;
    done(cloud.get_member(organization, member)).await;
    done(cloud.delete_member(organization, member)).await;
}

#[expect(deprecated, reason = "what is deprecated still works")]
async fn invitations(tour: &Tour) {
    let (cloud, organization) = (&tour.client, tour.organization);
    let roles = CreateInvitation::new("carol@example.com").assigned_role_ids([role_id(tour, "Developer").await]);
    let invitation = done(cloud.create_invitation(organization, &roles)).await;
    let role = CreateInvitation::new("dave@example.com").role(MemberRole::Developer);
    refused(400, cloud.create_invitation(organization, &role)).await;
    let id = invitation.id().unwrap();
    done(cloud.get_invitation(organization, id)).await;
    done(cloud.list_invitations(organization)).await;
    done(cloud.delete_invitation(organization, id)).await;
}
