//! What a call ends with, for whatever may happen to its attempts: nothing is called unsent that may have arrived, and
//! nothing refused that may have been carried out.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use clickhouse_cloud_runtime::{
    Api, Call, ClientBuilder, Environment, Error, FailedAttempt, NoRetry, OutcomeUnknownCause, RateLimit, RetryPolicy,
    Transport,
};
use reqwest::{
    StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
};
use serde_json::Value;
use tests::raw_server::read_request;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

const CHECK: &str = "count the things before adding another";

/// The time of an attempt or a call that is let run out.
const SHORT: Duration = Duration::from_secs(2);

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// There is nobody to connect to.
    NoConnection,
    /// The connection is closed after the request has come.
    Lost,
    /// The request comes, and is never answered.
    Unanswered,
    /// A response of this status, with a body that is no JSON.
    Status(u16),
    /// A response of this status, whose body never ends.
    Stalled(u16),
    /// A response of this status, whose body breaks off.
    BrokenOff(u16),
    /// A response of this status, whose body goes on and on.
    TooLong(u16),
    /// No attempt: the next permit is an hour away, and the call has less.
    NoPermit,
    /// No attempt: the policy waits longer than the call has.
    NoTime,
}
use Step::{BrokenOff, Lost, NoConnection, NoPermit, NoTime, Stalled, Status, TooLong, Unanswered};

/// The error of a call, with the number of attempts.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Connect(u32),
    ConnectionLost(u32),
    Timeout(u32),
    Refused(u16, u32),
    /// It may have been carried out: for this reason, and with this status.
    Unknown(Cause, Option<u16>, u32),
    CarriedOut(u16, u32),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Cause {
    ConnectionLost,
    TimedOut,
    Failed,
    Refused,
    NotConnected,
}

/// What happens, and how calls end that change nothing (GET), that may be carried out twice (PUT), and that may not
/// (POST).
type Row = (&'static [Step], [End; 3]);

const fn connect(attempts: u32) -> [End; 3] {
    [End::Connect(attempts); 3]
}

const fn refused(status: u16, attempts: u32) -> [End; 3] {
    [End::Refused(status, attempts); 3]
}

const fn carried_out(status: u16, attempts: u32) -> [End; 3] {
    [End::CarriedOut(status, attempts); 3]
}

/// A call that changes something is in doubt after the first of two attempts already, and one that may not be carried
/// out twice ends there.
const fn in_doubt(safe: End, idempotent: (Cause, Option<u16>), not_idempotent: (Cause, Option<u16>)) -> [End; 3] {
    let (cause, status) = idempotent;
    let (first_cause, first_status) = not_idempotent;
    [safe, End::Unknown(cause, status, 2), End::Unknown(first_cause, first_status, 1)]
}

const fn unknown(safe: End, cause: Cause, status: Option<u16>, attempts: u32) -> [End; 3] {
    [safe, End::Unknown(cause, status, attempts), End::Unknown(cause, status, attempts)]
}

const LOST: (Cause, Option<u16>) = (Cause::ConnectionLost, None);

const ROWS: &[Row] = &[
    // One attempt.
    (&[NoConnection], connect(1)),
    (&[Lost], unknown(End::ConnectionLost(1), Cause::ConnectionLost, None, 1)),
    (&[Unanswered], unknown(End::Timeout(1), Cause::TimedOut, None, 1)),
    (&[Status(500)], unknown(End::Refused(500, 1), Cause::Failed, Some(500), 1)),
    (&[Status(503)], unknown(End::Refused(503, 1), Cause::Failed, Some(503), 1)),
    (&[Status(408)], unknown(End::Refused(408, 1), Cause::Failed, Some(408), 1)),
    (&[Status(425)], unknown(End::Refused(425, 1), Cause::Failed, Some(425), 1)),
    (&[Status(303)], unknown(End::Refused(303, 1), Cause::Failed, Some(303), 1)),
    (&[Stalled(503)], unknown(End::Refused(503, 1), Cause::Failed, Some(503), 1)),
    (&[BrokenOff(503)], unknown(End::Refused(503, 1), Cause::Failed, Some(503), 1)),
    (&[Status(429)], refused(429, 1)),
    (&[Status(400)], refused(400, 1)),
    (&[Status(404)], refused(404, 1)),
    (&[Status(409)], refused(409, 1)),
    (&[Status(307)], refused(307, 1)),
    (&[Stalled(400)], refused(400, 1)),
    (&[BrokenOff(400)], refused(400, 1)),
    (&[TooLong(400)], refused(400, 1)),
    (&[Status(201)], carried_out(201, 1)),
    (&[TooLong(200)], carried_out(200, 1)),
    (&[BrokenOff(201)], unknown(End::ConnectionLost(1), Cause::ConnectionLost, Some(201), 1)),
    (&[Stalled(201)], unknown(End::Timeout(1), Cause::TimedOut, Some(201), 1)),
    (&[NoPermit], [End::Timeout(0); 3]),
    // The attempts before the last one were certainly not carried out.
    (&[NoConnection, NoConnection, NoConnection], connect(3)),
    (&[NoConnection, NoTime], connect(1)),
    (&[Status(429), NoTime], refused(429, 1)),
    (&[Status(429), NoPermit], refused(429, 1)),
    // It arrived once, so it is not one that could not be sent.
    (&[Status(429), NoConnection], [End::ConnectionLost(2), End::Refused(429, 2), End::Refused(429, 2)]),
    (&[Status(429), NoConnection, NoConnection], [End::ConnectionLost(3), End::Refused(429, 3), End::Refused(429, 3)]),
    (&[NoConnection, Lost], unknown(End::ConnectionLost(2), Cause::ConnectionLost, None, 2)),
    (&[Status(429), Lost], unknown(End::ConnectionLost(2), Cause::ConnectionLost, None, 2)),
    (&[NoConnection, Unanswered], unknown(End::Timeout(2), Cause::TimedOut, None, 2)),
    (&[NoConnection, Status(503)], unknown(End::Refused(503, 2), Cause::Failed, Some(503), 2)),
    (&[NoConnection, Status(408)], unknown(End::Refused(408, 2), Cause::Failed, Some(408), 2)),
    (&[NoConnection, Status(425)], unknown(End::Refused(425, 2), Cause::Failed, Some(425), 2)),
    (&[NoConnection, Status(429)], refused(429, 2)),
    (&[Status(429), Status(400)], refused(400, 2)),
    (&[NoConnection, Status(404)], refused(404, 2)),
    (&[NoConnection, Status(201)], carried_out(201, 2)),
    (&[NoConnection, TooLong(201)], carried_out(201, 2)),
    (&[NoConnection, BrokenOff(201)], unknown(End::ConnectionLost(2), Cause::ConnectionLost, Some(201), 2)),
    (&[NoConnection, Stalled(201)], unknown(End::Timeout(2), Cause::TimedOut, Some(201), 2)),
    // One attempt before the last is in doubt, and no later one takes that back.
    (&[Lost, NoConnection], in_doubt(End::ConnectionLost(2), (Cause::NotConnected, None), LOST)),
    (&[Lost, Lost], in_doubt(End::ConnectionLost(2), LOST, LOST)),
    (&[Lost, Unanswered], in_doubt(End::Timeout(2), (Cause::TimedOut, None), LOST)),
    (&[Lost, Status(503)], in_doubt(End::Refused(503, 2), (Cause::Failed, Some(503)), LOST)),
    (&[Lost, Status(408)], in_doubt(End::Refused(408, 2), (Cause::Failed, Some(408)), LOST)),
    (&[Lost, Status(425)], in_doubt(End::Refused(425, 2), (Cause::Failed, Some(425)), LOST)),
    (&[Lost, Status(429)], in_doubt(End::Refused(429, 2), (Cause::Refused, Some(429)), LOST)),
    (&[Lost, Status(400)], in_doubt(End::Refused(400, 2), (Cause::Refused, Some(400)), LOST)),
    (&[Lost, Status(404)], in_doubt(End::Refused(404, 2), (Cause::Refused, Some(404)), LOST)),
    (&[Lost, Stalled(409)], in_doubt(End::Refused(409, 2), (Cause::Refused, Some(409)), LOST)),
    (&[Lost, BrokenOff(201)], in_doubt(End::ConnectionLost(2), (Cause::ConnectionLost, Some(201)), LOST)),
    (&[Lost, Stalled(201)], in_doubt(End::Timeout(2), (Cause::TimedOut, Some(201)), LOST)),
    (
        &[Lost, Status(201)],
        [End::CarriedOut(201, 2), End::CarriedOut(201, 2), End::Unknown(Cause::ConnectionLost, None, 1)],
    ),
    (
        &[Lost, TooLong(201)],
        [End::CarriedOut(201, 2), End::CarriedOut(201, 2), End::Unknown(Cause::ConnectionLost, None, 1)],
    ),
    (&[Lost, NoTime], unknown(End::ConnectionLost(1), Cause::ConnectionLost, None, 1)),
    (&[Lost, NoPermit], unknown(End::ConnectionLost(1), Cause::ConnectionLost, None, 1)),
    (&[Status(503), NoPermit], unknown(End::Refused(503, 1), Cause::Failed, Some(503), 1)),
    (
        &[Status(503), NoConnection],
        in_doubt(End::ConnectionLost(2), (Cause::NotConnected, None), (Cause::Failed, Some(503))),
    ),
    (
        &[Status(408), Status(400)],
        in_doubt(End::Refused(400, 2), (Cause::Refused, Some(400)), (Cause::Failed, Some(408))),
    ),
    (
        &[Unanswered, NoConnection],
        in_doubt(End::ConnectionLost(2), (Cause::NotConnected, None), (Cause::TimedOut, None)),
    ),
    (
        &[BrokenOff(201), NoConnection],
        in_doubt(End::ConnectionLost(2), (Cause::NotConnected, None), (Cause::ConnectionLost, Some(201))),
    ),
];

#[tokio::test]
async fn every_error_says_whether_the_call_may_have_been_carried_out() {
    let mut wrong = Vec::new();
    let mut slow = Vec::new();
    for (steps, ends) in ROWS {
        for (method, end) in ["GET", "PUT", "POST"].into_iter().zip(*ends) {
            let world = World::of(steps).await;
            let ended = async move {
                let error = world.call(method).await.unwrap_err();
                assert_words(&error, method);
                let found = end_of(&error);
                (found != end).then(|| format!("{method} {steps:?}: {found:?}, and not {end:?}: {error}"))
            };
            if steps.iter().copied().any(runs_out) {
                slow.push(ended);
            } else {
                wrong.extend(ended.await);
            }
        }
    }
    // Beside nothing that takes long to do, because for these a time is short.
    let slow: JoinSet<_> = slow.into_iter().collect();
    wrong.extend(slow.join_all().await.into_iter().flatten());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the time of the attempt or the call runs out.
fn runs_out(step: Step) -> bool {
    matches!(step, Unanswered | Stalled(_) | NoPermit)
}

#[tokio::test]
async fn a_response_that_is_read_piece_by_piece_ends_in_the_same_way() {
    let mut calls = JoinSet::new();
    for (step, safe, idempotent) in [
        (BrokenOff(200), End::ConnectionLost(1), End::Unknown(Cause::ConnectionLost, Some(200), 1)),
        (Stalled(200), End::Timeout(1), End::Unknown(Cause::TimedOut, Some(200), 1)),
    ] {
        for (method, end) in [("GET", safe), ("PUT", idempotent), ("POST", idempotent)] {
            calls.spawn(async move {
                let world = World::of(&[step]).await;
                let request = world.transport.request("touchThings", method.parse().unwrap(), "/things").check(CHECK);
                let mut response = request.bytes("*/*").stream().await.unwrap();
                assert_eq!(response.chunk().await.unwrap().as_deref(), Some(&b"{"[..]));
                let error = response.chunk().await.unwrap_err();
                assert_words(&error, method);
                assert_eq!(end_of(&error), end, "{method} {step:?}");
            });
        }
    }
    calls.join_all().await;
}

fn end_of(error: &Error) -> End {
    let status = |status: StatusCode| status.as_u16();
    let attempts = error.attempts();
    match error {
        Error::Connect { .. } => End::Connect(attempts),
        Error::ConnectionLost { .. } => End::ConnectionLost(attempts),
        Error::Timeout { .. } => End::Timeout(attempts),
        Error::Api(refusal) => End::Refused(status(refusal.status()), attempts),
        Error::Decode(error) => End::CarriedOut(status(error.status()), attempts),
        Error::OutcomeUnknown(unknown) => {
            let cause = match unknown.cause() {
                OutcomeUnknownCause::ConnectionLost(_) => Cause::ConnectionLost,
                OutcomeUnknownCause::TimedOut(_) => Cause::TimedOut,
                OutcomeUnknownCause::Failed(_) => Cause::Failed,
                OutcomeUnknownCause::Refused(_) => Cause::Refused,
                OutcomeUnknownCause::NotConnected(_) => Cause::NotConnected,
                other => panic!("{other:?}"),
            };
            End::Unknown(cause, unknown.status().map(status), attempts)
        }
        other => panic!("{other:?}"),
    }
}

/// The text has to say the same as the variant.
fn assert_words(error: &Error, method: &str) {
    let text = error.to_string();
    assert!(text.starts_with("touchThings: "), "{text}");
    match error {
        Error::OutcomeUnknown(unknown) => {
            assert_ne!(method, "GET", "{text}");
            let carried_out = if unknown.status().is_some_and(|status| status.is_success()) {
                "by its status it was carried out"
            } else {
                "it may have been carried out"
            };
            let advice = if method == "PUT" { ", and a retry is harmless".to_owned() } else { format!(": {CHECK}") };
            assert!(text.contains(&format!("; {carried_out}{advice}")), "{text}");
            assert_eq!((unknown.operation(), unknown.is_retry_harmless()), ("touchThings", method == "PUT"));
            assert_eq!(unknown.check(), (method == "POST").then_some(CHECK));
        }
        Error::Decode(error) => {
            assert!(text.starts_with(&format!("touchThings: carried out ({}), but ", error.status())), "{text}");
            assert!(!text.contains("again"), "{text}");
        }
        Error::Connect { .. } => assert!(text.contains("could not reach things.test"), "{text}"),
        Error::ConnectionLost { .. } => {
            assert_eq!(method, "GET", "{text}");
            assert!(text.contains("the connection to things.test was lost"), "{text}");
        }
        Error::Timeout { attempts, .. } => assert!(method == "GET" || *attempts == 0, "{text}"),
        Error::Api(refusal) => {
            let is_clear = (300..500).contains(&refusal.status().as_u16());
            assert!(method == "GET" || is_clear, "{text}");
        }
        other => panic!("{other:?}"),
    }
}

static API: Api = Api {
    title: "Things",
    base_url: "http://things.test",
    user_agent: "things/1",
    rate_limit: None,
    envelope: None,
    environment: Environment { base_url: None, key_id: None, key_secret: None, token: None },
    api_key: None,
    wake: None,
};

/// A server and a way to it that do with each attempt what a list of steps says.
struct World {
    steps: Steps,
    transport: Transport,
}

type Steps = Arc<Mutex<VecDeque<Step>>>;

impl World {
    async fn of(steps: &[Step]) -> Self {
        let all = steps;
        let steps: Steps = Arc::new(Mutex::new(all.iter().copied().collect()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let guide = Guide { steps: Arc::clone(&steps), server: listener.local_addr().unwrap() };
        tokio::spawn(serve(listener, Arc::clone(&steps)));

        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).dns_resolver(Arc::new(guide));
        let http = http.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let policy = Scripted { attempts: all.len(), then: all.last().copied() };
        let mut builder = ClientBuilder::new(&API).http_client(http).retry(policy);
        if all.iter().copied().any(runs_out) {
            builder = builder.attempt_timeout(SHORT);
        }
        if all.contains(&NoPermit) {
            // As many permits as there are attempts.
            let requests = u32::try_from(all.len() - 1).unwrap().max(1);
            builder = builder.rate_limit(RateLimit { requests, window: Duration::from_secs(3_600) }).timeout(SHORT);
        }
        if all.contains(&NoTime) {
            builder = builder.timeout(Duration::from_secs(60));
        }
        Self { steps, transport: builder.build().unwrap() }
    }

    async fn call(&self, method: &str) -> Result<(), Error> {
        if *self.steps.lock().unwrap() == [NoPermit] {
            // Somebody else has the only permit.
            self.steps.lock().unwrap().push_front(Status(400));
            self.touch("GET").retry(NoRetry).await.unwrap_err();
        }
        let outcome = self.touch(method).await;
        outcome.map(|_| ())
    }

    fn touch(&self, method: &str) -> Call<Value> {
        let method = method.parse().unwrap();
        self.transport.request("touchThings", method, "/things").check(CHECK).result()
    }
}

/// Makes as many attempts as there are steps.
#[derive(Debug)]
struct Scripted {
    attempts: usize,
    then: Option<Step>,
}

impl RetryPolicy for Scripted {
    fn wait(&self, failed: &FailedAttempt) -> Option<Duration> {
        let number = failed.number() as usize;
        let is_next_the_last = number + 1 == self.attempts;
        match self.then {
            Some(NoTime) if is_next_the_last => Some(Duration::from_secs(120)),
            _ => (number < self.attempts).then_some(Duration::ZERO),
        }
    }
}

/// Shows the way to the server, unless the next step is that there is none.
struct Guide {
    steps: Steps,
    server: SocketAddr,
}

impl Resolve for Guide {
    fn resolve(&self, _: Name) -> Resolving {
        let mut steps = self.steps.lock().unwrap();
        let found = if steps.front() == Some(&NoConnection) {
            steps.pop_front();
            Err(io::Error::other("nobody is called that").into())
        } else {
            Ok(Box::new([self.server].into_iter()) as Addrs)
        };
        Box::pin(std::future::ready(found))
    }
}

async fn serve(listener: TcpListener, steps: Steps) {
    while let Ok((mut connection, _)) = listener.accept().await {
        read_request(&mut connection).await;
        let step = steps.lock().unwrap().pop_front().expect("an attempt that was to be made");
        tokio::spawn(take(step, connection));
    }
}

async fn take(step: Step, mut connection: TcpStream) {
    let head = |status: u16, length: &str| format!("HTTP/1.1 {status} Status\r\nconnection: close\r\n{length}\r\n");
    match step {
        Lost => {}
        Unanswered => std::future::pending().await,
        Status(status) => {
            let response = head(status, "content-length: 5\r\n") + "<html";
            connection.write_all(response.as_bytes()).await.unwrap();
        }
        Stalled(status) => {
            let response = head(status, "content-length: 100\r\n") + "{";
            connection.write_all(response.as_bytes()).await.unwrap();
            std::future::pending::<()>().await;
        }
        BrokenOff(status) => {
            let response = head(status, "content-length: 100\r\n") + "{";
            connection.write_all(response.as_bytes()).await.unwrap();
        }
        TooLong(status) => {
            connection.write_all(head(status, "").as_bytes()).await.unwrap();
            let chunk = vec![b' '; 1 << 20];
            while connection.write_all(&chunk).await.is_ok() {}
        }
        NoConnection | NoPermit | NoTime => unreachable!("{step:?} is no attempt that arrives"),
    }
}
