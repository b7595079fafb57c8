//! Creates a service, waits for it, changes it, and deletes it again, whatever fails in between.
//!
//! Runs against an embedded simulator, unless the environment holds an API key. Then it says what it is about to create
//! before it does: a service costs money until it is deleted. Ctrl-C ends it early, and the service is deleted all the
//! same.

use std::{
    env,
    error::Error,
    time::{Duration, Instant, SystemTime},
};

use clickhouse_cloud::{Client, Patch, Response, reqwest::StatusCode, types::*};
use clickhouse_cloud_simulator::Simulator;
use tokio::{signal, time::sleep};

/// How long a deletion is tried.
const MAX_WAIT: Duration = Duration::from_secs(15 * 60);

/// How long a service that was just created may not be found.
const UNTIL_FOUND: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os("CLICKHOUSE_CLOUD_API_KEY").is_none() {
        println!("There is no API key in the environment, so this is a simulation, a minute to the second.");
        let simulator = Simulator::builder().speed(60.0).start().await?;
        let (key, secret) = simulator.key();
        let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).build()?;
        return run(&cloud, Duration::from_secs(4)).await;
    }
    let cloud = Client::from_env()?;
    println!("This creates a service on AWS in us-east-1, in the organization of the API key.");
    println!("It costs money until it is deleted, which happens at the end, also after an error or Ctrl-C.");
    println!("To create nothing, press Ctrl-C within ten seconds.");
    sleep(Duration::from_secs(10)).await;
    run(&cloud, Duration::from_secs(10)).await
}

/// Creates a service, takes it on a tour, and deletes it, however the tour ends.
pub(crate) async fn run(cloud: &Client, pause: Duration) -> Result<(), Box<dyn Error>> {
    let org = cloud.list_organizations().await?.only()?.id()?;
    // From now on, Ctrl-C does not end the program before the service is deleted.
    let interrupt = tokio::spawn(signal::ctrl_c());
    // No other service has this name, so this one can be found by it.
    let name = format!("quickstart-{}", SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos());
    let service = CreateService::new(&name, Provider::Aws, Region::UsEast1, [IpAccessEntry::new("203.0.113.0/24")]);
    println!("creating {name}");
    // Ctrl-C has to wait for this: the response says what there is to delete.
    let creation = cloud.create_service(org, &service).await;

    let (outcome, created) = match creation {
        Ok(created) => {
            let outcome = tokio::select! {
                outcome = tour(cloud, org, &created, pause) => outcome,
                _ = interrupt => Err("interrupted by Ctrl-C".into()),
            };
            (outcome, created.service.as_ref().and_then(|service| service.id))
        }
        Err(error) => (Err(error.into()), None),
    };
    if let Err(error) = &outcome {
        println!("{error}");
    }

    // Where the creation failed, its response may have been lost, and the service be there all the same.
    let id = match created {
        Some(id) => Ok(Some(id)),
        None => find(cloud, org, &name, pause).await,
    };
    let deletion = match id {
        Ok(Some(id)) => delete_for_real(cloud, org, id, pause).await.map(|()| println!("{id} is gone")),
        Ok(None) => {
            println!("there is no service of this name");
            Ok(())
        }
        Err(error) => Err(error),
    };
    if deletion.is_err() {
        println!("{name} may still be there and cost money: look for it in the console, and delete it there");
    }
    outcome?;
    Ok(deletion?)
}

async fn tour(
    cloud: &Client,
    org: OrganizationId,
    created: &CreatedService,
    pause: Duration,
) -> Result<(), Box<dyn Error>> {
    let id = created.service()?.id()?;
    println!("created {id}, with a password of {} letters", created.password()?.expose_secret().len());
    let report = |service: &Response<Service>| {
        if let Ok(state) = service.state() {
            println!("it is {state}");
        }
    };
    cloud.wait_until_service_running(org, id).every(pause).on_poll(report).await?;

    let start = |backups: &BackupConfiguration| backups.backup_start_time.clone().unwrap_or("a time of the API".into());
    let nightly = UpdateBackupConfiguration::new().backup_period_in_hours(24).backup_start_time("02:00");
    println!("backups start at {}", start(&*cloud.update_backup_configuration(org, id, &nightly).await?));
    let default = UpdateBackupConfiguration::new().backup_start_time(Patch::Reset);
    println!("backups start at {}", start(&*cloud.update_backup_configuration(org, id, &default).await?));

    for service in &cloud.list_services(org).timeout(Duration::from_secs(5)).await? {
        println!("{} is {}", service.name()?, service.state()?);
    }
    Ok(())
}

/// Finds a service by its name. Right after its creation it may not be listed yet, so this looks three times.
async fn find(
    cloud: &Client,
    org: OrganizationId,
    name: &str,
    pause: Duration,
) -> Result<Option<ServiceId>, clickhouse_cloud::Error> {
    for _ in 0..3 {
        let services = cloud.list_services(org).await?;
        if let Some(service) = services.iter().find(|service| service.name.as_deref() == Some(name)) {
            return Ok(Some(service.id()?));
        }
        sleep(pause).await;
    }
    Ok(None)
}

/// Deletes a service, whatever it is doing, and returns when it is gone. If this ends with an error, it can be called
/// again.
async fn delete_for_real(
    cloud: &Client,
    org: OrganizationId,
    id: ServiceId,
    pause: Duration,
) -> Result<(), clickhouse_cloud::Error> {
    let begun = Instant::now();
    while let Err(error) = cloud.delete_service(org, id).await {
        match error.status() {
            Some(StatusCode::NOT_FOUND) if begun.elapsed() > UNTIL_FOUND => return Ok(()),
            Some(StatusCode::NOT_FOUND | StatusCode::CONFLICT) | None if begun.elapsed() < MAX_WAIT => {}
            Some(status) if status.is_server_error() && begun.elapsed() < MAX_WAIT => {}
            _ => return Err(error),
        }
        println!("not deleted yet: {error}");
        // It may have to be stopped first. Or it was stopped only a short while ago, or is being deleted already.
        match cloud.get_service(org, id).await.ok().and_then(|service| service.state.clone()) {
            Some(ServiceState::Running | ServiceState::PartiallyRunning) => {
                let stop = UpdateServiceState::new(StateCommand::Stop);
                if let Err(error) = cloud.update_service_state(org, id, &stop).await {
                    println!("not stopped yet: {error}");
                }
            }
            Some(ServiceState::Terminating | ServiceState::Softdeleting) => break,
            _ => {}
        }
        sleep(pause).await;
    }
    cloud.wait_until_service_deleted(org, id).every(pause).await
}
