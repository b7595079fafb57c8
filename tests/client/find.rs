//! Calls that create something, and look for it if their outcome is unknown, over HTTP.

use std::{
    collections::VecDeque,
    future::IntoFuture,
    io,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use clickhouse_cloud::{Client, Created, Error, NoRetry, OutcomeUnknown, OutcomeUnknownCause, types::*, uuid::Uuid};
use serde_json::{Value, json};
use tests::simulated_cloud::new_service;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::clock;

const ORG: OrganizationId = OrganizationId(Uuid::nil());
const EVERY: Duration = Duration::from_millis(2);
const WITHIN: Duration = Duration::from_millis(200);

/// What the service does with a request to create.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Creation {
    /// It creates, and responds.
    Responds,
    /// It creates, and the response is lost.
    LosesResponse,
    /// It creates, and its response is no JSON.
    Garbles,
    /// It creates, and responds with 500.
    Fails,
    /// The request is lost.
    LosesRequest,
    /// The response is lost, and the service is in the list only after as many lists.
    AppearsAfter(u32),
    /// The response is lost, and somebody else creates a service of the same properties.
    HasTwin,
    /// It refuses.
    Refuses,
}
use Creation::{AppearsAfter, Fails, Garbles, HasTwin, LosesRequest, LosesResponse, Refuses, Responds};

/// The services that there are, and what came in.
#[derive(Default)]
struct Services {
    all: Vec<Value>,
    /// The services that are not in the list yet, and how many lists there are before.
    hidden: Vec<(u32, Value)>,
    plan: VecDeque<Creation>,
    /// The statuses of the next lists; after them, all succeed.
    lists: VecDeque<u16>,
    /// The names in the requests to create, in their order.
    requested: Vec<String>,
    /// The number of lists.
    listed: u32,
}

/// A service with these properties, and a client of it that makes each call once.
struct Api {
    services: Arc<Mutex<Services>>,
    client: Client,
}

impl Api {
    async fn start(plan: impl IntoIterator<Item = Creation>) -> Self {
        let services = Arc::new(Mutex::new(Services { plan: plan.into_iter().collect(), ..Services::default() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn({
            let services = Arc::clone(&services);
            async move {
                while let Ok((connection, _)) = listener.accept().await {
                    // A connection that breaks is that of a client that has gone.
                    tokio::spawn(serve(connection, Arc::clone(&services)));
                }
            }
        });
        let client = Client::builder().base_url(url).no_rate_limit().retry(NoRetry).build().unwrap();
        Self { services, client }
    }

    fn services(&self) -> MutexGuard<'_, Services> {
        self.services.lock().unwrap()
    }

    async fn create(&self) -> Result<Created<CreatedService, Service>, Error> {
        self.client.create_service(ORG, &new_service()).or_find().every(EVERY).within(WITHIN).await
    }

    /// Creates, and returns the error of a call whose outcome stays unknown after one request.
    async fn unknown(&self) -> OutcomeUnknown {
        match self.create().await {
            Err(Error::OutcomeUnknown(unknown)) => {
                assert_eq!(self.services().requested.len(), 1, "it never creates again");
                *unknown
            }
            other => panic!("{other:?}"),
        }
    }
}

async fn serve(mut connection: TcpStream, services: Arc<Mutex<Services>>) -> io::Result<()> {
    let (is_list, body) = read_request(&mut connection).await?;
    let response = {
        let mut services = services.lock().unwrap();
        if is_list { Some(services.list()) } else { services.create(&body) }
    };
    let Some((status, body)) = response else { return Ok(()) };
    let head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    connection.write_all(format!("{head}{body}").as_bytes()).await
}

async fn read_request(connection: &mut TcpStream) -> io::Result<(bool, Value)> {
    let mut reader = BufReader::new(connection);
    let (mut start, mut length) = (String::new(), 0);
    reader.read_line(&mut start).await?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).await?;
        if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = number.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).await?;
    Ok((start.starts_with("GET"), serde_json::from_slice(&body).unwrap_or_default()))
}

fn envelope(result: &Value) -> String {
    json!({"status": 200, "requestId": Uuid::nil(), "result": result}).to_string()
}

impl Services {
    fn list(&mut self) -> (u16, String) {
        self.listed += 1;
        if let Some(status) = self.lists.pop_front().filter(|status| *status != 200) {
            return (status, json!({"status": status, "error": "no list"}).to_string());
        }
        self.hidden.iter_mut().for_each(|(left, _)| *left = left.saturating_sub(1));
        let (ready, hidden) = std::mem::take(&mut self.hidden).into_iter().partition(|(left, _)| *left == 0);
        self.hidden = hidden;
        self.all.extend(Vec::into_iter(ready).map(|(_, service): (u32, _)| service));
        // States change between lists.
        for service in &mut self.all {
            service["state"] = json!(if service["state"] == "starting" { "running" } else { "starting" });
        }
        (200, envelope(&json!(self.all)))
    }

    fn create(&mut self, body: &Value) -> Option<(u16, String)> {
        self.requested.push(body["name"].as_str().unwrap().to_owned());
        let creation = self.plan.pop_front().unwrap_or(Responds);
        let service = || {
            let mut service = body.clone();
            service["id"] = json!(Uuid::from_u128(self.requested.len() as u128 * 10 + self.all.len() as u128));
            service["state"] = json!("starting");
            service
        };
        let first = service();
        match creation {
            LosesRequest => return None,
            Refuses => return Some((400, json!({"status": 400, "error": "BAD_REQUEST: no"}).to_string())),
            AppearsAfter(lists) => self.hidden.push((lists, first.clone())),
            HasTwin => {
                let twin =
                    json!({"id": Uuid::from_u128(7), "name": body["name"], "provider": "aws", "region": "us-east-1"});
                self.all.extend([first.clone(), twin]);
            }
            _ => self.all.push(first.clone()),
        }
        match creation {
            Responds => Some((200, envelope(&json!({"service": first, "password": "secret"})))),
            Garbles => Some((200, "<html>".to_owned())),
            Fails => Some((500, String::new())),
            _ => None,
        }
    }
}

/// A service that there is before the call.
fn other(name: &str, region: &str) -> Value {
    json!({"id": Uuid::from_u128(1), "name": name, "provider": "aws", "region": region, "state": "starting"})
}

#[tokio::test]
async fn a_creation_with_a_response_is_new_and_is_listed_before() {
    let api = Api::start([Responds]).await;
    let Created::New(created) = api.create().await.unwrap() else { panic!("it has a response") };
    assert!(created.password().is_ok() && created.status() == 200);
    assert_eq!(api.services().listed, 1);
}

#[tokio::test]
async fn what_was_created_is_found_if_its_response_is_lost() {
    for creation in [LosesResponse, Garbles, Fails, AppearsAfter(5)] {
        let api = Api::start([creation]).await;
        // Of the same properties, of another region, and of another name: all from before.
        api.services().all =
            vec![other("analytics", "us-east-1"), other("analytics", "eu-west-1"), other("b", "us-east-1")];
        let Created::Found(service) = api.create().await.unwrap() else { panic!("it has no response") };
        assert_ne!(service.id().unwrap(), ServiceId(Uuid::from_u128(1)), "{creation:?}");
        assert_eq!((service.name().unwrap(), api.services().requested.len()), ("analytics", 1), "{creation:?}");
    }
}

#[tokio::test]
async fn what_was_there_before_is_never_taken_whatever_becomes_of_it() {
    let api = Api::start([LosesRequest]).await;
    api.services().all = vec![other("analytics", "us-east-1")];
    let unknown = api.unknown().await;
    let lookup = unknown.lookup().unwrap();
    assert!(lookup.candidates().is_empty() && lookup.elapsed() >= WITHIN && api.services().listed > 3);
    assert!(matches!(unknown.cause(), OutcomeUnknownCause::ConnectionLost(_)));
    let text = Error::OutcomeUnknown(Box::new(unknown)).to_string();
    let expected = "it may have been carried out; `listServices` has had no new item with name `analytics`, \
                    provider `aws`, region `us-east-1` for ";
    assert!(text.contains(expected), "{text}");
    let end = "; check with `listServices` whether the service exists before creating another";
    assert!(text.ends_with(end), "{text}");
}

#[tokio::test]
async fn several_new_ones_are_an_error_that_lists_them() {
    let api = Api::start([HasTwin]).await;
    let unknown = api.unknown().await;
    assert_eq!(
        unknown.lookup().unwrap().candidates(),
        [Uuid::from_u128(10).to_string(), Uuid::from_u128(7).to_string()]
    );
    let text = unknown.to_string();
    let expected = format!(
        "`listServices` has 2 new items with name `analytics`, provider `aws`, region `us-east-1`, and \
                            there is no telling which of them this call created: {}, {}",
        Uuid::from_u128(10),
        Uuid::from_u128(7)
    );
    assert!(text.contains(&expected), "{text}");
}

#[tokio::test]
async fn nothing_is_sent_if_the_list_before_fails() {
    let api = Api::start([]).await;
    api.services().lists = [403].into();
    let error = api.create().await.unwrap_err();
    assert!(matches!(&error, Error::Api(refusal) if refusal.status() == 403), "{error}");
    assert!(error.to_string().starts_with("listServices: "), "{error}");
    assert!(api.services().requested.is_empty());
}

#[tokio::test]
async fn a_refusal_is_an_error_without_a_search() {
    let api = Api::start([Refuses]).await;
    assert!(matches!(api.create().await.unwrap_err(), Error::Api(_)));
    assert_eq!(api.services().listed, 1);
}

#[tokio::test]
async fn a_search_goes_on_after_a_temporary_failure_and_ends_at_a_refusal() {
    let api = Api::start([LosesResponse]).await;
    api.services().lists = [200, 500, 503].into();
    assert!(matches!(api.create().await.unwrap(), Created::Found(_)));

    let api = Api::start([LosesResponse]).await;
    api.services().lists = [200, 403].into();
    let unknown = api.unknown().await;
    assert_eq!(unknown.lookup().unwrap().last_error().unwrap().status().unwrap(), 403);
    assert!(
        unknown.to_string().contains(", and failed the last time (listServices: 403 Forbidden: no list; "),
        "{unknown}"
    );
    assert_eq!(api.services().listed, 2);
}

#[tokio::test]
async fn a_search_takes_two_minutes_unless_it_has_another_time() {
    let api = Api::start([LosesRequest]).await;
    let call = api.client.create_service(ORG, &new_service()).or_find().every(EVERY);
    let finding = tokio::spawn(call.into_future());
    for (listed, passed) in [(3, 60), (5, 59)] {
        let start = api.services().listed;
        while api.services().listed < start + listed {
            tokio::time::sleep(EVERY).await;
        }
        assert!(!finding.is_finished());
        clock::advance(Duration::from_secs(passed)).await;
    }
    clock::advance(Duration::from_secs(2)).await;
    let Error::OutcomeUnknown(unknown) = finding.await.unwrap().unwrap_err() else { panic!("it is unknown") };
    assert!(unknown.lookup().unwrap().elapsed() >= Duration::from_secs(120));
}

/// Runs with a few seeds: many tasks create services of their own while requests and responses are lost.
#[tokio::test]
async fn whatever_is_lost_nothing_is_created_twice_and_what_is_found_is_ones_own() {
    for seed in 0..5 {
        let mut random = fastrand::Rng::with_seed(seed);
        let creations = [Responds, LosesResponse, Garbles, Fails, LosesRequest, HasTwin, Refuses];
        let mut creation = || match random.usize(..creations.len() + 2) {
            index if index < creations.len() => creations[index],
            _ => AppearsAfter(random.u32(1..8)),
        };
        let api = Arc::new(Api::start((0..60).map(|_| creation())).await);
        api.services().all = (0..60).step_by(3).map(|number| other(&number.to_string(), "us-east-1")).collect();
        let mut tasks = JoinSet::new();
        for number in 0..60 {
            let api = Arc::clone(&api);
            tasks.spawn(async move {
                let service = CreateService::new(number.to_string(), Provider::Aws, Region::UsEast1, []);
                let call = api.client.create_service(ORG, &service).or_find();
                (number.to_string(), call.every(EVERY).within(WITHIN).await)
            });
        }
        let outcomes = tasks.join_all().await;
        let services = api.services();
        let mut requested = services.requested.clone();
        requested.sort();
        requested.dedup();
        assert_eq!(requested.len(), services.requested.len(), "seed {seed}: a call created twice");
        for (name, outcome) in outcomes {
            let own: Vec<_> = services.all.iter().filter(|service| service["name"] == *name).collect();
            let is_own = |id: ServiceId| {
                id != ServiceId(Uuid::from_u128(1)) && own.iter().any(|service| service["id"] == json!(id))
            };
            match outcome {
                Ok(Created::New(created)) => assert!(is_own(created.service().unwrap().id().unwrap())),
                Ok(Created::Found(service)) => assert!(is_own(service.id().unwrap()), "seed {seed}: {service:?}"),
                Err(Error::OutcomeUnknown(unknown)) => assert!(unknown.lookup().is_some(), "seed {seed}: {unknown}"),
                Err(Error::Api(refusal)) => assert_eq!(refusal.status(), 400),
                Err(error) => panic!("seed {seed}: {error}"),
            }
        }
    }
}
