//! Replaces the API key that the program itself uses: creates another one with the same roles, checks that it works,
//! switches over, and deletes the old one. One of both works at any time, whatever fails in between.
//!
//! Runs against an embedded simulator.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use clickhouse_cloud::{Call, Client, reqwest::StatusCode, types::*};
use clickhouse_cloud_simulator::Simulator;
use tokio::time::sleep;

/// How often a new key is tried, and a deletion.
const ATTEMPTS: u32 = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::start().await?;
    let url = simulator.base_url();
    let connect = |id: &str, secret: &str| Client::builder().base_url(&url).key(id, secret).build();
    let (key, secret) = simulator.key();
    let cloud = rotate(&connect(key, secret)?, connect, Duration::from_secs(1)).await?;
    let Caller::ApiKey(key) = &*cloud.whoami().await? else { return Err("this is not an API key".into()) };
    println!("from now on, this is {}", key.name()?);
    Ok(())
}

/// Replaces the key of a client. Returns a client with the new key.
pub(crate) async fn rotate(
    cloud: &Client,
    connect: impl Fn(&str, &str) -> Result<Client, clickhouse_cloud::Error>,
    pause: Duration,
) -> Result<Client, Box<dyn Error>> {
    // A key learns its own ID, and that of its organization.
    let Caller::ApiKey(caller) = &*cloud.whoami().await? else { return Err("this is not an API key".into()) };
    let (org, old_id) = (caller.organization_id()?, caller.key_id()?);
    let old = cloud.get_api_key(org, old_id).await?;
    let roles = old.assigned_roles()?.iter().map(AssignedRole::role_id).collect::<Result<Vec<_>, _>>()?;
    let addresses = old.ip_access_list()?.iter().cloned().map(TryInto::try_into);
    let addresses = addresses.collect::<Result<Vec<IpAccessEntryInput>, _>>()?;

    // No other key has this name, so this one can be found by it.
    let name = format!("rotated-{}", SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_nanos());
    println!("creating {name}, with {} roles, in place of {}", roles.len(), old.name()?);
    let new = CreateApiKey::new(&name).assigned_role_ids(roles).ip_access_list(addresses);
    let switched = async {
        let created = cloud.create_api_key(org, &new).await?;
        let (Some(id), Some(secret)) = (&created.key_id, &created.key_secret) else {
            return Err("the response has no secret".into());
        };
        // Nothing shows the secret: this is where it goes to the vault that the programs with the old key read.
        let successor = connect(id.expose_secret(), secret.expose_secret())?;
        let id = created.key()?.id()?;
        // It works, and it is the one that was created.
        try_again(successor.get_api_key(org, id), pause, |_| false).await?;
        Ok::<_, Box<dyn Error>>((successor, id))
    };
    let (successor, new_id) = match switched.await {
        Ok(switched) => switched,
        Err(error) => {
            // The old key goes on. Without its secret, which came with a lost response, the new one is of no use.
            println!("not switched over: {error}");
            for key in cloud.list_api_keys(org).all().await? {
                if key.name.as_deref() == Some(&name) {
                    delete(cloud, org, key.id()?, pause).await?;
                }
            }
            return Err(error);
        }
    };
    println!("{name} works, and has the ID {new_id}");

    // The old key cannot delete itself. `used_at` of it tells whether a program still has to switch over.
    delete(&successor, org, old_id, pause).await?;
    println!("{} is deleted", old.name()?);
    Ok(successor)
}

/// Deletes a key. An attempt whose response is lost may have deleted it, so the next one may not find it.
async fn delete(
    cloud: &Client,
    org: OrganizationId,
    id: ApiKeyId,
    pause: Duration,
) -> Result<(), clickhouse_cloud::Error> {
    let is_gone = |error: &clickhouse_cloud::Error| error.status() == Some(StatusCode::NOT_FOUND);
    try_again(cloud.delete_api_key(org, id), pause, is_gone).await
}

/// Makes a call until it succeeds, or fails with an error that means success, but only a few times.
async fn try_again<T: Send + 'static>(
    call: Call<T>,
    pause: Duration,
    is_success: impl Fn(&clickhouse_cloud::Error) -> bool,
) -> Result<(), clickhouse_cloud::Error> {
    for attempt in 1.. {
        match call.clone().await {
            Ok(_) => break,
            Err(error) if is_success(&error) => break,
            Err(error) if attempt == ATTEMPTS => return Err(error),
            Err(error) => println!("not yet: {error}"),
        }
        sleep(pause).await;
    }
    Ok(())
}
