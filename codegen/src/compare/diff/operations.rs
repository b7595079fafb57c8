//! Changes of operations: their methods, paths, bodies, responses and documentation.

use super::{
    apis::Apis,
    change::{ChangeKind, Subject},
    changes::{Changes, DocumentChange, DocumentPointer, RustItems},
    client::{self, DOCUMENTATION},
    deprecations,
    matches::Matches,
    parameters, waiters,
};
use crate::{
    api::{Api, Body, Content, Operation, Response, Schema},
    compare::without_parameter_names,
    openapi::{
        extensions::{CHECK, FIND, Find, NEEDS, RETRY_REFUSED, Waiter},
        media_type::Format,
    },
};

/// Compares the operations and the waiters.
pub(super) fn compare(changes: &mut Changes, apis: Apis<'_>) {
    let Apis { old, new, .. } = apis;
    let mut operations = Matches::of(&old.operations, &new.operations, |old, new| old.id == new.id);
    operations.pair(|old, new| {
        old.method == new.method && without_parameter_names(&old.path) == without_parameter_names(&new.path)
    });
    for operation in &operations.removed {
        let at = DocumentPointer::Old(operation.at.clone());
        add(changes, operation, ChangeKind::Removed, "it is no longer in the document", at, items(operation, old));
    }
    for operation in &operations.added {
        let at = DocumentPointer::New(operation.at.clone());
        add(changes, operation, ChangeKind::Added, "an operation is a method of its own", at, items(operation, new));
    }
    if operations.is_reordered(&old.operations, &new.operations) {
        client::add_reordered(changes, "operations", "/paths");
    }
    for (before, after) in &operations.both {
        OperationPair { old: before, new: after, apis }.compare(changes);
    }
    let is_same = |old: &str, new: &str| operations.both.iter().any(|both| (&*both.0.id, &*both.1.id) == (old, new));
    waiters::compare(changes, old, new, is_same);
}

/// One operation in both documents.
#[derive(Clone, Copy)]
pub(super) struct OperationPair<'a> {
    pub(super) old: &'a Operation,
    pub(super) new: &'a Operation,
    pub(super) apis: Apis<'a>,
}

impl OperationPair<'_> {
    fn compare(self, changes: &mut Changes) {
        let (old, new) = (self.old, self.new);
        if old.id != new.id {
            let kind = ChangeKind::Renamed { to: new.id.clone() };
            add(
                changes,
                old,
                kind,
                "a method has the name of its operation",
                DocumentPointer::New(new.at.clone()),
                self.items(),
            );
        }
        for (aspect, from, to) in [("HTTP method", &old.method, &new.method), ("path", &old.path, &new.path)] {
            if from != to {
                let kind = ChangeKind::between(aspect, from.clone(), to.clone());
                self.add(changes, kind, "the call stays, and goes where the document says", Vec::new());
            }
        }
        parameters::compare(changes, self);
        self.compare_types(changes);
        if let Some(kind) = deprecations::between(old.deprecation.as_ref(), new.deprecation.as_ref()) {
            let names = methods(new, self.apis.new).into_iter();
            let items = names.map(RustItems::Deprecation).collect();
            self.add(changes, kind, "a method is deprecated with its operation", items);
        }
        let retry = |operation: &Operation| if operation.is_retryable { "retried" } else { "not retried" }.to_owned();
        if old.is_retryable != new.is_retryable {
            let kind = ChangeKind::between("retry rule", retry(old), retry(new));
            self.add(changes, kind, "a call whose outcome is unknown is retried, or is not", Vec::new());
        }
        if old.stability != new.stability {
            let name = |operation: &Operation| operation.stability.map(|stability| stability.name().to_owned());
            let kind = ChangeKind::between("stability", name(old), name(new));
            self.add(changes, kind, "only the documentation says how far a contract is settled", Vec::new());
        }
        if old.permissions != new.permissions {
            let list = |operation: &Operation| {
                let permissions = &operation.permissions;
                (!permissions.is_empty()).then(|| permissions.join(", "))
            };
            let kind = ChangeKind::between("permissions", list(old), list(new));
            self.add(
                changes,
                kind,
                "the service checks the permissions of a key, and the crate names them",
                Vec::new(),
            );
        }
        if old.check != new.check {
            let kind = ChangeKind::of(CHECK);
            self.add(changes, kind, "only the error of a call whose outcome is unknown has it", Vec::new());
        }
        if old.passing_refusals != new.passing_refusals {
            let kind = ChangeKind::of(RETRY_REFUSED);
            self.add(changes, kind, "a patient call waits for these refusals", Vec::new());
        }
        self.compare_find(changes);
        if old.needs != new.needs {
            let need = |operation: &Operation| operation.needs_wake().then(|| "wake".to_owned());
            let kind = ChangeKind::between(NEEDS, need(old), need(new));
            self.add(changes, kind, "the type of a call has what the call needs, and `wake()`", self.items());
        }
        if old.id == new.id && documentation(old, self.apis.old) != documentation(new, self.apis.new) {
            self.add(changes, ChangeKind::of("documentation"), DOCUMENTATION, Vec::new());
        }
    }

    /// Compares the list in which a call finds what it created, which is a part of the type of the call.
    fn compare_find(self, changes: &mut Changes) {
        let (old, new) = (self.old.find.as_ref(), self.new.find.as_ref());
        if old == new {
            return;
        }
        let list = |find: Option<&Find>| find.map_or_else(|| "nothing".to_owned(), |find| find.operation.clone());
        if list(old) == list(new) {
            self.add(
                changes,
                ChangeKind::of(FIND),
                "a call that looks for what it created does so by this",
                Vec::new(),
            );
        } else {
            let kind = ChangeKind::between(FIND, list(old), list(new));
            self.add(changes, kind, "the type of a call has the list in which it looks", self.items());
        }
    }

    fn compare_types(self, changes: &mut Changes) {
        let (old, new) = (self.old, self.new);
        let old_type = |schema: &Schema| self.apis.old_type_in_words(schema);
        let new_type = |schema: &Schema| self.apis.new_type_in_words(schema);
        let bodies = [
            old.body.as_ref().map(|body| body.in_words(old_type)),
            new.body.as_ref().map(|body| body.in_words(new_type)),
        ];
        let responses = [Some(old.response_in_words(old_type)), Some(new.response_in_words(new_type))];
        for (subject, key, cause, [from, to]) in [
            (Subject::Body, "requestBody", "the request body is the last argument of the method", bodies),
            (Subject::Response, "responses", "a call returns what is in the response", responses),
        ] {
            if from != to {
                let (name, at) = (new.id.clone(), DocumentPointer::New(new.at.key(key)));
                let kind = ChangeKind::between("type", from, to);
                changes.add(DocumentChange { subject, name, kind, cause, at, items: self.items() });
            }
        }
    }

    /// Adds a change of the operation as a whole.
    pub(super) fn add(self, changes: &mut Changes, kind: ChangeKind, cause: &'static str, items: Vec<RustItems>) {
        add(changes, self.new, kind, cause, DocumentPointer::New(self.new.at.clone()), items);
    }

    /// Returns the items that show the parameters, the body and the response.
    pub(super) fn items(self) -> Vec<RustItems> {
        items(self.old, self.apis.old).into_iter().chain(items(self.new, self.apis.new)).collect()
    }
}

fn add(
    changes: &mut Changes,
    operation: &Operation,
    kind: ChangeKind,
    cause: &'static str,
    at: DocumentPointer,
    items: Vec<RustItems>,
) {
    changes.add(DocumentChange { subject: Subject::Operation, name: operation.id.clone(), kind, cause, at, items });
}

/// Returns what the documentation of an operation shows. Errors that all operations have are shown elsewhere.
fn documentation<'a>(operation: &'a Operation, api: &'a Api) -> impl PartialEq + use<'a> {
    let common = &api.common_errors;
    let errors: Vec<_> = operation.errors.iter().filter(|error| !common.contains(error)).collect();
    let example = operation.body.as_ref().and_then(|body| body.example.as_ref());
    let tag = operation.tag.as_ref().map(|tag| &tag.name);
    (&operation.summary, &operation.description, errors, example, tag)
}

/// Returns the method of an operation, the type of its call, and the methods of its waiters.
fn items(operation: &Operation, api: &Api) -> Vec<RustItems> {
    let call = RustItems::OfType(operation.call_name(api));
    methods(operation, api).into_iter().map(RustItems::Named).chain([call]).collect()
}

fn methods(operation: &Operation, api: &Api) -> Vec<String> {
    let waiters = api.waiters.iter().filter(|waiter| waiter.operation == operation.id);
    let names = waiters.map(Waiter::method_name).chain([operation.method_name()]);
    names.map(|name| format!("Client::{name}")).collect()
}

impl Operation {
    fn response_in_words(&self, type_in_words: impl Fn(&Schema) -> String) -> String {
        let response = self.response.in_words(&type_in_words);
        match &self.events {
            None => response,
            Some(events) => {
                let data = events.schema().map_or_else(|| "text".to_owned(), type_in_words);
                format!("{response}, or events of {data}")
            }
        }
    }
}

impl Response {
    fn in_words(&self, type_in_words: impl Fn(&Schema) -> String) -> String {
        match self {
            Self::Json(schema, _) => type_in_words(schema),
            Self::OptionalJson(schema, _) | Self::JsonOrNotFound(schema, _) => {
                format!("{} or nothing", type_in_words(schema))
            }
            Self::Text(media_types) | Self::Bytes(media_types) => media_types.clone(),
            Self::Redirect(_) => "a redirect".to_owned(),
            Self::Enum(response) => {
                let variants = response.variants.iter().map(|variant| {
                    let content = match &variant.content {
                        Content::Json(schema) => type_in_words(schema),
                        Content::Text => "text".to_owned(),
                        Content::Bytes => "bytes".to_owned(),
                        Content::Redirect => "a redirect".to_owned(),
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
    fn in_words(&self, type_in_words: impl Fn(&Schema) -> String) -> String {
        let words = match self.format {
            Format::Json => type_in_words(&self.schema),
            Format::Form | Format::Multipart => format!("{} as {}", type_in_words(&self.schema), self.media_type),
            Format::Text | Format::Bytes => self.media_type.clone(),
        };
        if self.required { words } else { format!("{words}, optional") }
    }
}

#[cfg(test)]
mod tests {
    use crate::{api::tests::api, compare::diff::tests::changes};

    #[test]
    fn several_responses_are_listed_with_their_statuses() {
        let api = api("
            paths:
              /thing:
                get:
                  operationId: getThing
                  responses:
                    '200': {description: It., content: {application/json: {schema: {type: integer}}}}
                    '202': {description: Not yet., content: {text/plain: {schema: {type: string}}}}
        ");
        let words = api.operations[0].response.in_words(|_| "number".to_owned());
        assert_eq!(words, "200: number, 202: text");
    }

    #[test]
    fn events_give_a_call_a_type_and_change_with_it() {
        let document = |content: &str| {
            format!(
                "paths: {{/thing: {{get: {{operationId: getThing, responses: {{'200': {{description: It., content: {{\
                 application/json: {{schema: {{type: integer}}}}{content}}}}}}}}}}}}}"
            )
        };
        let [none, text] = [document(""), document(", text/event-stream: {}")];
        let numbers = document(", text/event-stream: {schema: {type: integer}}");
        assert!(changes(&none, &text).contains("GetThing::events(self) -> Events<String>"));
        let other_data = changes(&text, &numbers);
        assert!(other_data.starts_with("breaking") && other_data.contains("Events<i64>"), "{other_data}");
    }

    #[test]
    fn an_operation_that_no_longer_needs_to_wake_something_loses_a_method() {
        let document = |rule: &str, list: &str, copy: &str| {
            format!(
                "
                x-wake: {rule}
                paths:
                  /thing:
                    get: {{operationId: getThing, responses: {{'200': {{description: It., content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}}}}}}}
                    post: {{operationId: wakeThing, responses: {{'204': {{description: Done.}}}}}}
                    put: {{operationId: copyThing, {copy}, responses: {{'204': {{description: Done.}}}}}}
                  /parts:
                    get:
                      operationId: listParts
                      {list}
                      parameters: [{{name: limit, in: query, schema: {{type: integer}}}}]
                      responses: {{'204': {{description: Done.}}}}
                    delete: {{operationId: deleteParts, x-needs: wake, responses: {{'204': {{description: Done.}}}}}}
                components: {{schemas: {{Thing: {{type: object, properties: {{state: {{type: string}}}}}}}}}}
                "
            )
        };
        let rule = |within: &str| {
            format!(
                "{{status: 424, read: getThing, field: state, wakeFrom: [idle], wake: {{operation: wakeThing}}, \
                 target: [up], within: {within}}}"
            )
        };
        let old = document(&rule("1m"), "x-needs: wake", "x-needs: wake");
        let new = document(&rule("2m"), "deprecated: false", "deprecated: false");
        insta::assert_snapshot!(changes(&old, &new), @"
            breaking operation copyThing: x-needs wake removed
              Client::copy_thing(&self) -> Call<(), NeedsWake> => Client::copy_thing(&self) -> Call<()>
            breaking operation listParts: x-needs wake removed
              ListParts::no_wake => -
              ListParts::wake => -
            invisible client Client: x-wake changed
        ");
        insta::assert_snapshot!(changes(&new, &old), @"
            breaking operation copyThing: x-needs wake added
              Client::copy_thing(&self) -> Call<()> => Client::copy_thing(&self) -> Call<(), NeedsWake>
            additive operation listParts: x-needs wake added
              - => ListParts::no_wake
              - => ListParts::wake
            invisible client Client: x-wake changed
        ");
    }

    #[test]
    fn a_404_that_becomes_none_or_an_error_is_another_result() {
        let document = |key: &str| {
            format!(
                "
                x-envelope: {{result: result, error: error}}
                paths:
                  /thing:
                    get:
                      operationId: getThing
                      {key}
                      responses:
                        '200': {{description: It., content: {{application/json: {{schema: {{properties: {{result: {{type: string}}}}}}}}}}}}
                        '404': {{description: None.}}
                "
            )
        };
        let (none, error) = (document("x-not-found: none"), document("deprecated: false"));
        insta::assert_snapshot!(changes(&error, &none), @"
            breaking response getThing: type changed from string to string or nothing
              Client::get_thing(&self) -> Call<String> => Client::get_thing(&self) -> Call<Option<String>>
            invisible operation getThing: documentation changed
        ");
        insta::assert_snapshot!(changes(&none, &error), @"
            breaking response getThing: type changed from string or nothing to string
              Client::get_thing(&self) -> Call<Option<String>> => Client::get_thing(&self) -> Call<String>
            invisible operation getThing: documentation changed
        ");
    }

    #[test]
    fn a_body_of_a_form_names_its_media_type() {
        let api = api("
            paths:
              /thing:
                put:
                  operationId: setThing
                  requestBody:
                    required: false
                    content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {a: {type: string}}}}}
                  responses: {'204': {description: Done.}}
        ");
        let words = api.operations[0].body.as_ref().unwrap().in_words(|_| "Form".to_owned());
        assert_eq!(words, "Form as application/x-www-form-urlencoded, optional");
    }
}
