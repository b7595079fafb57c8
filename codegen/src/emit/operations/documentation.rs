//! Doc comments of operations: what the document says of them, and the errors they end with.

use std::time::Duration;

use syn::Attribute;

use super::{find::List, wake};
use crate::{
    api::{Api, ErrorResponse, Operation, Response},
    emit::{deprecation::Notice, doc_comment::doc_attributes},
    openapi::extensions::{PassingRefusal, RefusalPattern, Stability},
};

pub(super) fn documentation(operation: &Operation, notice: Option<&Notice>, api: &Api) -> Vec<Attribute> {
    let path = format!("`{} {}`", operation.method, operation.path);
    let url = operation.tag.as_ref().and_then(|tag| tag.url.as_ref());
    let paragraphs = [
        operation.summary.as_ref().map(|summary| format!("{}.", summary.trim_end_matches('.'))),
        operation.description.clone(),
        notice.and_then(Notice::paragraph),
        operation.stability.map(|stability| stability.describe().to_owned()),
        matches!(operation.response, Response::JsonOrNotFound(..))
            .then(|| "Returns `None` for a 404 of the API, which means that there is none.".to_owned()),
        pages(operation),
        permissions(operation),
        Some(url.map_or(path.clone(), |url| format!("[{path}]({url})"))),
        errors(operation, api),
        List::of(operation, api).map(|list| list.documentation(api)),
        wake::documentation(operation, api),
    ];
    doc_attributes(&paragraphs.into_iter().flatten().collect::<Vec<_>>().join("\n\n"))
}

/// Describes how to get all pages of a list.
fn pages(operation: &Operation) -> Option<String> {
    let pagination = operation.items().and(operation.pagination.as_ref())?;
    let name = |wire_name: &str| {
        let parameter = operation.parameters.iter().find(|parameter| parameter.name == wire_name);
        parameter.map_or(wire_name, |parameter| &parameter.rust_name).to_owned()
    };
    let start = name(pagination.position.parameter());
    let limit = pagination
        .limit
        .as_deref()
        .map(|limit| format!(" `{}` is the largest number of items on a page, and not in the list.", name(limit)));
    Some(format!(
        "The list has pages. The call returns the first [`Page`](crate::Page), or the one at `{start}`. Its `items`, \
         `pages` and `all` return the others, too.{}",
        limit.unwrap_or_default()
    ))
}

fn permissions(operation: &Operation) -> Option<String> {
    let permissions: Vec<_> = operation.permissions.iter().map(|permission| format!("`{permission}`")).collect();
    match permissions.as_slice() {
        [] => None,
        [one] => Some(format!("Needs a key with the permission {one}.")),
        [others @ .., last] => Some(format!("Needs a key with the permissions {} and {last}.", others.join(", "))),
    }
}

impl Stability {
    fn describe(self) -> &'static str {
        match self {
            Self::Beta => "**Beta**: not generally available yet. The contract is stable.",
            Self::Evolving => "**Evolving**: not generally available yet. The contract may still change.",
        }
    }
}

/// Describes the errors that are particular to an operation. Those that all have in common are described at the client.
fn errors(operation: &Operation, api: &Api) -> Option<String> {
    let outcome_unknown = operation.check.as_ref().map(|check| {
        let check = api.methods.for_rustdoc(check);
        format!("[`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown) if the operation may have been carried out: {check}.")
    });
    let errors = error_responses(operation, api).into_iter().chain(passing_refusals(operation)).chain(outcome_unknown);
    let paragraphs: Vec<_> = errors.collect();
    (!paragraphs.is_empty()).then(|| format!("# Errors\n{}", paragraphs.join("\n\n")))
}

/// Describes the refusals that a patient call waits for.
fn passing_refusals(operation: &Operation) -> Option<String> {
    let refusals = operation.passing_refusals.iter().map(|PassingRefusal { pattern, within }| {
        let RefusalPattern { status, message_starts } = pattern;
        format!("\n- {status} with a message that starts with `{message_starts}`, for {} at most", in_words(*within))
    });
    let refusals: String = refusals.collect();
    (!refusals.is_empty()).then(|| {
        format!("These refusals may pass by themselves; [`.patient()`](crate::Call::patient) waits for that:{refusals}")
    })
}

/// Returns a duration in its largest whole unit.
pub(super) fn in_words(duration: Duration) -> String {
    let (seconds, counts) = (duration.as_secs(), |number: u64, unit: &str| match number {
        1 => format!("1 {unit}"),
        number => format!("{number} {unit}s"),
    });
    match seconds {
        _ if duration.subsec_millis() > 0 => format!("{duration:?}"),
        seconds if seconds % 3_600 == 0 => counts(seconds / 3_600, "hour"),
        seconds if seconds % 60 == 0 => counts(seconds / 60, "minute"),
        seconds => counts(seconds, "second"),
    }
}

fn error_responses(operation: &Operation, api: &Api) -> Option<String> {
    let common = &api.common_errors;
    let particular = operation.errors.iter().filter(|error| !common.contains(error));
    let particular: Vec<_> = particular.map(ErrorResponse::list_item).collect();
    let introduction = match (common.is_empty(), particular.is_empty()) {
        (true, true) => return None,
        (true, false) => "[`Error::Api`](crate::Error::Api) with one of these statuses:",
        (false, true) => "The errors of [every call](crate::Client#errors).",
        (false, false) => {
            "The errors of [every call](crate::Client#errors), and [`Error::Api`](crate::Error::Api) with one of these \
             statuses:"
        }
    };
    Some(format!("{introduction}{}", particular.concat()))
}

impl ErrorResponse {
    /// Describes the error in an item of a list: its meaning, and the types that its body can be decoded as.
    pub(in crate::emit) fn list_item(&self) -> String {
        let types = self.schemas.iter().filter_map(|schema| schema.ty.name());
        let types: Vec<_> = types.map(|name| format!("[`{name}`](crate::types::{name})")).collect();
        let types = (!types.is_empty()).then(|| types.join(" or "));
        let meaning = (!self.meaning.is_empty()).then(|| self.meaning.clone());
        let description: Vec<_> = meaning.into_iter().chain(types).collect();
        format!("\n- {}: {}", self.status, description.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use crate::emit::tests::emitted;

    #[test]
    fn errors_that_all_operations_have_are_documented_at_the_client() {
        let document = "paths:
  /a: {get: {operationId: getA, summary: Gets A, responses: {'204': {description: Done.}, '401': {description: No key.}}}}
  /b: {get: {operationId: getB, summary: Gets B, responses: {'204': {description: Done.}, '401': {description: No key.}, '404': {description: No B.}}}}";
        let client = emitted("src/client.rs", document);
        assert!(client.contains("/// - 401: No key.\n"), "{client}");
        let operations = emitted("src/operations.rs", document);
        let (_, of_b) = operations.split_once("/// Gets B.").unwrap();
        let (errors, _) = of_b.split_once("    /// # Example").unwrap();
        insta::assert_snapshot!(errors, @r"
        ///
        /// `GET /b`
        /// # Errors
        /// The errors of [every call](crate::Client#errors), and [`Error::Api`](crate::Error::Api) with
        /// one of these statuses:
        /// - 404: No B.
        ");
    }

    #[test]
    fn operations_in_a_check_are_links_to_their_methods() {
        let document = "paths:
  /a:
    get: {operationId: listAll, summary: Lists all, responses: {'204': {description: Done.}}}
    post: {operationId: createA, summary: Creates A, x-check: 'look at `listAll`, not at `listNone`', responses: {'204': {description: Done.}}}";
        let operations = emitted("src/operations.rs", document);
        let (_, creation) = operations.split_once("/// Creates A.").unwrap();
        let (errors, method) = creation.split_once("    /// # Example").unwrap();
        insta::assert_snapshot!(errors, @r"
        ///
        /// `POST /a`
        /// # Errors
        /// [`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown) if the operation may have been
        /// carried out: look at [`list_all`](crate::Client::list_all), not at `listNone`.
        ");
        assert!(method.contains(".check(\"look at `listAll`, not at `listNone`\")"), "{method}");
    }

    #[test]
    fn a_list_in_pages_names_what_its_call_can_do() {
        let document = "x-envelope: {result: data}
x-pagination: {cursor: the-cursor, limit: limit, next: next}
paths:
  /things:
    get:
      operationId: listThings
      summary: Lists things
      parameters:
        - {name: the-cursor, in: query, description: Where to go on., schema: {type: string}}
        - {name: limit, in: query, description: How much to return., schema: {type: integer}}
      responses:
        '200':
          description: The things.
          content:
            application/json:
              schema: {properties: {data: {type: array, items: {type: string}}, next: {type: string}}}";
        let operations = emitted("src/operations.rs", document);
        let (_, documentation) = operations.split_once("/// Lists things.").unwrap();
        let (pages, rest) = documentation.split_once("    /// `GET /things`").unwrap();
        insta::assert_snapshot!(pages, @r"
        ///
        /// The list has pages. The call returns the first [`Page`](crate::Page), or the one at
        /// `the_cursor`. Its `items`, `pages` and `all` return the others, too. `limit` is the largest
        /// number of items on a page, and not in the list.
        ///
        ");
        assert!(rest.contains(".paged_by_cursor(\"the-cursor\", \"next\")"), "{rest}");
        assert!(rest.contains("pub struct ListThings(Call<Page<String>>) [items: String];"), "{rest}");
    }
}
