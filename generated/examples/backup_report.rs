//! Prints what backups there are of each service, and which service has gone without one for too long.
//!
//! Runs against an embedded simulator, in which three days go by at once.

use std::{error::Error, time::Duration};

use clickhouse_cloud::{Client, types::*};
use clickhouse_cloud_simulator::Simulator;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::builder().manual_clock().no_rate_limit().start().await?;
    let (key, secret) = simulator.key();
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).build()?;
    let org = simulator.organization().into();

    for (name, hours) in [("orders", 72), ("clicks", 24)] {
        let created =
            cloud.create_service(org, &CreateService::new(name, Provider::Aws, Region::EuCentral1, [])).await?;
        let kept = UpdateBackupConfiguration::new().backup_retention_period_in_hours(hours);
        cloud.update_backup_configuration(org, created.service()?.id()?, &kept).await?;
    }
    simulator.advance(3 * DAY);
    cloud.create_service(org, &CreateService::new("brand new", Provider::Azure, Region::Eastus2, [])).await?;

    report(&cloud, org).await
}

async fn report(cloud: &Client, org: OrganizationId) -> Result<(), Box<dyn Error>> {
    println!("{:<12} {:>7} {:>12}  last backup", "service", "backups", "bytes");
    for service in &cloud.list_services(org).await? {
        let backups = cloud.list_backups(org, service.id()?).await?;
        // The most recent one comes first.
        let done: Vec<_> = backups.iter().filter(|backup| backup.status == Some(BackupStatus::Done)).collect();
        let bytes = done.iter().filter_map(|backup| backup.size_in_bytes).fold(0.0, |sum, bytes| sum + bytes);
        let last = match done.first().and_then(|backup| backup.finished_at) {
            Some(finished) => finished.to_string(),
            None => "NONE".to_owned(),
        };
        println!("{:<12} {:>7} {bytes:>12.0}  {last}", service.name()?, done.len());
    }
    Ok(())
}
