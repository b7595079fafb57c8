//! Keys, roles, members and invitations, as the client sees them.

use std::{fmt::Debug, time::Duration};

use clickhouse_cloud::{Client, Error, Patch, chrono::TimeDelta, types::*, uuid::Uuid};
use tests::simulated_cloud::{SimulatedCloud, fitting, new_service, refusal};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const SECONDS: Duration = Duration::from_secs(5);

/// A simulated cloud with a key of the role Developer.
async fn start() -> (SimulatedCloud, Client) {
    let with_keys = |builder: clickhouse_cloud_simulator::Builder| builder.key("admin", "a").developer_key("dev", "d");
    let cloud = SimulatedCloud::start_with(|builder| with_keys(builder.no_rate_limit())).await;
    let developer = cloud.client_with_key("dev", "d");
    (cloud, developer)
}

fn assert_lacks<T: Debug>(outcome: Result<T, Error>, permission: &str) {
    assert_eq!(refusal(outcome), (403, format!("FORBIDDEN: the API key lacks {permission}")));
}

fn anywhere() -> [IpAccessEntryInput; 1] {
    [IpAccessEntry::new("0.0.0.0/0")]
}

impl Access<'_> {
    /// Creates a key, and a client with it.
    async fn key(&self, body: &CreateApiKey) -> (ApiKey, Client) {
        let created = fitting(self.cloud.client.create_api_key(self.cloud.organization, body).await.unwrap());
        let id = created.key_id.as_ref().unwrap().expose_secret();
        let secret = created.key_secret.as_ref().unwrap().expose_secret();
        let client = self.cloud.client_with_key(id, secret);
        assert!(id.ends_with(created.key().unwrap().key_suffix().unwrap()), "the suffix is that of the ID");
        (created.key.unwrap(), client)
    }

    /// Creates a key with a role of its own, and a client with it.
    async fn key_with(&self, policies: impl IntoIterator<Item = PolicyInput>) -> (ApiKey, Client) {
        let role = CreateRole::new("Custom", [] as [&str; 0], policies);
        let role = fitting(self.cloud.client.create_role(self.cloud.organization, &role).await.unwrap());
        let body = CreateApiKey::new("custom").assigned_role_ids([role.id().unwrap()]).ip_access_list(anywhere());
        self.key(&body).await
    }

    async fn system_role(&self, name: &str) -> RoleId {
        let roles = self.cloud.client.list_roles(self.cloud.organization).await.unwrap();
        roles.iter().find(|role| role.name().unwrap() == name).unwrap().id().unwrap()
    }
}

/// What the tests do with the access to a cloud.
struct Access<'a> {
    cloud: &'a SimulatedCloud,
}

fn allow(permission: &str, resource: String) -> PolicyInput {
    Policy::new(PolicyEffect::Allow, [permission], [resource])
}

#[tokio::test]
async fn a_key_works_as_soon_as_it_exists_and_until_it_is_deleted() {
    let (cloud, _) = start().await;
    let (access, org) = (Access { cloud: &cloud }, cloud.organization);
    let admin = access.system_role("Admin").await;
    let body = CreateApiKey::new("nightly").assigned_role_ids([admin]).ip_access_list(anywhere());
    let (key, client) = access.key(&body).await;
    let id = key.id().unwrap();
    assert_eq!((key.name().unwrap(), key.state().unwrap()), ("nightly", &ApiKeyState::Enabled));
    assert_eq!(key.assigned_roles().unwrap()[0].role_name().unwrap(), "Admin");
    assert_eq!((key.used_at, key.expire_at), (None, None));

    let Caller::ApiKey(caller) = fitting(client.whoami().await.unwrap()) else { panic!("it is a key") };
    assert_eq!((caller.key_id().unwrap(), caller.organization_id().unwrap()), (id, org));
    assert_eq!((caller.name().unwrap(), caller.actor_type().unwrap()), ("nightly", &CallerType::ApiKey));
    let used = fitting(cloud.client.get_api_key(org, id).await.unwrap()).used_at.unwrap();
    assert_eq!(used.timestamp() % 60, 0, "the minute of the call");
    assert!(used <= key.created_at().unwrap() && key.created_at().unwrap() - used < TimeDelta::minutes(1));

    let (status, message) = refusal(client.delete_api_key(org, id).await);
    assert_eq!((status, message.as_str()), (400, "BAD_REQUEST: an API key cannot delete itself"));
    cloud.client.delete_api_key(org, id).await.unwrap();
    assert_eq!(refusal(client.whoami().await), (401, "UNAUTHORIZED: Key is not found".to_owned()));
    assert_eq!(refusal(cloud.client.get_api_key(org, id).await).1, "NOT_FOUND: there is no such API key");
    let role = cloud.client.get_role(org, admin).await.unwrap();
    assert!(!role.actors().unwrap().contains(&format!("apiKey/{id}")), "a key that is gone has no role");
}

#[tokio::test]
async fn a_disabled_or_expired_key_is_refused_until_that_is_changed() {
    let (cloud, _) = start().await;
    let (access, org) = (Access { cloud: &cloud }, cloud.organization);
    let (key, client) = access.key(&CreateApiKey::new("temporary").ip_access_list(anywhere())).await;
    let id = key.id().unwrap();
    let update = async |body: UpdateApiKey| fitting(cloud.client.update_api_key(org, id, &body).await.unwrap());

    assert_eq!(update(UpdateApiKey::new().state(ApiKeyState::Disabled)).await.state().unwrap(), &ApiKeyState::Disabled);
    assert_eq!(refusal(client.whoami().await), (401, "UNAUTHORIZED: the API key is disabled".to_owned()));
    update(UpdateApiKey::new().state(ApiKeyState::Enabled)).await;
    client.whoami().await.unwrap();

    let end = key.created_at().unwrap() + TimeDelta::days(1);
    assert_eq!(update(UpdateApiKey::new().expire_at(end)).await.expire_at, Some(end));
    let kept = update(UpdateApiKey::new().name("renamed")).await;
    assert_eq!((kept.name().unwrap(), kept.expire_at), ("renamed", Some(end)));
    client.whoami().await.unwrap();
    cloud.advance(DAY);
    assert_eq!(refusal(client.whoami().await), (401, "UNAUTHORIZED: the API key has expired".to_owned()));
    assert_eq!(update(UpdateApiKey::new().expire_at(Patch::Reset)).await.expire_at, None);
    client.whoami().await.unwrap();
}

#[tokio::test]
async fn a_key_works_only_from_the_addresses_on_its_list() {
    let (cloud, _) = start().await;
    let (access, org) = (Access { cloud: &cloud }, cloud.organization);
    let (key, client) = access.key(&CreateApiKey::new("here").ip_access_list([])).await;
    let elsewhere = (401, "UNAUTHORIZED: the API key cannot be used from 127.0.0.1".to_owned());
    assert_eq!(refusal(client.whoami().await), elsewhere);
    for (source, works) in [("203.0.113.0/24", false), ("127.0.0.0/8", true), ("127.0.0.1", true), ("::1", false)] {
        let body = UpdateApiKey::new().ip_access_list([IpAccessEntry::new(source).description("Test")]);
        let changed = fitting(cloud.client.update_api_key(org, key.id().unwrap(), &body).await.unwrap());
        let entry = &changed.ip_access_list().unwrap()[0];
        assert_eq!((entry.source().unwrap(), entry.description.as_deref()), (source, Some("Test")));
        match client.whoami().await {
            Ok(_) => assert!(works, "{source}"),
            refused => assert_eq!(refusal(refused), elsewhere, "{source}"),
        }
    }
    let body = UpdateApiKey::new().ip_access_list([IpAccessEntry::new("1.2.3.4/33")]);
    assert_eq!(refusal(cloud.client.update_api_key(org, key.id().unwrap(), &body).await).0, 400);
}

#[tokio::test]
async fn a_key_of_which_only_hashes_are_known_works_with_the_secret_of_the_caller() {
    let (cloud, _) = start().await;
    // The SHA-256 hashes of `own-id-Xq7d` and `own secret`.
    let hashes = ApiKeyHashData::new(
        "WmlWu64VfSH2gcPd4hsmGDwemefb1JzvxXNB3vQQ2a0=",
        "Xq7d",
        "ywqjlJ+mUQi9PoE6o2lvbZVAkdOYIHOQ5Hr17yTahJc=",
    );
    let body = CreateApiKey::new("own").hash_data(hashes).state(ApiKeyState::Disabled).ip_access_list(anywhere());
    let created = fitting(cloud.client.create_api_key(cloud.organization, &body).await.unwrap());
    assert!(created.key_id.is_none() && created.key_secret.is_none());
    let key = created.key().unwrap();
    assert_eq!((key.key_suffix().unwrap(), key.state().unwrap()), ("Xq7d", &ApiKeyState::Disabled));
    let client = cloud.client_with_key("own-id-Xq7d", "own secret");
    assert_eq!(refusal(client.whoami().await).1, "UNAUTHORIZED: the API key is disabled");
    let enable = UpdateApiKey::new().state(ApiKeyState::Enabled);
    cloud.client.update_api_key(cloud.organization, key.id().unwrap(), &enable).await.unwrap();
    let Caller::ApiKey(caller) = fitting(client.whoami().await.unwrap()) else { panic!("it is a key") };
    assert_eq!(caller.key_id().unwrap(), key.id().unwrap());
    let wrong = cloud.client_with_key("own-id-Xq7d", "another secret");
    assert_eq!(refusal(wrong.whoami().await).1, "UNAUTHORIZED: Key is not found");
}

#[tokio::test]
async fn all_keys_of_an_organization_are_listed_and_there_are_at_most_100() {
    let (cloud, developer) = start().await;
    let org = cloud.organization;
    let listed = fitting(cloud.client.list_api_keys(org).await.unwrap());
    let names: Vec<_> = listed.iter().map(|key| key.name().unwrap()).collect();
    assert_eq!(names, ["Admin key", "Developer key"], "those that the simulator was started with");
    #[expect(deprecated, reason = "what is deprecated is still shown")]
    let old_roles: Vec<_> = listed.iter().map(|key| key.roles.clone().unwrap()).collect();
    assert_eq!(old_roles, [[ApiKeyRole::Admin], [ApiKeyRole::Developer]]);

    for number in 2..100 {
        cloud.client.create_api_key(org, &CreateApiKey::new(format!("key {number}"))).await.unwrap();
    }
    assert_eq!(refusal(cloud.client.create_api_key(org, &CreateApiKey::new("one more")).await).0, 400);
    let page = fitting(developer.list_api_keys(org).limit(30).await.unwrap());
    assert_eq!((page.len(), page.total()), (30, Some(100)));
    assert_eq!(cloud.client.list_api_keys(org).limit(30).all().await.unwrap().len(), 100);
    cloud.client.delete_api_key(org, page[29].id().unwrap()).await.unwrap();
    cloud.client.create_api_key(org, &CreateApiKey::new("one more")).await.unwrap();
}

#[tokio::test]
async fn a_developer_looks_at_everything_and_gives_only_the_own_role() {
    let (cloud, developer) = start().await;
    let (access, org) = (Access { cloud: &cloud }, cloud.organization);
    let service = cloud.create_running_service().await;
    developer.get_organization(org).await.unwrap();
    developer.get_service(org, service).await.unwrap();
    developer.list_backups(org, service).await.unwrap();
    developer.list_members(org).await.unwrap();
    assert_lacks(developer.list_roles(org).await, "control-plane:organization:manage");
    assert_lacks(developer.create_service(org, &new_service()).await, "control-plane:organization:create-service");
    assert_lacks(developer.delete_service(org, service).await, "control-plane:service:delete");
    let nobody = ServiceId(Uuid::nil());
    assert_lacks(developer.delete_service(org, nobody).await, "control-plane:service:delete");

    let keyed = |role| CreateApiKey::new("another").assigned_role_ids([role]).ip_access_list(anywhere());
    developer.create_api_key(org, &keyed(access.system_role("Developer").await)).await.unwrap();
    let refused = refusal(developer.create_api_key(org, &keyed(access.system_role("Admin").await)).await);
    assert_eq!(refused.0, 403, "{}", refused.1);
}

#[tokio::test]
async fn a_command_needs_the_permission_that_it_is_documented_to_need() {
    let (cloud, developer) = start().await;
    let (org, id) = (cloud.organization, cloud.create_running_service().await);
    let stop = UpdateServiceState::new(StateCommand::Stop);
    assert_lacks(developer.update_service_state(org, id, &stop).await, "control-plane:service:manage");
    developer.update_service_state(org, id, &UpdateServiceState::new(StateCommand::Awake)).await.unwrap();
    assert_eq!(cloud.client.get_service(org, id).await.unwrap().state().unwrap(), &ServiceState::Running);
}

#[tokio::test]
async fn a_custom_role_allows_what_its_policies_say_and_nothing_else() {
    let (cloud, _) = start().await;
    let (access, org) = (Access { cloud: &cloud }, cloud.organization);
    let (one, other) = (cloud.create_running_service().await, cloud.create_running_service().await);
    let view = "control-plane:service:view";
    let (_, client) = access.key_with([allow(view, format!("instance/{one}"))]).await;
    client.get_service(org, one).await.unwrap();
    assert_lacks(client.get_service(org, other).await, view);
    let listed = fitting(client.list_services(org).await.unwrap());
    assert_eq!((listed.len(), listed[0].id().unwrap()), (1, one), "the others are not shown");
    assert_lacks(client.get_organization(org).await, "control-plane:organization:view");

    let deny = Policy::new(PolicyEffect::Deny, [view], [format!("instance/{one}")]);
    let (_, client) = access.key_with([allow(view, "instance/*".to_owned()), deny]).await;
    client.get_service(org, other).await.unwrap();
    assert_lacks(client.get_service(org, one).await, view);

    let manage = "control-plane:service:manage";
    let (key, client) = access.key_with([allow(manage, format!("instance/{one}"))]).await;
    client.update_service_state(org, one, &UpdateServiceState::new(StateCommand::Stop)).await.unwrap();
    assert_lacks(client.create_service(org, &new_service()).await, "control-plane:organization:create-service");
    cloud.advance(Duration::from_secs(60));
    client.delete_service(org, one).await.unwrap();

    // The permission to manage brought that to delete. Without the role, both are gone.
    let role = key.assigned_roles().unwrap()[0].role_id().unwrap();
    let policies = fitting(cloud.client.get_role(org, role).await.unwrap()).policies.unwrap();
    assert_eq!(policies[0].permissions().unwrap(), [manage, "control-plane:service:delete"]);
    cloud.client.delete_role(org, role).await.unwrap();
    assert_lacks(client.delete_service(org, other).await, "control-plane:service:delete");
    let key = fitting(cloud.client.get_api_key(org, key.id().unwrap()).await.unwrap());
    assert!(key.assigned_roles().unwrap().is_empty());
}

#[tokio::test]
async fn policies_that_the_service_refuses_are_refused() {
    let (cloud, _) = start().await;
    let org = cloud.organization;
    let own = format!("organization/{org}");
    let create = async |permissions: &[&str], resource: &str| {
        let policy = Policy::new(PolicyEffect::Allow, permissions.iter().copied(), [resource]);
        cloud.client.create_role(org, &CreateRole::new("role", [] as [&str; 0], [policy])).await
    };
    let (organization, service) = ("control-plane:organization:view", "control-plane:service:view");
    for (permissions, resource) in [
        (&[organization, service][..], own.as_str()),
        (&[organization], "organization/*"),
        (&[organization], "instance/*"),
        (&[service], &own),
        (&[service], "anything"),
    ] {
        let (status, message) = refusal(create(permissions, resource).await);
        assert!(status == 400 && message.starts_with("BAD_REQUEST: policies[0]."), "{message}");
    }
    create(&[organization], &own).await.unwrap();
    create(&[service], "instance/*").await.unwrap();
    let stranger = CreateRole::new("role", [format!("user/{}", Uuid::nil())], [] as [PolicyInput; 0]);
    assert_eq!(refusal(cloud.client.create_role(org, &stranger).await).0, 400);
}

#[tokio::test]
async fn a_change_of_a_role_is_shown_a_little_later_and_reaches_its_actors() {
    let (cloud, developer) = start().await;
    let (access, org) = (Access { cloud: &cloud }, cloud.organization);
    let key = developer.list_api_keys(org).await.unwrap()[1].id().unwrap();
    let owner = cloud.client.list_members(org).await.unwrap()[0].user_id().unwrap();
    let actors = [format!("apiKey/{key}"), format!("user/{owner}")];
    let billing = allow("control-plane:organization:view-billing", format!("organization/{org}"));
    let role = CreateRole::new("Billing clerk", &actors, [billing]);
    let role = fitting(cloud.client.create_role(org, &role).await.unwrap());
    let id = role.id().unwrap();
    assert_eq!((role.actors().unwrap(), role.type_().unwrap()), (&actors[..], &RoleType::Custom));
    let tenant = format!("organization/{org}");
    assert_eq!((role.tenant_id().unwrap(), role.owner_id().unwrap()), (tenant.as_str(), tenant.as_str()));
    let policy = &role.policies().unwrap()[0];
    assert_eq!((policy.role_id().unwrap(), policy.tenant_id().unwrap()), (id, tenant.as_str()));
    let names =
        |roles: &[AssignedRole]| -> Vec<_> { roles.iter().map(|role| role.role_name.clone().unwrap()).collect() };
    let of_key = async || names(cloud.client.get_api_key(org, key).await.unwrap().assigned_roles().unwrap());
    let of_owner = async || names(cloud.client.get_member(org, owner).await.unwrap().assigned_roles().unwrap());
    assert_eq!(
        (of_key().await, of_owner().await),
        (
            vec!["Developer".to_owned(), "Billing clerk".to_owned()],
            vec!["Admin".to_owned(), "Billing clerk".to_owned()],
        )
    );

    let update = UpdateRole::new().name("Accountant").actors([&actors[1]]).policies([]);
    let before = fitting(cloud.client.update_role(org, id, &update).await.unwrap());
    assert_eq!((before.name().unwrap(), before.actors().unwrap().len()), ("Billing clerk", 2), "as it was before");
    cloud.advance(SECONDS);
    let after = fitting(cloud.client.get_role(org, id).await.unwrap());
    assert_eq!((after.name().unwrap(), after.actors().unwrap()), ("Accountant", &actors[1..]));
    assert!(after.policies().unwrap().is_empty() && after.updated_at().unwrap() >= after.created_at().unwrap());
    assert_eq!(
        (of_key().await, of_owner().await),
        (vec!["Developer".to_owned()], vec!["Admin".to_owned(), "Accountant".to_owned()])
    );

    // The roles of the system stay as they are, apart from their actors.
    let billing = access.system_role("Billing").await;
    assert_eq!(refusal(cloud.client.update_role(org, billing, &UpdateRole::new().name("Mine")).await).0, 400);
    assert_eq!(refusal(cloud.client.delete_role(org, billing).await).0, 400);
    cloud.client.update_role(org, billing, &UpdateRole::new().actors([&actors[0]])).await.unwrap();
    assert_eq!(of_key().await, ["Developer", "Billing"]);
}

#[tokio::test]
async fn a_member_gets_other_roles_and_leaves() {
    let (cloud, _) = start().await;
    let (access, org) = (Access { cloud: &cloud }, cloud.organization);
    let members = fitting(cloud.client.list_members(org).await.unwrap());
    let (owner, member) = (&members[0], &members[1]);
    assert_eq!(owner.assigned_roles().unwrap()[0].role_name().unwrap(), "Admin");
    assert!(owner.email().unwrap().contains('@') && !owner.name().unwrap().is_empty());
    let id = member.user_id().unwrap();

    let reader = access.system_role("Service reader").await;
    let update = UpdateMember::new().assigned_role_ids([reader]);
    let before = fitting(cloud.client.update_member(org, id, &update).await.unwrap());
    assert_eq!(before.assigned_roles().unwrap()[0].role_name().unwrap(), "Developer", "as before");
    cloud.advance(SECONDS);
    let after = fitting(cloud.client.get_member(org, id).await.unwrap());
    assert_eq!(after.assigned_roles().unwrap()[0].role_id().unwrap(), reader);
    assert_eq!(after.joined_at().unwrap(), member.joined_at().unwrap());
    cloud.advance(SECONDS);
    let role = fitting(cloud.client.get_role(org, reader).await.unwrap());
    assert_eq!(role.actors().unwrap(), [format!("user/{id}")]);

    let nothing = UpdateMember::new().assigned_role_ids([RoleId(Uuid::nil())]);
    assert_eq!(refusal(cloud.client.update_member(org, id, &nothing).await).0, 400);
    cloud.client.delete_member(org, id).await.unwrap();
    assert_eq!(refusal(cloud.client.get_member(org, id).await).1, "NOT_FOUND: there is no such member");
    assert!(cloud.client.get_role(org, reader).await.unwrap().actors().unwrap().is_empty());
}

#[tokio::test]
async fn an_invitation_is_sent_withdrawn_or_expires() {
    let (cloud, _) = start().await;
    let (access, org) = (Access { cloud: &cloud }, cloud.organization);
    let role = access.system_role("Member").await;
    let body = CreateInvitation::new("Carol@Example.com").assigned_role_ids([role]);
    let first = fitting(cloud.client.create_invitation(org, &body).await.unwrap());
    let second = fitting(cloud.client.create_invitation(org, &body).await.unwrap());
    assert_eq!(first.email().unwrap(), "carol@example.com");
    assert_eq!(first.assigned_roles().unwrap()[0].role_id().unwrap(), role);
    assert_ne!(first.id().unwrap(), second.id().unwrap());
    cloud.client.delete_invitation(org, second.id().unwrap()).await.unwrap();
    let gone = "NOT_FOUND: there is no such invitation";
    assert_eq!(refusal(cloud.client.get_invitation(org, second.id().unwrap()).await).1, gone);

    let listed = fitting(cloud.client.list_invitations(org).await.unwrap());
    assert_eq!((listed.len(), listed[0].id().unwrap()), (1, first.id().unwrap()));
    let left = first.expire_at().unwrap() - first.created_at().unwrap();
    cloud.advance(left.to_std().unwrap().saturating_sub(SECONDS));
    cloud.client.get_invitation(org, first.id().unwrap()).await.unwrap();
    cloud.advance(SECONDS);
    assert_eq!(refusal(cloud.client.get_invitation(org, first.id().unwrap()).await).1, gone);
    assert!(cloud.client.list_invitations(org).await.unwrap().is_empty());
}

#[tokio::test]
#[expect(deprecated, reason = "what is deprecated is refused")]
async fn roles_of_organizations_without_custom_roles_are_refused() {
    let (cloud, _) = start().await;
    let org = cloud.organization;
    let key = CreateApiKey::new("old").roles([ApiKeyRole::Admin]);
    let (status, message) = refusal(cloud.client.create_api_key(org, &key).await);
    assert_eq!((status, message.starts_with("BAD_REQUEST: roles: ")), (400, true), "{message}");
    let key = cloud.client.list_api_keys(org).await.unwrap()[1].id().unwrap();
    let body = UpdateApiKey::new().roles([ApiKeyRole::Developer]);
    assert_eq!(refusal(cloud.client.update_api_key(org, key, &body).await).0, 400);
    let member = cloud.client.list_members(org).await.unwrap()[0].user_id().unwrap();
    let body = UpdateMember::new().role(MemberRole::Developer);
    assert_eq!(refusal(cloud.client.update_member(org, member, &body).await).0, 400);
    let body = CreateInvitation::new("carol@example.com").role(MemberRole::Developer);
    assert_eq!(refusal(cloud.client.create_invitation(org, &body).await).0, 400);
}

#[tokio::test]
async fn a_key_of_several_organizations_stands_for_a_user() {
    let ids = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let cloud = SimulatedCloud::start_with(|builder| {
        let builder = builder.no_rate_limit().organization(ids[0]).key("all", "s");
        builder.organization(ids[1]).key("all", "s")
    });
    let cloud = cloud.await;
    let Caller::User(user) = fitting(cloud.client.whoami().await.unwrap()) else { panic!("it is a user") };
    let members = fitting(cloud.client.list_members(cloud.organization).await.unwrap());
    assert_eq!(user.user_id().unwrap(), members[0].user_id().unwrap());
    assert_eq!(
        (user.name().unwrap(), user.email().unwrap()),
        (members[0].name().unwrap(), members[0].email().unwrap())
    );
    assert_eq!(user.actor_type().unwrap(), &CallerType::User);
    let organizations: Vec<_> =
        user.organizations().unwrap().iter().map(|one| one.organization_id().unwrap().0).collect();
    assert_eq!(organizations, ids);
    assert_eq!(user.organizations().unwrap()[0].organization_name().unwrap(), "Example Corporation");
}
