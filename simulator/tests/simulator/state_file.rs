//! The state across restarts.

use std::{error::Error, fs, path::Path};

use clickhouse_cloud_simulator::{Simulator, StartError, StateFileError};
use serde_json::{Value, json};

use crate::client::{Client, GET, PATCH, POST};

async fn start(path: &Path) -> Client {
    Client::start_with(|builder| builder.state_file(path)).await
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

async fn refusal(path: &Path) -> StateFileError {
    match Simulator::builder().state_file(path).start().await.err() {
        Some(StartError::StateFile(error)) => error,
        other => panic!("{other:?} with {}", fs::read_to_string(path).unwrap()),
    }
}

/// Returns a state as the versions had it that knew neither roles nor members, and had the keys apart.
fn in_format_3(mut state: Value) -> Value {
    state["format"] = json!(3);
    let kinds = state["cloud"]["resources"]["by_kind"].as_object_mut().unwrap();
    kinds.retain(|kind, _| ["organization", "API key"].contains(&kind.as_str()));
    let mut keys = json!({});
    for (scope, in_organization) in kinds.shift_remove("API key").unwrap().as_object().unwrap() {
        let organization = scope.strip_prefix("organizationId=").unwrap();
        for (_, key) in in_organization.as_object().unwrap() {
            let hidden = &key["hidden"];
            let entry = &mut keys[hidden["signInId"].as_str().unwrap()];
            entry["secret_hash"] = hidden["hash"].clone();
            entry["roles"][organization] =
                json!(key["fields"]["assignedRoles"][0]["roleName"].as_str().unwrap().to_lowercase());
            entry["made_up"] = json!(hidden["isGenerated"] == true);
        }
    }
    state["cloud"]["keys"] = keys;
    state
}

/// Returns a state as the versions before that had it, without the settings of organizations.
fn in_format_2(state: Value) -> Value {
    let mut state = in_format_3(state);
    state["format"] = json!(2);
    let cloud = state["cloud"].as_object_mut().unwrap();
    let resources = cloud.shift_remove("resources").unwrap();
    let mut services = cloud.shift_remove("services").unwrap();
    let mut organizations = json!({});
    for (id, _) in resources["by_kind"]["organization"][""].as_object().unwrap() {
        let services = services.get_mut(id).map_or(json!({}), Value::take);
        organizations[id] = json!({ "services": services });
    }
    cloud.insert("organizations".to_owned(), organizations);
    for (_, key) in cloud["keys"].as_object_mut().unwrap() {
        let (organization, role) = key["roles"].as_object().unwrap().iter().next().unwrap();
        let (organization, role) = (json!(organization), role.clone());
        key.as_object_mut().unwrap().shift_remove("roles");
        key["organization"] = organization;
        key["role"] = role;
    }
    state
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let first = start(&path).await;
    let running = first.create_running().await;
    let fresh = first.create().await;
    let listed = first.result(GET, "", None).await;
    let backups = first.result(GET, &format!("{running}/backups"), None).await;
    let (organization, key) = (first.simulator.organization(), first.simulator.key().0.to_owned());
    drop(first);

    let second = start(&path).await;
    assert_eq!((second.simulator.organization(), second.simulator.key().0), (organization, key.as_str()));
    assert_eq!(second.result(GET, "", None).await, listed);
    assert_eq!(second.result(GET, &format!("{running}/backups"), None).await, backups);
    assert_eq!(second.state(&fresh).await, "provisioning");
    second.advance(90);
    assert_eq!(second.state(&fresh).await, "running");
    assert_ne!(second.create().await, fresh);
    let mut files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["state.json", "state.json.lock"], "no temporary file is left");
}

#[tokio::test]
async fn an_organization_is_kept_and_upgraded_from_earlier_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = start(&path).await;
    let id = client.simulator.organization();
    let at = format!("/v1/organizations/{id}");
    let endpoint = json!({ "id": "a", "cloudProvider": "aws", "region": "us-east-1" });
    let body = json!({ "name": "Renamed", "privateEndpoints": { "add": [endpoint] } });
    let updated: Value = client.signed(PATCH, &at).json(&body).send().await.unwrap().json().await.unwrap();
    drop(client);

    let get = async |client: &Client| {
        let response: Value = client.signed(GET, &at).send().await.unwrap().json().await.unwrap();
        response["result"].clone()
    };
    assert_eq!(get(&start(&path).await).await, updated["result"]);

    let whole = read(&path);
    let mut state = whole.clone();
    let organization = &mut state["cloud"]["resources"]["by_kind"]["organization"][""][id.to_string()];
    organization["fields"]["privateEndpoints"][0]["region"] = json!("mars-1");
    fs::write(&path, state.to_string()).unwrap();
    let error = refusal(&path).await;
    let field = format!("cloud.resources.by_kind.organization..{id}.fields.privateEndpoints[0].region");
    assert!(matches!(&error, StateFileError::Invalid { field: found, .. } if *found == field), "{error}");

    // Files of earlier versions have other fields, or none.
    let settings = json!({ "name": "Renamed", "private_endpoints": [endpoint], "enable_core_dumps": true });
    let mut old = in_format_2(whole);
    old["cloud"]["organizations"][id.to_string()]["settings"] = settings;
    fs::write(&path, old.to_string()).unwrap();
    assert_eq!(get(&start(&path).await).await, updated["result"]);
    old["cloud"]["organizations"][id.to_string()].as_object_mut().unwrap().shift_remove("settings");
    fs::write(&path, old.to_string()).unwrap();
    assert_eq!(get(&start(&path).await).await["name"], "Example Corporation");
    assert_eq!(read(&path)["format"], 4);
}

#[tokio::test]
async fn the_roles_of_the_system_get_the_permissions_that_an_earlier_version_did_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = start(&path).await;
    let roles = format!("/v1/organizations/{}/roles", client.simulator.organization());
    client.create().await;
    drop(client);

    let get = async |client: &Client| {
        let response: Value = client.signed(GET, &roles).send().await.unwrap().json().await.unwrap();
        response["result"].clone()
    };
    let before = get(&start(&path).await).await;
    assert_eq!(get(&start(&path).await).await, before, "nothing changes without a reason");
    let mut state = read(&path);
    for role in state["cloud"]["resources"]["by_kind"]["role"].as_object_mut().unwrap().values_mut() {
        for role in role.as_object_mut().unwrap().values_mut() {
            role["fields"]["policies"] = json!([]);
        }
    }
    fs::write(&path, state.to_string()).unwrap();
    let client = start(&path).await;
    client.create().await;
    let after = get(&client).await;
    let permissions = |roles: &Value| {
        let policies = roles.as_array().unwrap().iter().flat_map(|role| role["policies"].as_array().unwrap());
        policies.map(|policy| policy["permissions"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(permissions(&after), permissions(&before));
}

#[tokio::test]
async fn the_file_has_hashes_of_secrets_and_keys_stay_valid() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    // Without a seed, so that the key of the second start is another one.
    let unseeded = || Simulator::builder().no_rate_limit().state_file(&path);
    let call = async |simulator: &Simulator, id: &str, secret: &str| {
        let url = format!("{}/v1/organizations/{}/services", simulator.base_url(), simulator.organization());
        let response = reqwest::Client::new().get(url).basic_auth(id, Some(secret)).send().await.unwrap();
        response.status().as_u16()
    };

    let first = unseeded().start().await.unwrap();
    let (id, secret) = (first.key().0.to_owned(), first.key().1.to_owned());
    assert_eq!(call(&first, &id, &secret).await, 200);
    drop(first);
    assert!(!fs::read_to_string(&path).unwrap().contains(&secret));
    assert_eq!(read(&path)["format"], 4);

    let second = unseeded().key("given", "a secret of mine").start().await.unwrap();
    assert_eq!(second.key(), ("given", "a secret of mine"));
    assert_eq!(call(&second, &id, &secret).await, 200);
    assert_eq!(call(&second, &id, "a secret of mine").await, 401);
    drop(second);
    let stored = fs::read_to_string(&path).unwrap();
    assert!(stored.contains("given") && !stored.contains("of mine"), "{stored}");

    let third = unseeded().start().await.unwrap();
    assert!(![id.as_str(), "given"].contains(&third.key().0), "its secret is not known any more");
    for (id, secret) in [third.key(), (&id, &secret), ("given", "a secret of mine")] {
        assert_eq!(call(&third, id, secret).await, 200, "{id}");
    }
    drop(third);
    for _ in 0..10 {
        drop(unseeded().start().await.unwrap());
    }
    let keys = read(&path)["cloud"]["resources"]["by_kind"]["API key"].clone();
    let (_, keys) = keys.as_object().unwrap().iter().next().unwrap();
    assert_eq!(keys.as_object().unwrap().len(), 9, "the given one, and eight generated ones");
    let last = unseeded().start().await.unwrap();
    assert_eq!(call(&last, "given", "a secret of mine").await, 200);
    assert_eq!(call(&last, &id, &secret).await, 401, "that was many starts ago");
}

#[tokio::test]
async fn a_state_with_secrets_is_upgraded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let service = start(&path).await.create().await;
    let mut old = in_format_2(read(&path));
    let organization = old["cloud"]["organizations"].as_object().unwrap().keys().next().unwrap().clone();
    old["format"] = json!(1);
    old["cloud"]["keys"] = json!({ "old": { "secret": "hunter2", "organization": organization, "role": "admin" } });
    fs::write(&path, old.to_string()).unwrap();

    let client = start(&path).await;
    let upgraded = fs::read_to_string(&path).unwrap();
    assert!(upgraded.contains("sha256:") && !upgraded.contains("hunter2"), "{upgraded}");
    assert_eq!(read(&path)["format"], 4);
    let get = client.request(GET, &client.path(&service)).basic_auth("old", Some("hunter2"));
    assert_eq!(get.send().await.unwrap().status(), 200);
    drop(client);

    // The formats after the first have no secrets, and the error does not repeat one.
    let state = read(&path);
    for key in [json!({ "secret": "hunter2", "roles": { (&organization): "admin" } }), json!("hunter2")] {
        let mut old = in_format_3(state.clone());
        old["cloud"]["keys"]["old"] = key;
        fs::write(&path, old.to_string()).unwrap();
        let error = refusal(&path).await.to_string();
        assert!(error.contains("cloud.keys.old") && !error.contains("hunter2"), "{error}");
    }
    let mut edited = state;
    let keys = &mut edited["cloud"]["resources"]["by_kind"]["API key"][format!("organizationId={organization}")];
    for (_, key) in keys.as_object_mut().unwrap() {
        key["hidden"]["hash"] = json!("hunter2");
    }
    fs::write(&path, edited.to_string()).unwrap();
    let error = refusal(&path).await.to_string();
    assert!(error.contains(".hidden.hash: this is not a SHA-256 hash") && !error.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn a_state_that_breaks_the_document_is_refused_with_the_path_of_the_field() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = start(&path).await;
    let id = client.create_running().await.trim_start_matches('/').to_owned();
    let organization = client.simulator.organization();
    drop(client);
    let mut whole = read(&path);
    // Only services that idle show their timeout.
    whole["cloud"]["services"][organization.to_string()][&id]["scaling"]["idle"] = json!(true);
    let service = format!("cloud.services.{organization}.{id}");
    for (below, value, field) in [
        ("name", json!("a".repeat(51)), "name"),
        ("scaling/idle_timeout_minutes", json!(-1), "idleTimeoutMinutes"),
        ("scaling/replicas", json!(2_000_000_000), "numReplicas"),
        ("scaling/memory/min", json!(25), "minTotalMemoryGb"),
        ("scaling/memory/min", json!(60), "scaling"),
        ("ip_access_list", json!([{ "source": "300.0.0.1" }]), "ip_access_list"),
        ("place/region", json!("mars-1"), "region"),
        ("backups/configuration/period_in_hours", json!(0), "backups.configuration"),
        ("backups/made", json!(u64::MAX), "backups.made"),
        ("backups/next", json!("-262000-01-01T00:00:00Z"), "backups.next"),
        ("backups/kept/0/finished_at", json!("+262000-01-01T00:00:00Z"), "backups.kept[0].finished_at"),
        ("lifecycle/since", json!("+262142-12-31T23:59:59Z"), "lifecycle.since"),
        ("id", json!(organization), "id"),
    ] {
        let mut broken = whole.clone();
        let place = format!("/cloud/services/{organization}/{id}/{below}");
        *broken.pointer_mut(&place).unwrap_or_else(|| panic!("{place}")) = value;
        let contents = broken.to_string();
        fs::write(&path, &contents).unwrap();
        let error = refusal(&path).await;
        let StateFileError::Invalid { field: found, .. } = &error else { panic!("{below}: {error}") };
        assert_eq!(*found, format!("{service}.{field}"), "{error}");
        assert!(error.to_string().contains(found), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), contents, "it is left as it is");
    }
    for (place, value, field) in [
        ("/now", json!("+9000-01-01T00:00:00Z"), "now"),
        ("/now", json!("8000-01-01T00:00:00Z"), "now"),
        ("/cloud/resources/by_kind/API key", json!({}), ""),
    ] {
        let mut changed = whole.clone();
        *changed.pointer_mut(place).unwrap() = value;
        fs::write(&path, changed.to_string()).unwrap();
        match Simulator::builder().state_file(&path).start().await.err() {
            Some(StartError::StateFile(StateFileError::Invalid { field: found, .. })) => assert_eq!(found, field),
            None => assert_eq!(field, "", "a key is generated"),
            other => panic!("{other:?}"),
        }
    }
    let mut ownerless = whole.clone();
    let scopes = ownerless["cloud"]["resources"]["by_kind"]["API key"].as_object_mut().unwrap();
    let keys = scopes.shift_remove(&format!("organizationId={organization}")).unwrap();
    scopes.insert(format!("organizationId={id}"), keys);
    fs::write(&path, ownerless.to_string()).unwrap();
    let error = refusal(&path).await.to_string();
    assert!(error.contains(&format!("organizationId={id}: there is no such organization")), "{error}");

    // A value of another type has a path, too.
    let mut wrong = whole;
    wrong["cloud"]["services"][organization.to_string()][&id]["name"] = json!(7);
    fs::write(&path, wrong.to_string()).unwrap();
    let error = refusal(&path).await;
    assert!(matches!(&error, StateFileError::Corrupt { field, .. } if *field == format!("{service}.name")), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_is_followed_and_stays_a_link() {
    use std::os::unix::fs::symlink;

    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let (target, middle, link) =
        (elsewhere.join("state.json"), folder.path().join("middle"), folder.path().join("link"));
    symlink("elsewhere/state.json", &middle).unwrap();
    symlink(&middle, &link).unwrap();
    for services in 0..2 {
        let client = start(&link).await;
        assert_eq!(client.result(GET, "", None).await.as_array().unwrap().len(), services);
        client.create().await;
        assert!(
            fs::symlink_metadata(&link).unwrap().is_symlink() && fs::symlink_metadata(&middle).unwrap().is_symlink()
        );
        assert!(fs::symlink_metadata(&target).unwrap().is_file());
    }

    // A link that takes the place of the file later on is not replaced either.
    let client = start(&target).await;
    fs::rename(&target, folder.path().join("moved")).unwrap();
    symlink(folder.path().join("moved"), &target).unwrap();
    let body = json!({ "name": "a", "provider": "aws", "region": "us-east-1", "ipAccessList": [] });
    assert_eq!(client.refusal(POST, "", Some(body)).await.0, 500);
    assert!(fs::symlink_metadata(&target).unwrap().is_symlink());
    drop(client);

    let cycle = folder.path().join("cycle");
    symlink(&cycle, &cycle).unwrap();
    let to_folder = folder.path().join("to-folder");
    symlink(&elsewhere, &to_folder).unwrap();
    for (path, reason) in
        [(&cycle, "too many symbolic links"), (&to_folder, "neither a file"), (&elsewhere, "neither a file")]
    {
        let error = refusal(path).await;
        let source = error.source().unwrap().to_string();
        assert!(source.contains(reason), "{error}: {source}");
    }
}

#[tokio::test]
async fn a_file_in_use_is_refused_until_its_simulator_stops() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let first = start(&path).await;
    let service = first.create().await;
    let error = refusal(&path).await;
    assert!(matches!(&error, StateFileError::InUse { path: used } if *used == path), "{error}");
    assert!(error.to_string().ends_with("state.json; stop that one, or name another file"), "{error}");
    drop(first);
    assert_eq!(start(&path).await.state(&service).await, "provisioning");
}

#[tokio::test]
async fn a_change_is_in_the_file_before_the_response() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = start(&path).await;
    let service = client.create().await;
    assert!(fs::read_to_string(&path).unwrap().contains(service.trim_start_matches('/')));
}

#[tokio::test]
async fn changes_at_the_same_time_are_all_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let client = start(&path).await;
    futures_util::future::join_all((0..50).map(|_| client.create())).await;
    drop(client);
    assert_eq!(start(&path).await.result(GET, "", None).await.as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn a_file_that_is_not_a_state_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let whole = {
        start(&path).await.create().await;
        fs::read(&path).unwrap()
    };
    for contents in [&whole[..whole.len() / 2], b"", b"{}", b"\xff\xfe", b"{\"format\": 1}", &b"[".repeat(100_000)] {
        fs::write(&path, contents).unwrap();
        let error = Simulator::builder().state_file(&path).start().await.err().unwrap();
        assert!(matches!(error, StartError::StateFile(StateFileError::Corrupt { .. })), "{error}");
        assert!(error.to_string().contains("state.json is not a state file"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), contents);
    }
    fs::write(&path, "{\"format\": 5, \"more\": []}").unwrap();
    let error = Simulator::builder().state_file(&path).start().await.err().unwrap();
    assert!(matches!(error, StartError::StateFile(StateFileError::Format { found: 5, .. })), "{error}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_refused_at_the_start() {
    let error = Simulator::builder().state_file("/nowhere/at/all/state.json").start().await.err().unwrap();
    assert!(matches!(error, StartError::StateFile(StateFileError::File { .. })), "{error}");
}
