//! Creates a service, waits for it, changes it, and deletes it again.
//!
//! Runs against an embedded simulator, unless the environment holds an API key: then it takes
//! `CLICKHOUSE_CLOUD_ORGANIZATION_ID` too, and the service that it creates costs money until it is deleted at the end.

use std::{env, error::Error, time::Duration};

use clickhouse_cloud::{Client, Patch, Response, reqwest::StatusCode, types::*, uuid::Uuid};
use clickhouse_cloud_simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os("CLICKHOUSE_CLOUD_API_KEY").is_some() {
        let org = env::var("CLICKHOUSE_CLOUD_ORGANIZATION_ID")?.parse()?;
        return tour(&Client::from_env()?, org, Duration::from_secs(10)).await;
    }
    println!("There is no API key in the environment, so this is a simulation, a minute to the second.");
    let simulator = Simulator::builder().speed(60.0).start().await?;
    let (key, secret) = simulator.key();
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).build()?;
    tour(&cloud, simulator.organization(), Duration::from_secs(4)).await
}

async fn tour(cloud: &Client, org: Uuid, pause: Duration) -> Result<(), Box<dyn Error>> {
    let created = cloud
        .create_service(
            org,
            &CreateService::new("quickstart", Provider::Aws, Region::UsEast1)
                .ip_access_list([IpAccessEntry::new("203.0.113.0/24")]),
        )
        .await?;
    let id = created.service()?.id()?;
    println!("created {id}, with a password of {} letters", created.password()?.expose_secret().len());
    let report = |service: &Response<Service>| println!("it is {:?}", service.state);
    cloud.wait_until_service_running(org, id).every(pause).on_poll(report).await?;

    let daily = UpdateBackupConfiguration::new().backup_start_time("02:30");
    println!("backups at {:?}", cloud.update_backup_configuration(org, id, &daily).await?.backup_start_time);
    let default = UpdateBackupConfiguration::new().backup_start_time(Patch::Reset);
    println!("backups at {:?}", cloud.update_backup_configuration(org, id, &default).await?.backup_start_time);

    for service in cloud.list_services(org).timeout(Duration::from_secs(5)).await?.iter() {
        println!("{} is {}", service.name()?, service.state()?);
    }

    delete_for_real(cloud, org, id, pause).await?;
    println!("{id} is gone");
    Ok(())
}

/// Deletes a service, whatever it is doing, and comes back when it is gone: it has to be stopped first, and for a while
/// after it says that it is, it may still refuse to go. If this ends with an error, it can be called again.
async fn delete_for_real(cloud: &Client, org: Uuid, id: Uuid, pause: Duration) -> Result<(), clickhouse_cloud::Error> {
    if cloud.get_service(org, id).await?.state()? != &ServiceState::Stopped {
        cloud.update_service_state(org, id, &UpdateServiceState::new(StateCommand::Stop)).await?;
        cloud.wait_until_service_stopped(org, id).every(pause).await?;
    }
    let mut conflicts = 0;
    while let Err(error) = cloud.delete_service(org, id).await {
        conflicts += 1;
        if error.status() != Some(StatusCode::CONFLICT) || conflicts > 100 {
            return Err(error);
        }
        tokio::time::sleep(pause).await;
    }
    cloud.wait_until_service_deleted(org, id).every(pause).await
}
