use super::{
    client::{self, DOCUMENTATION},
    names::{Matches, Models},
    parameters,
    row::{Change, Subject},
    rows::{At, Claim, Finding, Rows},
    types,
};
use crate::{
    api::{Api, Body, Content, Operation, Response, Schema},
    compare::without_parameter_names,
    openapi::extensions::{CHECK, WAITERS, Waiter},
    openapi::media_type::Format,
    source::Pointer,
};

/// The operations and the waiters.
pub(super) fn compare(rows: &mut Rows, old: &Api, new: &Api) {
    let renames = types::renames(old, new);
    let mut operations = Matches::of(&old.operations, &new.operations, |old, new| old.id == new.id);
    operations.pair(|old, new| {
        old.method == new.method && without_parameter_names(&old.path) == without_parameter_names(&new.path)
    });
    for operation in &operations.removed {
        let at = At::Old(operation.at());
        add(rows, operation, Change::Removed, "it is no longer in the document", at, claims(operation, old));
    }
    for operation in &operations.added {
        let at = At::New(operation.at());
        add(rows, operation, Change::Added, "an operation is a method of its own", at, claims(operation, new));
    }
    let models = Models { old, new, renames: &renames };
    if operations.is_reordered(&old.operations, &new.operations) {
        client::reordered(rows, "operations", "/paths");
    }
    for (before, after) in &operations.both {
        Pair { old: before, new: after, models }.compare(rows);
    }
    let is_same = |old: &str, new: &str| operations.both.iter().any(|both| (&*both.0.id, &*both.1.id) == (old, new));
    compare_waiters(rows, old, new, is_same);
}

/// One operation in both documents.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) old: &'a Operation,
    pub(super) new: &'a Operation,
    pub(super) models: Models<'a>,
}

impl Pair<'_> {
    fn compare(self, rows: &mut Rows) {
        let (old, new) = (self.old, self.new);
        if old.id != new.id {
            let change = Change::Renamed { to: new.id.clone() };
            add(rows, old, change, "a method has the name of its operation", At::New(new.at()), self.claims());
        }
        for (aspect, from, to) in [("HTTP method", &old.method, &new.method), ("path", &old.path, &new.path)] {
            if from != to {
                let change = Change::between(aspect, from.clone(), to.clone());
                self.changed(rows, change, "the call stays, and goes where the document says", Vec::new());
            }
        }
        parameters::compare(rows, self);
        self.compare_types(rows);
        if old.deprecated != new.deprecated {
            let change = Change::of_flag("deprecated", old.deprecated, new.deprecated);
            let names = methods(new, self.models.new).into_iter();
            let claims = names.map(Claim::Deprecation).collect();
            self.changed(rows, change, "a method is deprecated with its operation", claims);
        }
        let retry = |operation: &Operation| if operation.is_retryable { "repeated" } else { "not repeated" }.to_owned();
        if old.is_retryable != new.is_retryable {
            let change = Change::between("retry rule", retry(old), retry(new));
            self.changed(rows, change, "a call whose outcome is unknown ends or is made again accordingly", Vec::new());
        }
        if old.check != new.check {
            let change = Change::of(CHECK);
            self.changed(rows, change, "only the message of an interrupted call says it", Vec::new());
        }
        if old.id == new.id && documentation(old, self.models.old) != documentation(new, self.models.new) {
            self.changed(rows, Change::of("documentation"), DOCUMENTATION, Vec::new());
        }
    }

    fn compare_types(self, rows: &mut Rows) {
        let (old, new) = (self.old, self.new);
        let old_kind = |schema: &Schema| self.models.old_kind(schema);
        let new_kind = |schema: &Schema| self.models.new_kind(schema);
        let body = [
            old.body.as_ref().map(|body| body.in_words(old_kind)),
            new.body.as_ref().map(|body| body.in_words(new_kind)),
        ];
        let answer = [Some(old.response.in_words(old_kind)), Some(new.response.in_words(new_kind))];
        for (subject, key, cause, [from, to]) in [
            (Subject::Body, "requestBody", "what is sent is the last argument of the method", body),
            (Subject::Answer, "responses", "a call gives what the operation answers", answer),
        ] {
            if from != to {
                let (name, at) = (new.id.clone(), At::New(new.at().key(key)));
                let change = Change::between("type", from, to);
                rows.add(Finding { subject, name, change, cause, at, claims: self.claims() });
            }
        }
    }

    pub(super) fn changed(self, rows: &mut Rows, change: Change, cause: &'static str, claims: Vec<Claim>) {
        add(rows, self.new, change, cause, At::New(self.new.at()), claims);
    }

    /// Everything that shows what the operation takes and gives.
    pub(super) fn claims(self) -> Vec<Claim> {
        claims(self.old, self.models.old).into_iter().chain(claims(self.new, self.models.new)).collect()
    }
}

fn add(rows: &mut Rows, operation: &Operation, change: Change, cause: &'static str, at: At, claims: Vec<Claim>) {
    rows.add(Finding { subject: Subject::Operation, name: operation.id.clone(), change, cause, at, claims });
}

/// What readers see of an operation; what it has in common with all others, they see once.
fn documentation<'a>(operation: &'a Operation, model: &'a Api) -> impl PartialEq + use<'a> {
    let common = &model.common_errors;
    let errors: Vec<_> = operation.errors.iter().filter(|error| !common.contains(error)).collect();
    let example = operation.body.as_ref().and_then(|body| body.example.as_ref());
    let tag = operation.tag.as_ref().map(|tag| &tag.name);
    (&operation.summary, &operation.description, errors, example, tag)
}

/// The operation's method, the type of its call, and the methods that wait with it.
fn claims(operation: &Operation, model: &Api) -> Vec<Claim> {
    let call = Claim::Within(operation.call_name(model));
    methods(operation, model).into_iter().map(Claim::Item).chain([call]).collect()
}

fn methods(operation: &Operation, model: &Api) -> Vec<String> {
    let waiters = model.waiters.iter().filter(|waiter| waiter.operation == operation.id);
    let names = waiters.map(Waiter::method_name).chain([operation.method_name()]);
    names.map(|name| format!("Client::{name}")).collect()
}

impl Response {
    fn in_words(&self, kind: impl Fn(&Schema) -> String) -> String {
        match self {
            Self::Json(schema, _) => kind(schema),
            Self::OptionalJson(schema, _) => format!("{} or nothing", kind(schema)),
            Self::Text(media_types) | Self::Bytes(media_types) => media_types.clone(),
            Self::Enum(response) => {
                let variants = response.variants.iter().map(|variant| {
                    let content = match &variant.content {
                        Content::Json(schema) => kind(schema),
                        Content::Text => "text".to_owned(),
                        Content::Bytes => "bytes".to_owned(),
                        Content::Empty => "nothing".to_owned(),
                    };
                    format!("{}: {content}", variant.status)
                });
                variants.collect::<Vec<_>>().join(", ")
            }
            Self::Empty => "nothing".to_owned(),
        }
    }
}

impl Body {
    fn in_words(&self, kind: impl Fn(&Schema) -> String) -> String {
        let kind = match self.format {
            Format::Json => kind(&self.schema),
            Format::Form | Format::Multipart => format!("{} as {}", kind(&self.schema), self.media_type),
            Format::Text | Format::Bytes => self.media_type.clone(),
        };
        if self.required { kind } else { format!("{kind}, optional") }
    }
}

impl Operation {
    pub(super) fn at(&self) -> Pointer {
        Pointer::default().key("paths").key(&self.path).key(&self.method.to_lowercase())
    }
}

fn compare_waiters(rows: &mut Rows, old: &Api, new: &Api, is_same: impl Fn(&str, &str) -> bool) {
    let at = |waiter: &Waiter| Pointer::default().key(WAITERS).key(&waiter.name);
    let mut add = |waiters: &[&Waiter], change, cause, at| {
        let claims = waiters.iter().map(|waiter| Claim::Item(format!("Client::{}", waiter.method_name()))).collect();
        let name = waiters.first().map(|waiter| waiter.name.clone()).unwrap_or_default();
        rows.add(Finding { subject: Subject::Waiter, name, change, cause, at, claims });
    };
    let mut waiters = Matches::of(&old.waiters, &new.waiters, |old, new| old.name == new.name);
    waiters.pair(|old, new| {
        is_same(&old.operation, &new.operation) && (&old.field, &old.target) == (&new.field, &new.target)
    });
    for waiter in &waiters.removed {
        add(&[waiter], Change::Removed, "it is no longer in the document", At::Old(at(waiter)));
    }
    for waiter in &waiters.added {
        add(&[waiter], Change::Added, "a waiter is a method of its own", At::New(at(waiter)));
    }
    for (before, after) in waiters.both {
        if before.name != after.name {
            let change = Change::Renamed { to: after.name.clone() };
            add(&[before, after], change, "a method has the name of its waiter", At::New(at(after)));
        }
        if before.rule() != after.rule() || !is_same(&before.operation, &after.operation) {
            add(&[after], Change::of("rule"), "the method waits as the document says", At::New(at(after)));
        }
        if before.description != after.description {
            add(&[after], Change::of("documentation"), DOCUMENTATION, At::New(at(after)));
        }
    }
}

impl Waiter {
    /// Everything but the operation and the words.
    fn rule(&self) -> impl PartialEq {
        let states = (&self.field, &self.target, &self.failure);
        (states, self.done_when_gone, &self.gone, self.settle, self.every, self.within)
    }
}
