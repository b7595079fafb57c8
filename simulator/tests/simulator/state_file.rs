//! The state across restarts.

use std::{fs, path::Path};

use clickhouse_cloud_simulator::{Simulator, StartError, StateFileError};

use crate::client::{Client, GET};

async fn start(path: &Path) -> Client {
    Client::start_with(|builder| builder.state_file(path)).await
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
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside");
}

#[tokio::test]
async fn a_change_is_in_the_file_before_it_is_answered() {
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
    fs::write(&path, "{\"format\": 2, \"more\": []}").unwrap();
    let error = Simulator::builder().state_file(&path).start().await.err().unwrap();
    assert!(matches!(error, StartError::StateFile(StateFileError::Format { found: 2, .. })), "{error}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_known_at_the_start() {
    let error = Simulator::builder().state_file("/nowhere/at/all/state.json").start().await.err().unwrap();
    assert!(matches!(error, StartError::StateFile(StateFileError::File { .. })), "{error}");
}
