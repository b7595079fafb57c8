//! Calls that wake what they need, over HTTP. The test moves the client's clock.

use std::{
    collections::VecDeque,
    future::IntoFuture,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use clickhouse_cloud_runtime::{
    Api, ApiError, Backoff, Call, ClientBuilder, Created, Envelope, Environment, Error, FindIn, NeedsWake, NoRetry,
    OutcomeUnknownCause, Page, RateLimit, Transport, Wake, WakeError,
};
use serde_json::{Value, json};
use tests::raw_server::read_request;
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::Instant,
};

use crate::clock::end_of;

static API: Api = Api {
    title: "Rooms",
    base_url: "https://api.example.com",
    user_agent: "rooms/1",
    rate_limit: None,
    envelope: Some(Envelope { result: "result", error: Some("error"), request_id: None }),
    environment: Environment { base_url: None, key_id: None, key_secret: None, token: None },
    api_key: None,
    wake: Some(Wake {
        status: 424,
        read: |transport| transport.get("getRoom", "/rooms/{room}"),
        field: "state",
        wake_from: &["idle"],
        command: |transport| {
            let request = transport.patch("updateRoomState", "/rooms/{room}/state");
            request.content("application/json", r#"{"command":"awake"}"#)
        },
        wait_in: &["awaking", "starting"],
        target: &["running"],
        within: WITHIN,
    }),
};

const WITHIN: Duration = Duration::from_secs(600);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// What the service does with a command.
#[derive(Clone, Copy, Debug)]
enum Command {
    /// It carries it out, and reads do not show that.
    IsStale,
    /// It refuses it, because somebody else has woken the room.
    ComesLate,
    Refused(u16),
    /// It carries it out, and the response is lost.
    LosesResponse,
    /// It fails, and does nothing.
    Fails,
}
use Command::{ComesLate, Fails, IsStale, LosesResponse, Refused};

/// A room that refuses calls unless it is running, and what came in.
#[derive(Default)]
struct Room {
    state: &'static str,
    /// The number of reads for which it stays `awaking`.
    awaking_reads: u32,
    /// What the next reads show, or the status that they fail with; after them, the state.
    reads: VecDeque<Result<&'static str, u16>>,
    /// What is done with the next commands; after them, each is accepted if the room is idle.
    commands: VecDeque<Command>,
    /// The statuses of the next calls, whatever the state is.
    calls: VecDeque<u16>,
    log: Vec<&'static str>,
    accepted: u32,
    /// The bodies of the calls that were made.
    made: Vec<Value>,
    /// The numbers that were posted.
    items: Vec<Value>,
}

impl Room {
    fn respond(&mut self, request: &str, body: &[u8]) -> Option<(u16, Value)> {
        match request {
            "GET /rooms/7%2F8 HTTP/1.1" => Some(self.read()),
            "PATCH /rooms/7%2F8/state HTTP/1.1" => {
                assert_eq!(body, br#"{"command":"awake"}"#);
                self.command()
            }
            _ => Some(self.call(request, body)),
        }
    }

    fn read(&mut self) -> (u16, Value) {
        self.log.push("read");
        if self.state == "awaking" {
            self.awaking_reads = self.awaking_reads.saturating_sub(1);
            if self.awaking_reads == 0 {
                self.state = "running";
            }
        }
        match self.reads.pop_front().unwrap_or(Ok(self.state)) {
            Ok("") => (200, json!({"result": {"state": null}})),
            Ok(state) => (200, json!({"result": {"state": state}})),
            Err(status) => (status, json!({"error": "no state"})),
        }
    }

    fn command(&mut self) -> Option<(u16, Value)> {
        self.log.push("command");
        let accepted = Some((200, json!({"result": {"state": self.state}})));
        let refused = |status| Some((status, json!({"error": "cannot be woken"})));
        match self.commands.pop_front() {
            None if self.state != "idle" => refused(400),
            Some(Refused(status)) => refused(status),
            Some(Fails) => Some((503, json!({}))),
            Some(IsStale) => accepted,
            _ if self.state != "idle" => refused(409),
            Some(ComesLate) => {
                self.state = "awaking";
                refused(409)
            }
            command => {
                self.state = "awaking";
                self.accepted += 1;
                if matches!(command, Some(LosesResponse)) { None } else { accepted }
            }
        }
    }

    fn call(&mut self, request: &str, body: &[u8]) -> (u16, Value) {
        let status = self.calls.pop_front().unwrap_or(if self.state == "running" { 200 } else { 424 });
        self.log.push(if status == 200 { "made" } else { "refused" });
        if status != 200 {
            return (status, json!({"error": format!("FAILED_DEPENDENCY: the room is {}", self.state)}));
        }
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        self.made.push(body.clone());
        if request.starts_with("POST") {
            self.items.push(json!({"id": self.items.len(), "number": body["number"]}));
            return (200, json!({"result": self.items.last()}));
        }
        let next = (!request.contains("cursor")).then_some("2");
        (200, json!({"result": self.items, "next": next}))
    }
}

/// A service with one room, and a client of it.
#[derive(Clone)]
struct Rooms {
    room: Arc<Mutex<Room>>,
    client: Transport,
}

impl Rooms {
    async fn start(room: Room) -> Self {
        Self::start_with(room, |builder| builder).await
    }

    async fn start_with(
        room: Room,
        configure: impl FnOnce(ClientBuilder<Transport>) -> ClientBuilder<Transport>,
    ) -> Self {
        let room = Arc::new(Mutex::new(room));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn({
            let room = Arc::clone(&room);
            async move {
                while let Ok((connection, _)) = listener.accept().await {
                    tokio::spawn(serve(connection, Arc::clone(&room)));
                }
            }
        });
        // Only the clock of the rule is to matter.
        let builder = ClientBuilder::new(&API).base_url(url).retry(NoRetry).timeout(HOUR).attempt_timeout(HOUR);
        Self { room, client: configure(builder).build().unwrap() }
    }

    /// An idle room.
    async fn idle() -> Self {
        Self::start(Room { state: "idle", awaking_reads: 3, ..Room::default() }).await
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap()
    }

    fn log(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.room().log)
    }

    /// The number of commands that were accepted, and that of the calls that were made.
    fn counts(&self) -> (u32, usize) {
        let room = self.room();
        (room.accepted, room.made.len())
    }

    fn commands(&self) -> usize {
        self.room().log.iter().filter(|request| **request == "command").count()
    }

    fn create(&self, number: u32) -> Call<Value, NeedsWake<FindIn<Value>>> {
        let request = self.client.post("createPipe", "/rooms/{room}/pipes").path("room", "7/8");
        request.body(&json!({"number": number})).result().find_in(self.list(), &["number"]).needs_wake()
    }

    fn list(&self) -> Call<Page<Value>, NeedsWake> {
        let request = self.client.get("listPipes", "/rooms/{room}/pipes").path("room", "7/8");
        request.paged_by_cursor("cursor", "next").page().needs_wake()
    }

    fn replace(&self) -> Call<Value, NeedsWake> {
        self.client.put("replacePipe", "/rooms/{room}/pipes/1").path("room", "7/8").result().needs_wake()
    }

    /// Creates a pipe with `.wake()`, and returns the number of attempts.
    async fn create_awake(&self) -> Result<u32, Error> {
        end_of(tokio::spawn(self.create(1).wake().into_future())).await.map(|response| response.attempts())
    }

    /// Creates a pipe with `.wake()` in vain, and returns the refusal of the call, which was not made.
    async fn refusal(&self) -> ApiError {
        let Error::Api(refusal) = self.create_awake().await.unwrap_err() else { panic!("it is refused") };
        assert!(self.room().made.is_empty());
        *refusal
    }
}

async fn serve(mut connection: TcpStream, room: Arc<Mutex<Room>>) {
    let (head, body) = read_request(&mut connection).await;
    let Some(request) = head.first() else { return };
    let response = room.lock().unwrap().respond(request, &body);
    let Some((status, body)) = response else { return };
    let body = body.to_string();
    let head = format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    // A client that has gone reads nothing.
    let _ = connection.write_all(format!("{head}{body}").as_bytes()).await;
}

#[tokio::test]
async fn an_idle_room_is_woken_and_the_call_is_sent_again() {
    let rooms = Rooms::idle().await;
    assert_eq!(rooms.create_awake().await.unwrap(), 2);
    assert_eq!(rooms.log(), ["refused", "read", "command", "read", "read", "read", "made"]);
    assert_eq!(rooms.counts(), (1, 1));
}

#[tokio::test]
async fn nothing_is_woken_unless_the_call_or_the_client_says_so() {
    let rooms = Rooms::idle().await;
    let refusal = rooms.create(1).await.unwrap_err().to_string();
    let message = "createPipe: 424 Failed Dependency: FAILED_DEPENDENCY: the room is idle; if what it needs is idle, \
                   make the call with `.wake()`, or a wait with `ClientBuilder::wake`";
    assert_eq!((refusal.as_str(), rooms.log()), (message, vec!["refused"]));
    assert!(rooms.create(1).wake().no_wake().await.is_err());
    assert_eq!(rooms.log(), ["refused"]);

    let room = Room { state: "idle", ..Room::default() };
    let rooms = Rooms::start_with(room, |builder| builder.wake(true)).await;
    assert!(rooms.create(1).no_wake().await.is_err());
    assert_eq!(rooms.log(), ["refused"]);
    end_of(tokio::spawn(rooms.create(1).into_future())).await.unwrap();
    assert_eq!(rooms.log(), ["refused", "read", "command", "read", "made"]);
}

#[tokio::test]
async fn a_room_that_becomes_awake_by_itself_is_only_waited_for() {
    for state in ["awaking", "starting"] {
        let reads = [state, state, "running"].map(Ok).into();
        let rooms = Rooms::start(Room { state: "running", calls: [424].into(), reads, ..Room::default() }).await;
        assert_eq!(rooms.create_awake().await.unwrap(), 2);
        assert_eq!(rooms.log(), ["refused", "read", "read", "read", "made"], "{state}");
    }
}

#[tokio::test]
async fn a_call_that_is_refused_although_the_room_runs_is_sent_again_at_once_and_once() {
    let rooms = Rooms::start(Room { state: "running", calls: [424].into(), ..Room::default() }).await;
    // No time goes by.
    assert_eq!(rooms.create(1).wake().await.unwrap().attempts(), 2);
    assert_eq!(rooms.log(), ["refused", "read", "made"]);

    rooms.room().calls = [424, 424].into();
    let Error::Api(refusal) = rooms.create(1).wake().await.unwrap_err() else { panic!("it is refused") };
    assert_eq!(rooms.log(), ["refused", "read", "refused"]);
    assert!(matches!(refusal.wake_error(), Some(WakeError::RefusedAgain { operation: "getRoom", field: "state", .. })));
    assert_eq!(
        refusal.to_string(),
        "createPipe: 424 Failed Dependency: FAILED_DEPENDENCY: the room is running in 2 attempts; it was refused again \
         after `state` in `getRoom` was `running`"
    );
}

#[tokio::test]
async fn a_room_in_any_other_state_is_never_woken() {
    let long: &str = "ä".repeat(500).leak();
    for state in ["stopped", "running\n", "IDLE", long] {
        let rooms = Rooms::start(Room { state, ..Room::default() }).await;
        let refusal = rooms.refusal().await;
        assert_eq!(rooms.log(), ["refused", "read"]);
        let Some(WakeError::NotIdle { state: Some(shown), .. }) = refusal.wake_error() else { panic!("{refusal}") };
        assert!(shown.chars().count() < 250 && !refusal.to_string().contains('\n'), "{refusal}");
    }
    let rooms = Rooms::start(Room { state: "stopped", ..Room::default() }).await;
    assert_eq!(
        rooms.refusal().await.to_string(),
        "createPipe: 424 Failed Dependency: FAILED_DEPENDENCY: the room is stopped; `state` in `getRoom` is `stopped`, \
         and it is woken only from `idle`; make the call again when it is `running`"
    );
    let rooms = Rooms::start(Room::default()).await;
    let refusal = rooms.refusal().await;
    assert!(matches!(refusal.wake_error(), Some(WakeError::NotIdle { state: None, .. })));
    assert!(refusal.to_string().contains("`state` in `getRoom` is unknown, and it"), "{refusal}");
}

#[tokio::test]
async fn a_state_that_cannot_be_read_ends_the_call_unless_that_passes() {
    let rooms = Rooms::start(Room { state: "idle", reads: [Err(403)].into(), ..Room::default() }).await;
    let refusal = rooms.refusal().await;
    assert!(matches!(refusal.wake_error(), Some(WakeError::Unreadable { .. })));
    assert!(refusal.to_string().contains("whether it is idle is unknown (getRoom: 403 Forbidden: "), "{refusal}");

    let reads = [Err(503), Err(429)].into();
    let rooms = Rooms::start(Room { state: "idle", reads, ..Room::default() }).await;
    assert_eq!(rooms.create_awake().await.unwrap(), 2);
    assert_eq!(rooms.log(), ["refused", "read", "read", "read", "command", "read", "made"]);
}

#[tokio::test]
async fn a_command_that_comes_too_late_is_no_error() {
    let commands = [ComesLate].into();
    let rooms = Rooms::start(Room { state: "idle", awaking_reads: 2, commands, ..Room::default() }).await;
    assert_eq!(rooms.create_awake().await.unwrap(), 2);
    assert_eq!(rooms.log(), ["refused", "read", "command", "read", "read", "made"]);
}

#[tokio::test]
async fn the_refusal_of_a_command_is_the_error_if_the_room_is_idle_still() {
    let rooms = Rooms::start(Room { state: "idle", commands: [Refused(403)].into(), ..Room::default() }).await;
    let refusal = rooms.refusal().await;
    assert_eq!(rooms.log(), ["refused", "read", "command", "read"]);
    let message = "updateRoomState: 403 Forbidden: cannot be woken; use a key with the rights for this";
    assert_eq!(refusal.to_string(), message);
}

#[tokio::test]
async fn a_command_whose_outcome_is_unknown_is_not_sent_twice() {
    for (command, retry) in [(LosesResponse, Backoff::new()), (LosesResponse, Backoff::new().max_attempts(1))] {
        let room = Room { state: "idle", awaking_reads: 2, commands: [command].into(), ..Room::default() };
        let rooms = Rooms::start_with(room, |builder| builder.retry(retry)).await;
        assert_eq!(rooms.create_awake().await.unwrap(), 2);
        assert_eq!(rooms.log(), ["refused", "read", "command", "read", "read", "made"]);
    }
    // It was not carried out, so it is sent again after a while.
    let room = Room { state: "idle", commands: [Fails].into(), ..Room::default() };
    let rooms = Rooms::start_with(room, |builder| builder.retry(Backoff::new())).await;
    let start = Instant::now();
    assert_eq!(rooms.create_awake().await.unwrap(), 2);
    assert!(start.elapsed() >= MINUTE && rooms.log().len() > 5, "{:?}", start.elapsed());
    assert_eq!(rooms.room().accepted, 1);
}

#[tokio::test]
async fn a_room_that_is_idle_still_or_again_gets_a_command_each_minute_at_most() {
    let rooms = Rooms::start(Room { state: "idle", commands: [IsStale; 50].into(), ..Room::default() }).await;
    let refusal = rooms.refusal().await;
    let commands = rooms.commands();
    assert!((2..=10).contains(&commands), "{commands}");
    assert!(rooms.log().len() > 3 * commands);
    let Some(WakeError::TimedOut { state, within: WITHIN, .. }) = refusal.wake_error() else { panic!("{refusal}") };
    assert_eq!(state.as_deref(), Some("idle"));
    let end = "; after 600s `state` in `getRoom` is `idle`; try again later";
    assert!(refusal.to_string().ends_with(end), "{refusal}");
}

#[tokio::test]
async fn the_time_to_wake_is_not_that_of_the_call() {
    let rooms = Rooms::start(Room { state: "idle", awaking_reads: 20, ..Room::default() }).await;
    let (start, call) = (Instant::now(), rooms.create(1).wake().timeout(MINUTE));
    assert_eq!(end_of(tokio::spawn(call.into_future())).await.unwrap().attempts(), 2);
    assert!(start.elapsed() > MINUTE, "{:?}", start.elapsed());

    let rooms = Rooms::start(Room { state: "awaking", awaking_reads: u32::MAX, ..Room::default() }).await;
    let (start, call) = (Instant::now(), rooms.create(1).wake().timeout(MINUTE));
    let error = end_of(tokio::spawn(call.into_future())).await.unwrap_err();
    assert!((WITHIN..WITHIN + 2 * MINUTE).contains(&start.elapsed()), "{:?}", start.elapsed());
    assert!(error.to_string().contains("after 600s `state` in `getRoom` is `awaking`"), "{error}");
}

#[tokio::test]
async fn a_room_that_is_stopped_meanwhile_ends_the_wait() {
    let reads = ["idle", "awaking", "stopped"].map(Ok).into();
    let rooms = Rooms::start(Room { state: "idle", awaking_reads: 9, reads, ..Room::default() }).await;
    assert!(matches!(rooms.refusal().await.wake_error(), Some(WakeError::NotIdle { .. })));
    assert_eq!(rooms.log(), ["refused", "read", "command", "read", "read"]);
}

#[tokio::test]
async fn a_hundred_tasks_wake_a_room_once_and_each_call_is_made_once() {
    let rooms = Rooms::idle().await;
    let call = |number| tokio::spawn(rooms.create(number).wake().into_future());
    let calls: Vec<_> = (0..100).map(call).collect();
    for call in calls {
        end_of(call).await.unwrap();
    }
    assert_eq!(rooms.commands(), 1);
    let room = rooms.room();
    let mut numbers: Vec<_> = room.made.iter().filter_map(|body| body["number"].as_u64()).collect();
    numbers.sort_unstable();
    assert_eq!((room.accepted, numbers), (1, (0..100).collect::<Vec<_>>()));
    let reads = room.log.iter().filter(|request| **request == "read").count();
    assert!(reads < 50, "they read the state together: {reads}");
}

#[tokio::test]
async fn other_clients_that_wake_the_same_room_do_no_harm() {
    let rooms = Rooms::idle().await;
    let url = format!("{:?}", rooms.client);
    let url = url.split('"').find(|part| part.starts_with("http")).unwrap().to_owned();
    let client = || ClientBuilder::new(&API).base_url(&url).retry(NoRetry).timeout(HOUR).attempt_timeout(HOUR);
    let others: Vec<_> =
        (0..10).map(|_| Rooms { room: Arc::clone(&rooms.room), client: client().build().unwrap() }).collect();
    let calls: Vec<_> = others.iter().map(|other| tokio::spawn(other.create(1).wake().into_future())).collect();
    for call in calls {
        end_of(call).await.unwrap();
    }
    assert_eq!(rooms.counts(), (1, 10));
}

#[tokio::test]
async fn a_failure_is_that_of_all_calls_that_waited() {
    let rooms = Rooms::start(Room { state: "idle", commands: [Refused(403)].into(), ..Room::default() }).await;
    let mut calls = JoinSet::new();
    for number in 0..20 {
        calls.spawn(rooms.create(number).wake().into_future());
    }
    for outcome in end_of(tokio::spawn(calls.join_all())).await {
        assert!(outcome.unwrap_err().to_string().starts_with("updateRoomState: 403"));
    }
    assert_eq!(rooms.commands(), 1);
}

#[tokio::test]
async fn a_call_that_is_dropped_lets_another_one_wake() {
    let rooms = Rooms::start(Room { state: "idle", awaking_reads: 5, ..Room::default() }).await;
    let mut calls: VecDeque<_> = (0..3).map(|number| tokio::spawn(rooms.create(number).wake().into_future())).collect();
    while rooms.commands() == 0 || rooms.room().log.iter().filter(|request| **request == "refused").count() < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // One of the three leads; whichever it is, the others come to their end.
    for call in calls.drain(..2) {
        call.abort();
    }
    end_of(calls.pop_front().unwrap()).await.unwrap();
    assert_eq!((rooms.commands(), rooms.counts()), (1, (1, 1)));
}

#[tokio::test]
async fn reads_and_commands_take_permits() {
    let limit = RateLimit { requests: 1, window: MINUTE };
    let room = Room { state: "idle", ..Room::default() };
    let rooms = Rooms::start_with(room, |builder| builder.rate_limit(limit)).await;
    let start = Instant::now();
    assert_eq!(rooms.create_awake().await.unwrap(), 2);
    assert_eq!(rooms.log(), ["refused", "read", "command", "read", "made"]);
    assert!(start.elapsed() >= 4 * MINUTE, "{:?}", start.elapsed());
}

#[tokio::test]
async fn pages_and_polls_wake() {
    let rooms = Rooms::idle().await;
    rooms.room().items = vec![json!(1), json!(2)];
    let items = end_of(tokio::spawn(rooms.list().wake().all().into_future())).await.unwrap();
    assert_eq!(items.len(), 4);
    assert_eq!(rooms.log(), ["refused", "read", "command", "read", "read", "read", "made", "made"]);

    rooms.room().state = "idle";
    rooms.room().awaking_reads = 2;
    let mut stream = rooms.list().wake().items();
    let first = end_of(tokio::spawn(async move { stream.next().await })).await;
    assert_eq!(first.unwrap().unwrap(), 1);

    rooms.room().state = "idle";
    rooms.room().awaking_reads = 2;
    let wait = rooms.list().wake().until(|page| page.len() == 2);
    assert_eq!(end_of(tokio::spawn(wait.into_future())).await.unwrap().attempts(), 2);
    assert_eq!(rooms.room().accepted, 3);
}

#[tokio::test]
async fn a_poll_that_wakes_keeps_to_the_time_of_its_wait() {
    let rooms = Rooms::start(Room { state: "awaking", awaking_reads: u32::MAX, ..Room::default() }).await;
    let (start, wait) = (Instant::now(), rooms.list().wake().until(|_| true).within(MINUTE));
    let error = end_of(tokio::spawn(wait.into_future())).await.map(drop).unwrap_err();
    assert!(matches!(error, Error::Wait(_)), "{error:?}");
    assert!((MINUTE..2 * MINUTE).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_call_that_finds_what_it_created_lists_with_wake_as_well() {
    let rooms = Rooms::idle().await;
    let find = rooms.create(5).wake().or_find();
    let created = end_of(tokio::spawn(find.into_future())).await.unwrap();
    assert!(matches!(created, Created::New(response) if response["number"] == 5));
    // Two pages of a list, and the creation.
    assert_eq!(rooms.counts(), (1, 3));
    let rooms = Rooms::idle().await;
    assert!(rooms.create(5).or_find().await.is_err());
    assert_eq!(rooms.log(), ["refused"]);
}

#[tokio::test]
async fn no_call_is_sent_again_after_an_attempt_of_unknown_outcome() {
    let rooms = Rooms::start(Room { state: "running", calls: [503, 424].into(), ..Room::default() }).await;
    let call = rooms.replace().retry(Backoff::new()).wake();
    let error = end_of(tokio::spawn(call.into_future())).await.unwrap_err();
    let Error::OutcomeUnknown(unknown) = error else { panic!("{error:?}") };
    assert!(matches!(unknown.cause(), OutcomeUnknownCause::Refused(_)));
    assert_eq!(rooms.log(), ["refused", "refused"]);

    // A call that changes nothing has no unknown outcome.
    rooms.room().calls = [503, 424].into();
    let list = rooms.list().retry(Backoff::new()).wake();
    assert_eq!(end_of(tokio::spawn(list.into_future())).await.unwrap().attempts(), 3);
}

#[tokio::test]
async fn the_second_attempt_has_an_outcome_of_its_own() {
    let rooms = Rooms::start(Room { state: "running", calls: [424, 503].into(), ..Room::default() }).await;
    let error = rooms.create(1).wake().await.unwrap_err();
    let Error::OutcomeUnknown(unknown) = error else { panic!("{error:?}") };
    assert_eq!((unknown.attempts(), unknown.is_retry_harmless()), (2, false));

    // The refusal is no attempt of the retry policy.
    rooms.room().calls = [424, 503].into();
    let call = rooms.replace().retry(Backoff::new().max_attempts(2)).wake();
    assert_eq!(end_of(tokio::spawn(call.into_future())).await.unwrap().attempts(), 3);
}

#[tokio::test]
async fn an_invalid_request_wakes_nothing() {
    let rooms = Rooms::idle().await;
    let request = rooms.client.get("listPipes", "/rooms/{room}/pipes").path("room", "..");
    let error = request.result::<Value>().needs_wake().wake().await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest(_)) && rooms.log().is_empty());
}
