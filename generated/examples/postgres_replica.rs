//! Creates a Postgres service with a read replica, and prints how to connect to both.
//!
//! Runs against an embedded simulator. The password is printed only with `--show-password`.

use std::{env, error::Error};

use clickhouse_cloud::{Client, Created, Secret, types::*};
use clickhouse_cloud_simulator::Simulator;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let show_password = env::args().any(|argument| argument == "--show-password");
    let simulator = Simulator::builder().speed(120.0).start().await?;
    let (key, secret) = simulator.key();
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).build()?;
    let org = cloud.list_organizations().await?.only()?.id()?;

    let (primary, password) = create(&cloud, org, "Orders", "203.0.113.0/24").await?;
    let replica = replicate(&cloud, org, primary, "Orders for reports").await?;
    for id in [primary, replica] {
        let service = cloud.get_postgres_service(org, id).await?;
        println!("{}: {}", service.name()?, command(&service)?);
    }
    // A replica has the users and the passwords of its primary.
    println!("password: {}", if show_password { password.expose_secret() } else { "(see --show-password)" });
    Ok(())
}

/// Creates a service to which only `office` can connect, and waits until it is running. Returns it with its password.
pub(crate) async fn create(
    cloud: &Client,
    org: OrganizationId,
    name: &str,
    office: &str,
) -> Result<(PostgresServiceId, Secret), Box<dyn Error>> {
    let access = [PostgresIpAccessEntry::new(office, "5432..6432").description("Office")];
    let size = PostgresSize::R8gdLarge;
    let new = CreatePostgresService::new(name, PostgresProvider::Aws, Region::UsEast1, size, access)
        .ha_type(PostgresHaType::Async)
        .pg_config(PostgresParameters::new().max_connections(500).work_mem("64MB"));
    let (id, password) = match cloud.create_postgres_service(org, &new).or_find().await? {
        Created::New(service) => (service.id()?, Some(service.password()?.clone())),
        // Its password was in the lost response.
        Created::Found(service) => (service.id()?, None),
    };
    println!("{name} is being created");
    cloud.wait_until_postgres_running(org, id).await?;
    let password = match password {
        Some(password) => password,
        None => {
            let set = cloud.update_postgres_password(org, id, &UpdatePostgresPassword::new()).await?;
            set.into_inner().password.ok_or("the response has no password")?
        }
    };
    Ok((id, password))
}

/// Creates a read replica, which is refused until the primary has a backup, and waits until it is running.
pub(crate) async fn replicate(
    cloud: &Client,
    org: OrganizationId,
    primary: PostgresServiceId,
    name: &str,
) -> Result<PostgresServiceId, Box<dyn Error>> {
    let new = CreatePostgresReadReplica::new(name).pg_config(PostgresParameters::new().statement_timeout("10min"));
    let id = match cloud.create_postgres_read_replica(org, primary, &new).patient().or_find().await? {
        Created::New(replica) => replica.id()?,
        Created::Found(replica) => replica.id()?,
    };
    println!("{name} is being created");
    cloud.wait_until_postgres_running(org, id).await?;
    Ok(id)
}

/// Returns a command that connects to a service, and asks for the password.
pub(crate) fn command(service: &PostgresService) -> Result<String, Box<dyn Error>> {
    let host = service.hostname.as_deref().ok_or("the service has no host name yet")?;
    let user = service.username.as_deref().ok_or("the service has no user yet")?;
    Ok(format!("psql 'host={host} port=5432 user={user} dbname=postgres sslmode=require'"))
}
