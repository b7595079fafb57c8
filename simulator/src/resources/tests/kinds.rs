//! Kinds that have everything that a kind can have.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::{
    call::Call,
    cloud::SecretHash,
    document::Document,
    kinds::{api_key, invitation, member, organization, role},
    refusal::Refusal,
    resources::{Action, Attempt, Filter, Id, Kind, Making, Models, Operation, Resource, States, Transition, make},
};

static KINDS: [Kind; 10] = [
    organization::KIND,
    PIPE,
    NOTE,
    SCHEDULE,
    ROUTING,
    LIMIT,
    role::KIND,
    api_key::KIND,
    member::KIND,
    invitation::KIND,
];

const PIPE: Kind = Kind {
    name: "pipe",
    title: "Pipes",
    id: Some(Id { parameter: "pipeId", field: "id" }),
    operations: &[
        Operation::new("listPipes", Action::List),
        Operation::new("createPipe", Action::Create),
        Operation::new("getPipe", Action::Get),
        Operation::new("updatePipe", Action::Update),
        Operation::new("replacePipe", Action::Replace),
        Operation::new("deletePipe", Action::Delete),
        Operation::new(
            "updatePipeState",
            Action::Special(|pipe, call, _| {
                let state = if call.body["command"] == "start" { "Running" } else { "Stopping" };
                pipe.enter(&PIPE_STATES, state, call.now);
                Ok(None)
            }),
        ),
        Operation::new(
            "movePipe",
            Action::Special(|pipe, call, _| {
                pipe.fields.insert("region".to_owned(), call.body["region"].clone());
                pipe.fields.insert("size".to_owned(), json!(0));
                if call.body["region"] == "mars-1" { Err(Refusal::bad_request("region: too far")) } else { Ok(None) }
            }),
        ),
    ],
    made: &[("id", make::uuid), ("createdAt", make::now), ("serviceId", |making| making.path.get("serviceId").into())],
    defaults: &[("size", |_| json!(1)), ("tags", make::empty_list)],
    entries: &[("tags", "key")],
    filters: &[("region", Filter::Is("region")), ("filter", Filter::Tag("tags"))],
    max_page_size: 5,
    states: Some(PIPE_STATES),
    check: check_pipe,
    created: Some(created_pipe),
    ..Kind::PLAIN
};

const PIPE_STATES: States = States {
    field: "state",
    first: "Provisioning",
    transitions: &[
        Transition::new("Provisioning", 30, "Running"),
        Transition::new("Stopping", 10, "Stopped"),
        Transition::end("Deleting", 20),
    ],
    deletion: Some("Deleting"),
};

fn check_pipe(attempt: &Attempt<'_>) -> Result<(), Refusal> {
    let starts = attempt.call.body["command"] == "start";
    match attempt.action {
        Action::Special(_) if starts && attempt.field("state") == "Running" => {
            Err(Refusal::bad_request("the pipe is already running"))
        }
        Action::Delete if attempt.field("state") == "Running" => Err(Refusal::conflict("the pipe is running")),
        Action::Create if attempt.siblings(&PIPE).any(|other| other.fields["name"] == attempt.call.body["name"]) => {
            Err(Refusal::conflict("the name is taken"))
        }
        _ => Ok(()),
    }
}

fn created_pipe(pipe: &mut Resource, call: &Call<'_>, making: &mut Making<'_>) -> Value {
    let secret = making.identity.password();
    pipe.hidden.insert("secretHash".to_owned(), String::from(SecretHash::new("pipe", &secret)).into());
    json!({ "pipe": pipe.show(&PIPE, call.seen_at), "secret": secret })
}

/// Below a pipe, with an id of the request, and with offsets.
const NOTE: Kind = Kind {
    name: "note",
    title: "Notes",
    id: Some(Id { parameter: "title", field: "title" }),
    operations: &[Operation::new("listNotes", Action::List), Operation::new("createNote", Action::Create)],
    newest_first: true,
    ..Kind::PLAIN
};

const SCHEDULE: Kind = Kind {
    name: "schedule",
    title: "Schedules",
    operations: &[
        Operation::new("getSchedule", Action::Get),
        Operation::new("setSchedule", Action::Set),
        Operation::new("deleteSchedule", Action::Delete),
    ],
    ..Kind::PLAIN
};

const ROUTING: Kind = Kind {
    name: "routing",
    title: "Routing",
    with_parent: true,
    operations: &[Operation::new("getRouting", Action::Get), Operation::new("updateRouting", Action::Update)],
    update_delay: 5,
    ..Kind::PLAIN
};

/// As many as the example has, with ids that are no UUIDs.
const LIMIT: Kind = Kind {
    name: "limit",
    title: "Limits",
    id: Some(Id { parameter: "limitCode", field: "code" }),
    with_parent: true,
    operations: &[
        Operation::new("listLimits", Action::List),
        Operation::new("getLimit", Action::Get),
        Operation::new("deleteLimit", Action::Delete),
    ],
    made: &[("organizationId", |making| making.path.get("organizationId").into())],
    ..Kind::PLAIN
};

static MODELS: LazyLock<Models> = LazyLock::new(|| {
    let mut tree = Document::embedded().unwrap().tree().clone();
    let added: Value = serde_yaml::from_str(include_str!("document.yaml")).unwrap();
    for section in ["/paths", "/components/parameters", "/components/schemas", "/components/responses"] {
        let entries = added.pointer(section).unwrap().as_object().unwrap().clone();
        tree.pointer_mut(section).unwrap().as_object_mut().unwrap().extend(entries);
    }
    let document = Document::parse(&serde_yaml::to_string(&tree).unwrap()).unwrap();
    Models::new(&KINDS, Box::leak(Box::new(document))).unwrap()
});

/// Returns the kinds of the tests.
pub(super) fn models() -> &'static Models {
    &MODELS
}
