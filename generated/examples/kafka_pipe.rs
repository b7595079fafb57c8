//! Moves a topic of Kafka into a service that is idle: wakes the service, creates a pipe, and takes the pipe through its
//! life.
//!
//! Runs against an embedded simulator.

use std::{error::Error, time::Duration};

use clickhouse_cloud::{Client, types::*};
use clickhouse_cloud_simulator::Simulator;

/// No other pipe of the service has this name, so this one can be found by it.
const NAME: &str = "Order events";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let simulator = Simulator::builder().speed(20.0).start().await?;
    let (key, secret) = simulator.key();
    // A service that is awake costs money, so nothing is woken without `wake`.
    let cloud = Client::builder().base_url(simulator.base_url()).key(key, secret).wake(true).build()?;
    let org = cloud.list_organizations().await?.only()?.id()?;
    let new = CreateService::new("orders", Provider::Aws, Region::UsEast1, []);
    let service = cloud.create_service(org, &new).await?.service()?.id()?;
    simulator.advance(Duration::from_secs(60 * 60));
    println!("the service is {}", cloud.get_service(org, service).await?.state()?);

    let password = "the password of the user at Kafka";
    let pipe = create(&cloud, org, service, kafka(password)).await?;
    change(&cloud, org, service, pipe).await?;
    delete(&cloud, org, service, pipe).await
}

/// The topic to read. The password is needed again only to change it.
pub(crate) fn kafka(password: &str) -> KafkaSourceInput {
    let brokers = "kafka.example.com:9092";
    KafkaSource::new(KafkaType::Kafka, StreamFormat::JsonEachRow, brokers, "orders", KafkaAuthentication::ScramSha256)
        .credentials(UsernamePassword::new("clickpipes", password))
        .offset(KafkaOffset::new(KafkaOffsetStrategy::FromBeginning))
}

/// Creates the pipe, unless it is there, and waits until it runs. A second pipe would insert each row a second time.
pub(crate) async fn create(
    cloud: &Client,
    org: OrganizationId,
    service: ServiceId,
    source: KafkaSourceInput,
) -> Result<ClickPipeId, Box<dyn Error>> {
    let pipes = cloud.list_click_pipes(org, service).await?;
    let id = match pipes.iter().find(|pipe| pipe.name.as_deref() == Some(NAME)) {
        Some(pipe) => pipe.id()?,
        None => {
            // A column for each field that a sample of the messages has.
            let discover = DiscoverClickPipeSchema::new(source.clone());
            let schema = cloud.discover_click_pipe_schema(org, service, &discover).await?;
            let (mut columns, mut mappings) = (Vec::new(), Vec::new());
            for field in schema.fields()? {
                println!("{}: {}", field.name()?, field.type_()?);
                columns.push(DestinationColumn::new(field.name()?, field.type_()?));
                mappings.push(FieldMapping::new(field.name()?, field.name()?));
            }
            let definition = TableDefinition::new(TableEngine::new(TableEngineType::MergeTree)).sorting_key(["id"]);
            let table = ManagedTableDestination::new("default", "orders", definition, columns);
            let new = CreateClickPipe::new(NAME, source, table).field_mappings(mappings);
            cloud.create_click_pipe(org, service, &new).or_find().await?.into_inner().id()?
        }
    };
    let running = cloud.wait_until_click_pipe_running(org, service, id).await?;
    println!("{} is {}", running.name()?, running.state()?);
    Ok(id)
}

/// Scales the pipe, and changes a setting. Both are calls of their own.
pub(crate) async fn change(
    cloud: &Client,
    org: OrganizationId,
    service: ServiceId,
    pipe: ClickPipeId,
) -> Result<(), Box<dyn Error>> {
    cloud.update_click_pipe_scaling(org, service, pipe, &UpdateClickPipeScaling::new().replicas(2)).await?;
    // It is 0 until it is applied.
    let replicas = |pipe: &ClickPipe| pipe.scaling.as_ref().and_then(|scaling| scaling.replicas);
    cloud.get_click_pipe(org, service, pipe).until(move |pipe| replicas(pipe) == Some(2)).await?;
    println!("it has 2 replicas");

    // All settings that the pipe is to have: the API does not document what becomes of others.
    let settings = ReplaceClickPipeSettings::new().kafka_read_committed(true).streaming_max_insert_wait_ms(1_000);
    cloud.replace_click_pipe_settings(org, service, pipe, &settings).await?;
    let settings = cloud.get_click_pipe_settings(org, service, pipe).await?;
    println!("messages wait {} ms at most", settings.streaming_max_insert_wait_ms.unwrap_or_default());
    Ok(())
}

/// Stops the pipe, and deletes it. The table stays.
pub(crate) async fn delete(
    cloud: &Client,
    org: OrganizationId,
    service: ServiceId,
    pipe: ClickPipeId,
) -> Result<(), Box<dyn Error>> {
    cloud.update_click_pipe_state(org, service, pipe, &UpdateClickPipeState::new(ClickPipeCommand::Stop)).await?;
    let stopped = cloud.wait_until_click_pipe_stopped(org, service, pipe).await?;
    println!("it is {}", stopped.state()?);
    cloud.delete_click_pipe(org, service, pipe).await?;
    cloud.wait_until_click_pipe_deleted(org, service, pipe).await?;
    println!("it is gone");
    Ok(())
}
